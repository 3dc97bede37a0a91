package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Every rule of RFC 7692, sections 5 and 7.1, on what a server answers to an offer. */
@Test(groups = "unit")
public class DeflateOfferTest {

  private static final String NO_CONTEXT =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  @DataProvider
  public Object[][] accepted() {
    return new Object[][] {
      {"permessage-deflate", ""},
      {"permessage-deflate; client_max_window_bits", ""},
      {"permessage-deflate;client_max_window_bits=8", ""},
      {"permessage-deflate; client_max_window_bits=15", ""},
      {"permessage-deflate; client_max_window_bits=\"10\"", ""},
      {"permessage-deflate; client_max_window_bits=\"\\1\\0\"", ""},
      {"permessage-deflate; server_no_context_takeover", ""},
      {"permessage-deflate; client_no_context_takeover", ""},
      {"permessage-deflate ;\tserver_no_context_takeover ; client_no_context_takeover", ""},
      {"permessage-deflate; server_max_window_bits=15", "; server_max_window_bits=15"},
      {"permessage-deflate; server_max_window_bits = 8", "; server_max_window_bits=8"},
      {"permessage-deflate; server_max_window_bits=\"12\"", "; server_max_window_bits=12"},
      {
        "permessage-deflate; client_max_window_bits; server_max_window_bits=9;"
            + " client_no_context_takeover; server_no_context_takeover",
        "; server_max_window_bits=9"
      },
    };
  }

  @Test(dataProvider = "accepted")
  public void aGoodOfferIsAnsweredWithoutContextTakeover(String offer, String more) {
    assertThat(DeflateOffer.first(List.of(offer)).map(DeflateOffer::header))
        .contains(NO_CONTEXT + more);
  }

  @DataProvider
  public Object[] declined() {
    return new Object[] {
      "x-webkit-deflate-frame",
      "permessage-deflate2",
      "Permessage-Deflate",
      "permessage-bzip2",
      "permessage-deflate; x",
      "permessage-deflate; x=1",
      "permessage-deflate; permessage-deflate",
      "permessage-deflate; Server_no_context_takeover",
      "permessage-deflate; server_no_context_takeover=1",
      "permessage-deflate; client_no_context_takeover=\"true\"",
      "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
      "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
      "permessage-deflate; server_max_window_bits",
      "permessage-deflate; server_max_window_bits=7",
      "permessage-deflate; server_max_window_bits=16",
      "permessage-deflate; server_max_window_bits=015",
      "permessage-deflate; server_max_window_bits=08",
      "permessage-deflate; server_max_window_bits=+9",
      "permessage-deflate; server_max_window_bits=-9",
      "permessage-deflate; server_max_window_bits=1e1",
      "permessage-deflate; server_max_window_bits=4294967304",
      "permessage-deflate; server_max_window_bits=9; server_max_window_bits=9",
      "permessage-deflate; client_max_window_bits=7",
      "permessage-deflate; client_max_window_bits=16",
      "permessage-deflate; client_max_window_bits=x",
      "permessage-deflate; client_max_window_bits; client_max_window_bits",
      "permessage-deflate; client_max_window_bits; client_max_window_bits=9",
    };
  }

  @Test(dataProvider = "declined")
  public void anotherOfferIsDeclinedAndTheNextIsTaken(String offer) {
    assertThat(DeflateOffer.first(List.of(offer))).isEmpty();
    assertThat(DeflateOffer.first(List.of(offer, "permessage-deflate")).map(DeflateOffer::header))
        .contains(NO_CONTEXT);
  }

  public void theFirstGoodOfferIsTaken() {
    List<String> offers =
        List.of(
            "permessage-deflate; server_max_window_bits=9",
            "permessage-deflate; server_max_window_bits=10");
    assertThat(DeflateOffer.first(offers).map(DeflateOffer::serverBits)).contains(9);
    assertThat(DeflateOffer.first(List.of())).isEmpty();
  }

  public void aMessageLargerThanTheWindowIsNotCompressed() {
    assertThat(new DeflateOffer(true, 8).maxText()).isEqualTo(256);
    assertThat(new DeflateOffer(true, 14).maxText()).isEqualTo(16384);
    assertThat(new DeflateOffer(true, 15).maxText()).isEqualTo(Integer.MAX_VALUE);
  }
}
