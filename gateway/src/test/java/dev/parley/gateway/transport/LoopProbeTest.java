package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.gateway.monitor.LatencySnapshot;
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
}
