package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.testng.annotations.Test;

/** Chromium with a gateway that compresses: it offers the extension by itself. */
@Test(groups = {"websocket", "external"})
public class CompressingBrowserTest extends SignedInConsoleTest {
  private static final String READ =
      """
      const [url, token, thread, done] = arguments;
      const socket = new WebSocket(url, ['parley.v1', 'bearer.' + token]), events = [];
      socket.onclose = ({ code }) => done(JSON.stringify({ closed: code }));
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type === 'welcome') {
          const payload = { threads: [{ thread_id: thread, after: 0 }] };
          socket.send(JSON.stringify({ type: 'subscribe', id: 's1', payload }));
        }
        if (frame.seq) events.push(frame);
        if (frame.type === 'caught_up') done(JSON.stringify({ extensions: socket.extensions, events }));
      };
      """;

  @Override
  Map<String, String> consoleSettings() {
    return Map.of("server.compression", "true", "agents.builtin.pace", "1ms");
  }

  public void aPersonReadsTheAnswer() {
    page.ask("what is 6*7?");
    page.awaitShown("[data-event=agent_completed]");
    page.awaitText(ConsolePage.ANSWER, text -> text.contains("42"));
    assertThat(gateway.metrics().count("parley_inflated_messages_total")).isPositive();
    assertThat(chromium.complaints()).isEmpty();
  }

  public void aRunArrivesAsItDoesWithoutCompression() {
    WsClient plain = connect(ada);
    plain.runToEnd("t1", "write 20 kilobytes");
    WsClient reader = connect(ada);
    reader.readAll("t1");
    String url = WsClient.webSocket(network.address()).toString();
    Object read = chromium.driver().executeAsyncScript(READ, url, gateway.tokens().of(ada), "t1");
    JsonNode seen = Json.parse(String.valueOf(read));
    assertThat(seen.path("extensions").asText()).startsWith("permessage-deflate");
    assertThat(StreamSupport.stream(seen.path("events").spliterator(), false).toList())
        .isEqualTo(
            reader.received().stream().filter(Received::isEvent).map(Received::json).toList());
  }
}
