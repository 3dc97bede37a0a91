package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.AGENT;
import static dev.parley.gateway.log.Commits.MESSAGE;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Records of runs, and the list of open runs. */
@Test(groups = "unit")
public class RunContractTest extends EventLogContract {

  @Factory(dataProvider = "stores")
  public RunContractTest(StoreKind store) {
    super(store);
  }

  private static final UserId EVE = new UserId("default", "eve");

  public void knowsARunFromItsFirstCommit() {
    commit(append(T1, "before"));
    commit(start(T1, null, R1));
    assertThat(await(log.run(ADA, R1))).contains(record(T1, R1, 2, RunState.OPEN));
  }

  public void knowsHowARunEnded() {
    commit(start(T1, null, R1));
    RunChange failed = new RunChange.Ended(R1, RunState.FAILED);
    commit(Commits.commit(T1, null, new Expectation.RunOpen(R1), failed, "failed"));
    assertThat(await(log.run(ADA, R1))).contains(record(T1, R1, 1, RunState.FAILED));
  }

  public void aRunBelongsToItsUser() {
    commit(start(T1, null, R1));
    assertThat(await(log.run(EVE, R1))).isEmpty();
    assertThat(await(log.run(ADA, R2))).isEmpty();
  }

  public void listsTheOpenRunsOfAUser() {
    commit(start(T1, null, R1));
    commit(start(T2, null, R2));
    commit(start(Commits.thread(EVE, "t1"), null, new RunId("r_3")));
    assertThat(await(log.openRuns(ADA)))
        .containsExactlyInAnyOrder(
            record(T1, R1, 1, RunState.OPEN), record(T2, R2, 1, RunState.OPEN));
    commit(end(T1, R1));
    assertThat(await(log.openRuns(ADA))).containsExactly(record(T2, R2, 1, RunState.OPEN));
  }

  public void listsTheOpenRunsOfAllUsers() {
    ThreadKey other = Commits.thread(EVE, "t1");
    commit(start(T1, null, R1));
    commit(start(other, null, R2));
    assertThat(await(log.openRuns()))
        .containsExactlyInAnyOrder(
            record(T1, R1, 1, RunState.OPEN), record(other, R2, 1, RunState.OPEN));
    commit(end(T1, R1));
    commit(end(other, R2));
    assertThat(await(log.openRuns())).isEmpty();
    assertThat(await(log.openRuns(EVE))).isEmpty();
  }

  public void listsARunOnceThatFollowsAnother() {
    commit(start(T1, null, R1));
    commit(end(T1, R1));
    commit(start(T1, null, R2));
    assertThat(await(log.openRuns())).containsExactly(record(T1, R2, 4, RunState.OPEN));
  }

  private static RunRecord record(ThreadKey thread, RunId run, long first, RunState state) {
    return new RunRecord(thread, run, AGENT, MESSAGE, first, state);
  }
}
