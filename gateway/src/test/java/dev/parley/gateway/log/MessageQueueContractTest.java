package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.AGENT;
import static dev.parley.gateway.log.Commits.MESSAGE;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.stamp;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.Commits.startOrQueue;
import static dev.parley.gateway.log.Commits.startOrQueueFirst;
import static dev.parley.gateway.log.Commits.startQueued;
import static dev.parley.gateway.log.Commits.takeBack;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.RunId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Commands that are queued on their thread until a run answers them. */
@Test(groups = "unit")
public class MessageQueueContractTest extends EventLogContract {

  @Factory(dataProvider = "stores")
  public MessageQueueContractTest(StoreKind store) {
    super(store);
  }

  private static final CommandStamp C1 = stamp("c1", 1);
  private static final CommandStamp C2 = stamp("c2", 2);
  private static final CommandStamp C3 = stamp("c3", 3);
  private static final RunId R3 = new RunId("r_3");

  public void startsAtOnceOnAnIdleThread() {
    assertThat(commit(startOrQueue(T1, C1, R1, 8))).isEqualTo(committed(1, 2));
    assertThat(await(log.head(T1)).queue()).isEmpty();
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("message", "started");
  }

  public void isQueuedWhileARunIsOpen() {
    commit(start(T1, null, R1));
    assertThat(commit(startOrQueue(T1, C1, R2, 8))).isEqualTo(queued(3));
    assertThat(bodies(read(T1, 2, WHOLE))).containsExactly("queued");
    ThreadHead head = await(log.head(T1));
    assertThat(head.queue()).containsExactly(new QueuedMessage(C1.id(), 3, AGENT, MESSAGE, false));
    assertThat(head.openRun()).isEqualTo(R1);
    assertThat(await(log.run(ADA, R2))).isEmpty();
  }

  public void aCommandForTheFrontGoesBeforeQueuedOnes() {
    twoWait();
    assertThat(commit(startOrQueueFirst(T1, C3, R3))).isEqualTo(queued(5));
    assertThat(await(log.head(T1)).queue())
        .extracting(QueuedMessage::command)
        .containsExactly(C3.id(), C1.id(), C2.id());
  }

  public void listsTheThreadsWithQueuedCommands() {
    assertThat(await(log.threadsWithQueue())).isEmpty();
    twoWait();
    commit(start(T2, C3, R3));
    assertThat(await(log.threadsWithQueue())).containsExactly(T1);
    commit(takeBack(T1, C1));
    commit(end(T1, R1));
    assertThat(await(log.threadsWithQueue())).containsExactly(T1);
    commit(startQueued(T1, C2, R2));
    assertThat(await(log.threadsWithQueue())).isEmpty();
  }

  public void anErasedUserHasNoQueuedCommands() {
    twoWait();
    commit(end(T1, R1));
    await(log.erase(ADA));
    assertThat(await(log.threadsWithQueue())).isEmpty();
  }

  public void refusesMoreCommandsThanTheQueueHolds() {
    commit(start(T1, null, R1));
    commit(startOrQueue(T1, C1, R2, 1));
    assertThat(commit(startOrQueue(T1, C2, R2, 1))).isEqualTo(new CommitResult.QueueFull());
    assertThat(commit(startOrQueue(T1, C2, R2, 0))).isEqualTo(new CommitResult.QueueFull());
    assertThat(await(log.find(ADA, C2.id()))).isEmpty();
    assertThat(await(log.head(T1)).head()).isEqualTo(3);
  }

  public void storesAQueuedCommandInTheLedger() {
    commit(start(T1, null, R1));
    commit(startOrQueue(T1, C1, R2, 8));
    CommandReceipt waiting = new CommandReceipt(C1.fingerprint(), T1.thread(), 3, null, epoch());
    assertThat(commit(startOrQueue(T1, C1, R2, 8))).isEqualTo(new CommitResult.Duplicate(waiting));
    assertThat(await(log.head(T1)).queue()).hasSize(1);
  }

  public void newCommandsAreQueuedBehindQueuedOnesWhenNoRunIsOpen() {
    twoWait();
    commit(end(T1, R1));
    assertThat(commit(start(T1, C3, R3))).isEqualTo(new CommitResult.Busy(null));
    assertThat(commit(startOrQueue(T1, C3, R3, 8))).isEqualTo(queued(6));
    assertThat(commit(append(T1, "chat"))).isEqualTo(committed(7, 7));
  }

  public void theFirstQueuedCommandIsStartedWhenTheThreadIsIdle() {
    twoWait();
    assertThat(commit(startQueued(T1, C1, R2))).isEqualTo(new CommitResult.Busy(R1));
    commit(end(T1, R1));
    assertThat(commit(startQueued(T1, C2, R3))).isEqualTo(new CommitResult.NotQueued(C2.id()));
    assertThat(commit(startQueued(T1, C1, R2))).isEqualTo(committed(6, 6));
    assertThat(commit(startQueued(T1, C2, R3))).isEqualTo(new CommitResult.Busy(R2));
    commit(end(T1, R2));
    assertThat(commit(startQueued(T1, C1, R3))).isEqualTo(new CommitResult.NotQueued(C1.id()));
    assertThat(commit(startQueued(T1, C2, R3))).isEqualTo(committed(8, 8));
    assertThat(await(log.head(T1)).queue()).isEmpty();
  }

  public void aStartedCommandIsStoredWithItsRun() {
    twoWait();
    commit(end(T1, R1));
    commit(startQueued(T1, C1, R2));
    assertThat(await(log.find(ADA, C1.id())))
        .contains(new CommandReceipt(C1.fingerprint(), T1.thread(), 3, R2, epoch()));
    assertThat(await(log.run(ADA, R2))).map(RunRecord::firstSeq).contains(6L);
  }

  public void aCancelledCommandIsNotQueued() {
    twoWait();
    assertThat(commit(takeBack(T1, C1))).isEqualTo(committed(5, 4));
    assertThat(commit(takeBack(T1, C1))).isEqualTo(new CommitResult.NotQueued(C1.id()));
    commit(end(T1, R1));
    assertThat(commit(startQueued(T1, C2, R2))).isEqualTo(committed(6, 6));
    assertThat(commit(takeBack(T1, C2))).isEqualTo(new CommitResult.NotQueued(C2.id()));
    assertThat(commit(startOrQueue(T1, C1, R3, 8))).isInstanceOf(CommitResult.Duplicate.class);
  }

  public void cancellingTheLastQueuedCommandLeavesTheThreadIdle() {
    commit(start(T1, null, R1));
    commit(startOrQueue(T1, C1, R2, 8));
    commit(end(T1, R1));
    commit(takeBack(T1, C1));
    assertThat(commit(start(T1, C2, R2))).isEqualTo(committed(5, 6));
  }

  public void queuesWithinOneBatch() {
    ManualClock.Hold held = holdCommitter();
    List<CompletionStage<CommitResult>> stages =
        List.of(
            log.commit(startOrQueue(T1, C1, R1, 1)),
            log.commit(startOrQueue(T1, C2, R2, 1)),
            log.commit(startOrQueue(T1, C3, R3, 1)),
            log.commit(end(T1, R1)),
            log.commit(startQueued(T1, C2, R2)));
    held.free();
    assertThat(stages)
        .extracting(EventLogContract::await)
        .containsExactly(
            committed(1, 2),
            queued(3),
            new CommitResult.QueueFull(),
            committed(4, 4),
            committed(5, 5));
    assertThat(await(log.find(ADA, C2.id()))).map(CommandReceipt::run).contains(R2);
  }

  private void twoWait() {
    commit(start(T1, null, R1));
    commit(startOrQueue(T1, C1, R2, 8));
    commit(startOrQueue(T1, C2, R3, 8));
  }

  private CommitResult queued(long seq) {
    return new CommitResult.Committed(seq, seq, epoch(), true);
  }
}
