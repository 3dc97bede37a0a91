package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Problem;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ProblemJsonTest {

  public void saysWhatWasRefusedAndWhy() {
    Problem problem = Problem.of(404, ErrorCode.NOT_FOUND, "path: /x (expected: a known path)");
    assertThat(encoded(problem))
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                + "\"code\":\"not_found\",\"detail\":\"path: /x (expected: a known path)\"}");
  }

  public void namesTheFieldOfTheBody() {
    assertThat(encoded(Problem.at("/sub", "sub: 3 (expected: a string)")))
        .contains("\"status\":400", "\"field\":\"/sub\"");
  }

  public void saysWhenToComeBackInMilliseconds() {
    assertThat(encoded(Problem.retryAfter(503, ErrorCode.OVERLOADED, "starting", 2)))
        .contains("\"title\":\"Service Unavailable\"", "\"retry_after_ms\":2000");
  }

  private static String encoded(Problem problem) {
    return new String(ProblemJson.encode(problem), UTF_8);
  }
}
