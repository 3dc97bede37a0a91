package dev.parley.gateway.tests.browser;

import static dev.parley.gateway.tests.browser.IndependentClientTest.textOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Firefox;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** Firefox with a gateway that compresses: a page of another origin reads a run and closes. */
@Test(groups = {"websocket", "external", "firefox"})
public class FirefoxTest extends GatewayTest {
  private static final String PAGE =
      """
      <!doctype html><meta charset="utf-8"><title>reader</title><script>
      const [url, token, thread, last] = decodeURIComponent(location.hash.slice(1)).split(' ');
      const socket = new WebSocket(url, ['parley.v1', 'bearer.' + token]), events = [];
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(data);
        const send = (command) => socket.send(JSON.stringify(command));
        if (frame.type === 'welcome') {
          send({ type: 'subscribe', id: 's1', payload: { threads: [{ thread_id: thread, after: 0 }] } });
        } else if (frame.type === 'caught_up') {
          const payload = { agent: 'builtin', input: 'what is 6*7?' };
          send({ type: 'start_agent', id: 'c1', thread_id: thread, payload });
        }
        if (frame.seq) events.push(frame);
        if (frame.type === 'agent_completed' && frame.seq > Number(last)) socket.close(1000);
      };
      socket.onclose = ({ code, wasClean }) => {
        const { extensions, protocol } = socket, { userAgent } = navigator;
        const seen = { userAgent, extensions, protocol, code, wasClean, events };
        fetch('/seen', { method: 'POST', body: JSON.stringify(seen) });
      };
      </script>
      """;

  private final PageServer pages = new PageServer();
  private final CompletableFuture<String> seen = pages.posted("/seen");

  @Override
  protected Map<String, String> settings() {
    String origin = pages.origin();
    return Map.of(
        "server.compression", "true", "agents.builtin.pace", "1ms", "origins.allowed", origin);
  }

  @AfterClass(alwaysRun = true)
  void stop() {
    pages.close();
  }

  public void aRunArrivesAsAnotherClientReadsIt() {
    WsClient plain = connect(ada);
    plain.runToEnd("t1", "write 20 kilobytes");
    List<JsonNode> live = eventsOf(plain);
    long last = live.get(live.size() - 1).path("seq").asLong();
    pages.page("/page", PAGE);
    String address = WsClient.webSocket(gateway.address()).toString();
    URI opened =
        URI.create(
            pages.origin()
                + "/page#"
                + String.join("%20", address, gateway.tokens().of(ada), "t1", Long.toString(last)));
    try (Firefox firefox = Firefox.open(opened)) {
      assertAsOthersReadIt(Json.parse(firefox.await(seen)), last);
    }
  }

  private void assertAsOthersReadIt(JsonNode end, long last) {
    assertThat(end.path("userAgent").asText()).contains("Firefox/");
    assertThat(end.path("protocol").asText()).isEqualTo("parley.v1");
    assertThat(end.path("extensions").asText()).startsWith("permessage-deflate");
    assertThat(end.path("code").asInt()).isEqualTo(1000);
    assertThat(end.path("wasClean").asBoolean()).isTrue();
    assertThat(gateway.metrics().count("parley_inflated_messages_total")).isPositive();
    List<JsonNode> events = StreamSupport.stream(end.path("events").spliterator(), false).toList();
    assertEachOnceAndInOrder(events);
    WsClient other = connect(ada);
    other.readAll("t1");
    List<JsonNode> stored = eventsOf(other);
    assertThat(textOf(events)).isEqualTo(textOf(stored)).hasSizeGreaterThan(20_000);
    assertThat(events.get(events.size() - 1)).isEqualTo(stored.get(stored.size() - 1));
    assertThat(events.get(events.size() - 1).path("seq").asLong()).isGreaterThan(last);
  }

  /** Pieces of text may be merged, and then say where they begin. */
  private static void assertEachOnceAndInOrder(List<JsonNode> events) {
    long next = 1;
    for (JsonNode event : events) {
      long seq = event.path("seq").asLong();
      assertThat(event.path("seq_from").asLong(seq)).isEqualTo(next);
      next = seq + 1;
    }
  }

  private static List<JsonNode> eventsOf(WsClient client) {
    return client.received().stream().filter(Received::isEvent).map(Received::json).toList();
  }
}
