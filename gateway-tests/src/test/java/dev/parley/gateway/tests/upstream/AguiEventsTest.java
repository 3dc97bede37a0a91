package dev.parley.gateway.tests.upstream;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.agui.AguiProvider;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

/** A run with every type of event of AG-UI, through a whole gateway. */
@Test(groups = "chat_events")
public class AguiEventsTest extends GatewayTest {

  @Override
  protected Map<String, String> settings() {
    ScriptedService service = keeping(ScriptedService.of(AguiEventsTest::serve));
    return Map.of("agents.helper.type", "agui", "agents.helper.url", service.uri("/a").toString());
  }

  private static void serve(Dialogue dialogue) throws Exception {
    dialogue.readRequest();
    dialogue.beginStream();
    dialogue.chunk(recording());
    dialogue.endStream();
  }

  /** The recorded run without the older one, which another thread had. */
  private static String recording() throws IOException {
    try (InputStream in = requireNonNull(AguiProvider.class.getResourceAsStream("run.sse"))) {
      String whole = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return whole.substring(whole.indexOf("event: RUN_STARTED"));
    }
  }

  public void everyEventIsShownInAFormOfTheProtocol() {
    WsClient client = connect(ada);
    String run = client.ask(Commands.startAgent(WsClient.newId(), "t1", "helper", "hi")).runId();
    client.awaitEnd(run);

    List<Received> events = client.thread("t1").eventsOf(run);
    assertThat(events.stream().map(Received::type).distinct())
        .containsExactly(
            "agent_started",
            "state_updated",
            "agent_thinking",
            "tool_executing",
            "tool_completed",
            "custom",
            "agent_message",
            "agent_completed");
    Received end = events.get(events.size() - 1);
    assertThat(end.text("text")).isEqualTo("Es sind\n21 °C 👍🏽.\n\nEnde.");
    assertThat(end.payload().path("usage").path("inputTokens").asInt()).isEqualTo(6);
    assertThat(events.toString()).doesNotContain("c2VjcmV0");
  }

  public void whatASubagentDoesHasItsNameAlsoAfterAReload() {
    WsClient client = connect(ada);
    String run = client.ask(Commands.startAgent(WsClient.newId(), "t1", "helper", "hi")).runId();
    client.awaitEnd(run);

    WsClient reloaded = connect(ada);
    reloaded.readAll("t1");
    reloaded.awaitEnd(run);
    for (WsClient each : List.of(client, reloaded)) {
      assertThat(
              each.thread("t1").eventsOf(run).stream()
                  .filter(event -> event.payload().has("subagent"))
                  .map(event -> event.payload().toString()))
          .containsExactly(
              "{\"phase\":\"start\",\"subagent\":{\"id\":\"s1\",\"name\":\"writer\"}}",
              "{\"phase\":\"delta\",\"text\":\"draft\",\"offset\":0,"
                  + "\"subagent\":{\"id\":\"s1\",\"name\":\"writer\"}}",
              "{\"phase\":\"end\",\"subagent\":{\"id\":\"s1\",\"name\":\"writer\"}}",
              "{\"phase\":\"start\",\"subagent\":{\"id\":\"s2\",\"name\":\"critic\"}}",
              "{\"phase\":\"end\",\"subagent\":{\"id\":\"s2\",\"name\":\"critic\"}}");
    }
  }
}
