package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import java.time.Duration;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ProblemJsonTest {

  public void saysWhatWasRefusedAndWhy() {
    Refusal refusal = Refusal.of(ErrorCode.NOT_FOUND, "path: /x (expected: a known path)");
    assertThat(encoded(refusal))
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                + "\"code\":\"not_found\",\"detail\":\"path: /x (expected: a known path)\"}");
  }

  public void namesTheFieldOfTheBody() {
    assertThat(
            encoded(Refusal.at(ErrorCode.INVALID_ARGUMENT, "/sub", "sub: 3 (expected: a string)")))
        .contains("\"status\":400", "\"field\":\"/sub\"");
  }

  public void saysWhenToComeBackInMilliseconds() {
    assertThat(encoded(Refusal.temporary(ErrorCode.OVERLOADED, "starting", Duration.ofSeconds(2))))
        .contains("\"title\":\"Service Unavailable\"", "\"retry_after_ms\":2000");
  }

  private static String encoded(Refusal refusal) {
    return new String(ProblemJson.encode(refusal), UTF_8);
  }
}
