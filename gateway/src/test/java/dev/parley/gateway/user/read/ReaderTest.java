package dev.parley.gateway.user.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import java.util.List;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** How asks are answered. */
@Test(groups = "unit")
public class ReaderTest {

  private UserRig rig;
  private Peer writer;

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    rig = new UserRig();
    writer = rig.connect();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private Peer unread() {
    return rig.connectUnread("ada", "enterprise");
  }

  private static List<String> heads(JsonNode heartbeat) {
    return heartbeat.path("payload").path("heads").properties().stream()
        .map(Object::toString)
        .toList();
  }

  public void anAskIsParkedUntilThereIsSomething() {
    Peer reader = unread();
    reader.subscribe("t", 0);
    reader.askOnce(1000);
    reader.seen.clear();
    reader.askOnce(1000);
    assertThat(reader.seen.frames()).isEmpty();
    writer.chat("c", "t", "hello");
    assertThat(reader.seen.seqs("t")).containsExactly(1L);
  }

  public void withoutAnAskNothingIsSent() {
    Peer reader = unread();
    reader.subscribe("t", 0);
    writer.chat("c", "t", "hello");
    assertThat(reader.seen.types()).containsExactly("welcome", "subscribed");
  }

  public void oneAskHasOneAnswer() {
    Peer reader = unread();
    reader.subscribe("t", 0);
    reader.askOnce(1000);
    writer.chats("t", 2);
    assertThat(reader.seen.answers()).hasSize(1);
  }

  public void anAnswerHoldsNoMoreThanAskedFor() {
    writer.chats("thread-with-a-name-as-long-as-names-may-be-but-for-few", 30);
    Peer reader = unread();
    reader.subscribe("thread-with-a-name-as-long-as-names-may-be-but-for-few", 0);
    reader.readOn(2000);
    rig.settle();
    assertThat(reader.seen.answers()).hasSizeGreaterThan(3);
    assertThat(reader.seen.answerBytes()).allMatch(bytes -> bytes <= 2000);
  }

  public void anAnswerHoldsOneEventHoweverLittleWasAskedFor() {
    writer.chats("t", 3);
    Peer reader = unread();
    reader.subscribe("t", 0);
    reader.readOn(1);
    rig.settle();
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 3L);
    assertThat(reader.seen.answers()).allMatch(answer -> answer.size() <= 2);
  }

  public void whatIsJustCommittedIsCutIntoAnswersTheSameWay() {
    Peer reader = unread();
    reader.subscribe("t", 0);
    reader.readOn(1);
    writer.start("c", "t");
    rig.agent.job().say("hello");
    rig.agent.job().complete();
    rig.settle();
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 3L, 4L);
    assertThat(reader.seen.answers()).allMatch(answer -> answer.size() <= 2);
  }

  public void whatWasJustCommittedIsNotReadFromTheStore() {
    Peer reader = rig.connect();
    reader.subscribe("t", 0);
    rig.log.read.fail();
    writer.chats("t", 3);
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 3L);
    assertThat(reader.seen.closed()).isNull();
  }

  public void twoReadersSeeTheSame() {
    Peer slow = unread();
    Peer fast = rig.connect();
    slow.subscribe("t", 0);
    fast.subscribe("t", 0);
    writer.chats("t", 5);
    slow.readOn(100);
    rig.settle();
    assertThat(slow.seen.events("t")).isEqualTo(fast.seen.events("t"));
    assertThat(slow.seen.seqs("t")).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  public void aThreadThatIsReadFromTheStoreDoesNotKeepOthersWaiting() {
    writer.chats("long", 20);
    writer.chats("other", 1);
    Peer reader = unread();
    reader.subscribeAll(List.of("long", "other"));
    reader.readOn(1);
    rig.settle();
    List<String> order =
        reader.seen.frames().stream().map(frame -> frame.path("thread_id").asText()).toList();
    assertThat(order.lastIndexOf("other")).isLessThan(order.lastIndexOf("long"));
    assertThat(reader.seen.seqs("long")).hasSize(20);
  }

  public void whatRetentionTakesWhileItIsReadIsAGap() {
    writer.chats("t", 4);
    Peer reader = unread();
    reader.subscribe("t", 0);
    rig.log.oldest = 3;
    reader.readOn(1000);
    rig.settle();
    assertThat(reader.seen.last("gap").path("oldest").asLong()).isEqualTo(3);
    assertThat(reader.seen.seqs("t")).containsExactly(3L, 4L);
    assertThat(CursorJudge.of(reader.seen.frames()).caughtUp()).containsExactly("t");
  }

  public void aHeartbeatComesInItsPeriodAndNamesWhatMoved() {
    Peer reader = rig.connect();
    reader.subscribeAll(List.of("t", "quiet"));
    writer.chat("c", "t", "hello");
    rig.pass(UserRig.HEARTBEAT.multipliedBy(2));
    List<JsonNode> beats = reader.seen.all("heartbeat");
    assertThat(beats).hasSize(2);
    assertThat(heads(beats.get(0))).containsExactly("t=1");
    assertThat(heads(beats.get(1))).isEmpty();
  }

  public void aHeartbeatNamesWhatWasSentNotWhatThereIs() {
    writer.chats("t", 3);
    Peer reader = unread();
    reader.subscribe("t", 0);
    reader.askOnce(1);
    reader.askOnce(1);
    rig.pass(UserRig.HEARTBEAT);
    reader.askOnce(1);
    assertThat(heads(reader.seen.all("heartbeat").get(0))).containsExactly("t=2");
    CursorJudge.of(reader.seen.frames());
  }

  public void aHeartbeatWaitsForRoomToWriteAndIsSentOnce() {
    Peer reader = unread();
    rig.pass(UserRig.HEARTBEAT.multipliedBy(3));
    assertThat(reader.seen.types()).containsExactly("welcome");
    reader.askOnce(1);
    assertThat(reader.seen.types()).containsExactly("welcome", "heartbeat");
  }

  public void aClosedConnectionHasNoHeartbeatAndGetsNothing() {
    Peer reader = rig.connect();
    reader.subscribe("t", 0);
    reader.close();
    reader.seen.clear();
    writer.chat("c", "t", "hello");
    rig.pass(UserRig.HEARTBEAT);
    assertThat(reader.seen.frames()).isEmpty();
  }
}
