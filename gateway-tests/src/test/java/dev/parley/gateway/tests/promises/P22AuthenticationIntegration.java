package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Bob tries every command and call on Ada's data: he gets the answers for data that does not exist.
 */
@BusinessValue(
    segment = "everyone",
    goal = "Trust",
    valueImpact = "Nobody learns of another person's conversations, not even that they exist",
    strategicImpact = "A breach of one account stays a breach of one account")
@Test(groups = {"security", "multi_user"})
public class P22AuthenticationIntegration extends GatewayTest {

  @DataProvider
  public Object[][] calls() {
    return new Object[][] {
      {call("list", (caller, name) -> caller.get("/v1/threads"))},
      {call("events", (caller, name) -> caller.get("/v1/threads/" + name + "/events"))},
      {call("delete", (caller, name) -> caller.delete("/v1/threads/" + name))},
    };
  }

  /** A call that names a thread. */
  private record ThreadCall(String name, BiFunction<HttpCaller, String, HttpAnswer> go) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static ThreadCall call(String name, BiFunction<HttpCaller, String, HttpAnswer> go) {
    return new ThreadCall(name, go);
  }

  @Test(dataProvider = "calls")
  public void aThreadOfAnotherUserLooksLikeOneThatDoesNotExist(ThreadCall call) {
    WsClient owner = connect(ada);
    owner.runToEnd("secret", "what is 6*7?");
    JsonNode before = http(ada).get("/v1/threads").json();
    HttpAnswer foreign = call.go().apply(http(bob), "secret");
    HttpAnswer nobodys = call.go().apply(http(bob), "nobody");
    assertThat(named(foreign)).isEqualTo(named(nobodys));
    assertThat(foreign.http().headers().map().keySet())
        .isEqualTo(nobodys.http().headers().map().keySet());
    assertThat(http(ada).get("/v1/threads").json()).isEqualTo(before);
  }

  /** The answer without the requested name. */
  private static String named(HttpAnswer answer) {
    String body = answer.json().toString();
    return answer.status() + body.replace("secret", "*").replace("nobody", "*");
  }

  public void subscribingToTheThreadNameOfAnotherUserReadsOnesOwnThread() {
    WsClient owner = connect(ada);
    owner.runToEnd("secret", "what is 6*7?");
    long head = owner.thread("secret").cursor();
    WsClient thief = connect(bob);
    thief.sendValid(Commands.subscribe("s1", "secret", head, owner.thread("secret").epoch()));
    assertThat(thief.await("subscribed").payload().path("head").asLong()).isZero();
    assertThat(thief.await("gap").text("reason")).isIn("cursor_ahead", "epoch_changed");
    owner.runToEnd("secret", "what is 7*7?");
    thief.barrier();
    assertThat(thief.thread("secret").events()).isEmpty();
    assertThat(thief.ask(Commands.chat("c1", "secret", "mine")).payload().path("seq").asLong())
        .isEqualTo(1);
    assertThat(owner.thread("secret").events()).noneMatch(e -> e.text("content").equals("mine"));
  }

  public void aRunOfAnotherUserLooksLikeNoRun() {
    String run = http(ada).command(Commands.userMessage("c1", "t1", "wait 30 s")).frame().runId();
    String none = "r_" + "x".repeat(run.length() - 2);
    HttpAnswer foreign = http(bob).command(Commands.cancelRun("x1", run));
    HttpAnswer nobodys = http(bob).command(Commands.cancelRun("x1", none));
    assertThat(foreign.status()).isEqualTo(nobodys.status()).isEqualTo(404);
    assertThat(foreign.json()).isEqualTo(nobodys.json());
    HttpAnswer byCommand = http(bob).command(Commands.cancelByCommand("x1", "c1"));
    assertThat(byCommand.json()).isEqualTo(nobodys.json());
    assertThat(http(ada).command(Commands.cancelRun("x2", run)).status()).isEqualTo(200);
  }

  public void commandIdsOfTwoUsersAreIndependent() {
    Function<String, JsonNode> chat =
        user -> http(user).command(Commands.chat("c1", "t1", "from " + user)).json();
    assertThat(chat.apply(ada)).isEqualTo(chat.apply(bob));
  }

  public void anIdentityInARequestIsRefusedWhereverItAppears() {
    for (String name : List.of("user_id", "sub", "tenant", "as")) {
      assertThat(http(bob).get("/v1/threads?" + name + "=" + ada).status()).isEqualTo(400);
      assertThat(http(bob).get("/v1/session?" + name + "=" + ada).status()).isEqualTo(400);
      ObjectNode frame = Commands.chat("c1", "t1", "hi").put(name, ada);
      assertThat(http(bob).command(frame.toString()).frame().text("field")).isEqualTo("/" + name);
    }
    assertThat(http(ada).get("/v1/threads").json()).isEqualTo(Json.parse("{\"threads\":[]}"));
  }

  /**
   * The session is over everywhere at once; the person comes back with a new token and has it all.
   */
  public void aSessionThatIsRevokedIsOverAndNobodyElsesIs() {
    String token = gateway.tokens().of(ada);
    WsClient client = connectWith(token);
    client.runToEnd("t1", "what is 6*7?");
    long head = client.thread("t1").cursor();
    StreamClient stream = closing(StreamClient.open(gateway.address(), token, "t1", "?after=0"));
    stream.await("caught_up");
    WsClient other = connect(bob);
    WsClient twin = connectWith(gateway.tokens().of("other", ada));
    HttpCaller admin =
        new HttpCaller(gateway.address(), gateway.tokens().withScope("root", "admin"));
    ObjectNode untilNow =
        Json.object().put("user_id", ada).put("issued_before", Instant.now().toString());
    JsonNode revoked = admin.post("/v1/revocations", untilNow).json();
    assertThat(revoked.path("closed").asInt()).isEqualTo(2);
    assertThat(client.awaitClose().code()).isEqualTo(4401);
    assertThat(stream.awaitClose().code()).isEqualTo(4401);
    HttpCaller own = new HttpCaller(gateway.address(), token);
    for (String path : List.of("/v1/session", "/v1/threads", "/v1/threads/t1/events")) {
      assertThat(own.get(path).status()).as(path).isEqualTo(401);
    }
    assertThat(own.command(Commands.chat("c9", "t1", "still me?")).status()).isEqualTo(401);
    assertThat(own.delete("/v1/threads/t1").status()).isEqualTo(401);
    assertThat(
            new HttpCaller(gateway.address(), gateway.tokens().of("other", "root"))
                .post("/v1/revocations", Json.object().put("user_id", ada))
                .status())
        .isEqualTo(403);
    other.barrier();
    twin.barrier();
    long later = Instant.now().plusSeconds(2).getEpochSecond();
    String fresh = gateway.tokens().signed(gateway.tokens().claims(ada).put("iat", later));
    WsClient back = closing(client.reopen(fresh));
    back.resume("t1");
    assertThat(back.thread("t1").cursor()).isEqualTo(head);
  }

  public void tenantsAreSeparateEvenForTheSameUserName() {
    String other = gateway.tokens().of("other", ada);
    http(ada).command(Commands.chat("c1", "t1", "mine"));
    HttpCaller twin = new HttpCaller(gateway.address(), other);
    assertThat(twin.get("/v1/threads").json().path("threads")).isEmpty();
    assertThat(twin.get("/v1/session").text("tenant")).isEqualTo("other");
  }
}
