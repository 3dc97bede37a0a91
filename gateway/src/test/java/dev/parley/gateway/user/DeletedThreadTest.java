package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What readers of a thread are told when it is deleted, however they come to know. */
@Test(groups = "unit")
public class DeletedThreadTest {

  private static final ThreadKey T = new ThreadKey(new UserId("default", "ada"), new ThreadId("t"));

  private UserRig rig;
  private Peer writer;
  private Peer reader;

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    rig = new UserRig();
    writer = rig.connect();
    reader = rig.connect();
    writer.chats("t", 3);
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
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

  public void aHeadOfTheOldLifeThatComesLateIsReadAnew() {
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
}
