package dev.parley.gateway.tests.security;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Close;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Tokens that are revoked: in force everywhere at once, and in no other tenant. */
@Test(groups = {"security", "multi_user"})
public class RevocationTest extends GatewayTest {
  private static final String PATH = "/v1/revocations";

  @Override
  protected Map<String, String> settings() {
    return Map.of("limits.burst", "1000", "agents.builtin.pace", "10ms");
  }

  private ObjectNode claims(String tenant, String user, String id) {
    return gateway.tokens().claims(user).put("tenant", tenant).put("jti", id);
  }

  /** A token of the user with this id. */
  private String token(String tenant, String user, String id) {
    return gateway.tokens().signed(claims(tenant, user, id));
  }

  /** A token that is issued a little later: an issuer's clock may be that much ahead. */
  private String later(String tenant, String user) {
    return gateway
        .tokens()
        .signed(
            claims(tenant, user, "later-" + user)
                .put("iat", Instant.now().plusSeconds(2).getEpochSecond()));
  }

  private static HttpCaller caller(RunningGateway of, String tenant, String scope) {
    return new HttpCaller(
        of.address(),
        of.tokens().signed(of.tokens().claims("eve").put("tenant", tenant).put("scope", scope)));
  }

  private HttpCaller admin(String tenant) {
    return caller(gateway, tenant, "admin");
  }

  private static JsonNode revoke(HttpCaller caller, ObjectNode body) {
    HttpAnswer answer = caller.post(PATH, body);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    return answer.json();
  }

  private JsonNode revokeUser(String tenant, String user) {
    return revoke(admin(tenant), Json.object().put("user_id", user));
  }

  /** Those alone that were issued before: the user may come back at once. */
  private JsonNode revokeUserUntilNow(String tenant, String user) {
    return revoke(
        admin(tenant),
        Json.object().put("user_id", user).put("issued_before", Instant.now().toString()));
  }

  private JsonNode revokeToken(String tenant, String id) {
    return revoke(admin(tenant), Json.object().put("token_id", id));
  }

  private static void assertRevoked(Close close) {
    assertThat(close.code()).isEqualTo(4401);
    assertThat(close.reason()).isEqualTo("token revoked");
  }

  // -- in force everywhere

  /** A way in, which answers with a status. */
  private record Way(String name, Function<String, RawClient.RawAnswer> go) {
    @Override
    public String toString() {
      return name;
    }
  }

  private Object[] way(String name, Function<String, RawClient.RawAnswer> go) {
    return new Object[] {new Way(name, go)};
  }

  private Object[] call(String method, String path, String body) {
    return way(
        method + " " + path,
        token ->
            rawSocket()
                .request(
                    method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
                        + token
                        + "\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body));
  }

  @DataProvider
  public Object[][] ways() {
    String chat = Commands.chat("c1", "t1", "hello").toString();
    return new Object[][] {
      way(
          "handshake, header",
          token -> rawSocket().request(RawClient.upgrade("Authorization: Bearer " + token))),
      way(
          "handshake, subprotocol",
          token ->
              rawSocket()
                  .request(RawClient.upgrade().replace("parley.v1", "parley.v1, bearer." + token))),
      way(
          "handshake that replaces another",
          token ->
              rawSocket()
                  .request(
                      RawClient.upgrade("Authorization: Bearer " + token)
                          .replace("parley.v1", "parley.v1, replaces.c_abc"))),
      call("GET", "/v1/session", ""),
      call("GET", "/v1/agents", ""),
      call("GET", "/v1/threads", ""),
      call("GET", "/v1/threads/t1/events", ""),
      call("GET", "/v1/threads/t1/events?live=sse", ""),
      call("DELETE", "/v1/threads/t1", ""),
      call("POST", "/v1/commands", chat),
      call("GET", "/metrics", ""),
      call("GET", "/v1/connections", ""),
      call("GET", "/v1/audit", ""),
      call("GET", "/v1/broadcasts/b_x", ""),
      call("POST", PATH, "{\"user_id\":\"x\"}"),
      call("POST", PATH + "/remove", "{\"user_id\":\"x\"}"),
    };
  }

  @Test(dataProvider = "ways")
  public void aRevokedTokenIsRefused(Way way) {
    String all = "chat agent admin operator";
    String token = gateway.tokens().signed(claims("ways", ada, "id-" + ada).put("scope", all));
    revokeToken("ways", "id-" + ada);
    RawClient.RawAnswer answer = way.go().apply(token);
    assertThat(answer.status()).isEqualTo(401);
    JsonNode problem = Json.parse(answer.body());
    assertThat(problem.path("code").asText()).isEqualTo("unauthenticated");
    assertThat(answer.body()).contains("token: revoked (expected: a new token)");
    assertThat(answer.toString()).doesNotContain(token);
  }

  public void aRevokedTokenIsRefusedInTheFirstFrame() {
    String token = token("frame", ada, "t");
    revokeUser("frame", ada);
    WsClient client = closing(WsClient.openAnonymous(gateway.address()));
    client.sendValid(Commands.authenticate(token));
    assertThat(client.await("error").text("code")).isEqualTo("unauthenticated");
    assertThat(client.awaitClose().code()).isEqualTo(4401);
  }

  public void aRevokedTokenRefreshesNothing() {
    WsClient client = connectWith(token("refresh", ada, "first"));
    revokeToken("refresh", "second");
    Received rejected = client.ask(Commands.refreshToken("r1", token("refresh", ada, "second")));
    assertThat(rejected.text("code")).isEqualTo("unauthenticated");
    assertThat(rejected.text("field")).isEqualTo("/payload/token");
    assertThat(client.ask(Commands.chat("c1", "t1", "hello")).type()).isEqualTo("accepted");
  }

  // -- live connections

  public void everyConnectionOfTheUserIsClosedAndNobodyElses() {
    String token = token("live", ada, "t");
    WsClient first = connectWith(token);
    WsClient second = connectWith(token("live", ada, "u"));
    StreamClient stream = closing(StreamClient.open(gateway.address(), token, "t1", "?after=0"));
    stream.await("caught_up");
    WsClient other = connectWith(token("live", bob, "t"));
    WsClient twin = connectWith(token("live2", ada, "t"));
    JsonNode answer = revokeUserUntilNow("live", ada);
    assertThat(answer.path("closed").asInt()).isEqualTo(3);
    assertThat(answer.path("user_id").asText()).isEqualTo(ada);
    assertThat(answer.path("tenant").asText()).isEqualTo("live");
    assertRevoked(first.awaitClose());
    assertRevoked(second.awaitClose());
    assertRevoked(stream.awaitClose());
    other.barrier();
    twin.barrier();
    assertThat(revokeUserUntilNow("live", ada).path("closed").asInt()).isZero();
    connectWith(later("live", ada)).barrier();
  }

  public void onlyTheTokenWithTheIdIsRevoked() {
    WsClient first = connectWith(token("ids", ada, "a"));
    WsClient second = connectWith(token("ids", ada, "b"));
    WsClient without = connectWith(gateway.tokens().of("ids", ada));
    JsonNode answer = revokeToken("ids", "a");
    assertThat(answer.path("closed").asInt()).isEqualTo(1);
    assertThat(answer.path("token_id").asText()).isEqualTo("a");
    assertThat(answer.has("issued_before")).isFalse();
    assertRevoked(first.awaitClose());
    second.barrier();
    without.barrier();
  }

  public void theNewestTokenOfAConnectionCounts() {
    WsClient client = connectWith(token("newest", ada, "old"));
    assertThat(client.ask(Commands.refreshToken("r1", token("newest", ada, "new"))).type())
        .isEqualTo("accepted");
    assertThat(revokeToken("newest", "old").path("closed").asInt()).isZero();
    client.barrier();
    assertThat(revokeToken("newest", "new").path("closed").asInt()).isEqualTo(1);
    assertRevoked(client.awaitClose());
  }

  public void aTokenWithoutATimeOfIssueIsRevokedByAnyTime() {
    ObjectNode claims = claims("noiat", ada, "t");
    claims.remove("iat");
    WsClient client = connectWith(gateway.tokens().signed(claims));
    WsClient timed = connectWith(token("noiat", ada, "u"));
    JsonNode answer =
        revoke(
            admin("noiat"),
            Json.object().put("user_id", ada).put("issued_before", "2001-01-01T00:00:00Z"));
    assertThat(answer.path("closed").asInt()).isEqualTo(1);
    assertThat(answer.path("issued_before").asText()).isEqualTo("2001-01-01T00:00:00.000Z");
    assertRevoked(client.awaitClose());
    timed.barrier();
  }

  /** The clock of the issuer is ahead of the gateway's, by less than `auth.jwt.leeway`. */
  public void aTokenOfAnIssuerWhoseClockIsAheadIsRevokedToo() {
    long ahead = Instant.now().plusSeconds(4).getEpochSecond();
    String token = gateway.tokens().signed(claims("ahead", ada, "t").put("iat", ahead));
    HttpCaller own = new HttpCaller(gateway.address(), token);
    assertThat(own.get("/v1/session").status()).isEqualTo(200);
    WsClient client = connectWith(token);
    JsonNode answer = revokeUser("ahead", ada);
    assertThat(Instant.parse(answer.path("issued_before").asText()))
        .isEqualTo(Instant.parse(answer.path("revoked_at").asText()).plusSeconds(5));
    assertRevoked(client.awaitClose());
    assertThat(own.get("/v1/session").status()).isEqualTo(401);
  }

  public void aRunGoesOnAndItsEventsStay() {
    WsClient client = connectWith(token("runs", ada, "t"));
    String run = client.say("t1", "count slowly to 30").runId();
    client.await("agent_message");
    revokeUserUntilNow("runs", ada);
    assertRevoked(client.awaitClose());
    WsClient back = connectWith(later("runs", ada));
    back.readAll("t1");
    assertThat(back.awaitEnd(run).type()).isEqualTo("agent_completed");
  }

  public void aWholeTenantIsRevokedByAnOperatorAlone() {
    WsClient first = connectWith(token("whole", ada, "t"));
    WsClient second = connectWith(token("whole", bob, "t"));
    WsClient other = connectWith(token("whole2", ada, "t"));
    ObjectNode body =
        Json.object().put("tenant", "whole").put("issued_before", Instant.now().toString());
    assertThat(admin("whole").post(PATH, body).status()).isEqualTo(403);
    first.barrier();
    HttpCaller operator = caller(gateway, "office", "operator");
    assertThat(revoke(operator, body).path("closed").asInt()).isEqualTo(2);
    assertRevoked(first.awaitClose());
    assertRevoked(second.awaitClose());
    other.barrier();
    connectWith(later("whole", ada)).barrier();
    ObjectNode undo = Json.object().put("tenant", "whole");
    assertThat(operator.post(PATH + "/remove", undo).json().path("removed").asBoolean()).isTrue();
    connectWith(token("whole", ada, "t")).barrier();
  }

  // -- who may, and what is kept

  public void anAdministratorRevokesInItsTenantAlone() {
    WsClient client = connectWith(token("mine", ada, "same"));
    HttpCaller foreign = admin("foreign");
    for (ObjectNode body :
        List.of(Json.object().put("user_id", ada), Json.object().put("token_id", "same"))) {
      assertThat(foreign.post(PATH, body.deepCopy().put("tenant", "mine")).status()).isEqualTo(403);
      assertThat(foreign.post(PATH + "/remove", body.deepCopy().put("tenant", "mine")).status())
          .isEqualTo(403);
      assertThat(revoke(foreign, body).path("closed").asInt()).isZero();
    }
    assertThat(foreign.get(PATH + "?tenant=mine").status()).isEqualTo(403);
    client.barrier();
    assertThat(http(ada).post(PATH, Json.object().put("user_id", bob)).status()).isEqualTo(403);
    HttpCaller operator = caller(gateway, "office", "operator");
    assertThat(
            revoke(operator, Json.object().put("token_id", "same").put("tenant", "mine"))
                .path("closed")
                .asInt())
        .isEqualTo(1);
    assertRevoked(client.awaitClose());
  }

  public void aMistakeIsUndone() {
    String token = token("undo", ada, "t");
    revokeUser("undo", ada);
    HttpCaller own = new HttpCaller(gateway.address(), token);
    assertThat(own.get("/v1/session").status()).isEqualTo(401);
    ObjectNode undo = Json.object().put("user_id", ada).put("reason", "the wrong one");
    assertThat(admin("undo").post(PATH + "/remove", undo).json())
        .isEqualTo(Json.object().put("removed", true));
    assertThat(admin("undo").post(PATH + "/remove", undo).json())
        .isEqualTo(Json.object().put("removed", false));
    assertThat(own.get("/v1/session").status()).isEqualTo(200);
    connectWith(token).barrier();
  }

  public void everyChangeIsRecordedBeforeItsAnswer() {
    revoke(
        admin("audit"), Json.object().put("token_id", "t-1").put("reason", "found in a log file"));
    JsonNode user = revokeUser("audit", ada);
    admin("audit").post(PATH + "/remove", Json.object().put("user_id", bob));
    admin("audit").post(PATH, Json.object().put("tenant", "other").put("user_id", ada));
    HttpCaller reader = admin("audit");
    // Refused attempts are recorded without waiting.
    await().until(() -> reader.get("/v1/audit").json().path("entries").size() >= 4);
    JsonNode records = reader.get("/v1/audit").json().path("entries");
    List<String> found = new ArrayList<>();
    for (JsonNode each : records) {
      found.add(
          String.join(
              " ",
              each.path("action").asText(),
              each.path("user_id").asText("-"),
              each.path("target").asText("-"),
              each.path("reason").asText("-"),
              each.path("outcome").asText()));
    }
    assertThat(found)
        .containsExactly(
            "revocations.add - other - refused",
            "revocations.remove " + bob + " - - not_found",
            "revocations.add "
                + ada
                + " issued before "
                + user.path("issued_before").asText()
                + " - done",
            "revocations.add - t-1 found in a log file done");
  }

  public void whatIsRevokedIsListedInPages() {
    String end = Instant.now().plusSeconds(600).toString();
    revoke(admin("list"), Json.object().put("token_id", "t-1").put("expires_at", end));
    revoke(admin("list"), Json.object().put("token_id", "t \u20ac"));
    JsonNode user = revokeUser("list", ada);
    revokeUser("list2", ada);
    List<JsonNode> found = new ArrayList<>();
    String after = "";
    do {
      JsonNode page = admin("list").get(PATH + "?limit=1" + after).json();
      page.path("revocations").forEach(found::add);
      after = "&after=" + page.path("next").asText();
    } while (!after.equals("&after="));
    assertThat(found).hasSize(3);
    assertThat(found.get(0)).isEqualTo(((ObjectNode) user).without("closed"));
    assertThat(found.get(1).path("token_id").asText()).isEqualTo("t \u20ac");
    Instant kept = Instant.parse(found.get(2).path("kept_until").asText());
    assertThat(kept).isBetween(Instant.parse(end), Instant.parse(end).plusSeconds(301));
    HttpCaller operator = caller(gateway, "office", "operator");
    assertThat(operator.get(PATH + "?tenant=list").json().path("revocations")).hasSize(3);
    assertThat(operator.get(PATH + "?tenant=list&after=x").status()).isEqualTo(400);
    assertThat(operator.get(PATH + "?tenant=list&limit=0").status()).isEqualTo(400);
  }

  @DataProvider
  public Object[][] mistakes() {
    return new Object[][] {
      {"{}", "", "token_id or user_id: missing"},
      {"{\"user_id\":\"\"}", "/user_id", "user_id: "},
      {"{\"user_id\":7}", "/user_id", "user_id: 7 (expected: a string)"},
      {"{\"token_id\":\"\"}", "/token_id", "token_id:  (expected: 1 to 128 characters"},
      {"{\"token_id\":\"a\\u0000\"}", "/token_id", "(expected: 1 to 128 characters"},
      {"{\"token_id\":\"\\ud800\"}", "/token_id", "(expected: 1 to 128 characters"},
      {"{\"token_id\":\"" + "a".repeat(129) + "\"}", "/token_id", "(expected: 1 to 128"},
      {"{\"token_id\":\"a\",\"user_id\":\"b\"}", "/token_id", "token_id: beside user_id"},
      {
        "{\"token_id\":\"a\",\"issued_before\":\"2001-01-01T00:00:00Z\"}",
        "/issued_before",
        "issued_before: beside token_id"
      },
      {
        "{\"user_id\":\"a\",\"expires_at\":\"2101-01-01T00:00:00Z\"}",
        "/expires_at",
        "expires_at: present (expected: beside token_id only)"
      },
      {
        "{\"token_id\":\"a\",\"expires_at\":\"2001-01-01T00:00:00Z\"}",
        "/expires_at",
        "expires_at: 2001-01-01T00:00:00Z (expected: a time in the future"
      },
      {"{\"token_id\":\"a\",\"expires_at\":\"soon\"}", "/expires_at", "expires_at: soon"},
      {
        "{\"user_id\":\"a\",\"issued_before\":\"2101-01-01T00:00:00Z\"}",
        "/issued_before",
        "issued_before: 2101-01-01T00:00:00Z (expected: a time of now or before"
      },
      {
        "{\"user_id\":\"a\",\"issued_before\":\"1969-12-31T23:59:59Z\"}",
        "/issued_before",
        "issued_before: 1969-12-31T23:59:59Z"
      },
      {"{\"tenant\":\"errors\"}", "/issued_before", "issued_before: missing"},
      {"{\"user_id\":\"a\",\"reason\":\"\"}", "/reason", "reason: "},
      {"{\"user_id\":\"a\",\"why\":\"b\"}", "/why", "field: why"},
      {"[]", "", "body: not a JSON object"},
    };
  }

  @Test(dataProvider = "mistakes")
  public void aMistakeIsNamed(String body, String field, String detail) {
    String token = gateway.tokens().signed(claims("errors", "eve", "e").put("scope", "operator"));
    RawClient.RawAnswer answer =
        rawSocket()
            .request(
                "POST "
                    + PATH
                    + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
                    + token
                    + "\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    JsonNode problem = Json.parse(answer.body());
    assertThat(problem.path("code").asText()).isEqualTo("invalid_argument");
    assertThat(problem.path("field").asText()).isEqualTo(field);
    assertThat(problem.path("detail").asText()).contains(detail);
    assertThat(caller(gateway, "errors", "admin").get(PATH).json().path("revocations")).isEmpty();
  }

  public void beyondTheMaximumNothingIsRevoked() {
    RunningGateway small = another(Map.of("auth.revocations.max", "4"));
    HttpCaller admin = caller(small, "default", "admin");
    revoke(admin, Json.object().put("token_id", "a"));
    revoke(admin, Json.object().put("token_id", "b"));
    HttpAnswer refused = admin.post(PATH, Json.object().put("token_id", "c"));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.text("code")).isEqualTo("quota_exceeded");
    assertThat(refused.text("detail"))
        .startsWith("revocations: 2 of the tenant in force (expected: fewer than are left of");
    assertThat(admin.get(PATH).json().path("revocations")).hasSize(2);
    assertThat(admin.get("/v1/audit").json().path("entries"))
        .as("two revocations and the list of them")
        .hasSize(3);
    revoke(admin, Json.object().put("token_id", "a"));
  }

  public void anAdministratorTakesNoRoomOfOtherTenants() {
    RunningGateway small = another(Map.of("auth.revocations.max", "20", "limits.burst", "1000"));
    HttpCaller mallory = caller(small, "t1", "admin");
    List<Integer> answers = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      ObjectNode made = Json.object().put("token_id", "j" + i);
      answers.add(mallory.post(PATH, made.put("expires_at", "9999-12-30T00:00:00Z")).status());
    }
    assertThat(answers.subList(0, 10)).containsOnly(200);
    assertThat(answers.subList(10, 25)).containsOnly(429);
    HttpCaller operator = caller(small, "default", "operator");
    for (HttpCaller each : List.of(operator, caller(small, "t2", "admin"))) {
      revoke(each, Json.object().put("user_id", ada));
      revoke(each, Json.object().put("token_id", "stolen"));
    }
    revoke(operator, Json.object().put("user_id", bob).put("tenant", "t2"));
    for (String tenant : List.of("t1", "t2", "t3")) {
      String now = Instant.now().toString();
      revoke(operator, Json.object().put("tenant", tenant).put("issued_before", now));
    }
    assertThat(mallory.get("/v1/session").status()).isEqualTo(401);
  }

  public void metricsTellHowManyAreInForceRefusedAndClosed() {
    RunningGateway counted = another(Map.of());
    HttpCaller admin = caller(counted, "default", "admin");
    String token = counted.tokens().of(ada);
    WsClient client = closing(WsClient.open(counted.address(), token));
    revoke(admin, Json.object().put("user_id", ada));
    assertRevoked(client.awaitClose());
    HttpCaller own = new HttpCaller(counted.address(), token);
    assertThat(own.get("/v1/session").status()).isEqualTo(401);
    assertThat(own.get("/v1/threads").status()).isEqualTo(401);
    await()
        .untilAsserted(
            () -> {
              Exposition seen = Exposition.of(counted);
              assertThat(seen.sum("parley_revocations")).isEqualTo(1);
              assertThat(seen.sum("parley_revoked_tokens_refused_total")).isEqualTo(2);
              assertThat(seen.sum("parley_connections_closed_total", "reason", "revoked"))
                  .isEqualTo(1);
            });
  }
}
