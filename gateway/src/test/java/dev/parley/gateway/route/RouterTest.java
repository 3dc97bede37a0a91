package dev.parley.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.RecordingSubscriber;
import dev.parley.gateway.user.UserRig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** From a decoded command to what it does, in the order sent. */
@Test(groups = "unit")
public class RouterTest {

  private static final String CHAT =
      "{\"type\":\"chat\",\"id\":\"%s\",\"thread_id\":\"%s\",\"payload\":{\"content\":\"x\"}}";
  private static final String PING = "{\"type\":\"ping\",\"id\":\"%s\"}";
  private static final String START =
      "{\"type\":\"start_agent\",\"id\":\"%s\",\"thread_id\":\"%s\","
          + "\"payload\":{\"agent\":\"builtin\",\"input\":\"x\"}}";

  private UserRig rig;
  private RecordingSubscriber seen;
  private Route route;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = new UserRig();
    seen = new RecordingSubscriber("c_1");
    route = open(seen, EnumSet.of(Scope.CHAT, Scope.AGENT));
    rig.settle();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private Route open(RecordingSubscriber subscriber, Set<Scope> scopes) {
    UserId ada = new UserId("default", "ada");
    Principal principal = new Principal(ada, "mid", scopes, rig.home.now());
    return Router.open(rig.contexts, principal, subscriber);
  }

  private void send(String frame) {
    route.dispatch(MessageCodec.decode(frame.getBytes(StandardCharsets.UTF_8)));
  }

  private static String chat(String id, String thread) {
    return CHAT.formatted(id, thread);
  }

  private static String ping(String id) {
    return PING.formatted(id);
  }

  private static String start(String id, String thread) {
    return START.formatted(id, thread);
  }

  private List<String> answered() {
    return seen.frames().stream()
        .filter(frame -> frame.has("id"))
        .map(frame -> frame.path("id").asText())
        .toList();
  }

  private String code(String id) {
    return seen.answerTo(id).path("code").asText();
  }

  public void theWelcomeComesFirst() {
    RecordingSubscriber eager = new RecordingSubscriber("c_2");
    route = open(eager, EnumSet.of(Scope.CHAT));
    send(ping("p"));
    route.ask(1000);
    rig.settle();
    assertThat(eager.types()).containsExactly("welcome", "pong");
  }

  public void whatComesWhileAThreadLoadsWaitsItsTurn() {
    rig.log.head.holdAnswers();
    send(chat("c1", "t1"));
    send(ping("p1"));
    send(chat("c2", "t2"));
    send(ping("p2"));
    rig.settle();
    assertThat(answered()).isEmpty();
    rig.log.head.release();
    rig.settle();
    assertThat(answered()).containsSubsequence("p1", "p2").contains("c1", "c2");
  }

  public void commandsOnOneThreadTakeEffectInTheOrderSent() {
    rig.log.head.holdAnswers();
    send(chat("c1", "t"));
    send("{\"type\":\"subscribe\",\"id\":\"s\",\"payload\":{\"threads\":[{\"thread_id\":\"t\"}]}}");
    send(chat("c2", "t"));
    send("{\"type\":\"unsubscribe\",\"id\":\"u\",\"payload\":{\"threads\":[\"t\"]}}");
    send(chat("c3", "t"));
    rig.log.head.release();
    rig.settle();
    assertThat(answered()).containsSubsequence("c1", "c2", "c3").containsSubsequence("s", "u");
    assertThat(seen.answerTo("c3").path("seq").asLong()).isEqualTo(3);
  }

  public void theNextCommandIsLookedAtBeforeTheLogHasDecided() {
    rig.log.commit.holdAnswers();
    send(chat("c1", "t"));
    send(ping("p"));
    rig.settle();
    assertThat(answered()).containsExactly("p");
  }

  public void aThreadThatCannotBeLoadedDoesNotKeepTheRestWaiting() {
    rig.log.head.fail();
    send(chat("c1", "t"));
    send("{\"type\":\"subscribe\",\"id\":\"s\",\"payload\":{\"threads\":[{\"thread_id\":\"t\"}]}}");
    send(ping("p"));
    rig.settle();
    assertThat(answered()).containsExactly("c1", "s", "p");
  }

  public void manyCommandsAreNoDeepRecursion() {
    rig.log.head.holdAnswers();
    send(chat("c1", "t"));
    for (int i = 0; i < 20_000; i++) {
      send(ping("p" + i));
    }
    rig.log.head.release();
    rig.settle();
    assertThat(seen.all("pong")).hasSize(20_000);
  }

  public void aSecondAuthenticateIsRefused() {
    send("{\"type\":\"authenticate\",\"id\":\"a\",\"payload\":{\"token\":\"x\"}}");
    send("{\"type\":\"authenticate\",\"payload\":{\"token\":\"x\"}}");
    send(ping("p"));
    rig.settle();
    assertThat(code("a")).isEqualTo("invalid_argument");
    assertThat(seen.types()).containsExactly("welcome", "rejected", "error", "pong");
  }

  @DataProvider
  public Object[][] needed() {
    String subscribe =
        "{\"type\":\"subscribe\",\"id\":\"%s\",\"payload\":{\"threads\":[{\"thread_id\":\"t\"}]}}";
    String message =
        "{\"type\":\"user_message\",\"id\":\"%s\",\"thread_id\":\"t\","
            + "\"payload\":{\"content\":\"x\"}}";
    String cancel = "{\"type\":\"cancel_run\",\"id\":\"%s\",\"payload\":{\"run_id\":\"r_1\"}}";
    return new Object[][] {
      {chat("c", "t"), Scope.CHAT},
      {message.formatted("c"), Scope.CHAT},
      {subscribe.formatted("c"), Scope.CHAT},
      {start("c", "t"), Scope.AGENT},
      {cancel.formatted("c"), Scope.CHAT},
    };
  }

  @Test(dataProvider = "needed")
  public void eachCommandNeedsItsScopeAndNoOther(String frame, Scope scope) {
    RecordingSubscriber without = new RecordingSubscriber("c_2");
    route = open(without, EnumSet.complementOf(EnumSet.of(scope)));
    send(frame);
    send(ping("p"));
    rig.settle();
    assertThat(without.answerTo("c").path("code").asText()).isEqualTo("forbidden");
    assertThat(without.answerTo("c").path("message").asText())
        .isEqualTo("scope: missing (expected: a token with scope " + scope.wire() + ")");
    assertThat(without.all("pong")).hasSize(1);
    route = open(seen, EnumSet.of(scope));
    send(frame);
    rig.settle();
    assertThat(seen.answerTo("c").path("code").asText()).isNotEqualTo("forbidden");
  }

  public void namingTheAgentOfAMessageNeedsBothScopes() {
    String message =
        "{\"type\":\"user_message\",\"id\":\"%s\",\"thread_id\":\"t\","
            + "\"payload\":{\"content\":\"x\",\"agent\":\"builtin\"}}";
    for (Scope scope : EnumSet.of(Scope.CHAT, Scope.AGENT)) {
      RecordingSubscriber with = new RecordingSubscriber("c_" + scope.wire());
      route = open(with, EnumSet.of(scope));
      send(message.formatted("m1"));
      send(ping("p"));
      rig.settle();
      assertThat(with.answerTo("m1").path("code").asText()).isEqualTo("forbidden");
      assertThat(with.all("pong")).hasSize(1);
    }
    route = open(seen, EnumSet.of(Scope.CHAT, Scope.AGENT));
    send(message.formatted("m2"));
    rig.settle();
    assertThat(seen.answerTo("m2").has("run_id")).isTrue();
  }

  public void whoMayChatMayStopWhatTheUserStarted() {
    send(start("c1", "t"));
    rig.settle();
    RecordingSubscriber chats = new RecordingSubscriber("c_2");
    route = open(chats, EnumSet.of(Scope.CHAT));
    send("{\"type\":\"cancel_run\",\"id\":\"x\",\"payload\":{\"command_id\":\"c1\"}}");
    rig.settle();
    assertThat(chats.answerTo("x").path("state").asText()).isEqualTo("cancelling");
  }

  public void pingAndUnsubscribeNeedNoScope() {
    RecordingSubscriber bare = new RecordingSubscriber("c_2");
    route = open(bare, Set.of());
    send(ping("p"));
    send("{\"type\":\"unsubscribe\",\"id\":\"u\",\"payload\":{\"threads\":[\"t\"]}}");
    rig.settle();
    assertThat(bare.types()).containsExactly("welcome", "pong", "accepted");
  }

  public void eachCommandHasExactlyOneReply() {
    send(start("c1", "t"));
    send(start("c2", "t"));
    send(chat("c3", "t"));
    send("{\"type\":\"cancel_run\",\"id\":\"c4\",\"payload\":{\"command_id\":\"c1\"}}");
    send("{\"type\":\"cancel_run\",\"id\":\"c5\",\"payload\":{\"command_id\":\"none\"}}");
    send(ping("c6"));
    rig.settle();
    assertThat(seen.replies()).isEqualTo(6);
    assertThat(answered()).containsExactlyInAnyOrder("c1", "c2", "c3", "c4", "c5", "c6");
  }

  public void aClosedWayLeavesNothingBehind() {
    send(chat("c1", "t"));
    route.ask(1000);
    rig.settle();
    route.ask(1000);
    route.close();
    rig.settle();
    seen.clear();
    RecordingSubscriber other = new RecordingSubscriber("c_2");
    route = open(other, EnumSet.of(Scope.CHAT));
    send(chat("c2", "t"));
    rig.settle();
    assertThat(other.answerTo("c2").path("seq").asLong()).isEqualTo(2);
    rig.pass(Duration.ofSeconds(20));
    assertThat(seen.frames()).isEmpty();
  }

  private void refresh(String id, String tier, Set<Scope> scopes) {
    UserId ada = new UserId("default", "ada");
    Instant later = rig.home.now().plusSeconds(3600);
    route.refresh(new CommandId(id), new Principal(ada, tier, scopes, later));
  }

  public void aNewerTokenCountsFromItsPlaceAmongTheCommandsOn() {
    rig.log.head.holdAnswers();
    send(chat("c1", "t1"));
    refresh("r1", "enterprise", EnumSet.of(Scope.AGENT));
    send(chat("c2", "t1"));
    rig.log.head.release();
    rig.settle();
    assertThat(seen.answerTo("c1").path("seq").asLong()).isEqualTo(1);
    JsonNode refreshed = seen.answerTo("r1");
    assertThat(refreshed.path("tier").asText()).isEqualTo("enterprise");
    assertThat(refreshed.path("limits").path("open_runs").asInt()).isEqualTo(16);
    assertThat(code("c2")).isEqualTo("forbidden");
  }

  public void whatANewerTokenDoesNotAllowIsDroppedAndNamed() {
    send(chat("c1", "t1"));
    rig.settle();
    refresh("r1", "mid", EnumSet.noneOf(Scope.class));
    rig.settle();
    assertThat(seen.answerTo("r1").path("dropped")).hasToString("[\"t1\"]");
    route.ask(1000);
    route = open(new RecordingSubscriber("c_2"), EnumSet.of(Scope.CHAT));
    send(chat("c2", "t1"));
    rig.settle();
    assertThat(seen.seqs("t1")).isEmpty();
  }

  public void aNewerTokenThatAllowsAsMuchDropsNothing() {
    send(chat("c1", "t1"));
    rig.settle();
    refresh("r1", "mid", EnumSet.of(Scope.CHAT));
    send(chat("c2", "t1"));
    rig.settle();
    assertThat(seen.answerTo("r1").has("dropped")).isFalse();
    assertThat(code("c2")).isEmpty();
  }
}
