package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.GatewayTest;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

/** The client library in Node, against a real gateway with a low subscription limit. */
@Test(groups = {"chat_events", "external"})
public class ClientLimitsTest extends GatewayTest {
  private static final int USERS = 10;

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "limits.subscriptions", "5",
        "limits.commands_per_minute", "100000",
        "limits.burst", "1000");
  }

  public void theClientSubscribesUpToTheLimit() {
    Map<String, String> environment =
        Map.of(
            "PARLEY_URL",
            "ws://" + gateway.address().getAuthority() + "/ws",
            "PARLEY_TOKENS",
            IntStream.range(0, USERS)
                .mapToObj(each -> gateway.tokens().of(ada + each))
                .collect(Collectors.joining(" ")));
    try (NodeProgram program =
        NodeProgram.start(environment, "--test", "--test-timeout=120000", "limits.mjs")) {
      String output = program.whole();
      assertThat(program.exitCode()).as(output).isZero();
      assertThat(output).containsPattern("pass [1-9]").containsPattern("fail 0");
    }
  }
}
