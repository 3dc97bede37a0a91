package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Broadcaster;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

/** {@code POST /v1/users/erase}: nothing of a user is left, and nobody else is touched. */
@Test(groups = {"multi_user", "websocket"})
public class EraseUserTest extends GatewayTest {

  @Override
  protected Map<String, String> settings() {
    return Map.of("limits.burst", "1000", "agents.builtin.pace", "10ms");
  }

  private static HttpCaller caller(RunningGateway of, String tenant, String scope) {
    ObjectNode claims = of.tokens().claims("eve").put("tenant", tenant).put("scope", scope);
    return new HttpCaller(of.address(), of.tokens().signed(claims));
  }

  private HttpCaller admin(String tenant) {
    return caller(gateway, tenant, "admin");
  }

  private WsClient connect(String tenant, String user) {
    return connectWith(gateway.tokens().of(tenant, user));
  }

  private static void erase(HttpCaller caller, ObjectNode body) {
    HttpAnswer answer = caller.post("/v1/users/erase", body);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.json()).isEqualTo(Json.object().put("erased", true));
  }

  private static HttpAnswer refused(HttpCaller caller, ObjectNode body) {
    return caller.post("/v1/users/erase", body);
  }

  private static JsonNode names(String... users) {
    return Broadcaster.users(users).path("users");
  }

  private static void assertStartsEmpty(WsClient back, HttpCaller own) {
    assertThat(back.readAll("chats").events()).isEmpty();
    assertThat(back.readAll("run").events()).isEmpty();
    assertThat(back.received().get(0).payload().path("open_runs")).isEmpty();
    assertThat(own.get("/v1/threads").json().path("threads")).isEmpty();
    JsonNode used = own.get("/v1/session").json().path("used");
    assertThat(used.path("stored_bytes").asLong(-1)).isZero();
    assertThat(used.path("threads").asLong(-1)).isZero();
  }

  public void nothingIsLeftOfAUserInTheMiddleOfWork() {
    String tenant = "work";
    WsClient other = connect(tenant, bob);
    other.readAll("chats");
    String sum = other.say("chats", "what is 6*7?").runId();
    other.awaitEnd(sum);
    List<String> before = other.thread("chats").canonical();
    WsClient first = connect(tenant, ada);
    WsClient second = connect(tenant, ada);
    String token = gateway.tokens().of(tenant, ada);
    StreamClient stream = closing(StreamClient.open(gateway.address(), token, "chats", "?after=0"));
    stream.await("caught_up");
    assertThat(first.ask(Commands.cancelRun("x", "r_unknown")).type()).isEqualTo("rejected");
    first.say("run", "count slowly to 200");
    first.ask(Commands.queue("q", "run", "what is 6*8?"));
    first.awaitWhere("text", frame -> frame.type().equals("agent_message"));
    assertThat(first.ask(Commands.chat("kept", "chats", "hello")).type()).isEqualTo("accepted");
    for (int i = 0; i < 200; i++) {
      second.sendValid(Commands.chat("c" + i, "chats", "line " + i));
    }
    erase(admin(tenant), Json.object().put("user_id", ada));
    assertThat(first.awaitClose().code()).isEqualTo(4403);
    assertThat(second.awaitClose().code()).isEqualTo(4403);
    assertThat(stream.awaitClose().code()).isEqualTo(4403);
    assertThat(admin(tenant).get("/v1/users?user_id=" + ada).status()).isEqualTo(404);
    WsClient back = connect(tenant, ada);
    assertStartsEmpty(back, new HttpCaller(gateway.address(), token));
    assertThat(back.ask(Commands.chat("kept", "chats", "again")).payload().path("seq").asInt())
        .isEqualTo(1);
    assertThat(admin(tenant).get("/v1/users?user_id=" + ada).json().path("last_errors")).isEmpty();
    other.barrier();
    assertThat(connect(tenant, bob).readAll("chats").canonical()).isEqualTo(before);
  }

  public void anAdminOfAnotherTenantErasesNothing() {
    WsClient client = connect("own", ada);
    client.ask(Commands.chat("c", "t", "hello"));
    ObjectNode foreign = Json.object().put("user_id", ada).put("tenant", "own");
    HttpAnswer answer = refused(admin("foreign"), foreign);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text("code")).isEqualTo("forbidden");
    erase(admin("foreign"), Json.object().put("user_id", ada));
    client.barrier();
    assertThat(client.readAll("t").events()).hasSize(1);
    erase(caller(gateway, "foreign", "operator"), foreign);
    assertThat(client.awaitClose().reason()).isEqualTo("closed by an operator");
    assertThat(connect("own", ada).readAll("t").events()).isEmpty();
  }

  public void eachErasureIsRecordedWithItsOutcome() {
    erase(admin("twice"), Json.object().put("user_id", ada));
    erase(admin("twice"), Json.object().put("user_id", ada));
    JsonNode entries = admin("twice").get("/v1/audit").json().path("entries");
    assertThat(entries).hasSize(2);
    for (JsonNode each : entries) {
      assertThat(each.path("action").asText()).isEqualTo("users.erase");
      assertThat(each.path("user_id").asText()).isEqualTo(ada);
      assertThat(each.path("outcome").asText()).isEqualTo("done");
    }
  }

  public void othersAreRefusedAndABadRequestIsNamed() {
    ObjectNode body = Json.object().put("user_id", ada);
    assertThat(refused(new HttpCaller(gateway.address(), ""), body).status()).isEqualTo(401);
    assertThat(refused(http(ada), body).status()).isEqualTo(403);
    assertThat(refused(admin("bad"), Json.object()).text("detail")).startsWith("user_id: missing");
    assertThat(refused(admin("bad"), Json.object().put("user_id", "")).text("detail"))
        .startsWith("user_id:");
    assertThat(refused(admin("bad"), body.put("reason", "x")).text("detail")).startsWith("field:");
  }

  public void noBroadcastNamesTheUserAlsoAfterARestart() {
    try (TestFolder folder = new TestFolder()) {
      Map<String, String> settings =
          Map.of("store.type", "embedded", "store.path", folder.path().toString());
      String id;
      try (RunningGateway first = RunningGateway.start(settings)) {
        try (WsClient client = first.connect(ada)) {
          client.ask(Commands.chat("c", "chats", "hello"));
        }
        HttpCaller admin = caller(first, "default", "admin");
        id = sender(first).send(Broadcaster.users(ada, bob), "For two");
        erase(admin, Json.object().put("user_id", ada));
        assertThat(audience(first, id)).isEqualTo(names(bob));
        erase(admin, Json.object().put("user_id", bob));
        assertThat(audience(first, id)).isEqualTo(names());
      }
      try (RunningGateway second = RunningGateway.start(settings)) {
        assertThat(audience(second, id)).isEqualTo(names());
        try (WsClient back = second.connect(ada)) {
          assertThat(back.readAll("@inbox").events()).isEmpty();
          assertStartsEmpty(back, new HttpCaller(second.address(), second.tokens().of(ada)));
        }
      }
    }
  }

  private static Broadcaster sender(RunningGateway of) {
    ObjectNode claims = of.tokens().claims("eve").put("scope", "admin");
    return new Broadcaster(of.address(), of.tokens().signed(claims));
  }

  private static JsonNode audience(RunningGateway of, String id) {
    return sender(of).get(id).json().path("audience").path("users");
  }
}
