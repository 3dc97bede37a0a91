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
import java.util.function.Consumer;
import org.testng.annotations.DataProvider;
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
    damage(files -> files.destroyHook(thread, END));
  }

  private void damage(Consumer<DamagedStore> damage) {
    log.close();
    try (DamagedStore files = new DamagedStore(folder)) {
      damage.accept(files);
    }
    watch.told.clear();
    log = watch.open(folder, 0);
  }

  private List<RunId> due() {
    return await(log.hooks().due(null, LATER, 10)).stream().map(RunHook::run).toList();
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
    end(T1, R1);
    end(T2, R2);
    damage(T1);
    assertThat(log.hooks().waiting()).isEqualTo(2);
    assertThat(await(log.hooks().due(null, LATER, 1))).extracting(RunHook::run).containsExactly(R2);
    assertThat(await(log.hooks().due(null, LATER, 1))).extracting(RunHook::run).containsExactly(R2);
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

  @DataProvider
  public static Object[][] lengths() {
    return new Object[][] {{0}, {3}, {7}, {8}, {9}, {12}, {20}, {28}};
  }

  /** Nothing is lost with the key: the record tells when it is due. */
  @Test(dataProvider = "lengths")
  public void isFoundAgainWhenOnlyTheKeyByTimeIsDamaged(int length) {
    end(T1, R1);
    end(T2, R2);
    damage(files -> files.cutDueKey(T1, END, length));
    assertThat(due()).containsExactly(R2);
    assertThat(due()).containsExactlyInAnyOrder(R1, R2);
    assertThat(log.hooks().waiting()).isEqualTo(2);
    assertThat(watch.told).containsExactly("damaged");
    assertThat(stored()).containsExactly(2L, 2L);
  }

  public void isNotFoundAgainWhenItIsRemovedMeanwhile() {
    end(T1, R1);
    end(T2, R2);
    damage(files -> files.cutDueKey(T1, END, 9));
    assertThat(await(log.hooks().acknowledge(T1, END))).isEqualTo(1);
    assertThat(due()).containsExactly(R2);
    assertThat(stored()).containsExactly(1L, 1L);
  }

  public void whoseKeyIsDamagedIsDroppedAtTheNextChange() {
    end(T1, R1);
    end(T2, R2);
    damage(files -> files.cutHookKey(T1, END));
    assertThat(log.hooks().waiting()).isEqualTo(1);
    assertThat(due()).containsExactly(R2);
    assertThat(watch.told).containsExactly("damaged");
    assertThat(stored()).containsExactly(1L, 1L);
  }
}
