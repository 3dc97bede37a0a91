package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Broadcaster;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.WsClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

/** Operators disconnect users, and everything that they do is in the audit log. */
@Test(groups = {"multi_user", "websocket"})
public class AuditTest extends GatewayTest {

  private static String token(RunningGateway of, String tenant, String user, String scope) {
    ObjectNode claims = of.tokens().claims(user).put("tenant", tenant).put("scope", scope);
    return of.tokens().signed(claims.put("jti", "token-of-" + user));
  }

  private HttpCaller caller(String tenant, String user, String scope) {
    return new HttpCaller(gateway.address(), token(gateway, tenant, user, scope));
  }

  private HttpCaller admin(String tenant) {
    return caller(tenant, "eve", "admin");
  }

  private WsClient connect(String tenant, String user) {
    return connectWith(gateway.tokens().of(tenant, user));
  }

  private static List<String> records(HttpCaller caller, String query) {
    HttpAnswer answer = caller.get("/v1/audit" + query);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    return answer.json().path("entries").valueStream().map(AuditTest::line).toList();
  }

  private static String line(JsonNode entry) {
    return entry.path("actor").path("user_id").asText()
        + " "
        + entry.path("action").asText()
        + " "
        + entry.path("user_id").asText("-")
        + " "
        + entry.path("outcome").asText();
  }

  private static HttpAnswer disconnect(HttpCaller caller, ObjectNode body) {
    return caller.post("/v1/users/disconnect", body);
  }

  private static String idOf(WsClient client) {
    return client.received().get(0).text("connection_id");
  }

  public void oneDeviceIsClosedWhileTheOtherStays() {
    WsClient first = connect("devices", ada);
    WsClient second = connect("devices", ada);
    HttpAnswer answer =
        disconnect(
            admin("devices"),
            Json.object()
                .put("user_id", ada)
                .put("connection_id", idOf(first))
                .put("reason", "lost device"));
    assertThat(answer.json().path("closed").asInt()).isEqualTo(1);
    assertThat(first.awaitClose().code()).isEqualTo(4403);
    assertThat(first.awaitClose().reason()).isEqualTo("closed by an operator");
    second.barrier();
    JsonNode record = admin("devices").get("/v1/audit").json().path("entries").path(0);
    assertThat(record.path("action").asText()).isEqualTo("users.disconnect");
    assertThat(record.path("target").asText()).isEqualTo(idOf(first));
    assertThat(record.path("reason").asText()).isEqualTo("lost device");
    assertThat(record.path("outcome").asText()).isEqualTo("done");
    assertThat(record.path("actor").path("token_id").asText()).isEqualTo("token-of-eve");
  }

  public void everyConnectionOfTheUserIsClosedAndMayComeBack() {
    WsClient client = connect("all", ada);
    StreamClient stream =
        closing(
            StreamClient.open(gateway.address(), gateway.tokens().of("all", ada), "t", "?after=0"));
    stream.await("caught_up");
    WsClient other = connect("all", bob);
    HttpAnswer answer = disconnect(admin("all"), Json.object().put("user_id", ada));
    assertThat(answer.json().path("closed").asInt()).isEqualTo(2);
    assertThat(client.awaitClose().code()).isEqualTo(4403);
    assertThat(stream.awaitClose().code()).isEqualTo(4403);
    other.barrier();
    connect("all", ada).barrier();
    assertThat(disconnect(admin("all"), Json.object().put("user_id", "nobody")).json())
        .isEqualTo(Json.object().put("closed", 0));
  }

  public void aForeignUserIsNotTouched() {
    WsClient client = connect("own", ada);
    HttpAnswer refused =
        disconnect(admin("foreign"), Json.object().put("user_id", ada).put("tenant", "own"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(disconnect(admin("foreign"), Json.object().put("user_id", ada)).json())
        .isEqualTo(Json.object().put("closed", 0));
    client.barrier();
    assertThat(records(admin("own"), "")).isEmpty();
    HttpCaller operator = caller("foreign", "root", "operator");
    assertThat(
            disconnect(operator, Json.object().put("user_id", ada).put("tenant", "own"))
                .json()
                .path("closed")
                .asInt())
        .isEqualTo(1);
    assertThat(records(admin("own"), "")).containsExactly("root users.disconnect " + ada + " done");
    assertThat(records(operator, "?tenant=own")).hasSize(1);
    assertThat(records(admin("foreign"), ""))
        .containsExactly("eve users.disconnect " + ada + " done", "eve users.disconnect - refused");
  }

  public void aRefusedAttemptIsRecordedOnceAnHour() {
    HttpCaller stranger = caller("refusals", "sam", "chat");
    for (int i = 0; i < 20; i++) {
      assertThat(disconnect(stranger, Json.object().put("user_id", ada)).status()).isEqualTo(403);
    }
    assertThat(stranger.get("/v1/audit").status()).isEqualTo(403);
    await()
        .atMost(Bounds.TIMEOUT)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () ->
                assertThat(records(admin("refusals"), ""))
                    .containsExactly("sam audit.read - refused", "sam users.disconnect - refused"));
    assertThat(new HttpCaller(gateway.address(), "").get("/v1/audit").status()).isEqualTo(401);
  }

  public void everyRefusedCallOfOperatorsIsOnRecord() {
    List<String> refused = new ArrayList<>();
    String document = "GET /v1/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n";
    JsonNode paths = Json.parse(rawSocket().request(document).body()).path("paths");
    paths.forEachEntry(
        (path, calls) ->
            calls.forEachEntry(
                (method, call) -> {
                  if (isOfOperators(call)) {
                    refused.add("sam-" + refused.size() + " - refused");
                    boolean hasBody = call.has("requestBody");
                    refuse(method, path, hasBody, "sam-" + (refused.size() - 1));
                  }
                }));
    assertThat(refused).hasSizeGreaterThan(15);
    await()
        .atMost(Bounds.TIMEOUT)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () ->
                assertThat(records(admin("strangers"), "?limit=500"))
                    .map(line -> line.replaceFirst(" [a-z.]+ ", " "))
                    .containsExactlyInAnyOrderElementsOf(refused));
  }

  private static boolean isOfOperators(JsonNode call) {
    List<String> scopes =
        call.path("security")
            .valueStream()
            .flatMap(JsonNode::valueStream)
            .flatMap(JsonNode::valueStream)
            .map(JsonNode::asText)
            .toList();
    return !scopes.isEmpty() && List.of("admin", "operator").containsAll(scopes);
  }

  private void refuse(String method, String path, boolean hasBody, String user) {
    HttpCaller stranger = caller("strangers", user, "chat agent publish");
    String asked = path.replaceAll("\\{[a-z_]+}", "x");
    HttpAnswer answer =
        switch (method) {
          case "get" -> stranger.get(asked);
          case "delete" -> stranger.delete(asked);
          default ->
              hasBody ? stranger.post(asked, Json.object()) : stranger.postWithoutBody(asked);
        };
    assertThat(answer.status()).as(method + " " + path).isEqualTo(403);
  }

  public void aRefusedAttemptNamesTheTenantThatWasAskedFor() {
    HttpCaller eve = admin("curious");
    for (String asked : List.of("secret", "secret", "other", "x".repeat(300))) {
      String query = "?tenant=" + URLEncoder.encode(asked, StandardCharsets.UTF_8);
      assertThat(eve.get("/v1/connections" + query).status()).isEqualTo(403);
    }
    await()
        .atMost(Bounds.TIMEOUT)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () ->
                assertThat(targets(eve))
                    .containsExactlyInAnyOrder(
                        "connections.list secret", "connections.list other", "connections.list -"));
    assertThat(gateway.metrics().count("parley_audit_suppressed_total")).isPositive();
  }

  private static List<String> targets(HttpCaller caller) {
    return caller
        .get("/v1/audit")
        .json()
        .path("entries")
        .valueStream()
        .map(each -> each.path("action").asText() + " " + each.path("target").asText("-"))
        .toList();
  }

  /** A page that shows them asks again and again. */
  public void listsAndViewsOfConnectionsAreRecordedOnce() {
    WsClient client = connect("lists", ada);
    for (int i = 0; i < 3; i++) {
      for (String path :
          List.of(
              "/v1/users",
              "/v1/connections?limit=1",
              "/v1/connections?user_id=" + ada,
              "/v1/revocations")) {
        assertThat(admin("lists").get(path).status()).isEqualTo(200);
      }
    }
    client.barrier();
    assertThat(records(admin("lists"), ""))
        .containsExactly(
            "eve revocations.list - done",
            "eve users.view " + ada + " done",
            "eve connections.list - done",
            "eve users.list - done");
  }

  public void thoseWhoGotABroadcastAreSeenOnRecord() {
    Broadcaster sender =
        new Broadcaster(gateway.address(), token(gateway, "receipts", "eve", "admin"));
    String id = sender.send(Broadcaster.all(), "Title");
    for (String query : List.of("", "?users=all", "?users=waiting")) {
      assertThat(admin("receipts").get("/v1/broadcasts/" + id + query).status()).isEqualTo(200);
    }
    assertThat(targets(admin("receipts")))
        .containsExactly("broadcasts.receipt " + id, "broadcasts.send " + id);
  }

  /** The place of a record in the log of all tenants is the time of what others did. */
  public void theNextOfAPageTellsNothingAndIsForOneTenant() {
    for (String tenant : List.of("paged", "beside", "paged", "beside")) {
      disconnect(admin(tenant), Json.object().put("user_id", "nobody"));
    }
    String next = admin("paged").get("/v1/audit?limit=1").text("next");
    assertThat(admin("paged").get("/v1/audit?limit=1").text("next")).isNotEqualTo(next);
    assertThat(admin("beside").get("/v1/audit?after=" + next).text("detail")).startsWith("after:");
    HttpCaller operator = caller("paged", "root", "operator");
    assertThat(operator.get("/v1/audit?after=" + next).text("detail")).startsWith("after:");
    assertThat(records(operator, "?tenant=paged&after=" + next)).hasSize(1);
    assertThat(records(admin("paged"), "?after=" + next)).hasSize(1);
    String changed = (next.startsWith("A") ? "B" : "A") + next.substring(1);
    assertThat(admin("paged").get("/v1/audit?after=" + changed).status()).isEqualTo(400);
    assertThat(admin("paged").get("/v1/audit?after=" + "A".repeat(4000)).status()).isEqualTo(400);
  }

  public void broadcastsAreRecorded() {
    Broadcaster sender =
        new Broadcaster(gateway.address(), token(gateway, "casts", "eve", "admin"));
    String id = sender.send(Broadcaster.all(), "A secret title");
    sender.cancel(id);
    assertThat(sender.cancel("b_unknown").status()).isEqualTo(404);
    assertThat(records(admin("casts"), ""))
        .containsExactly(
            "eve broadcasts.cancel - not_found",
            "eve broadcasts.cancel - done",
            "eve broadcasts.send - done");
    String all = admin("casts").get("/v1/audit").json().toString();
    assertThat(all).contains(id).doesNotContain("secret");
  }

  public void aBadRequestIsNamedAndNotRecorded() {
    HttpCaller admin = admin("bad");
    assertThat(detail(admin, Json.object())).startsWith("user_id: missing");
    assertThat(detail(admin, Json.object().put("user_id", ""))).startsWith("user_id:");
    assertThat(detail(admin, Json.object().put("user_id", 7))).startsWith("user_id:");
    assertThat(detail(admin, Json.object().put("user_id", "a").put("connection_id", "x")))
        .startsWith("connection_id:");
    assertThat(detail(admin, Json.object().put("user_id", "a").put("reason", "a\nb")))
        .startsWith("reason:");
    for (String hidden : List.of("\r", "\u202e", "\u2066", "\u2028", "\u200b")) {
      assertThat(detail(admin, Json.object().put("user_id", "a").put("reason", "a" + hidden)))
          .startsWith("reason:");
    }
    assertThat(detail(admin, Json.object().put("user_id", "a").put("why", "x")))
        .startsWith("field:");
    assertThat(records(admin, "")).isEmpty();
    assertThat(admin.get("/v1/audit?after=!").text("detail")).startsWith("after:");
    assertThat(admin.get("/v1/audit?limit=501").text("detail")).startsWith("limit:");
  }

  private static String detail(HttpCaller caller, ObjectNode body) {
    HttpAnswer answer = disconnect(caller, body);
    assertThat(answer.status()).isEqualTo(400);
    return answer.text("detail");
  }

  public void itSurvivesARestartAndIsReadInPagesWhileNewRecordsCome() {
    try (TestFolder folder = new TestFolder()) {
      Map<String, String> settings =
          Map.of("store.type", "embedded", "store.path", folder.path().toString());
      List<String> expected = new ArrayList<>();
      try (RunningGateway first = RunningGateway.start(settings)) {
        HttpCaller admin = adminOf(first);
        for (int i = 0; i < 5; i++) {
          disconnect(admin, Json.object().put("user_id", "user-" + i));
          expected.add(0, "eve users.disconnect user-" + i + " done");
        }
      }
      try (RunningGateway second = RunningGateway.start(settings)) {
        HttpCaller admin = adminOf(second);
        List<String> read = new ArrayList<>();
        String after = "";
        do {
          HttpAnswer page = admin.get("/v1/audit?limit=2" + after);
          page.json().path("entries").forEach(each -> read.add(line(each)));
          after = page.json().has("next") ? "&after=" + page.text("next") : "";
          disconnect(admin, Json.object().put("user_id", "later"));
        } while (!after.isEmpty());
        assertThat(read).isEqualTo(expected);
        assertThat(records(admin, "?limit=1")).containsExactly("eve users.disconnect later done");
      }
    }
  }

  private static HttpCaller adminOf(RunningGateway of) {
    return new HttpCaller(of.address(), token(of, "kept", "eve", "admin"));
  }
}
