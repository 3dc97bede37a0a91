package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.HookRequest;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import java.util.List;
import org.testng.annotations.Test;

/** A web hook that waits and cannot be read. */
@Test(groups = "unit")
public class DamagedHookTest extends EventLogContract {

  private static final long LATER = Long.MAX_VALUE - 1;

  /** The seq of the end of the first run of a thread. */
  private static final long END = 3;

  private final RecordingWatch watch = new RecordingWatch();

  public DamagedHookTest() {
    super(StoreKind.EMBEDDED);
  }

  private void end(ThreadKey thread, RunId run) {
    commit(Commits.start(thread, null, run));
    RunChange ended = new RunChange.Ended(run, RunState.COMPLETED, new HookRequest(1, null));
    commit(Commits.commit(thread, null, new Expectation.RunOpen(run), ended, "end"));
  }

  private void damage(ThreadKey thread) {
    log.close();
    try (DamagedStore files = new DamagedStore(folder)) {
      files.destroyHook(thread, END);
    }
    log = watch.open(folder, 0);
  }

  /** The numbers of hooks by thread and by time. */
  private List<Long> stored() {
    log.close();
    try (DamagedStore files = new DamagedStore(folder)) {
      return List.of(files.count(ColumnFamily.RUN_HOOKS), files.count(ColumnFamily.DUE_HOOKS));
    } finally {
      log = watch.open(folder, 0);
    }
  }

  public void takesNoPlaceOfThoseThatAreDue() {
    watch.told.clear();
    end(T1, R1);
    end(T2, R2);
    damage(T1);
    assertThat(log.hooks().waiting()).isEqualTo(2);
    assertThat(await(log.hooks().due(LATER, 1))).extracting(RunHook::run).containsExactly(R2);
    assertThat(await(log.hooks().due(LATER, 1))).extracting(RunHook::run).containsExactly(R2);
    assertThat(watch.told).containsExactly("damaged", "hook damaged");
    assertThat(log.hooks().waiting()).isEqualTo(1);
    assertThat(stored()).containsExactly(1L, 1L);
  }

  public void isDeletedWithItsUser() {
    end(T1, R1);
    end(T2, R2);
    damage(T1);
    await(log.erase(ADA));
    assertThat(log.hooks().waiting()).isZero();
    assertThat(stored()).containsExactly(0L, 0L);
  }

  public void isDeletedWithItsThread() {
    end(T1, R1);
    damage(T1);
    await(log.delete(T1));
    assertThat(log.hooks().mayWait(ADA)).isFalse();
    assertThat(stored()).containsExactly(0L, 0L);
  }

  public void isRemovedByAnAcknowledgement() {
    end(T1, R1);
    damage(T1);
    assertThat(await(log.hooks().acknowledge(T1, END))).isEqualTo(1);
    assertThat(stored()).containsExactly(0L, 0L);
  }
}
