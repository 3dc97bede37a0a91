package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.replace;
import static dev.parley.gateway.log.Commits.stamp;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.Commits.startOrQueue;
import static dev.parley.gateway.log.Commits.startQueued;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Commands that replace queued commands. */
@Test(groups = "unit")
public class ReplaceContractTest extends EventLogContract {

  @Factory(dataProvider = "stores")
  public ReplaceContractTest(StoreKind store) {
    super(store);
  }

  private static final CommandStamp C1 = stamp("c1", 1);
  private static final CommandStamp C2 = stamp("c2", 2);
  private static final CommandStamp C3 = stamp("c3", 3);
  private static final CommandStamp C4 = stamp("c4", 4);

  private List<QueuedMessage> queue() {
    return await(log.head(T1)).queue();
  }

  public void theNextCommandCancelsTheLastOneInOneWrite() {
    commit(start(T1, null, R1));
    commit(replace(T1, C1, 8, true));
    QueuedMessage first = queue().get(0);
    assertThat(commit(replace(T1, C2, 8, true)))
        .isEqualTo(new CommitResult.Committed(4, 5, epoch(), true, List.of(first)));
    assertThat(bodies(read(T1, 2, WHOLE))).containsExactly("queued", "queued", "back c1");
    assertThat(queue()).extracting(QueuedMessage::command).containsExactly(C2.id());
    commit(end(T1, R1));
    assertThat(commit(startQueued(T1, C1, R2))).isEqualTo(new CommitResult.NotQueued(C1.id()));
  }

  public void queuedCommandsThatAreNotReplaceableStay() {
    commit(start(T1, null, R1));
    commit(startOrQueue(T1, C1, R2, 8));
    commit(replace(T1, C2, 8, false));
    assertThat(commit(replace(T1, C3, 8, true))).isEqualTo(queued(5, 5));
    commit(replace(T1, C4, 8, true));
    assertThat(queue())
        .extracting(QueuedMessage::command)
        .containsExactly(C4.id(), C2.id(), C1.id());
  }

  public void aPlainQueuedCommandReplacesNothing() {
    commit(start(T1, null, R1));
    commit(replace(T1, C1, 8, true));
    assertThat(commit(startOrQueue(T1, C2, R2, 8))).isEqualTo(queued(4, 4));
    assertThat(queue()).extracting(QueuedMessage::command).containsExactly(C1.id(), C2.id());
  }

  public void replacesACommandInAFullQueue() {
    commit(start(T1, null, R1));
    commit(replace(T1, C1, 1, true));
    assertThat(commit(replace(T1, C2, 1, false))).isInstanceOf(CommitResult.Committed.class);
    assertThat(commit(replace(T1, C3, 1, true))).isEqualTo(new CommitResult.QueueFull());
    assertThat(queue()).extracting(QueuedMessage::command).containsExactly(C2.id());
  }

  public void aDuplicateReplacesNothing() {
    commit(start(T1, null, R1));
    commit(replace(T1, C1, 8, true));
    commit(replace(T1, C2, 8, true));
    assertThat(commit(replace(T1, C1, 8, true))).isInstanceOf(CommitResult.Duplicate.class);
    assertThat(queue()).extracting(QueuedMessage::command).containsExactly(C2.id());
    assertThat(await(log.find(ADA, C1.id()))).map(CommandReceipt::run).isEmpty();
  }

  public void replacesWithinOneBatchAndBetweenRuns() {
    ManualClock.Hold held = holdCommitter();
    List<CompletionStage<CommitResult>> stages =
        List.of(
            log.commit(start(T1, null, R1)),
            log.commit(replace(T1, C1, 8, true)),
            log.commit(end(T1, R1)),
            log.commit(replace(T1, C2, 8, true)),
            log.commit(startQueued(T1, C2, R2)));
    held.free();
    assertThat(stages)
        .extracting(EventLogContract::await)
        .element(3)
        .extracting(result -> ((CommitResult.Committed) result).replaced())
        .asInstanceOf(InstanceOfAssertFactories.list(QueuedMessage.class))
        .extracting(QueuedMessage::command)
        .containsExactly(C1.id());
    assertThat(await(log.head(T1)).openRun()).isEqualTo(R2);
    assertThat(queue()).isEmpty();
  }

  private CommitResult queued(long first, long last) {
    return new CommitResult.Committed(first, last, epoch(), true);
  }
}
