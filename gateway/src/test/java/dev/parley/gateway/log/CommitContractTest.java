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
import static dev.parley.gateway.log.Commits.say;
import static dev.parley.gateway.log.Commits.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.RunState;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** The conditions of a commit, and the seqs that it gets. */
@Test(groups = "unit")
public class CommitContractTest extends EventLogContract {

  @Factory(dataProvider = "stores")
  public CommitContractTest(StoreKind store) {
    super(store);
  }

  public void numbersEventsOfAThreadFromOneWithoutAGap() {
    assertThat(commit(append(T1, "a"))).isEqualTo(committed(1, 1));
    assertThat(commit(append(T1, "b", "c"))).isEqualTo(committed(2, 3));
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("a", "b", "c");
  }

  public void numbersEachThreadOnItsOwn() {
    commit(append(T1, "a", "b"));
    assertThat(commit(append(T2, "a"))).isEqualTo(committed(1, 1));
  }

  public void opensARunOnAnIdleThread() {
    assertThat(commit(start(T1, null, R1))).isEqualTo(committed(1, 2));
  }

  public void namesTheOpenRunOfABusyThread() {
    commit(start(T1, null, R1));
    assertThat(commit(start(T1, null, R2))).isEqualTo(new CommitResult.Busy(R1));
    assertThat(await(log.run(ADA, R2))).isEmpty();
    assertThat(await(log.head(T1)).head()).isEqualTo(2);
  }

  public void aRunMakesOnlyItsOwnThreadBusy() {
    commit(start(T1, null, R1));
    assertThat(commit(start(T2, null, R2))).isEqualTo(committed(1, 2));
  }

  public void anUnconditionalCommitIsAcceptedWhileARunIsOpen() {
    commit(start(T1, null, R1));
    assertThat(commit(append(T1, "a"))).isEqualTo(committed(3, 3));
  }

  public void anOpenRunAppendsUntilItEnds() {
    commit(start(T1, null, R1));
    assertThat(commit(say(T1, R1, "a", "b"))).isEqualTo(committed(3, 4));
    assertThat(commit(end(T1, R1))).isEqualTo(committed(5, 5));
    assertThat(commit(say(T1, R1, "late"))).isEqualTo(new CommitResult.RunNotOpen(R1));
    assertThat(commit(end(T1, R1))).isEqualTo(new CommitResult.RunNotOpen(R1));
  }

  public void anUnknownRunIsNotOpen() {
    assertThat(commit(say(T1, R1, "a"))).isEqualTo(new CommitResult.RunNotOpen(R1));
    commit(start(T1, null, R2));
    assertThat(commit(end(T1, R1))).isEqualTo(new CommitResult.RunNotOpen(R1));
  }

  public void anEndedRunLeavesTheThreadIdle() {
    commit(start(T1, null, R1));
    commit(end(T1, R1));
    assertThat(commit(start(T1, null, R2))).isEqualTo(committed(4, 5));
  }

  public void neverOpensASecondRunWhateverIsExpected() {
    commit(start(T1, null, R1));
    RunChange second = new RunChange.Opened(R2, AGENT, MESSAGE);
    Commit careless = Commits.commit(T1, null, new Expectation.Unconditional(), second, "a");
    assertThat(commit(careless)).isEqualTo(new CommitResult.Busy(R1));
  }

  public void neverEndsAnotherRunWhateverIsExpected() {
    commit(start(T1, null, R1));
    RunChange other = new RunChange.Ended(R2, RunState.FAILED);
    Commit careless = Commits.commit(T1, null, new Expectation.Unconditional(), other, "a");
    assertThat(commit(careless)).isEqualTo(new CommitResult.RunNotOpen(R2));
    assertThat(await(log.head(T1)).openRun()).isEqualTo(R1);
  }

  public void seesTheCommitsOfTheSameBatch() {
    ManualClock.Hold held = holdCommitter();
    CompletionStage<CommitResult> first = log.commit(start(T1, null, R1));
    CompletionStage<CommitResult> busy = log.commit(start(T1, null, R2));
    CompletionStage<CommitResult> ended = log.commit(end(T1, R1));
    CompletionStage<CommitResult> late = log.commit(say(T1, R1, "late"));
    CompletionStage<CommitResult> second = log.commit(start(T1, null, R2));
    held.free();
    assertThat(await(first)).isEqualTo(committed(1, 2));
    assertThat(await(busy)).isEqualTo(new CommitResult.Busy(R1));
    assertThat(await(ended)).isEqualTo(committed(3, 3));
    assertThat(await(late)).isEqualTo(new CommitResult.RunNotOpen(R1));
    assertThat(await(second)).isEqualTo(committed(4, 5));
  }

  public void completesOnThreadsOfItsOwn() {
    ManualClock.Hold held = clock.hold();
    CompletionStage<String> thread =
        log.commit(append(T1, "a")).thenApply(result -> Thread.currentThread().getName());
    held.free();
    assertThat(await(thread)).isEqualTo("log-committer");
  }
}
