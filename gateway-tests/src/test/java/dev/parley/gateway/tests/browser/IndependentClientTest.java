package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Autobahn;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * WebSocket libraries of others, with and without compression: commands in fragments, pings
 * between, a whole run, and a Close.
 */
@Test(groups = {"websocket", "external"})
public class IndependentClientTest extends GatewayTest {
  private static final String THREAD = "t1";

  @Override
  protected Map<String, String> settings() {
    return Map.of("server.compression", "true", "agents.builtin.pace", "1ms");
  }

  /** The window that is asked for; 0 without compression. */
  @DataProvider
  public Object[] windows() {
    return new Object[] {0, 9, 15};
  }

  @Test(dataProvider = "windows")
  public void ws(int window) {
    try (NodeProgram program = NpmPrograms.start("ws", "ws.mjs", arguments(window))) {
      JsonNode end = program.await("end");
      assertThat(end.path("extensions").asText())
          .isEqualTo(window == 0 ? "" : "permessage-deflate");
      assertAsAPlainReaderHasIt(end, window);
    }
  }

  @Test(dataProvider = "windows", groups = "autobahn")
  public void autobahn(int window) {
    Map<String, String> packages = Map.of("PYTHONPATH", Autobahn.PACKAGES.toString());
    String[] arguments = arguments(window);
    try (NodeProgram program =
        NodeProgram.startPython(
            packages,
            "../python/autobahn_client.py",
            arguments[0],
            arguments[1],
            arguments[2],
            arguments[3])) {
      JsonNode end = program.await("end");
      assertThat(end.path("extensions").asText())
          .isEqualTo(window == 0 ? "" : "permessage-deflate");
      assertAsAPlainReaderHasIt(end, window);
    }
  }

  private String[] arguments(int window) {
    String address = WsClient.webSocket(gateway.address()).toString();
    return new String[] {address, gateway.tokens().of(ada), THREAD, Integer.toString(window)};
  }

  private void assertAsAPlainReaderHasIt(JsonNode end, int window) {
    assertThat(end.path("code").asInt()).isEqualTo(1000);
    assertThat(end.path("pongs").asInt()).isEqualTo(2);
    WsClient plain = connect(ada);
    plain.readAll(THREAD);
    List<JsonNode> seen = StreamSupport.stream(end.path("events").spliterator(), false).toList();
    List<JsonNode> stored =
        plain.received().stream().filter(Received::isEvent).map(Received::json).toList();
    assertThat(seen.get(seen.size() - 1)).isEqualTo(stored.get(stored.size() - 1));
    assertThat(textOf(seen)).isEqualTo(textOf(stored)).hasSizeGreaterThan(20_000);
    if (window > 0) {
      assertThat(gateway.metrics().count("parley_inflated_messages_total")).isPositive();
    }
  }

  /** The whole answer, however its pieces are merged. */
  static String textOf(List<JsonNode> events) {
    return events.stream()
        .filter(event -> event.path("type").asText().equals("agent_message"))
        .map(event -> event.path("payload").path("delta").asText())
        .collect(Collectors.joining());
  }
}
