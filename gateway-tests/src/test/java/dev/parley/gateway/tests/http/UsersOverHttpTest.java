package dev.parley.gateway.tests.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.WsClient;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What operators see of users: who they are and what went wrong, never what was said. */
@Test(groups = {"multi_user", "security"})
public class UsersOverHttpTest extends GatewayTest {
  private static final String SECRET_WORDS = "the plan is xyzzy";

  @Override
  protected Map<String, String> settings() {
    return Map.of("agents.actor.type", "actor", "tiers.gold.connections", "7");
  }

  private HttpCaller as(String tenant, String scope) {
    return new HttpCaller(
        gateway.address(),
        gateway
            .tokens()
            .signed(gateway.tokens().claims("boss").put("tenant", tenant).put("scope", scope)));
  }

  private HttpCaller admin() {
    return as("default", "admin");
  }

  private static String query(String name, String value) {
    return name + "=" + URLEncoder.encode(value, UTF_8).replace("+", "%20");
  }

  private JsonNode user(String user) {
    HttpAnswer answer = admin().get("/v1/users?" + query("user_id", user));
    assertThat(answer.status()).isEqualTo(200);
    return answer.json();
  }

  public void aUserWhoIsThereIsShownWithWhatIsUsedAndWhatIsAllowed() {
    Instant before = Instant.now();
    WsClient client =
        connectWith(gateway.tokens().signed(gateway.tokens().claims(ada).put("tier", "gold")));
    connect(ada);
    gateway.awaitConnections(2);
    client.runToEnd("t1", SECRET_WORDS);
    JsonNode seen = user(ada);
    assertThat(seen.path("tenant").asText()).isEqualTo("default");
    assertThat(seen.path("user_id").asText()).isEqualTo(ada);
    assertThat(seen.path("present").asBoolean()).isTrue();
    assertThat(seen.path("connections").asInt()).isEqualTo(2);
    assertThat(seen.path("threads").asInt()).isEqualTo(1);
    assertThat(seen.path("stored_bytes").asLong()).isPositive();
    assertThat(seen.path("open_runs").asInt()).isZero();
    assertThat(seen.path("last_errors")).isEmpty();
    assertThat(Instant.parse(seen.path("last_seen").asText()))
        .isAfterOrEqualTo(before.minusSeconds(1));
    assertThat(seen.path("tier").asText()).isEqualTo("early"); // the newest connection's
    assertThat(seen.toString()).doesNotContain("xyzzy");
  }

  public void aUserWhoHasLeftIsStillShown() {
    WsClient client =
        WsClient.open(
            gateway.address(),
            gateway.tokens().signed(gateway.tokens().claims(ada).put("tier", "gold")));
    client.barrier();
    client.close();
    await().until(() -> !user(ada).path("present").asBoolean());
    JsonNode seen = user(ada);
    assertThat(seen.path("tier").asText()).isEqualTo("gold");
    assertThat(seen.at("/limits/connections").asInt()).isEqualTo(7);
    assertThat(seen.path("connections").asInt()).isZero();
    assertThat(Instant.parse(seen.path("last_seen").asText())).isBeforeOrEqualTo(Instant.now());
  }

  public void anOpenRunIsCounted() {
    WsClient client = connect(ada);
    client.say("t1", "wait 30 seconds");
    client.await("tool_executing");
    assertThat(user(ada).path("open_runs").asInt()).isEqualTo(1);
  }

  /** Also of a user who calls over HTTP only and was never connected. */
  public void refusedCommandsAndFailedRunsAreShownTheNewestFirst() {
    HttpCaller caller = new HttpCaller(gateway.address(), gateway.tokens().of(bob));
    caller.command(Commands.startAgent("s1", "t1", "nobody", SECRET_WORDS));
    caller.command("{\"type\":\"chat\",\"words\":\"" + SECRET_WORDS + "\"}");
    JsonNode called = user(bob).path("last_errors");
    assertThat(called).hasSize(2);
    assertThat(called.get(0).path("code").asText()).isEqualTo("invalid_argument");
    assertThat(called.get(0).has("command_type")).isFalse();
    assertThat(called.get(1).path("code").asText()).isEqualTo("not_found");
    assertThat(called.get(1).path("command_type").asText()).isEqualTo("start_agent");
    WsClient client = connect(ada);
    client.ask(Commands.startAgent("s1", "t1", "nobody", SECRET_WORDS));
    String fails = "[{\"do\":\"fail\",\"code\":\"upstream_timeout\",\"text\":\"xyzzy\"}]";
    String run = client.ask(Commands.startAgent("s2", "t1", "actor", fails)).runId();
    client.awaitEnd(run);
    client.send("{\"type\":\"shout\",\"id\":\"x1\"}");
    client.await("rejected");
    JsonNode errors = user(ada).path("last_errors");
    assertThat(errors.findValuesAsText("code"))
        .containsExactly("unsupported_type", "upstream_timeout", "not_found");
    assertThat(errors.get(1).path("run_id").asText()).isEqualTo(run);
    assertThat(errors.get(2).path("command_type").asText()).isEqualTo("start_agent");
    assertThat(errors.toString()).doesNotContain("xyzzy", "nobody", "shout");
  }

  public void theErrorsOfAUserAreBounded() {
    WsClient client = connect(ada);
    for (int i = 0; i < 40; i++) {
      client.ask(Commands.startAgent("s" + i, "t1", "nobody", "hi"));
    }
    assertThat(user(ada).path("last_errors")).hasSize(16);
  }

  public void threadsAreListedWithoutTheirTitles() {
    WsClient client = connect(ada);
    for (int i = 1; i <= 3; i++) {
      client.runToEnd("t" + i, SECRET_WORDS);
      client.ask(Commands.setTitle("n" + i, "t" + i, SECRET_WORDS));
    }
    String path = "/v1/users/threads?limit=2&" + query("user_id", ada);
    HttpAnswer first = admin().get(path);
    assertThat(first.json().path("threads").findValuesAsText("thread_id"))
        .containsExactly("t3", "t2");
    HttpAnswer second = admin().get(path + "&after=" + first.text("next"));
    assertThat(second.json().path("threads").findValuesAsText("thread_id")).containsExactly("t1");
    assertThat(second.json().has("next")).isFalse();
    assertThat(first.json() + " " + second.json()).doesNotContain("xyzzy", "title");
  }

  @DataProvider
  public Object[] oddNames() {
    return new Object[] {
      "a b+c&d=e%2F?#/", "😀 é", "\"quoted\"\\", "..", "a\u00a0b", "x".repeat(255), "@inbox",
    };
  }

  @Test(dataProvider = "oddNames")
  public void aUserMayHaveAnyName(String name) {
    WsClient client = connect(name);
    client.barrier();
    assertThat(user(name).path("user_id").asText()).isEqualTo(name);
    assertThat(admin().get("/v1/users/threads?" + query("user_id", name)).status()).isEqualTo(200);
    List<String> all = directory(admin(), "", 3);
    assertThat(all).contains(name).doesNotHaveDuplicates();
  }

  private static List<String> directory(HttpCaller caller, String tenant, int limit) {
    List<String> all = new ArrayList<>();
    String next = "";
    do {
      HttpAnswer page = caller.get("/v1/users?limit=" + limit + tenant + next);
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.json().path("users").size()).isLessThanOrEqualTo(limit);
      all.addAll(page.json().path("users").findValuesAsText("user_id"));
      next = page.text("next").isEmpty() ? "" : "&after=" + page.text("next");
    } while (!next.isEmpty());
    return all;
  }

  // -- who may see whom

  public void aTenantSeesItsOwnUsersAlone() {
    String tenant = "acme-" + ada;
    WsClient own = connectWith(gateway.tokens().of(tenant, ada));
    own.barrier();
    connect(bob).barrier();
    assertThat(directory(as(tenant, "admin"), "", 10)).containsExactly(ada);
    assertThat(directory(as("other-" + tenant, "admin"), "", 10)).isEmpty();
    assertThat(directory(as("default", "operator"), "&tenant=" + tenant, 10)).containsExactly(ada);
    for (String path : List.of("/v1/users", "/v1/users/threads")) {
      String asked = path + "?user_id=" + ada + "&tenant=";
      HttpAnswer there = admin().get(asked + tenant);
      HttpAnswer nowhere = admin().get(asked + "nowhere");
      assertThat(there.status()).isEqualTo(403);
      assertThat(nowhere.status()).isEqualTo(403);
      assertThat(as("default", "operator").get(asked + tenant).status()).isEqualTo(200);
      assertThat(http(ada).get(path + "?user_id=" + ada).status()).isEqualTo(403);
      assertThat(new HttpCaller(gateway.address(), "").get(path).status()).isEqualTo(401);
    }
    assertThat(admin().get("/v1/users?user_id=" + tenant).status()).isEqualTo(404);
  }

  public void aUserWhoWasNeverThereIsNotFoundAndHasNoThreads() {
    HttpAnswer answer = admin().get("/v1/users?" + query("user_id", "never-" + ada));
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text("code")).isEqualTo("not_found");
    HttpAnswer threads = admin().get("/v1/users/threads?user_id=never-" + ada);
    assertThat(threads.status()).isEqualTo(200);
    assertThat(threads.json().path("threads")).isEmpty();
  }

  @DataProvider
  public Object[][] wrongQueries() {
    return new Object[][] {
      {"/v1/users?user_id=", "user_id"},
      {"/v1/users?user_id=%00", "user_id"},
      {"/v1/users?user_id=" + "x".repeat(256), "user_id"},
      {"/v1/users?user_id=a&user_id=b", "user_id"},
      {"/v1/users?limit=0", "limit"},
      {"/v1/users?limit=501", "limit"},
      {"/v1/users?after=%21", "after"},
      {"/v1/users?user_id=a&limit=1", "user_id"},
      {"/v1/users?user=a", "user"},
      {"/v1/users?user_id=%ff", "user_id"},
      {"/v1/users/threads", "user_id"},
      {"/v1/users/threads?user_id=a&after=x", "after"},
    };
  }

  @Test(dataProvider = "wrongQueries")
  public void aWrongQueryIsNamed(String path, String named) {
    HttpAnswer answer = admin().get(path);
    assertThat(answer.status()).as(path).isEqualTo(400);
    assertThat(answer.text("detail")).contains(named);
  }
}
