package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.WsClient;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Commands sent over HTTP behave like commands on a connection. */
@Test(groups = {"chat_events", "business_value"})
public class CommandsOverHttpTest extends GatewayTest {
  private static final int BURST = 10;

  @Override
  protected Map<String, String> settings() {
    return Map.of("tiers.slow.rate", "0.01");
  }

  public void aRunStartedOverHttpIsSeenOnEveryConnection() {
    WsClient reader = connect(ada);
    reader.readAll("t1");
    HttpAnswer answer = http(ada).command(Commands.userMessage("c1", "t1", "what is 6*7?"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.frame().type()).isEqualTo("accepted");
    assertThat(answer.frame().payload().path("seq").asLong()).isEqualTo(1);
    assertThat(reader.awaitEnd(answer.frame().runId()).text("text")).contains("42");
  }

  public void aCommandRepeatedOverEitherTransportIsADuplicate() {
    assertThat(http(ada).command(Commands.chat("c1", "t1", "hi")).status()).isEqualTo(200);
    HttpAnswer again = http(ada).command(Commands.chat("c1", "t1", "hi"));
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.frame().payload().path("duplicate").asBoolean()).isTrue();
    assertThat(connect(ada).ask(Commands.chat("c1", "t1", "hi")).payload())
        .isEqualTo(again.frame().payload());
    HttpAnswer other = http(ada).command(Commands.chat("c1", "t1", "something else"));
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.frame().text("code")).isEqualTo("idempotency_conflict");
  }

  public void aBusyThreadIsAConflict() {
    String run = http(ada).command(Commands.userMessage("c1", "t1", "wait 30 s")).frame().runId();
    HttpAnswer busy = http(ada).command(Commands.userMessage("c2", "t1", "what is 1+1?"));
    assertThat(busy.status()).isEqualTo(409);
    assertThat(busy.frame().text("code")).isEqualTo("thread_busy");
    HttpAnswer stopped = http(ada).command(Commands.cancelRun("x1", run));
    assertThat(stopped.frame().text("state")).isEqualTo("cancelling");
  }

  public void bothTransportsShareTheRateLimitOfAUser() {
    String token = gateway.tokens().ofTier(ada, "slow");
    HttpCaller caller = new HttpCaller(gateway.address(), token);
    WsClient client = connectWith(token);
    for (int i = 0; i < BURST / 2; i++) {
      assertThat(caller.command(Commands.chat("h" + i, "t1", "hi")).status()).isEqualTo(200);
      assertThat(client.ask(Commands.chat("w" + i, "t1", "hi")).type()).isEqualTo("accepted");
    }
    HttpAnswer limited = caller.command(Commands.chat("h9", "t1", "hi"));
    assertThat(limited.status()).isEqualTo(429);
    long millis = limited.frame().payload().path("retry_after_ms").asLong();
    assertThat(millis).isPositive();
    assertThat(Long.parseLong(limited.header("retry-after"))).isEqualTo((millis + 999) / 1000);
    assertThat(client.ask(Commands.chat("w9", "t1", "hi")).text("code")).isEqualTo("rate_limited");
  }

  @DataProvider
  public Object[] ofAConnection() {
    return new Object[] {
      "{\"type\":\"subscribe\",\"id\":\"c1\",\"payload\":{\"threads\":[{\"thread_id\":\"t1\"}]}}",
      "{\"type\":\"unsubscribe\",\"id\":\"c1\",\"payload\":{\"threads\":[\"t1\"]}}",
      "{\"type\":\"ping\"}",
      "{\"type\":\"authenticate\",\"payload\":{\"token\":\"t\"}}",
    };
  }

  @Test(dataProvider = "ofAConnection")
  public void aConnectionCommandIsRefusedWithItsType(String frame) {
    HttpAnswer answer = http(ada).command(frame);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.frame().text("code")).isEqualTo("unsupported_type");
    assertThat(answer.frame().text("field")).isEqualTo("/type");
  }

  public void anInvalidCommandIsRefusedWithItsField() {
    HttpAnswer answer = http(ada).command("{\"type\":\"chat\",\"id\":\"c1\",\"thread_id\":\"t1\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.frame().type()).isEqualTo("rejected");
    assertThat(answer.frame().text("field")).isEqualTo("/payload");
    assertThat(http(ada).command("nonsense").frame().type()).isEqualTo("error");
  }

  public void theScopeIsEnforcedAsOnAConnection() {
    String token = gateway.tokens().withScope(ada, "chat");
    HttpCaller caller = new HttpCaller(gateway.address(), token);
    HttpAnswer refused = caller.command(Commands.startAgent("c1", "t1", "what is 6*7?"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.frame().text("code")).isEqualTo("forbidden");
    assertThat(caller.command(Commands.chat("c2", "t1", "hi")).status()).isEqualTo(200);
  }

  public void namingAnAgentNeedsTheScopeAgentAndCancellingDoesNot() {
    String run = http(ada).command(Commands.startAgent("c1", "t1", "wait 30 s")).frame().runId();
    HttpCaller chats = new HttpCaller(gateway.address(), gateway.tokens().withScope(ada, "chat"));
    ObjectNode named = Commands.queue("c2", "t1", "what is 6*7?");
    ((ObjectNode) named.path("payload")).put("agent", "builtin");
    assertThat(chats.command(named).status()).isEqualTo(403);
    HttpAnswer stopped = chats.command(Commands.cancelRun("x1", run));
    assertThat(stopped.status()).isEqualTo(200);
    assertThat(stopped.frame().text("state")).isEqualTo("cancelling");
    HttpCaller agents = new HttpCaller(gateway.address(), gateway.tokens().withScope(ada, "agent"));
    assertThat(agents.command(Commands.cancelRun("x2", run)).status()).isEqualTo(403);
  }

  public void aDuplicateFromADeletedThreadNamesItsEpoch() {
    http(ada).command(Commands.chat("c1", "t1", "hi"));
    String old = http(ada).get("/v1/threads/t1/events").text("epoch");
    assertThat(http(ada).delete("/v1/threads/t1").status()).isEqualTo(200);
    HttpAnswer again = http(ada).command(Commands.chat("c1", "t1", "hi"));
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.frame().payload())
        .isEqualTo(
            Json.object()
                .put("seq", 1)
                .put("duplicate", true)
                .put("epoch", old)
                .put("deleted", true));
  }

  public void aCommandWithoutATokenIsRefused() {
    HttpCaller anonymous = new HttpCaller(gateway.address(), "");
    HttpAnswer refused = anonymous.command(Commands.chat("c1", "t1", "hi"));
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("www-authenticate")).isEqualTo("Bearer");
  }
}
