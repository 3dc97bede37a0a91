package dev.parley.gateway.user.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.WriterAndReaderTest;
import dev.parley.gateway.user.read.CursorJudge;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What readers of a thread are told when it is deleted, however they come to know. */
@Test(groups = "unit")
public class DeletedThreadTest extends WriterAndReaderTest {

  private static final ThreadKey T = new ThreadKey(new UserId("default", "ada"), new ThreadId("t"));

  @BeforeMethod(alwaysRun = true)
  public void write() {
    writer.chats("t", 3);
  }

  private Epoch deleteInTheLog() {
    Deletion deletion = rig.log.delete(T).toCompletableFuture().join();
    return ((Deletion.Deleted) deletion).epoch();
  }

  private void tell(Epoch next) {
    rig.contexts.deleted(T, next);
    rig.settle();
  }

  private void requireNewLife(Epoch next) {
    assertThat(reader.seen.last("gap").path("reason").asText()).isEqualTo("epoch_changed");
    assertThat(reader.seen.last("gap").path("epoch").asText()).isEqualTo(next.value());
    assertThat(reader.seen.last("gap").path("oldest").asLong()).isEqualTo(1);
    assertThat(reader.seen.all("gap")).hasSize(1);
    CursorJudge.of(reader.seen.frames());
    assertThat(reader.seen.closed()).isNull();
  }

  public void readersAreToldAndReadOnInTheNewLife() {
    reader.subscribe("t", 0);
    Epoch next = deleteInTheLog();
    tell(next);
    writer.chat("again", "t", "hello");
    requireNewLife(next);
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 3L, 1L);
  }

  public void aCommitOfTheNewLifeMayComeFirst() {
    reader.subscribe("t", 0);
    Epoch next = deleteInTheLog();
    writer.chat("again", "t", "hello");
    tell(next);
    requireNewLife(next);
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 3L, 1L);
  }

  public void aPageOfTheNewLifeMayComeFirst() {
    rig.log.read.holdCalls();
    reader.subscribe("t", 0);
    Epoch next = deleteInTheLog();
    rig.log.read.release();
    rig.settle();
    requireNewLife(next);
    assertThat(reader.seen.seqs("t")).isEmpty();
    tell(next);
    requireNewLife(next);
  }

  public void aPageOfTheOldLifeThatComesLateIsDropped() {
    rig.log.read.holdAnswers();
    reader.subscribe("t", 0);
    tell(deleteInTheLog());
    rig.log.read.release();
    rig.settle();
    assertThat(reader.seen.seqs("t")).isEmpty();
    assertThat(reader.seen.last("caught_up").path("seq").asLong()).isZero();
  }

  public void aHeadOfTheOldLifeThatComesLateIsReadAgain() {
    writer.unsubscribe("t");
    rig.log.head.holdAnswers();
    Position fromNow = new Position(T.thread(), OptionalLong.empty(), null);
    reader.submitSubscribe(List.of(fromNow));
    rig.settle();
    Epoch next = deleteInTheLog();
    tell(next);
    rig.log.head.release();
    rig.settle();
    assertThat(reader.seen.last("subscribed").path("epoch").asText()).isEqualTo(next.value());
    assertThat(reader.seen.last("subscribed").path("head").asLong()).isZero();
  }

  public void aThreadWithoutReadersAndAnUnbornOneAreNoMatter() {
    writer.unsubscribe("t");
    tell(deleteInTheLog());
    ThreadId unborn = new ThreadId("unborn");
    reader.subscribe("unborn", 0);
    Epoch epoch = Objects.requireNonNull(reader.epochOf(unborn));
    rig.contexts.deleted(new ThreadKey(T.user(), unborn), epoch);
    rig.settle();
    assertThat(reader.seen.all("gap")).isEmpty();
  }

  /** The seq of an old life says nothing in the new one: there it is the place of another event. */
  public void aDuplicateOfTheOldLifeSaysSoAndIsNotFollowed() {
    Epoch old = writer.epochOf(T.thread());
    Epoch next = deleteInTheLog();
    tell(next);
    for (int i = 4; i <= 8; i++) {
      writer.chat("t-" + i, "t", "n" + i);
    }
    Peer fresh = rig.connect();
    fresh.chat("t-2", "t", "n2");
    assertThat(fresh.answerTo("t-2").path("seq").asLong()).isEqualTo(2);
    assertThat(fresh.answerTo("t-2").path("duplicate").asBoolean()).isTrue();
    assertThat(fresh.answerTo("t-2").path("deleted").asBoolean()).isTrue();
    assertThat(fresh.answerTo("t-2").path("epoch").asText()).isEqualTo(old.value());
    assertThat(fresh.seen.types()).containsExactly("welcome", "accepted");
  }

  public void aDuplicateOfTheNewLifeIsFollowedThere() {
    tell(deleteInTheLog());
    writer.chat("again", "t", "hello");
    Peer fresh = rig.connect();
    fresh.chat("again", "t", "hello");
    assertThat(fresh.answerTo("again").has("deleted")).isFalse();
    assertThat(fresh.answerTo("again").has("epoch")).isFalse();
    assertThat(fresh.seen.seqs("t")).containsExactly(1L);
  }

  public void aDuplicateThatIsRefusedForAnotherReasonIsNotFollowedEither() {
    tell(deleteInTheLog());
    var ignored = rig.contexts.drain(UserRig.AT_ONCE);
    rig.settle();
    Peer fresh = rig.connect();
    fresh.chat("t-2", "t", "n2");
    assertThat(fresh.answerTo("t-2").path("deleted").asBoolean()).isTrue();
    assertThat(fresh.seen.all("subscribed")).isEmpty();
  }

  public void aMessageWithdrawnInTheOldLifeIsNotLookedForInTheNewOne() {
    writer.start("run", "t");
    writer.queue("waits", "t");
    writer.cancelCommand("back", "waits");
    rig.agent.job().complete();
    rig.settle();
    tell(deleteInTheLog());
    writer.start("again", "t");
    for (int i = 0; i < 8; i++) {
      writer.queue("later" + i, "t");
    }
    writer.cancelCommand("back-again", "waits");
    assertThat(writer.answerTo("back-again").path("code").asText()).isEqualTo("not_found");
  }
}
