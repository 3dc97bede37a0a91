package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Deflate;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tls.TestTls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testng.annotations.Test;

/** A client that compresses reads what a plain one reads. */
@Test(groups = {"websocket", "chat_events"})
public class CompressionTest extends GatewayTest {
  private static final String TASK = "write 30 kilobytes";

  @Override
  protected Map<String, String> settings() {
    return Map.of("server.compression", "true", "agents.builtin.pace", "1ms");
  }

  private RawClient compressing() {
    return closing(Deflate.upgraded(gateway.address(), gateway.tokens().of(ada)));
  }

  /** All text frames up to the first of this type. */
  private static List<JsonNode> readTo(RawClient client, String type) {
    List<JsonNode> frames = new ArrayList<>();
    do {
      frames.add(Json.parse(Deflate.text(client.readFrame())));
    } while (!last(frames).path("type").asText().equals(type));
    return frames;
  }

  private static JsonNode last(List<JsonNode> frames) {
    return frames.get(frames.size() - 1);
  }

  private static void send(RawClient client, JsonNode command) {
    client.sendFrame(0xC1, Deflate.payload(command.toString()));
  }

  private static List<JsonNode> events(Stream<JsonNode> frames) {
    return frames.filter(frame -> frame.has("seq")).toList();
  }

  private static String textOf(List<JsonNode> events) {
    StringBuilder text = new StringBuilder();
    events.stream()
        .filter(event -> event.path("type").asText().equals("agent_message"))
        .forEach(event -> text.append(event.path("payload").path("delta").asText()));
    return text.toString();
  }

  public void aRunArrivesTheSame() {
    RawClient compressing = compressing();
    WsClient plain = connect(ada);
    plain.sendValid(Commands.subscribeAll("s1", "t1"));
    plain.await("caught_up");
    send(compressing, Commands.subscribeAll("s1", "t1"));
    readTo(compressing, "caught_up");
    send(compressing, Commands.startAgent("c1", "t1", TASK));
    List<JsonNode> live = events(readTo(compressing, "agent_completed").stream());
    plain.await("agent_completed");
    List<JsonNode> others = events(plain.received().stream().map(Received::json));
    assertThat(last(live)).isEqualTo(last(others));
    assertThat(textOf(live)).isEqualTo(textOf(others)).hasSizeGreaterThan(30_000);
  }

  public void aReplayArrivesTheSameInFewerBytes() {
    WsClient first = connect(ada);
    first.runToEnd("t1", TASK);
    WsClient plain = connect(ada);
    plain.readAll("t1");
    long wire = gateway.metrics().count("parley_deflated_wire_bytes_total");
    long text = gateway.metrics().count("parley_deflated_text_bytes_total");
    RawClient compressing = compressing();
    send(compressing, Commands.subscribeAll("s1", "t1"));
    List<JsonNode> events = events(readTo(compressing, "caught_up").stream());
    assertThat(events).isEqualTo(events(plain.received().stream().map(Received::json)));
    wire = gateway.metrics().count("parley_deflated_wire_bytes_total") - wire;
    text = gateway.metrics().count("parley_deflated_text_bytes_total") - text;
    assertThat(text).isGreaterThan(30_000);
    assertThat(wire).isBetween(1L, text / 2);
  }

  public void overTlsTheSame() {
    try (TestTls tls = TestTls.make()) {
      RunningGateway secure = another(tls.settings());
      String token = secure.tokens().of(ada);
      RawClient compressing = closing(Deflate.upgraded(secure.address(), token));
      send(compressing, Commands.startAgent("c1", "t1", TASK));
      List<JsonNode> live = events(readTo(compressing, "agent_completed").stream());
      assertThat(textOf(live)).hasSizeGreaterThan(30_000);
      compressing.close();
    }
  }

  public void aCloseAndADrainEndItInTheSameWay() {
    RawClient compressing = compressing();
    compressing.sendFrame(0x88, new byte[] {3, (byte) 0xE8});
    assertThat(compressing.readClose()).isEqualTo(1000);
    RunningGateway ending = another(Map.of());
    RawClient open = closing(Deflate.upgraded(ending.address(), ending.tokens().of(ada)));
    ending.end();
    assertThat(open.readClose()).isEqualTo(1001);
  }
}
