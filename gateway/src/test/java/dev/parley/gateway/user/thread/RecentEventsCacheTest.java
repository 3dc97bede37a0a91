package dev.parley.gateway.user.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.read.CursorJudge;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * Recent events that are kept for readers a little behind are counted, and bounded over all users.
 */
@Test(groups = "unit")
public class RecentEventsCacheTest {

  private static final long BOUND = 1 << 20;
  private static final String LARGE = "x".repeat(60_000);

  /** Few enough to be kept, and more than that. */
  private static final int FEW = 16;

  private static final List<String> THREADS =
      IntStream.rangeClosed(1, 20).mapToObj(number -> "t" + number).toList();

  private UserRig rig;
  private ByteAccount account;
  private Peer writer;
  private Peer reader;

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    rig = UserRig.withLimits(Map.of("limits.burst", "1000"));
    account = rig.metrics.recent();
    writer = rig.connect();
    reader = rig.connectUnread("ada", "enterprise");
  }

  @AfterMethod(alwaysRun = true)
  public void nothingIsHeldInTheEnd() {
    CursorJudge.of(reader.seen.frames());
    writer.close();
    reader.close();
    assertThat(account.held()).isZero();
    rig.close();
  }

  private void write(List<String> threads) {
    reader.subscribeAll(threads);
    threads.forEach(thread -> writer.chat("c-" + thread, thread, LARGE));
  }

  private List<String> read() {
    return reader.seen.all("message_added").stream()
        .map(frame -> frame.path("thread_id").asText())
        .toList();
  }

  public void aReaderThatReadsAtOnceNeedsNothingKept() {
    reader.readOn(1 << 20);
    write(THREADS);
    assertThat(read()).isEqualTo(THREADS);
    assertThat(account.highest()).isZero();
  }

  public void whatIsKeptForAReaderIsCountedUntilItHasReadIt() {
    write(THREADS.subList(0, FEW));
    assertThat(account.held()).isBetween(FEW * 60_000L, FEW * 61_000L);
    rig.log.read.fail();
    reader.readOn(1 << 20);
    rig.settle();
    assertThat(read()).hasSize(FEW);
    assertThat(account.held()).isZero();
  }

  public void aboveTheBoundTheOldestAreEvictedAndReadFromTheStore() {
    write(THREADS);
    assertThat(account.held()).isLessThan(BOUND);
    assertThat(account.highest()).isLessThan(BOUND + 61_000);
    rig.log.read.holdCalls();
    reader.readOn(1 << 20);
    rig.settle();
    rig.log.read.release();
    rig.settle();
    assertThat(read()).containsExactlyInAnyOrderElementsOf(THREADS);
    assertThat(read()).startsWith("t4").endsWith("t3");
  }

  public void aReaderThatLeavesNeedsNothingKept() {
    write(THREADS.subList(0, FEW));
    reader.close();
    assertThat(account.held()).isZero();
  }

  public void aReaderALittleBehindReadsNothingFromTheStore() {
    rig.log.read.fail();
    reader.subscribeAll(List.of("t1"));
    for (int i = 0; i < 50; i++) {
      writer.chat("c" + i, "t1", "short");
    }
    reader.readOn(1 << 20);
    rig.settle();
    assertThat(reader.seen.seqs("t1")).hasSize(50);
    assertThat(account.held()).isZero();
  }

  public void aReaderFarBehindHasNoMoreKeptForItThanOneThreadMayKeep() {
    reader.subscribeAll(List.of("t1"));
    for (int i = 0; i < 20; i++) {
      writer.chat("c" + i, "t1", LARGE);
      assertThat(account.held()).isLessThan(RecentEvents.MAX_BYTES + 61_000);
    }
    reader.readOn(1 << 22);
    rig.settle();
    assertThat(reader.seen.seqs("t1")).hasSize(20);
  }

  public void readersWithTheSameCursorShareWhatIsMergedForThem() {
    Peer second = rig.connectUnread("ada", "enterprise");
    writer.start("c", "t1");
    List.of(reader, second).forEach(each -> each.subscribeFromNow("t1"));
    for (int i = 0; i < 3; i++) {
      var ignored = rig.agent.job().say("word ");
      rig.settle();
    }
    List.of(reader, second).forEach(each -> each.readOn(1 << 20));
    rig.settle();
    assertThat(merged(reader)).isSameAs(merged(second));
    assertThat(reader.seen.last("agent_message").path("delta").asText())
        .isEqualTo("word word word ");
    second.close();
  }

  private static Frame merged(Peer peer) {
    return peer.seen.given().stream().filter(frame -> frame.seq() > 0).findFirst().orElseThrow();
  }
}
