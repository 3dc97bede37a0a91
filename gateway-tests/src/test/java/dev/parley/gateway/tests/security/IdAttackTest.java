package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Ids that are none, ids that look like others, and ids of others. */
@Attack("ids")
@Test(groups = {"security", "multi_user"})
public class IdAttackTest extends AttackTest {

  /** Where an id stands, the frame with this id, and the field that a refusal names. */
  private record Place(String name, String field, Function<String, ObjectNode> frame) {}

  private static final List<Place> PLACES =
      List.of(
          new Place("the id of a command", "/id", id -> Commands.chat(id, "t1", "x")),
          new Place("a thread", "/thread_id", id -> Commands.chat("i1", id, "x")),
          new Place(
              "a thread to read",
              "/payload/threads/0/thread_id",
              id -> Commands.subscribe("i1", id)),
          new Place(
              "a thread to leave", "/payload/threads/0", id -> Commands.unsubscribe("i1", id)),
          new Place("a run", "/payload/run_id", id -> Commands.cancelRun("i1", id)),
          new Place("a command", "/payload/command_id", id -> Commands.cancelByCommand("i1", id)),
          new Place("an agent", "/payload/agent", id -> Commands.startAgent("i1", "t1", id, "x")));

  private static final List<String> BAD =
      List.of(
          "",
          " ",
          "a b",
          "a\tb",
          "a\nb",
          "a\r\nX: y",
          "a\0b",
          "\u001b[31m",
          "\u0085",
          "\u007f",
          "\u202ea",
          "\u2066a",
          "\u200ba",
          "\ufeffa",
          "\u00e9",
          "e\u0301",
          "\uff41",
          "\u0430",
          "\ud83d\ude00",
          "x".repeat(1_000));

  @DataProvider
  public Object[][] ids() {
    List<Object[]> rows = new ArrayList<>();
    for (Place place : PLACES) {
      for (int i = 0; i < BAD.size(); i++) {
        rows.add(new Object[] {place.name(), i, place});
      }
    }
    return rows.toArray(Object[][]::new);
  }

  @Test(dataProvider = "ids")
  public void anIdThatIsNoneIsRefusedByItsField(String where, int bad, Object place) {
    Place at = (Place) place;
    WsClient client = connect(ada);
    client.send(Json.text(at.frame().apply(BAD.get(bad))));
    Received answer =
        client.awaitWhere("a refusal", f -> List.of("rejected", "error").contains(f.type()));
    assertThat(answer.text("code")).as(answer.toString()).isEqualTo("invalid_argument");
    assertThat(answer.text("field")).isEqualTo(at.field());
    assertThat(answer.text("message")).hasSizeLessThan(300);
    assertThat(answer.text("message").chars()).noneMatch(Character::isISOControl);
    client.barrier();
    assertWell();
  }

  /** Users whose names look alike, and the threads of one: the other sees none of them. */
  @DataProvider
  public Object[][] twins() {
    return new Object[][] {
      {"composed and decomposed", "ren\u00e9", "rene\u0301"},
      {"Latin and Cyrillic", "ada", "\u0430da"},
      {"case", "ada", "Ada"},
      {"full width", "ada", "\uff41da"},
      {"a ligature", "fi", "\ufb01"},
      {"a letter of no width", "ada", "a\u200bda"},
      {"a space at the end", "ada", "ada "},
      {"a space before it", "ada", " ada"},
      {"a no-break space", "a da", "a\u00a0da"},
      {"the Turkish i", "i", "\u0131"},
      {"the Kelvin sign", "K", "\u212a"},
      {"the German sharp s", "ss", "\u00df"},
      {"another script's digits", "1", "\u0661"},
      {"an escape of the path", "a/b", "a%2Fb"},
      {"a slash", "a/b", "a\\b"},
      {"a dot", "a", "a."},
      {"a length before it", "a", "1:a"},
      {"turned around", "ada", "\u202eada"},
    };
  }

  @Test(dataProvider = "twins")
  public void usersWhoLookAlikeAreTwo(String how, String one, String other) {
    String first = one + "-" + ada;
    String second = other + "-" + ada;
    http(first).command(Commands.chat("c1", "private", "of the first"));
    HttpCaller twin = http(second);
    assertThat(twin.get("/v1/threads").json().path("threads")).isEmpty();
    assertThat(twin.get("/v1/threads/private/events").json().path("events")).isEmpty();
    HttpAnswer own = twin.command(Commands.chat("c1", "private", "of the second"));
    assertThat(own.json().at("/payload/seq").asLong()).isEqualTo(1);
    assertThat(own.json().at("/payload/duplicate").isMissingNode()).isTrue();
    assertWell();
  }

  /** Tenants and subjects that are the same text when they are joined. */
  @DataProvider
  public Object[][] joined() {
    return new Object[][] {
      {"a", "bc", "ab", "c"},
      {"a", "/b", "a/", "b"},
      {"a:b", "c", "a", "b:c"},
      {"a|b", "c", "a", "b|c"},
      {"1a", "b", "1", "ab"},
      {"default", "x", "defaul", "tx"},
    };
  }

  @Test(dataProvider = "joined")
  public void aTenantAndASubjectAreNotOneText(
      String tenant, String subject, String otherTenant, String otherSubject) {
    HttpCaller first = of(tenant, subject + ada);
    HttpCaller second = of(otherTenant, otherSubject + ada);
    first.command(Commands.chat("c1", "private", "x"));
    assertThat(second.get("/v1/threads").json().path("threads")).isEmpty();
    assertThat(second.get("/v1/session").text("tenant")).isEqualTo(otherTenant);
    assertWell();
  }

  private HttpCaller of(String tenant, String subject) {
    return new HttpCaller(gateway.address(), gateway.tokens().of(tenant, subject));
  }

  /** What names something of another user, as the caller and the name would do it. */
  @DataProvider
  public Object[][] foreign() {
    return new Object[][] {
      {"cancel a run", (Function<String[], ObjectNode>) it -> Commands.cancelRun("f1", it[0])},
      {
        "cancel by a command",
        (Function<String[], ObjectNode>) it -> Commands.cancelByCommand("f1", it[1])
      },
    };
  }

  @Test(dataProvider = "foreign")
  public void whatBelongsToAnotherIsNotThere(String what, Function<String[], ObjectNode> frame) {
    WsClient owner = connect(ada);
    Received run = owner.ask(Commands.startAgent("own", "t1", "actor", "[{\"do\":\"wait\"}]"));
    ObjectNode command = frame.apply(new String[] {run.runId(), "own"});
    JsonNode answer = connect(bob).ask(command).json();
    assertThat(answer.at("/payload/code").asText()).isEqualTo("not_found");
    assertThat(answer.toString()).doesNotContain("t1", "actor");
    assertThat(owner.ask(Commands.cancelRun("end", run.runId())).text("state"))
        .isEqualTo("cancelling");
    assertWell();
  }

  /** Calls of an administrator about users of another tenant, and of a user about others. */
  @DataProvider
  public Object[][] calls() {
    List<Object[]> rows = new ArrayList<>();
    for (String call :
        List.of(
            "GET /v1/connections?tenant=%s",
            "GET /v1/users?tenant=%s",
            "GET /v1/users?tenant=%s&user_id=nia",
            "GET /v1/users/threads?tenant=%s&user_id=nia",
            "GET /v1/users/timeline?tenant=%s&user_id=nia&thread_id=run",
            "GET /v1/audit?tenant=%s",
            "POST /v1/users/disconnect",
            "POST /v1/users/erase")) {
      rows.add(new Object[] {"admin", call, "next-door"});
      rows.add(new Object[] {"admin", call, "nobody"});
      rows.add(new Object[] {"chat agent", call, "default"});
    }
    rows.add(new Object[] {"admin", "POST /v1/backup", ""});
    rows.add(new Object[] {"admin", "GET /metrics", ""});
    rows.add(new Object[] {"Admin ADMIN admin,operator", "GET /v1/users?tenant=%s", "default"});
    rows.add(new Object[] {"operators", "GET /v1/users?tenant=%s", "default"});
    return rows.toArray(Object[][]::new);
  }

  @Test(dataProvider = "calls")
  public void noCallReachesAnotherTenant(String scope, String call, String tenant) {
    HttpCaller caller = new HttpCaller(gateway.address(), gateway.tokens().withScope(ada, scope));
    String path = call.substring(call.indexOf('/')).formatted(tenant);
    ObjectNode body = Json.object();
    if (path.startsWith("/v1/users/")) {
      body.put("user_id", "nia").put("tenant", tenant);
    }
    HttpAnswer answer = call.startsWith("GET") ? caller.get(path) : caller.post(path, body);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(403);
    assertThat(answer.text("code")).isEqualTo("forbidden");
    assertWell();
  }
}
