package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The gateway with aimock, a public imitation of services, written independently of it. */
@Test(groups = {"chat_events", "error_recovery", "external"})
public class AimockTest extends GatewayTest {
  private static final String HELLO = "Hello there, naïve 日本 \uD83D\uDE80!";

  @Override
  protected Map<String, String> settings() {
    NpmService aimock = keeping(NpmService.aimock());
    Map<String, String> settings = new HashMap<>();
    for (ServiceDialect dialect : ServiceDialect.values()) {
      String prefix = "agents." + dialect.type() + ".";
      boolean isModel = dialect != ServiceDialect.AGUI;
      dialect.choose(settings, prefix);
      settings.put(prefix + "url", aimock.address().resolve(isModel ? "/v1" : "/agui").toString());
      settings.put(prefix + "retries", "0");
      if (isModel) {
        settings.put(prefix + "model", "a-model");
        settings.put(prefix + "api_key", "any");
      }
    }
    return settings;
  }

  @DataProvider
  public Object[] dialects() {
    return ServiceDialect.values();
  }

  @DataProvider
  public Object[] models() {
    return new Object[] {ServiceDialect.OPENAI, ServiceDialect.RESPONSES, ServiceDialect.ANTHROPIC};
  }

  @Test(dataProvider = "dialects")
  public void aTextArrivesWhole(ServiceDialect dialect) {
    List<Received> run = run(connect(ada), dialect, "say hello");
    assertThat(end(run).type()).isEqualTo("agent_completed");
    assertThat(end(run).text("text")).isEqualTo(HELLO);
  }

  @Test(dataProvider = "dialects")
  public void theThoughtsAreShown(ServiceDialect dialect) {
    List<Received> run = run(connect(ada), dialect, "think first");
    assertThat(end(run).type()).isEqualTo("agent_completed");
    assertThat(
            run.stream()
                .filter(event -> event.type().equals("agent_thinking"))
                .map(event -> event.text("text"))
                .collect(Collectors.joining()))
        .isEqualTo("Six times seven is forty-two.");
  }

  @Test(dataProvider = "models")
  public void aToolThatTheAgentDoesNotHaveIsToldToTheModel(ServiceDialect dialect) {
    List<Received> run = run(connect(ada), dialect, "use a tool");
    assertThat(ofType(run, "tool_executing").text("tool_name")).isEqualTo("get_weather");
    assertThat(ofType(run, "tool_completed").text("status")).isEqualTo("error");
    assertThat(end(run).text("text")).isEqualTo("I had no tool.");
  }

  public void aToolOfTheServiceIsShownWithItsResult() {
    List<Received> run = run(connect(ada), ServiceDialect.AGUI, "use a tool");
    assertThat(ofType(run, "tool_executing").payload().path("arguments").path("city").asText())
        .isEqualTo("Oslo");
    assertThat(ofType(run, "tool_completed").payload().path("result").asText()).isEqualTo("21 °C");
    assertThat(end(run).type()).isEqualTo("agent_completed");
  }

  @Test(dataProvider = "models")
  public void aCancelledAnswerKeepsItsText(ServiceDialect dialect) {
    WsClient client = connect(ada);
    String run = start(client, dialect, "say a lot");
    client.await("agent_message");
    client.ask(Commands.cancelRun("x1", run));
    Received end = client.awaitEnd(run);
    assertThat(end.type()).isEqualTo("agent_cancelled");
    assertThat(end.text("partial_text")).startsWith("word");
  }

  @Test(dataProvider = "models")
  public void theNextTurnKnowsTheLast(ServiceDialect dialect) {
    WsClient client = connect(ada);
    run(client, dialect, "say hello");
    assertThat(end(run(client, dialect, "think first")).text("text")).isEqualTo("It is 42.");
  }

  /** A message of aimock, and the code that its run ends with. */
  @DataProvider
  public Object[][] faults() {
    List<Object[]> all = new ArrayList<>();
    for (Object dialect : models()) {
      all.add(new Object[] {dialect, "bad request", "upstream_rejected"});
      all.add(new Object[] {dialect, "wrong key", "upstream_auth"});
      all.add(new Object[] {dialect, "unknown model", "upstream_rejected"});
      all.add(new Object[] {dialect, "too many requests", "upstream_rate_limited"});
      all.add(new Object[] {dialect, "broken", "upstream_error"});
      all.add(new Object[] {dialect, "overloaded", "upstream_rate_limited"});
      all.add(new Object[] {dialect, "drop", "upstream_error"});
      all.add(new Object[] {dialect, "send junk", "upstream_protocol"});
      all.add(new Object[] {dialect, "hang up", "upstream_disconnected"});
      all.add(new Object[] {dialect, "cut the stream", "upstream_disconnected"});
    }
    all.add(new Object[] {ServiceDialect.AGUI, "nothing that it knows", "upstream_rejected"});
    return all.toArray(Object[][]::new);
  }

  @Test(dataProvider = "faults")
  public void aFaultHasItsCode(ServiceDialect dialect, String message, String code) {
    Received end = end(run(connect(ada), dialect, message));
    assertThat(end.type()).isEqualTo("agent_failed");
    assertThat(end.text("code")).as(end.toString()).isEqualTo(code);
  }

  private static Received end(List<Received> run) {
    return run.get(run.size() - 1);
  }

  private static Received ofType(List<Received> run, String type) {
    return run.stream().filter(event -> event.type().equals(type)).findFirst().orElseThrow();
  }

  private static String start(WsClient client, ServiceDialect dialect, String input) {
    return client.ask(Commands.startAgent(WsClient.newId(), "t1", dialect.type(), input)).runId();
  }

  private static List<Received> run(WsClient client, ServiceDialect dialect, String input) {
    String run = start(client, dialect, input);
    client.awaitEnd(run);
    return client.thread("t1").eventsOf(run);
  }
}
