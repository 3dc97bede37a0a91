package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.Test;

/** {@code GET /v1/connections}: operators see who is connected, and what each connection does. */
@Test(groups = {"multi_user", "websocket"})
public class ConnectionListTest extends GatewayTest {

  private HttpCaller admin(String tenant) {
    return caller(tenant, "admin");
  }

  private HttpCaller caller(String tenant, String scope) {
    return new HttpCaller(
        gateway.address(),
        gateway
            .tokens()
            .signed(gateway.tokens().claims("eve").put("tenant", tenant).put("scope", scope)));
  }

  private WsClient connect(String tenant, String user) {
    return connectWith(gateway.tokens().of(tenant, user));
  }

  private static List<JsonNode> list(HttpCaller caller, String query) {
    HttpAnswer answer = caller.get("/v1/connections" + query);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    return answer.json().path("connections").valueStream().toList();
  }

  private static JsonNode only(HttpCaller caller, String query) {
    List<JsonNode> all = list(caller, query);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  public void theFiguresAreWhatTheClientDid() {
    String tenant = "figures";
    Instant before = Instant.now().minusSeconds(1);
    WsClient client = connect(tenant, ada);
    client.readAll("one");
    client.readAll("two");
    for (int i = 0; i < 7; i++) {
      client.ask(Commands.ping("p" + i));
    }
    client.barrier();
    JsonNode shown = only(admin(tenant), "?user_id=" + ada);
    assertThat(shown.path("tenant").asText()).isEqualTo(tenant);
    assertThat(shown.path("user_id").asText()).isEqualTo(ada);
    assertThat(shown.path("transport").asText()).isEqualTo("websocket");
    assertThat(shown.path("address").asText()).isEqualTo("127.0.0.1");
    assertThat(shown.path("subscriptions").asInt()).isEqualTo(2);
    assertThat(shown.path("frames_sent").asInt()).isEqualTo(client.received().size());
    assertThat(shown.path("frames_received").asInt()).isEqualTo(2 + 7 + 1);
    assertThat(shown.path("outbound_bytes").asInt()).isZero();
    assertThat(shown.path("behind").asBoolean()).isFalse();
    Instant since = Instant.parse(shown.path("since").asText());
    assertThat(since).isBetween(before, Instant.now());
    assertThat(Instant.parse(shown.path("last_received").asText()))
        .isBetween(since.minusMillis(5), Instant.now());
    assertThat(shown.path("connection_id").asText())
        .isEqualTo(client.received().get(0).text("connection_id"));
  }

  public void everyPageTogetherHasEachConnectionOnce() {
    String tenant = "pages";
    Set<String> open = new HashSet<>();
    for (int i = 0; i < 7; i++) {
      open.add(connect(tenant, "user-" + i % 3).received().get(0).text("connection_id"));
    }
    List<String> found = new ArrayList<>();
    String after = "";
    do {
      HttpAnswer page = admin(tenant).get("/v1/connections?limit=2" + after);
      page.json()
          .path("connections")
          .forEach(each -> found.add(each.path("connection_id").asText()));
      after = page.json().has("next") ? "&after=" + page.text("next") : "";
    } while (!after.isEmpty());
    assertThat(found).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(open);
    assertThat(list(admin(tenant), "?user_id=user-0")).hasSize(3);
  }

  public void aClosedConnectionIsNotListed() {
    WsClient client = connect("closing", ada);
    assertThat(list(admin("closing"), "")).hasSize(1);
    client.close();
    await()
        .atMost(Bounds.TIMEOUT)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(list(admin("closing"), "")).isEmpty());
  }

  public void anEventStreamIsListedWithTheAddressThatATrustedProxyNames() {
    RunningGateway behind = another(Map.of("server.trusted_proxies", "127.0.0.1"));
    String token = behind.tokens().of(ada);
    closing(
            StreamClient.open(
                behind.address(), token, "t", "?after=0", "X-Forwarded-For", "203.0.113.7"))
        .await("caught_up");
    HttpCaller caller = new HttpCaller(behind.address(), behind.tokens().withScope("eve", "admin"));
    JsonNode shown = only(caller, "?user_id=" + ada);
    assertThat(shown.path("transport").asText()).isEqualTo("sse");
    assertThat(shown.path("address").asText()).isEqualTo("203.0.113.7");
    assertThat(shown.path("subscriptions").asInt()).isEqualTo(1);
    assertThat(shown.path("frames_received").asInt()).isZero();
    assertThat(shown.path("last_received").asText()).isEqualTo(shown.path("since").asText());
  }

  public void anAdminSeesTheOwnTenantOnly() {
    connect("here", ada);
    connect("there", bob);
    assertThat(list(admin("here"), "")).hasSize(1);
    assertThat(list(admin("here"), "?tenant=here")).hasSize(1);
    HttpAnswer refused = admin("here").get("/v1/connections?tenant=there&user_id=" + bob);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text("code")).isEqualTo("forbidden");
    HttpAnswer unknown = admin("here").get("/v1/connections?tenant=nowhere");
    assertThat(unknown.text("detail"))
        .isEqualTo(refused.text("detail").replace("there", "nowhere"));
    assertThat(list(caller("here", "operator"), "?tenant=there")).hasSize(1);
    assertThat(list(caller("here", "operator"), "?tenant=nowhere")).isEmpty();
  }

  public void othersAreRefused() {
    assertThat(new HttpCaller(gateway.address(), "").get("/v1/connections").status())
        .isEqualTo(401);
    HttpAnswer refused = http(ada).get("/v1/connections");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text("detail")).contains("admin or operator");
  }

  public void aBadQueryIsNamed() {
    HttpCaller admin = admin("forms");
    assertThat(detail(admin, "?limit=0")).startsWith("limit:").contains("from 1 to 500");
    assertThat(detail(admin, "?after=x")).startsWith("after:");
    assertThat(detail(admin, "?user_id=")).startsWith("user_id:");
    assertThat(detail(admin, "?nobody=x")).startsWith("query:").contains("nobody");
    assertThat(detail(caller("forms", "operator"), "?tenant=")).startsWith("tenant:");
  }

  private static String detail(HttpCaller caller, String query) {
    HttpAnswer answer = caller.get("/v1/connections" + query);
    assertThat(answer.status()).isEqualTo(400);
    return answer.text("detail");
  }
}
