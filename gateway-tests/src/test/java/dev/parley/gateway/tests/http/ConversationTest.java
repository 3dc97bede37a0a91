package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

/** What an agent is told of its thread, by a real gateway. */
@Test(groups = {"chat_events", "multi_user"})
public class ConversationTest extends GatewayTest {

  private static final Map<String, String> RECALL =
      Map.of("agents.recall.type", "recall", "agents.default", "recall");

  @Override
  protected Map<String, String> settings() {
    return RECALL;
  }

  private static JsonNode told(WsClient client, String text) {
    return client.awaitEnd(client.say("t1", text).runId()).payload().path("result");
  }

  private static List<String> seen(JsonNode told) {
    List<String> lines = new ArrayList<>();
    told.path("items").forEach(item -> lines.add(item.asText()));
    return lines;
  }

  public void theSecondTurnSeesTheFirst() {
    WsClient client = connect(ada);
    assertThat(seen(told(client, "one"))).isEmpty();
    JsonNode second = told(client, "two");
    assertThat(seen(second)).containsExactly("user one", "recall completed | you said one");
    assertThat(second.path("truncated").asBoolean()).isFalse();
    assertThat(seen(told(client, "three"))).hasSize(4);
  }

  public void toolsAndTheirResultsAreSeen() {
    WsClient client = connect(ada);
    told(client, "look");
    assertThat(seen(told(client, "and?")))
        .containsExactly("user look", "recall completed | look{\"at\": 1} ok [7] | you said look");
  }

  public void failedAndCancelledTurnsSaySo() {
    WsClient client = connect(ada);
    told(client, "fail");
    String run = client.say("t1", "hang").runId();
    client.awaitWhere("its text", f -> f.type().equals("agent_message") && f.runId().equals(run));
    client.ask(Commands.cancelRun("stop", run));
    client.awaitEnd(run);
    assertThat(seen(told(client, "and?")))
        .containsExactly(
            "user fail",
            "recall failed | you said fail",
            "user hang",
            "recall cancelled | you said hang");
  }

  public void queuedAndChattedMessagesStandWhereTheyWereAnswered() {
    WsClient client = connect(ada);
    String run = client.say("t1", "hang").runId();
    client.ask(Commands.queue("q1", "t1", "queued"));
    client.ask(Commands.queue("q2", "t1", "taken back"));
    client.ask(Commands.cancelByCommand("x2", "q2"));
    client.ask(Commands.chat("c1", "t1", "by the way"));
    client.ask(Commands.cancelRun("stop", run));
    client.awaitEnd(run);
    Received end = client.awaitWhere("the queued run", Received::isTerminal);
    List<String> before =
        List.of("user hang", "recall cancelled | you said hang", "user by the way");
    assertThat(seen(end.payload().path("result"))).isEqualTo(before);
    assertThat(seen(told(client, "and?")))
        .startsWith(before.toArray(String[]::new))
        .endsWith("user queued", "recall completed | you said queued");
  }

  public void usersWithThreadsOfOneNameDoNotMeet() {
    WsClient first = connect(ada);
    told(first, "one");
    JsonNode own = told(first, "two");
    JsonNode other = told(connect(bob), "one");
    assertThat(seen(other)).isEmpty();
    assertThat(other.path("conversation")).isNotEqualTo(own.path("conversation"));
    assertThat(told(first, "three").path("conversation")).isEqualTo(own.path("conversation"));
  }

  public void ofADeletedThreadNothingIsLeft() {
    WsClient client = connect(ada);
    JsonNode before = told(client, "one");
    assertThat(http(ada).delete("/v1/threads/t1").status()).isEqualTo(200);
    JsonNode after = told(client, "two");
    assertThat(seen(after)).isEmpty();
    assertThat(after.path("truncated").asBoolean()).isFalse();
    assertThat(after.path("conversation")).isNotEqualTo(before.path("conversation"));
  }

  public void theNextProcessTellsTheSame() {
    try (TestFolder folder = new TestFolder()) {
      Map<String, String> settings = new HashMap<>(RECALL);
      settings.put("store.type", "embedded");
      settings.put("store.path", folder.path().toString());
      JsonNode before;
      try (RunningGateway one = RunningGateway.start(settings);
          WsClient client = one.connect("ada")) {
        before = told(client, "one");
      }
      try (RunningGateway two = RunningGateway.start(settings);
          WsClient client = two.connect("ada")) {
        JsonNode after = told(client, "two");
        assertThat(seen(after)).containsExactly("user one", "recall completed | you said one");
        assertThat(after.path("conversation")).isEqualTo(before.path("conversation"));
      }
    }
  }
}
