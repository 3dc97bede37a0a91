package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.GatewayTest;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.testng.annotations.Test;

/** The client library in Node, against a misbehaving server and against a real gateway. */
@Test(groups = "external")
public class ClientLibraryTest extends GatewayTest {
  private static final String LONG = "x".repeat(8_000);

  @Override
  protected Map<String, String> settings() {
    return Map.of("agents.builtin.pace", "5ms", "limits.burst", "1000");
  }

  @Test(groups = {"chat_events", "error_recovery"})
  public void theClientPassesItsNodeTests() {
    Path library = WebJar.of("markdown-it").unpack("dist", Path.of("target")).toAbsolutePath();
    Map<String, String> environment =
        Map.of("PARLEY_MARKDOWN_IT", library.resolve("markdown-it.js").toString());
    passes(NodeProgram.start(environment, "--test"));
  }

  @Test(groups = {"chat_events", "websocket"})
  public void theClientWorksWithARealGateway() {
    String token = gateway.tokens().of(ada);
    String badToken = gateway.tokens().wrongSecret();
    String longToken = gateway.tokens().signed(gateway.tokens().claims(ada).put("more", LONG));
    Map<String, String> environment =
        Map.of(
            "PARLEY_URL", socket(gateway.address()),
            "PARLEY_TOKEN", token,
            "PARLEY_BAD_TOKEN", badToken,
            "PARLEY_LONG_TOKEN", longToken,
            "PARLEY_ADMIN_TOKEN", gateway.tokens().withScope("root", "admin"));
    passes(NodeProgram.start(environment, "--test", "live.mjs"));
  }

  private static String socket(URI address) {
    return "ws://" + address.getAuthority() + "/ws";
  }

  private static void passes(NodeProgram program) {
    String output = program.whole();
    assertThat(program.exitCode()).as(output).isZero();
    assertThat(output).containsPattern("pass [1-9]").containsPattern("fail 0");
  }
}
