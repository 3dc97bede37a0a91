package dev.parley.gateway.tests.upstream;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.HashMap;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Agents that are graphs of a LangGraph service. */
@Test(groups = {"chat_events", "multi_user", "error_recovery"})
public class LangGraphTest extends GatewayTest {
  private static final String HOLD = "hold one two three four five six";
  private GraphServer server;

  @Override
  protected Map<String, String> settings() {
    server = keeping(new GraphServer());
    Map<String, String> settings = new HashMap<>();
    put(settings, "graph", "graph", GraphServer.KEY);
    put(settings, "stranger", "other", GraphServer.KEY);
    put(settings, "locked", "graph", "wrong-key");
    return settings;
  }

  private void put(Map<String, String> settings, String agent, String assistant, String key) {
    String prefix = "agents." + agent + ".";
    settings.put(prefix + "type", "langgraph");
    settings.put(prefix + "url", server.url().toString());
    settings.put(prefix + "assistant", assistant);
    settings.put(prefix + "api_key", key);
  }

  private static Received start(WsClient client, String thread, String agent, String input) {
    return client.ask(Commands.startAgent(WsClient.newId(), thread, agent, input));
  }

  private static Received end(WsClient client, String thread, String agent, String input) {
    return client.awaitEnd(start(client, thread, agent, input).runId());
  }

  public void aThreadOfTheServiceRemembers() {
    WsClient client = connect(ada);
    assertThat(end(client, "t1", "graph", "my dog is Rex").text("text")).isEqualTo("my dog is Rex");
    Received second = end(client, "t1", "graph", "who is it?");
    assertThat(second.type()).isEqualTo("agent_completed");
    assertThat(second.text("text")).isEqualTo("my dog is Rex | who is it?");
  }

  public void twoUsersDoNotMeetInAThreadOfOneName() {
    end(connect(ada), "t1", "graph", "secret of " + ada);
    assertThat(end(connect(bob), "t1", "graph", "hello").text("text")).isEqualTo("hello");
    assertThat(server.threads().keySet())
        .allMatch(id -> id.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
  }

  public void aThreadThatWasDeletedIsForgotten() {
    end(connect(ada), "t1", "graph", "secret of before");
    assertThat(http(ada).delete("/v1/threads/t1").status()).isEqualTo(200);
    assertThat(end(connect(ada), "t1", "graph", "hello").text("text")).isEqualTo("hello");
  }

  public void aStreamThatIsCutGoesOnAndNothingComesTwice() {
    WsClient client = connect(ada);
    Received started = start(client, "t1", "graph", HOLD);
    client.await("agent_message");
    server.cutStreams();
    server.release();
    Received end = client.awaitEnd(started.runId());
    assertThat(end.type()).isEqualTo("agent_completed");
    assertThat(end.text("text")).isEqualTo(HOLD);
    assertThat(server.requests()).contains("GET /threads/*/runs/*/stream");
  }

  public void aCancelStopsTheRunAtTheService() {
    WsClient client = connect(ada);
    Received started = start(client, "t1", "graph", HOLD);
    client.await("agent_message");
    client.ask(Commands.cancelRun("c", started.runId()));
    Received end = client.awaitEnd(started.runId());
    assertThat(end.type()).isEqualTo("agent_cancelled");
    assertThat(end.payload().path("upstream_confirmed").asBoolean()).isTrue();
    assertThat(end.text("partial_text")).isNotEmpty();
    await().until(() -> server.requests().contains("POST /threads/*/runs/*/cancel"));
  }

  @DataProvider
  Object[][] mistakes() {
    return new Object[][] {
      {"stranger", "upstream_rejected", "other"}, {"locked", "upstream_auth", "403"},
    };
  }

  @Test(dataProvider = "mistakes")
  public void aMistakeInTheSettingsIsNamed(String agent, String code, String word) {
    Received end = end(connect(ada), "t1", agent, "hello");
    assertThat(end.text("code")).isEqualTo(code);
    assertThat(end.text("message")).contains(word).doesNotContain(GraphServer.KEY);
  }
}
