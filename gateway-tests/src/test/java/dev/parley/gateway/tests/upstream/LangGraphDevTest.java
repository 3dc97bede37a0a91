package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.FaultyNetwork;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

/** The gateway with the server of {@code langgraphjs dev}. */
@Test(groups = {"chat_events", "error_recovery", "external"})
public class LangGraphDevTest extends GatewayTest {
  private static final String LOT = "naïve 日本 ".repeat(20);

  private NpmService server;
  private FaultyNetwork network;

  @Override
  protected Map<String, String> settings() {
    server = keeping(NpmService.langGraph());
    network = keeping(FaultyNetwork.to(server.address()));
    return settings(network.address());
  }

  private static Map<String, String> settings(URI address) {
    return Map.of(
        "agents.graph.type", "langgraph",
        "agents.graph.url", address.toString(),
        "agents.graph.assistant", "agent",
        "drain.timeout", "0ms");
  }

  private static String start(WsClient client, String input) {
    return client.ask(Commands.startAgent(WsClient.newId(), "t1", "graph", input)).runId();
  }

  private static Received ofType(List<Received> events, String type) {
    return events.stream().filter(event -> event.type().equals(type)).findFirst().orElseThrow();
  }

  public void textToolsAndStepsAreShown() {
    WsClient client = connect(ada);
    ThreadReader reader = client.readAll("t1");
    String run = start(client, "my dog is Rex");
    assertThat(client.awaitEnd(run).text("text")).isEqualTo("my dog is Rex");
    List<Received> events = reader.eventsOf(run);
    assertThat(ofType(events, "tool_executing").payload().path("arguments").path("city").asText())
        .isEqualTo("Oslo");
    assertThat(ofType(events, "tool_completed").payload().path("result").asText())
        .isEqualTo("21 °C");
    assertThat(ofType(events, "custom").text("name")).isEqualTo("langgraph.custom");
    assertThat(events.stream().map(event -> event.text("step"))).contains("look", "talk");
    assertThat(events.get(events.size() - 1).type()).isEqualTo("agent_completed");
    assertThat(client.awaitEnd(start(client, "who is it?")).text("text"))
        .isEqualTo("my dog is Rex | who is it?");
  }

  public void aStreamThatIsCutGoesOn() {
    WsClient client = connect(ada);
    ThreadReader reader = client.readAll("t1");
    String run = start(client, "say a lot");
    client.await("agent_message");
    network.breakAll();
    assertThat(client.awaitEnd(run).text("text")).isEqualTo(LOT);
    assertThat(reader.eventsOf(run).stream().filter(Received::isTerminal)).hasSize(1);
  }

  public void aCancelIsConfirmed() {
    WsClient client = connect(ada);
    String run = start(client, "say a lot");
    client.await("agent_message");
    client.ask(Commands.cancelRun("x1", run));
    Received end = client.awaitEnd(run);
    assertThat(end.type()).isEqualTo("agent_cancelled");
    assertThat(end.payload().path("upstream_confirmed").asBoolean()).isTrue();
    assertThat(end.text("partial_text")).startsWith("n");
    assertThat(client.awaitEnd(start(client, "again")).text("text")).isEqualTo("say a lot | again");
  }

  public void anErrorOfTheGraphIsNamedWithoutItsMessage() {
    WsClient client = connect(ada);
    Received end = client.awaitEnd(start(client, "fail"));
    assertThat(end.text("code")).isEqualTo("upstream_error");
    assertThat(end.text("message")).contains("TypeError").doesNotContain("secret");
  }

  public void afterAKillOfTheGatewayTheSameRunGoesOn() {
    Map<String, String> settings = settings(server.address());
    try (TestFolder folder = new TestFolder();
        ChildGateway first = ChildGateway.start(folder.path(), settings)) {
      String token = first.token("ada");
      WsClient before = WsClient.open(first.address(), token);
      String run = start(before, "say a lot");
      before.await("agent_message");
      first.kill();
      before.cut();
      try (ChildGateway next = first.restart(settings);
          WsClient after = WsClient.open(next.address(), token)) {
        ThreadReader reader = after.readAll("t1");
        Received end = after.awaitEnd(run);
        after.barrier();
        assertThat(end.type()).as("%s", end).isEqualTo("agent_completed");
        assertThat(end.text("text")).isEqualTo(LOT);
        assertThat(reader.eventsOf(run).stream().filter(Received::isTerminal)).hasSize(1);
      }
    }
  }
}
