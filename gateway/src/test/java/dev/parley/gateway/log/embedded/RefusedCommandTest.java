package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.chat;
import static dev.parley.gateway.log.Commits.stamp;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.EventLogContract.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.HookRequest;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.embedded.Erasures.ErasurePlan;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A command that a damaged record refuses leaves nothing in the write of the others. */
@Test(groups = "unit")
public class RefusedCommandTest {

  private static final UserId EVE = new UserId("default", "eve");
  private static final byte DAMAGE = 0x7F;

  private CommitterRig rig;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    rig = new CommitterRig();
  }

  @AfterMethod(alwaysRun = true)
  public void close() throws IOException {
    rig.close();
  }

  private void assertRefusedAmongOthers(CompletionStage<?> refused) {
    CompletionStage<?> other = rig.queue.submit(append(Commits.thread(EVE, "t"), "b"));
    rig.run();
    assertThatThrownBy(() -> await(refused)).isInstanceOf(DamagedRecordException.class);
    assertThat(await(other)).isNotNull();
  }

  public void noEventOfARefusedCommitIsStored() {
    rig.queue.submit(append(T1, "a"));
    rig.queue.submit(chat(T2, stamp("c0", 1)));
    rig.run();
    byte[] day = dayOfTheLedger();
    byte[] known = rig.store.get(ColumnFamily.STORE, day).orElseThrow();
    rig.put(ColumnFamily.STORE, day, DAMAGE);
    assertRefusedAmongOthers(rig.queue.submit(start(T1, stamp("c1", 1), R1)));
    rig.put(ColumnFamily.STORE, day, known);
    assertThat(rig.reader().head(T1).head()).isEqualTo(1);
    CompletionStage<?> next = rig.queue.submit(append(T1, "c"));
    rig.run();
    assertThat(await(next)).isNotNull();
  }

  private byte[] dayOfTheLedger() {
    List<byte[]> days = new ArrayList<>();
    rig.store.scan(
        ColumnFamily.STORE,
        (key, value) -> !new String(key, US_ASCII).startsWith("day of") || days.add(key));
    assertThat(days).hasSize(1);
    return days.get(0);
  }

  public void aRefusedDeletionOfAThreadRemovesNoWebHook() {
    rig.queue.submit(start(T1, null, R1));
    rig.queue.submit(
        Commits.commit(
            T1,
            null,
            new Expectation.RunOpen(R1),
            new RunChange.Ended(R1, RunState.COMPLETED, new HookRequest(1, null)),
            "end"));
    rig.run();
    rig.put(ColumnFamily.LIVES, Keys.digest(ADA), DAMAGE);
    assertRefusedAmongOthers(rig.queue.submit((state, now) -> state.delete(T1, now)));
    assertThat(rig.readers().hooks().due(null, Long.MAX_VALUE - 1, 10).hooks()).hasSize(1);
    assertThat(rig.reader().page(T1, 0, 1_000, false).events()).hasSize(3);
  }

  public void aRefusedErasureRemovesNothing() {
    rig.queue.submit(append(T1, "a"));
    rig.run();
    rig.put(ColumnFamily.USAGE, Keys.user(ADA), DAMAGE);
    assertRefusedAmongOthers(
        rig.queue.submitAlone(
            (state, now) -> state.erase(new ErasurePlan(ADA, Map.of(), null), null, now)));
    assertThat(rig.reader().head(T1).head()).isEqualTo(1);
  }
}
