package dev.parley.gateway.tests.security;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.Gateway;
import dev.parley.gateway.GatewayConfig;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** With {@code ops.port}, operators have a listener of their own, for this machine only. */
@Test(groups = {"security", "startup"})
public class OperatorListenerTest extends GatewayTest {

  /** A file that a page or a module loads. */
  private static final Pattern REFERENCE =
      Pattern.compile("(?:(?:href|src)=\"|from '|import ')([a-z./-]+\\.(?:js|css|svg))[\"']");

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "ops.port",
        "0",
        "store.type",
        "embedded",
        "origins.allowed",
        "https://app.example.com",
        "server.handshake_timeout",
        "1s");
  }

  private RawClient operators() {
    return closing(RawClient.open(gateway.operators()));
  }

  private static String head(String line, String... headers) {
    StringBuilder head = new StringBuilder(line).append(" HTTP/1.1\r\n");
    boolean hasHost = Stream.of(headers).anyMatch(each -> each.startsWith("Host:"));
    if (!hasHost) {
      head.append("Host: 127.0.0.1\r\n");
    }
    Stream.of(headers).forEach(each -> head.append(each).append("\r\n"));
    return head.append("\r\n").toString();
  }

  private RawAnswer ask(String line, String... headers) {
    return operators().request(head(line, headers));
  }

  private String bearer(String scope) {
    return "Authorization: Bearer " + gateway.tokens().withScope(ada, scope);
  }

  // -- which listener has which call

  @DataProvider
  public Object[][] callsOfOperators() {
    return new Object[][] {
      {"GET /metrics"},
      {"GET /v1/alerts"},
      {"POST /v1/backup"},
      {"GET /v1/connections"},
      {"GET /v1/history"},
      {"GET /dashboard"},
      {"GET /dashboard/main.js"},
    };
  }

  @Test(dataProvider = "callsOfOperators")
  public void theListenerOfUsersDoesNotKnowTheCallsOfOperators(String line) {
    RawAnswer answer = rawSocket().request(head(line, bearer("operator")));
    RawAnswer unknown = rawSocket().request(head("GET /nothing", bearer("operator")));
    assertThat(answer.status()).isEqualTo(404);
    assertThat(Json.parse(answer.body()).path("code"))
        .isEqualTo(Json.parse(unknown.body()).path("code"));
  }

  @DataProvider
  public Object[][] callsOfUsers() {
    return new Object[][] {
      {"GET /"},
      {"GET /v1/threads"},
      {"POST /v1/commands"},
      {"GET /v1/threads/t1/events"},
      {"GET /v1/asyncapi.json"},
      {"GET /ws"},
      {"GET /ws?token=x"},
    };
  }

  @Test(dataProvider = "callsOfUsers")
  public void theListenerOfOperatorsDoesNotKnowTheCallsOfUsers(String line) {
    RawAnswer answer = ask(line, bearer("chat admin operator"));
    assertThat(answer.status()).isEqualTo(404);
    assertThat(Json.parse(answer.body()).path("code").asText()).isEqualTo("not_found");
  }

  @Test(dataProvider = "callsOfUsers")
  public void andTheListenerOfUsersStillKnowsThem(String line) {
    RawAnswer answer = rawSocket().request(head(line, bearer("chat admin operator")));
    assertThat(answer.status()).as(line).isNotEqualTo(404);
  }

  @Test(dataProvider = "callsOfOperators")
  public void andTheListenerOfOperatorsDoes(String line) {
    assertThat(ask(line, bearer("operator")).status()).isNotEqualTo(404);
  }

  /** The dashboard tells whose token it has, and sends broadcasts. */
  public void whatBothNeedIsOnBoth() {
    for (String path : List.of("/healthz", "/readyz", "/v1/session", "/parley.js")) {
      String call = head("GET " + path, bearer("chat"));
      assertThat(operators().request(call).status()).as(path).isEqualTo(200);
      assertThat(rawSocket().request(call).status()).as(path).isEqualTo(200);
    }
    String broadcast = head("GET /v1/broadcasts/b_1", bearer("chat"));
    assertThat(operators().request(broadcast).status()).isEqualTo(403);
    assertThat(rawSocket().request(broadcast).status()).isEqualTo(403);
  }

  public void eachListenerDescribesItsOwnCalls() {
    JsonNode own = Json.parse(ask("GET /v1/openapi.json").body()).path("paths");
    JsonNode users =
        Json.parse(rawSocket().request(head("GET /v1/openapi.json")).body()).path("paths");
    assertThat(own.has("/metrics")).isTrue();
    assertThat(own.at("/~1metrics/get/security"))
        .isEqualTo(Json.parse("[{\"token\":[\"operator\"]},{}]"));
    assertThat(own.has("/v1/threads")).isFalse();
    assertThat(users.has("/v1/threads")).isTrue();
    assertThat(users.has("/metrics")).isFalse();
    assertThat(users.has("/healthz") && own.has("/healthz")).isTrue();
  }

  /** The caller compares each answer with the document. */
  public void theCallsOfOperatorsAreAnsweredAsDocumented() {
    String token = gateway.tokens().withScope(ada, "operator");
    HttpCaller caller = new HttpCaller(gateway.operators(), token);
    assertThat(caller.post("/v1/backup", Json.object()).status()).isEqualTo(400);
    assertThat(caller.get("/healthz").status()).isEqualTo(200);
    assertThat(new HttpCaller(gateway.operators(), "").post("/v1/backup", Json.object()).status())
        .isEqualTo(401);
  }

  public void theStartSaysWhereOperatorsCall() {
    assertThat(gateway.greeting())
        .isEqualTo(
            "Parley is ready at " + gateway.address() + "\nOperators: " + gateway.operators());
  }

  /** The page of operators needs nothing from the listener of users. */
  public void theDashboardIsWhole() {
    Deque<URI> left = new ArrayDeque<>(List.of(gateway.operators().resolve("dashboard")));
    Set<URI> seen = new HashSet<>();
    while (!left.isEmpty()) {
      URI next = left.remove();
      if (seen.add(next)) {
        RawAnswer answer = ask("GET " + next.getPath());
        assertThat(answer.status()).as("%s", next).isEqualTo(200);
        REFERENCE
            .matcher(answer.body())
            .results()
            .map(found -> next.resolve(found.group(1)))
            .forEach(left::add);
      }
    }
    assertThat(seen).hasSizeGreaterThan(20);
  }

  /** The page of the dashboard gets its token where it was loaded from. */
  public void inDevelopmentModeTheDashboardGetsItsToken() {
    Map<String, String> development =
        Map.of("server.port", "0", "ops.port", "0", "store.type", "memory", "dev.admin", "true");
    try (Gateway own = Gateway.start(GatewayConfig.of(development))) {
      URI place = own.operatorAddress().orElseThrow();
      String key = own.developmentKey().orElseThrow();
      assertThat(own.greeting()).contains("Dashboard: " + place + "dashboard#" + key);
      String host = "127.0.0.1:" + place.getPort();
      String call =
          head(
              "POST /dev/token",
              "Host: " + host,
              "Origin: http://" + host,
              "Content-Length: 2",
              "Authorization: Bearer " + key);
      RawAnswer answer = closing(RawClient.open(place)).request(call + "{}");
      assertThat(answer.status()).isEqualTo(200);
      String token = Json.parse(answer.body()).path("token").asText();
      RawAnswer users =
          closing(RawClient.open(place))
              .request(head("GET /v1/users", "Authorization: Bearer " + token));
      assertThat(users.status()).isEqualTo(200);
    }
  }

  // -- who may call

  public void aScraperOfThisMachineNeedsNoToken() {
    RawAnswer answer = ask("GET /metrics");
    assertThat(answer.status()).isEqualTo(200);
    Exposition seen = Exposition.parse(answer.body());
    assertThat(seen.sum("parley_operator_sockets")).isPositive();
  }

  public void aTokenIsCheckedWhereThereIsOne() {
    assertThat(ask("GET /metrics", bearer("operator")).status()).isEqualTo(200);
    assertThat(ask("GET /metrics", bearer("chat")).status()).isEqualTo(403);
    assertThat(ask("GET /metrics", "Authorization: Bearer x").status()).isEqualTo(401);
    assertThat(ask("GET /metrics", "Authorization: Basic eDp5").status()).isEqualTo(401);
  }

  /** A proxy on this machine does not open the metrics to its clients. */
  public void throughAProxyATokenIsNeeded() {
    String forwarded = "X-Forwarded-For: 192.0.2.1";
    assertThat(ask("GET /metrics", forwarded).status()).isEqualTo(403);
    assertThat(ask("GET /metrics", "Via: 1.1 proxy").status()).isEqualTo(403);
    assertThat(ask("GET /metrics", forwarded, bearer("operator")).status()).isEqualTo(200);
  }

  @DataProvider
  public Object[][] foreignHosts() {
    return new Object[][] {
      {"Host: evil.example"}, {"Host: evil.example:9090"}, {"Host: 127.0.0.1.evil.example"},
    };
  }

  /** A page whose name was made to resolve to this machine sends that name (DNS rebinding). */
  @Test(dataProvider = "foreignHosts")
  public void aPageOfAnotherNameIsRefused(String host) {
    for (String path : List.of("/metrics", "/healthz", "/v1/openapi.json", "/nothing")) {
      assertThat(ask("GET " + path, host, bearer("operator")).status()).as(path).isEqualTo(403);
    }
    RawAnswer absolute = ask("GET http://" + host.substring("Host: ".length()) + "/metrics");
    assertThat(absolute.status()).isEqualTo(403);
    RawAnswer posted = ask("POST /v1/backup", host, bearer("operator"), "Content-Length: 2");
    assertThat(posted.status()).isEqualTo(403);
  }

  /** Not even a page that may call the listener of users. */
  public void noPageOfAnotherOriginMayCall() {
    for (String origin : List.of("https://app.example.com", "null", "http://127.0.0.1:1")) {
      RawAnswer answer = ask("GET /metrics", "Origin: " + origin);
      assertThat(answer.status()).as(origin).isEqualTo(403);
      assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
    }
    RawAnswer preflight =
        ask(
            "OPTIONS /v1/backup",
            "Origin: https://app.example.com",
            "Access-Control-Request-Method: POST");
    assertThat(preflight.status()).isEqualTo(403);
    assertThat(preflight.headers()).doesNotContainKey("access-control-allow-methods");
  }

  public void aPageOfTheListenerItselfMayCall() {
    String host = "127.0.0.1:" + gateway.operators().getPort();
    String body = "{\"folder\":\"own\"}";
    String call =
        head(
            "POST /v1/backup",
            "Host: " + host,
            "Origin: http://" + host,
            "Content-Length: " + body.length(),
            bearer("operator"));
    assertThat(operators().request(call + body).status()).isEqualTo(201);
  }

  public void aWebSocketIsRefused() {
    RawAnswer answer = operators().request(RawClient.upgrade(bearer("chat")));
    assertThat(answer.status()).isEqualTo(404);
    RawAnswer health = operators().request(RawClient.upgradeTo("/healthz"));
    assertThat(health.status()).isEqualTo(200);
  }

  // -- limits

  public void operatorsAreAnsweredWhenTheGatewayIsFull() {
    RunningGateway full = another(Map.of("limits.connections", "2"));
    WsClient one = closing(full.connect(ada));
    WsClient two = closing(full.connect(bob));
    RawAnswer refused = closing(RawClient.open(full.address())).request(head("GET /v1/session"));
    assertThat(refused.status()).isEqualTo(503);
    RawClient scraper = closing(RawClient.open(full.operators()));
    RawAnswer answer = scraper.request(head("GET /metrics"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(Exposition.parse(answer.body()).sum("parley_connections")).isEqualTo(2);
    one.barrier();
    two.barrier();
  }

  /** The oldest sockets are closed for new ones, so that a scraper is always answered. */
  public void theSocketsOfOperatorsHaveABoundOfTheirOwn() {
    RunningGateway own = another(Map.of("server.handshake_timeout", "1m"));
    WsClient user = closing(own.connect(ada));
    List<RawClient> idle = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      RawClient socket = closing(RawClient.open(own.operators()));
      assertThat(socket.request(head("GET /healthz")).status()).isEqualTo(200);
      idle.add(socket);
    }
    idle.get(0).awaitEnd();
    await()
        .untilAsserted(
            () ->
                assertThat(own.metrics().figure("parley_operator_sockets"))
                    .isLessThanOrEqualTo(128 + 16));
    RawClient scraper = closing(RawClient.open(own.operators()));
    assertThat(scraper.request(head("GET /metrics")).status()).isEqualTo(200);
    user.barrier();
  }

  @DataProvider
  public Object[][] scopesOfThoseWhoStay() {
    return new Object[][] {{"chat agent publish"}, {"operator"}};
  }

  /** Each user may have 32 sockets, and whoever has a token may ask for its session. */
  @Test(dataProvider = "scopesOfThoseWhoStay")
  public void theSocketsOfOthersDoNotKeepAnOperatorOut(String scope) {
    RunningGateway own = another(Map.of("server.keep_alive", "10m"));
    for (String user : List.of("u1", "u2", "u3", "u4")) {
      String call = session(own.tokens().withScope(user, scope));
      for (int i = 0; i < 32; i++) {
        assertThat(closing(RawClient.open(own.operators())).request(call).status()).isEqualTo(200);
      }
    }
    String operator = "Authorization: Bearer " + own.tokens().withScope(ada, "operator");
    for (String call : List.of(head("GET /v1/audit", operator), head("GET /metrics"))) {
      assertThat(closing(RawClient.open(own.operators())).request(call).status()).isEqualTo(200);
    }
  }

  /** They count as sockets without a user, of which the oldest is closed for each new one. */
  public void theSocketOfAnOperatorOutlivesThoseOfUsers() {
    RunningGateway own = another(Map.of("server.keep_alive", "10m"));
    String operator = session(own.tokens().withScope(ada, "operator"));
    String admin = session(own.tokens().withScope(bob, "admin"));
    RawClient first = closing(RawClient.open(own.operators()));
    RawClient second = closing(RawClient.open(own.operators()));
    assertThat(first.request(operator).status()).isEqualTo(200);
    assertThat(second.request(admin).status()).isEqualTo(200);
    String user = session(own.tokens().withScope("u1", "chat"));
    for (int i = 0; i < 100; i++) {
      assertThat(closing(RawClient.open(own.operators())).request(user).status()).isEqualTo(200);
    }
    assertThat(own.metrics().figure("parley_operator_sockets")).isLessThanOrEqualTo(2 + 64 + 16);
    assertThat(first.request(operator).status()).isEqualTo(200);
    assertThat(second.request(admin).status()).isEqualTo(200);
  }

  private static String session(String token) {
    return head("GET /v1/session", "Authorization: Bearer " + token);
  }

  public void aRequestThatComesSlowlyIsCutOff() {
    RawClient slow = operators();
    slow.send("GET /metrics HTTP/1.1\r\nHost: ");
    slow.dripUntilClosed('x');
  }

  public void aBodyIsBounded() {
    String size = "Content-Length: " + (1 << 30);
    RawClient client = operators();
    RawAnswer answer = client.request(head("POST /v1/backup", bearer("operator"), size));
    assertThat(answer.status()).isIn(400, 413);
    client.awaitEndAfterAnyAnswer();
  }

  public void requestsAreBounded() {
    Map<String, String> few = Map.of("limits.frames_per_second", "5", "limits.frames_burst", "10");
    RawClient client = closing(RawClient.open(another(few).operators()));
    String all = head("GET /healthz").repeat(60);
    client.sendWhileOpen(all.getBytes(US_ASCII));
    int status = 200;
    for (int i = 0; i < 60 && status == 200; i++) {
      status = client.readAnswer().status();
    }
    assertThat(status).isEqualTo(429);
  }

  // -- the end

  public void theDrainCanBeScraped() throws InterruptedException {
    RunningGateway own = another(Map.of("drain.timeout", "10m"));
    WsClient client = closing(own.connect(ada));
    String run = client.say("t1", "wait 30 seconds").runId();
    client.await("tool_executing");
    Thread end = new Thread(own::end, "end-of-the-gateway");
    end.start();
    client.await("goaway");
    RawAnswer scraped = closing(RawClient.open(own.operators())).request(head("GET /metrics"));
    assertThat(scraped.status()).isEqualTo(200);
    assertThat(Exposition.parse(scraped.body()).sum("parley_runs")).isEqualTo(1);
    RawAnswer ready = closing(RawClient.open(own.operators())).request(head("GET /readyz"));
    assertThat(ready.status()).isEqualTo(503);
    RawAnswer work =
        closing(RawClient.open(own.operators()))
            .request(head("POST /v1/backup", bearer("operator")));
    assertThat(work.status()).isEqualTo(503);
    client.sendValid(Commands.cancelRun("x1", run));
    end.join(Bounds.TIMEOUT.toMillis());
    assertThat(end.isAlive()).isFalse();
    await().until(() -> isRefused(own));
  }

  private static boolean isRefused(RunningGateway own) {
    try {
      RawClient.open(own.operators()).close();
      return false;
    } catch (AssertionError refused) {
      return true;
    }
  }
}
