package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limit.FairThreads;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 60_000)
public class TlsStepsTest {

  private final AtomicInteger ran = new AtomicInteger();
  private FairThreads threads;
  private EmbeddedChannel channel;
  private TlsSteps steps;
  private CountDownLatch hold;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    ran.set(0);
    hold = new CountDownLatch(1);
    threads = new FairThreads("test", new FairThreads.Bounds(1, 9, 9, 9), fault -> {});
    channel = new EmbeddedChannel();
    steps = new TlsSteps(channel, threads, () -> null);
    threads.submit("hold", () -> await(hold));
    steps.execute(ran::incrementAndGet);
  }

  @AfterMethod(alwaysRun = true)
  public void end() {
    threads.close();
    channel.finishAndReleaseAll();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The thread has run all steps, and the channel's loop what they asked of it. */
  private void runAll() {
    CountDownLatch last = new CountDownLatch(1);
    hold.countDown();
    threads.submit("last", last::countDown);
    await(last);
    channel.runPendingTasks();
  }

  public void nothingIsReadUntilAllStepsHaveRun() {
    steps.execute(ran::incrementAndGet);
    assertThat(channel.config().isAutoRead()).isFalse();
    runAll();
    runAll();
    assertThat(ran).hasValue(2);
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  public void afterTheHandshakeOthersDecideWhetherToRead() {
    steps.handshakeEnded();
    assertThat(channel.config().isAutoRead()).isTrue();
    channel.config().setAutoRead(false); // as the stage of requests does
    runAll();
    assertThat(channel.config().isAutoRead()).isFalse();
  }

  public void aClosedSocketCostsNothing() {
    channel.close();
    runAll();
    assertThat(ran).hasValue(0);
  }

  public void aSocketIsClosedWhenTheThreadsHaveEnded() {
    threads.close();
    steps.execute(ran::incrementAndGet);
    assertThat(channel.isOpen()).isFalse();
  }
}
