package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.AGENT;
import static dev.parley.gateway.log.Commits.MESSAGE;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** What is kept of an open run so that it can be resumed. */
@Test(groups = "unit")
public class SavedRunContractTest extends EventLogContract {

  private static final RawJson REQUEST = RawJson.of("{\"input\":1}");
  private static final RawJson ONE = RawJson.of("{\"at\":1}");
  private static final RawJson TWO = RawJson.of("{\"at\":2}");

  @Factory(dataProvider = "stores")
  public SavedRunContractTest(StoreKind store) {
    super(store);
  }

  private static Commit open(ThreadKey thread, RunId run) {
    RunChange opened = new RunChange.Opened(run, AGENT, MESSAGE, null, REQUEST);
    return Commits.commit(thread, null, new Expectation.Idle(), opened, "message", "started");
  }

  private static Commit checkpoint(RunId run, RawJson checkpoint, String... said) {
    RunChange change = new RunChange.Checkpointed(run, checkpoint);
    return Commits.commit(T1, null, new Expectation.RunOpen(run), change, said);
  }

  public void keepsTheRequestAndTheNewestCheckpoint() {
    commit(open(T1, R1));
    assertThat(await(log.saved(ADA, R1))).contains(new SavedRun(REQUEST, null));
    assertThat(commit(checkpoint(R1, ONE, "a"))).isEqualTo(committed(3, 3));
    assertThat(commit(checkpoint(R1, TWO))).isEqualTo(committed(4, 3));
    assertThat(await(log.saved(ADA, R1))).contains(new SavedRun(REQUEST, TWO));
    assertThat(await(log.run(ADA, R1)).orElseThrow().isResumable()).isTrue();
    assertThat(await(log.openRuns(ADA))).hasSize(1);
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("message", "started", "a");
    assertThat(await(log.head(T1)).head()).isEqualTo(3);
  }

  public void keepsNothingAfterTheEnd() {
    commit(open(T1, R1));
    commit(checkpoint(R1, ONE, "a"));
    commit(end(T1, R1));
    assertThat(await(log.saved(ADA, R1))).isEmpty();
    assertThat(commit(checkpoint(R1, TWO))).isEqualTo(new CommitResult.RunNotOpen(R1));
    assertThat(await(log.saved(ADA, R1))).isEmpty();
    commit(open(T1, R2));
    assertThat(await(log.saved(ADA, R2))).contains(new SavedRun(REQUEST, null));
  }

  public void keepsNothingOfARunThatIsNotResumable() {
    commit(start(T1, null, R1));
    assertThat(await(log.saved(ADA, R1))).isEmpty();
    assertThat(await(log.run(ADA, R1)).orElseThrow().isResumable()).isFalse();
  }

  public void keepsEachRunOnItsOwn() {
    commit(open(T1, R1));
    commit(open(T2, R2));
    commit(checkpoint(R1, ONE));
    assertThat(await(log.saved(ADA, R2))).contains(new SavedRun(REQUEST, null));
    commit(end(T2, R2));
    assertThat(await(log.saved(ADA, R1))).contains(new SavedRun(REQUEST, ONE));
  }

  public void countsNothingOfIt() {
    commit(open(T1, R1));
    Usage before = await(log.usage(ADA));
    commit(checkpoint(R1, RawJson.of('"' + "x".repeat(60_000) + '"')));
    assertThat(await(log.usage(ADA))).isEqualTo(before);
  }
}
