package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.AGENT;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** The web hooks that wait. */
@Test(groups = "unit")
public class HookContractTest extends EventLogContract {

  private static final long AFTER = 30_000;
  private static final UserId EVE = new UserId("default", "eve");

  @Factory(dataProvider = "stores")
  public HookContractTest(StoreKind store) {
    super(store);
  }

  private static Commit end(ThreadKey thread, RunId run, long after, @Nullable ErrorCode code) {
    RunState state = code == null ? RunState.COMPLETED : RunState.FAILED;
    RunChange ended = new RunChange.Ended(run, state, new HookRequest(after, code));
    return Commits.commit(thread, null, new Expectation.RunOpen(run), ended, "end");
  }

  /** A run of two events before its end. */
  private void run(ThreadKey thread, RunId run, long after) {
    commit(Commits.start(thread, null, run));
    commit(end(thread, run, after, null));
  }

  private List<RunHook> due(long millis) {
    return await(log.hooks().due(null, millis, 100));
  }

  private List<RunHook> all() {
    return due(clock.millis() + AFTER);
  }

  private int ack(ThreadKey thread, long seq) {
    return await(log.hooks().acknowledge(thread, seq));
  }

  public void aHookWaitsFromTheEndOfItsRunOn() {
    commit(Commits.start(T1, null, R1));
    assertThat(log.hooks().waiting()).isZero();
    assertThat(log.hooks().mayWait(ADA)).isFalse();
    commit(end(T1, R1, AFTER, ErrorCode.RUN_TIMEOUT));
    long now = clock.millis();
    RunHook hook =
        new RunHook(T1, 3, R1, AGENT, RunState.FAILED, ErrorCode.RUN_TIMEOUT, now, now + AFTER);
    assertThat(log.hooks().waiting()).isEqualTo(1);
    assertThat(log.hooks().mayWait(ADA)).isTrue();
    assertThat(log.hooks().mayWait(EVE)).isFalse();
    assertThat(due(now + AFTER - 1)).isEmpty();
    assertThat(due(now + AFTER)).containsExactly(hook);
    assertThat(await(log.hooks().waits(hook))).isTrue();
  }

  public void anEndThatNobodyIsToBeToldOfKeepsNone() {
    commit(Commits.start(T1, null, R1));
    commit(Commits.end(T1, R1));
    assertThat(log.hooks().waiting()).isZero();
    assertThat(all()).isEmpty();
  }

  public void theFirstThatIsDueComesFirst() {
    run(T1, R1, AFTER);
    run(T2, R2, AFTER - 1);
    assertThat(all()).extracting(RunHook::run).containsExactly(R2, R1);
    assertThat(await(log.hooks().due(null, clock.millis() + AFTER, 1)))
        .extracting(RunHook::run)
        .containsExactly(R2);
  }

  public void whatIsDueIsReadPageByPage() {
    run(T1, R1, AFTER);
    run(T1, R2, AFTER);
    run(T2, new RunId("r_3"), AFTER);
    run(new ThreadKey(EVE, T1.thread()), new RunId("r_4"), AFTER - 1);
    List<RunHook> all = all();
    List<RunHook> read = new ArrayList<>();
    while (read.size() < all.size()) {
      RunHook last = read.isEmpty() ? null : read.get(read.size() - 1);
      read.addAll(await(log.hooks().due(last, clock.millis() + AFTER, 1)));
      await(log.hooks().remove(read.get(read.size() - 1)));
    }
    assertThat(read).isEqualTo(all).hasSize(4);
    assertThat(await(log.hooks().due(read.get(3), clock.millis() + AFTER, 1))).isEmpty();
  }

  public void anAcknowledgementRemovesTheEndsUpToItsSeq() {
    run(T1, R1, AFTER);
    run(T1, R2, AFTER);
    assertThat(ack(T1, 2)).isZero();
    assertThat(ack(T1, 5)).isEqualTo(1);
    assertThat(all()).extracting(RunHook::run).containsExactly(R2);
    assertThat(ack(T1, 6)).isEqualTo(1);
    assertThat(ack(T1, 6)).isZero();
    assertThat(log.hooks().waiting()).isZero();
    assertThat(log.hooks().mayWait(ADA)).isFalse();
  }

  public void anAcknowledgementIsOfOneThreadOfOneUser() {
    run(T1, R1, AFTER);
    assertThat(ack(T2, 100)).isZero();
    assertThat(ack(new ThreadKey(EVE, T1.thread()), 100)).isZero();
    assertThat(all()).hasSize(1);
  }

  public void aHookIsRemovedOnce() {
    run(T1, R1, AFTER);
    RunHook hook = all().get(0);
    assertThat(await(log.hooks().remove(hook))).isTrue();
    assertThat(await(log.hooks().remove(hook))).isFalse();
    assertThat(await(log.hooks().waits(hook))).isFalse();
    assertThat(all()).isEmpty();
  }

  public void endAndAcknowledgementMayShareAWrite() {
    ManualClock.Hold hold = holdCommitter();
    log.commit(Commits.start(T1, null, R1));
    log.commit(end(T1, R1, AFTER, null));
    log.commit(Commits.start(T1, null, R2));
    log.commit(end(T1, R2, AFTER, null));
    CompletionStage<Integer> removed = log.hooks().acknowledge(T1, 3);
    clock.releaseAll();
    hold.free();
    assertThat(await(removed)).isEqualTo(1);
    assertThat(all()).extracting(RunHook::run).containsExactly(R2);
    assertThat(log.hooks().waiting()).isEqualTo(1);
  }

  public void aThreadTakesItsHooksWithIt() {
    run(T1, R1, AFTER);
    run(T2, R2, AFTER);
    await(log.delete(T1));
    assertThat(all()).extracting(RunHook::run).containsExactly(R2);
    assertThat(log.hooks().waiting()).isEqualTo(1);
  }

  public void aUserTakesTheirHooksWithThem() {
    run(T1, R1, AFTER);
    run(T2, R2, AFTER);
    run(new ThreadKey(EVE, T1.thread()), new RunId("r_3"), AFTER);
    await(log.erase(ADA));
    assertThat(all()).extracting(hook -> hook.thread().user()).containsExactly(EVE);
    assertThat(log.hooks().mayWait(ADA)).isFalse();
  }

  public void hooksOutliveTheProcess() {
    if (store == StoreKind.MEMORY) {
      return;
    }
    run(T1, R1, AFTER);
    run(T2, R2, AFTER);
    ack(T2, 3);
    List<RunHook> before = all();
    reopen(QueueBound.DEFAULT_BYTES);
    assertThat(log.hooks().waiting()).isEqualTo(1);
    assertThat(log.hooks().mayWait(ADA)).isTrue();
    assertThat(all()).isEqualTo(before);
    clock.advance(Duration.ofDays(1));
    assertThat(ack(T1, 3)).isEqualTo(1);
    reopen(QueueBound.DEFAULT_BYTES);
    assertThat(all()).isEmpty();
  }

  public void aUserHasABoundedNumber() {
    CompletionStage<CommitResult> last = log.commit(Commits.append(T1, "a"));
    for (int i = 0; i <= RunHooks.MAX_OF_USER; i++) {
      ThreadKey thread = Commits.thread(ADA, "t-" + i);
      log.commit(Commits.start(thread, null, new RunId("r_" + i)));
      last = log.commit(end(thread, new RunId("r_" + i), AFTER, null));
    }
    assertThat(await(last)).isInstanceOf(CommitResult.Committed.class);
    assertThat(log.hooks().waiting()).isEqualTo(RunHooks.MAX_OF_USER);
    ack(Commits.thread(ADA, "t-0"), 3);
    run(T2, new RunId("r_new"), AFTER);
    assertThat(log.hooks().waiting()).isEqualTo(RunHooks.MAX_OF_USER);
  }
}
