package dev.parley.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.DrainConfig;
import dev.parley.gateway.user.RecordingSubscriber;
import dev.parley.gateway.user.UserRig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Pairs of commands of one packet, of which the first is answered late. */
@Test(groups = "unit")
public class OrderTest {

  private static final DrainConfig AT_ONCE =
      new DrainConfig(Duration.ZERO, Duration.ZERO, Duration.ZERO);

  private UserRig rig;
  private RecordingSubscriber seen;
  private Route route;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = new UserRig();
    seen = new RecordingSubscriber("c_1");
    route = open(seen);
    seen.onAnswer(() -> route.ask(1 << 20));
    route.ask(1 << 20);
    rig.settle();
    rig.log.commit.holdAnswers();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private Principal principal(Set<Scope> scopes) {
    return new Principal(new UserId("default", "ada"), "mid", scopes, rig.home.now());
  }

  private Route open(RecordingSubscriber subscriber) {
    return Router.open(rig.contexts, principal(EnumSet.of(Scope.CHAT, Scope.AGENT)), subscriber);
  }

  private void send(String frame) {
    route.dispatch(MessageCodec.decode(frame.getBytes(StandardCharsets.UTF_8)));
  }

  private void chat(String id) {
    send(
        "{\"type\":\"chat\",\"id\":\"%s\",\"thread_id\":\"t\",\"payload\":{\"content\":\"x\"}}"
            .formatted(id));
  }

  private void start(String id) {
    send(
        ("{\"type\":\"start_agent\",\"id\":\"%s\",\"thread_id\":\"t\","
                + "\"payload\":{\"agent\":\"builtin\",\"input\":\"x\"}}")
            .formatted(id));
  }

  private void subscribe(String id, String cursor) {
    send(
        ("{\"type\":\"subscribe\",\"id\":\"%s\","
                + "\"payload\":{\"threads\":[{\"thread_id\":\"t\"%s}]}}")
            .formatted(id, cursor));
  }

  private void unsubscribe(String id) {
    send(
        "{\"type\":\"unsubscribe\",\"id\":\"%s\",\"payload\":{\"threads\":[\"t\"]}}".formatted(id));
  }

  private void letTheLogAnswer() {
    rig.settle();
    rig.log.commit.release();
    rig.settle();
  }

  private void requireNothingMoreIsRead() {
    seen.clear();
    RecordingSubscriber other = new RecordingSubscriber("c_2");
    Route elsewhere = open(other);
    elsewhere.dispatch(
        MessageCodec.decode(
            ("{\"type\":\"chat\",\"id\":\"later\",\"thread_id\":\"t\","
                    + "\"payload\":{\"content\":\"x\"}}")
                .getBytes(StandardCharsets.UTF_8)));
    rig.settle();
    assertThat(other.answerTo("later").has("seq")).isTrue();
    assertThat(seen.frames()).isEmpty();
  }

  private List<String> answered() {
    return seen.frames().stream()
        .filter(frame -> frame.has("id"))
        .map(frame -> frame.path("id").asText())
        .toList();
  }

  public void whoUnsubscribesBehindAChatReadsNoMore() {
    chat("c1");
    unsubscribe("u1");
    letTheLogAnswer();
    assertThat(answered()).containsExactly("c1", "u1");
    requireNothingMoreIsRead();
  }

  public void whoUnsubscribesBehindAStartReadsNoMore() {
    start("c1");
    unsubscribe("u1");
    letTheLogAnswer();
    assertThat(answered()).containsExactly("c1", "u1");
    seen.clear();
    rig.agent.job().complete();
    rig.settle();
    assertThat(seen.frames()).isEmpty();
  }

  public void whoUnsubscribesBehindADuplicateThatIsLookedUpReadsNoMore() {
    chat("c1");
    letTheLogAnswer();
    unsubscribe("u1");
    rig.settle();
    var ignored = rig.contexts.drain(AT_ONCE);
    rig.settle();
    seen.clear();
    rig.log.find.holdAnswers();
    chat("c1");
    unsubscribe("u2");
    rig.settle();
    rig.log.find.release();
    rig.settle();
    assertThat(answered()).containsExactly("c1", "u2");
    seen.clear();
    rig.pass(Duration.ofSeconds(20));
    assertThat(seen.last("heartbeat").path("heads")).isEmpty();
  }

  public void whoUnsubscribesFromAnotherThreadNeedNotWait() {
    chat("c1");
    send("{\"type\":\"unsubscribe\",\"id\":\"u1\",\"payload\":{\"threads\":[\"other\"]}}");
    rig.settle();
    assertThat(answered()).containsExactly("u1");
  }

  public void whoSubscribesFromNowBehindAChatIsBehindThatChat() {
    chat("c1");
    subscribe("s1", "");
    letTheLogAnswer();
    assertThat(answered()).containsExactly("c1", "s1");
    assertThat(seen.answerTo("s1").path("head").asLong()).isEqualTo(1);
    assertThat(seen.answerTo("s1").path("after").asLong()).isEqualTo(1);
  }

  public void whoSubscribesFromTheBeginningBehindAChatReadsItAll() {
    chat("c1");
    subscribe("s1", ",\"after\":0");
    chat("c2");
    letTheLogAnswer();
    assertThat(answered()).containsExactly("c1", "s1", "c2");
    assertThat(seen.seqs("t")).endsWith(1L, 2L);
  }

  public void subscribesUnsubscribesAndChatsAllTakeTheirTurns() {
    subscribe("s1", "");
    chat("c1");
    unsubscribe("u1");
    chat("c2");
    unsubscribe("u2");
    letTheLogAnswer();
    assertThat(answered()).containsExactly("s1", "c1", "u1", "c2", "u2");
    requireNothingMoreIsRead();
  }

  public void aNewerTokenIsLookedAtBehindTheChatsBeforeIt() {
    chat("c1");
    route.refresh(new CommandId("r1"), principal(EnumSet.noneOf(Scope.class)));
    unsubscribe("u1");
    letTheLogAnswer();
    assertThat(answered()).containsExactly("c1", "r1", "u1");
    assertThat(seen.answerTo("r1").path("dropped")).hasToString("[\"t\"]");
    requireNothingMoreIsRead();
  }

  public void aLogThatFailsLetsTheRestGoOn() {
    rig.log.commit.release();
    rig.log.commit.fail();
    chat("c1");
    unsubscribe("u1");
    rig.settle();
    assertThat(answered()).containsExactly("c1", "u1");
  }
}
