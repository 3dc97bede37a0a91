package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.RefusedException;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class QueryTest {

  private static Query query(String text) {
    return new Query(text, List.of("after", "epoch"));
  }

  public void valuesAreReadByName() {
    Query query = query("epoch=a%3Db&after=17");
    assertThat(query.integer("after", 0, 17)).contains(17L);
    assertThat(query.optional("epoch", text -> text)).contains("a=b");
  }

  public void anAbsentValueIsEmpty() {
    assertThat(query("").integer("after", 0, 9)).isEmpty();
    assertThat(query("epoch=").optional("epoch", text -> text)).contains("");
  }

  @DataProvider
  public Object[][] wrong() {
    return new Object[][] {
      {"before=1", "query: before (expected: after or epoch)"},
      {"after=1&after=1", "after: twice (expected: once)"},
      {"&", "query:  (expected: after or epoch)"},
      {"epoch=%zz", "epoch: %zz (expected: ASCII, with UTF-8 in percent-encoding)"},
    };
  }

  @Test(dataProvider = "wrong")
  public void anUnknownDuplicateOrMalformedParameterIsRefused(String text, String message) {
    assertThatThrownBy(() -> query(text)).isInstanceOf(RefusedException.class).hasMessage(message);
  }

  @DataProvider
  public Object[] noNumbers() {
    return new Object[] {"", "-1", "+1", "1.0", "0x1", "10", "9223372036854775808", "٣"};
  }

  @Test(dataProvider = "noNumbers")
  public void aNumberIsOneOfItsRange(String text) {
    Query query = new Query("after=" + text.replace("٣", "%D9%A3"), List.of("after"));
    assertThatThrownBy(() -> query.integer("after", 0, 9))
        .isInstanceOf(RefusedException.class)
        .hasMessageEndingWith("(expected: a whole number from 0 to 9)");
  }
}
