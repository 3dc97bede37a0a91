package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The state that an AG-UI agent told comes back to it, in the same thread of the same user. */
@Test(groups = {"chat_events", "multi_user"})
public class KeptStateTest extends GatewayTest {

  private static final String TOLD =
      "data: {\"type\":\"STATE_SNAPSHOT\",\"snapshot\":{\"secret\":[1.25]}}\n\n"
          + "data: {\"type\":\"STATE_DELTA\",\"delta\":"
          + "[{\"op\":\"add\",\"path\":\"/secret/-\",\"value\":2}]}\n\n";

  private final List<JsonNode> states = new CopyOnWriteArrayList<>();

  @Override
  protected Map<String, String> settings() {
    ScriptedService service = keeping(ScriptedService.of(this::serve));
    return Map.of("agents.helper.type", "agui", "agents.helper.url", service.uri("/a").toString());
  }

  @BeforeMethod(alwaysRun = true)
  public void forget() {
    states.clear();
  }

  /** The first run of a thread tells a state, later ones none. */
  private void serve(Dialogue dialogue) throws Exception {
    dialogue.readRequest();
    JsonNode state = Json.parse(dialogue.body()).path("state");
    states.add(state);
    dialogue.beginStream();
    dialogue.chunk("data: {\"type\":\"RUN_STARTED\"}\n\n");
    dialogue.chunk(state.isEmpty() ? TOLD : "");
    dialogue.chunk("data: {\"type\":\"RUN_FINISHED\"}\n\n");
    dialogue.endStream();
  }

  private WsClient run(String user, String thread) {
    WsClient client = connect(user);
    client.awaitEnd(
        client.ask(Commands.startAgent(WsClient.newId(), thread, "helper", "hi")).runId());
    return client;
  }

  private List<String> states() {
    return states.stream().map(JsonNode::toString).toList();
  }

  public void theStateComesBackInTheNextRunsOfTheThread() {
    run(ada, "t1");
    run(ada, "t1");
    run(ada, "t1");
    assertThat(states()).containsExactly("{}", "{\"secret\":[1.25,2]}", "{\"secret\":[1.25,2]}");
  }

  public void noOtherThreadOrUserGetsIt() {
    run(ada, "t1");
    run(ada, "t2");
    run(bob, "t1");
    assertThat(states()).containsExactly("{}", "{}", "{}");
  }

  public void aDeletedThreadBeginsWithoutOne() {
    run(ada, "t1");
    assertThat(http(ada).delete("/v1/threads/t1").status()).isEqualTo(200);
    run(ada, "t1");
    assertThat(states()).containsExactly("{}", "{}");
  }

  /** A client sees the events of the agent alone. */
  public void noClientGetsWhatIsKept() {
    run(ada, "t1");
    WsClient client = run(ada, "t1");
    String run = client.received().get(client.received().size() - 1).runId();
    client.readAll("t1");
    client.awaitEnd(run);
    client.barrier();
    List<String> events =
        client.thread("t1").events().stream().map(event -> event.payload().toString()).toList();
    assertThat(events.stream().filter(event -> event.contains("secret"))).hasSize(2);
    assertThat(http(ada).get("/v1/threads/t1/events").json().toString()).doesNotContain("[1.25,2]");
  }
}
