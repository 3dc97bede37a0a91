package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Titles of threads, set by a user on either way or by an agent, on all devices of the user. */
@Test(groups = {"chat_events", "business_value"})
public class ThreadTitlesTest extends GatewayTest {

  public void aTitleIsSeenOnEveryDeviceAndInTheList() {
    WsClient reader = connect(ada);
    reader.readAll("t1");
    Received answer = connect(ada).ask(Commands.setTitle("c1", "t1", "  Sums & clocks "));
    assertThat(answer.payload().toString()).isEqualTo("{\"seq\":1}");
    Received titled = reader.await("thread_titled", "t1");
    assertThat(titled.payload().toString())
        .isEqualTo("{\"title\":\"Sums & clocks\",\"by\":\"user\"}");
    JsonNode listed = newest();
    assertThat(listed.path("title").asText()).isEqualTo("Sums & clocks");
    assertThat(listed.path("last_activity").asText())
        .isGreaterThanOrEqualTo(titled.json().path("timestamp").asText())
        .isEqualTo(listed.path("last_event_at").asText());
  }

  public void aTitleIsSetOverHttpOnce() {
    for (int i = 0; i < 2; i++) {
      HttpAnswer answer = http(ada).command(Commands.setTitle("c1", "t1", "Sums"));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.frame().payload().path("seq").asLong()).isEqualTo(1);
      assertThat(answer.frame().payload().path("duplicate").asBoolean()).isEqualTo(i > 0);
    }
    HttpAnswer other = http(ada).command(Commands.setTitle("c1", "t1", "Clocks"));
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.frame().text("code")).isEqualTo("idempotency_conflict");
    assertThat(newest().path("head").asLong()).isEqualTo(1);
  }

  public void aTitleIsSetWhileARunIsOpenAndAMessageWaits() {
    WsClient client = connect(ada);
    String run = client.say("t1", "wait 30 seconds").runId();
    client.ask(Commands.queue("q1", "t1", "what is 6*7?"));
    assertThat(client.ask(Commands.setTitle("c1", "t1", "Slow")).type()).isEqualTo("accepted");
    client.await("thread_titled", "t1");
    JsonNode listed = newest();
    assertThat(listed.path("open_run").asText()).isEqualTo(run);
    assertThat(listed.path("agent").asText()).isEqualTo("builtin");
    assertThat(listed.path("title").asText()).isEqualTo("Slow");
    client.ask(Commands.cancelByCommand("x1", "q1"));
    client.ask(Commands.cancelRun("x2", run));
    client.awaitEnd(run);
  }

  public void anAgentSetsATitleInItsRun() {
    WsClient client = connect(ada);
    String run = client.say("t1", "call this conversation Trip to Paris").runId();
    Received titled = client.await("thread_titled", "t1");
    assertThat(titled.runId()).isEqualTo(run);
    assertThat(titled.text("by")).isEqualTo("agent");
    client.awaitEnd(run);
    assertThat(newest().path("title").asText()).isEqualTo("Trip to Paris");
  }

  @DataProvider
  public Object[] noTitles() {
    return new Object[] {"", " ", "a\nb", "a\u0007", "x".repeat(201)};
  }

  @Test(dataProvider = "noTitles")
  public void whatIsNoTitleIsRefusedByField(String title) {
    HttpAnswer answer = http(ada).command(Commands.setTitle("c1", "t1", title).toString());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.frame().text("code")).isEqualTo("invalid_argument");
    assertThat(answer.frame().text("field")).isEqualTo("/payload/title");
  }

  public void aTitleNeedsTheScopeOfAChat() {
    String token = gateway.tokens().withScope(ada, "agent");
    HttpAnswer answer =
        new HttpCaller(gateway.address(), token).command(Commands.setTitle("c1", "t1", "Sums"));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.frame().text("code")).isEqualTo("forbidden");
  }

  public void aDeletedThreadHasNoTitleWhenItIsBornAgain() {
    http(ada).command(Commands.setTitle("c1", "t1", "Sums"));
    http(ada).delete("/v1/threads/t1");
    http(ada).command(Commands.chat("c2", "t1", "hello"));
    assertThat(newest().has("title")).isFalse();
  }

  private JsonNode newest() {
    return http(ada).get("/v1/threads").json().path("threads").get(0);
  }
}
