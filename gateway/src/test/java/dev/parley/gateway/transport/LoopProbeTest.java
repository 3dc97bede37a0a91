package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.gateway.monitor.LatencySnapshot;
import dev.parley.gateway.monitor.LoopHeartbeat;
import dev.parley.gateway.monitor.Metrics;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class LoopProbeTest {

  public void aLoopThatWasBlockedIsLate() {
    Metrics metrics = new Metrics();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    LoopProbe.start(channel.eventLoop(), metrics.loopDelay("0"));
    channel.runPendingTasks();
    channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.advanceTimeBy(850, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    LatencySnapshot delays = metrics.latencies().loopDelay("0").snapshot();
    assertThat(delays.count()).isEqualTo(2);
    assertThat((double) delays.highestNanos()).isCloseTo(750e6, within(8e6));
    assertThat(delays.countUpTo(TimeUnit.MILLISECONDS.toNanos(1))).isEqualTo(1);
    channel.finishAndReleaseAll();
  }

  public void aLoopThatDoesNotComeBackIsSeenMeanwhile() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    LoopHeartbeat heartbeat = LoopProbe.start(channel.eventLoop(), new Metrics().loopDelay("0"));
    assertThat(heartbeat.thread()).isEmpty();
    channel.advanceTimeBy(3, TimeUnit.SECONDS);
    assertThat(heartbeat.overdueNanos()).as("it has not begun").isEqualTo(nanos(2_900));
    channel.runPendingTasks();
    assertThat(heartbeat.thread()).contains(Thread.currentThread());
    channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
    assertThat(heartbeat.overdueNanos()).isZero();
    channel.advanceTimeBy(6, TimeUnit.SECONDS);
    assertThat(heartbeat.overdueNanos()).isEqualTo(nanos(6_000));
    channel.runScheduledPendingTasks();
    assertThat(heartbeat.overdueNanos()).isZero();
    channel.finishAndReleaseAll();
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
