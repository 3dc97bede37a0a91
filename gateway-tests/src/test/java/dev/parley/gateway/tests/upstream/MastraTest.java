package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.testng.annotations.Test;

/** The gateway with an agent of Mastra, by its own AG-UI module. */
@Test(groups = {"chat_events", "error_recovery", "external"})
public class MastraTest extends GatewayTest {
  @Override
  protected Map<String, String> settings() {
    NpmService mastra = keeping(NpmService.mastra());
    return Map.of("agents.weather.type", "agui", "agents.weather.url", mastra.address().toString());
  }

  public void aTextArrivesWhole() {
    Received end = end(run(connect(ada), "say hello"));
    assertThat(end.type()).isEqualTo("agent_completed");
    assertThat(end.text("text")).isEqualTo("Hello there, naïve 日本 \uD83D\uDE80!");
  }

  public void theThoughtsAreShown() {
    List<Received> run = run(connect(ada), "think first");
    assertThat(end(run).text("text")).isEqualTo("It is 42.");
    assertThat(
            ofType(run, "agent_thinking").stream()
                .map(event -> event.text("text"))
                .collect(Collectors.joining()))
        .isEqualTo("Six times seven is forty-two.");
  }

  public void twoToolsAtOnceAreShownWithTheirResults() {
    List<Received> run = run(connect(ada), "use two tools");
    assertThat(ofType(run, "tool_executing"))
        .extracting(event -> event.payload().path("arguments").path("city").asText())
        .containsExactly("Oslo", "Bergen");
    assertThat(ofType(run, "tool_completed"))
        .extracting(event -> event.payload().path("result").path("celsius").asInt())
        .containsExactlyInAnyOrder(21, 23);
    assertThat(end(run).text("text")).isEqualTo("Oslo is warmer.");
  }

  public void theNextTurnKnowsTheLast() {
    WsClient client = connect(ada);
    run(client, "say hello");
    assertThat(end(run(client, "what did I say?")).text("text")).isEqualTo("You said hello.");
  }

  public void aCancelledAnswerKeepsItsText() {
    WsClient client = connect(ada);
    String run = start(client, "say a lot");
    client.await("agent_message");
    client.ask(Commands.cancelRun("x1", run));
    Received end = client.awaitEnd(run);
    assertThat(end.type()).isEqualTo("agent_cancelled");
    assertThat(end.text("partial_text")).startsWith("word");
  }

  public void anErrorOfItsModelIsTold() {
    Received end = end(run(connect(ada), "broken"));
    assertThat(end.type()).isEqualTo("agent_failed");
    assertThat(end.text("code")).as(end.toString()).isEqualTo("upstream_error");
  }

  private static Received end(List<Received> run) {
    return run.get(run.size() - 1);
  }

  private static List<Received> ofType(List<Received> run, String type) {
    return run.stream().filter(event -> event.type().equals(type)).toList();
  }

  private static String start(WsClient client, String input) {
    return client.ask(Commands.startAgent(WsClient.newId(), "t1", "weather", input)).runId();
  }

  private static List<Received> run(WsClient client, String input) {
    String run = start(client, input);
    client.awaitEnd(run);
    return client.thread("t1").eventsOf(run);
  }
}
