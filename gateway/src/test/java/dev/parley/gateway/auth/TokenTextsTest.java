package dev.parley.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A token in a header, its length, and its id. */
@Test(groups = "unit")
public class TokenTextsTest {

  @DataProvider
  public Object[][] headers() {
    return new Object[][] {
      {"Bearer a.b.c", "a.b.c"},
      {"bearer a.b.c", "a.b.c"},
      {"BEARER   a.b.c ", "a.b.c"},
      {"Bearer ", ""},
    };
  }

  @Test(dataProvider = "headers")
  public void theTokenFollowsTheScheme(String header, String token) {
    assertThat(BearerHeader.token(header)).isEqualTo(token);
  }

  @DataProvider
  public Object[] otherHeaders() {
    return new Object[] {"", "Bearer", "Bearera.b.c", "Basic a.b.c", " Bearer a.b.c", "a.b.c"};
  }

  @Test(dataProvider = "otherHeaders")
  public void anotherSchemeHasNoToken(String header) {
    Refusal refusal =
        catchThrowableOfType(RefusedException.class, () -> BearerHeader.token(header)).refusal();
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(refusal.message())
        .isEqualTo("header Authorization: no token (expected: Bearer <jwt>)");
  }

  public void anIdThatCanBeShownIsTheSame() {
    for (String id : new String[] {"t", "a b", "\u20ac".repeat(128)}) {
      assertThat(TokenId.checked(id)).isEqualTo(id);
    }
  }

  @DataProvider
  public Object[] otherIds() {
    return new Object[] {"", "a".repeat(129), "a\nb", "\u007f", "\ud800"};
  }

  @Test(dataProvider = "otherIds")
  public void anotherIdIsNamed(String id) {
    assertThatThrownBy(() -> TokenId.checked(id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("token_id: ")
        .hasMessageEndingWith(" (expected: 1 to 128 characters without control characters)");
  }

  public void aTokenOfTheMaximumIsRead() {
    String head = Forge.base64("{}".getBytes(UTF_8));
    String begin = head + "." + head + ".";
    String longest = begin + "A".repeat(TokenParts.MAX_CHARACTERS - begin.length());
    assertThat(longest).hasSize(16 * 1024);
    assertThat(TokenParts.read(longest).claims().has("sub")).isFalse();
    assertThatThrownBy(() -> TokenParts.read(longest + "A"))
        .hasMessage("token: longer than allowed (expected: at most 16 KiB)");
  }
}
