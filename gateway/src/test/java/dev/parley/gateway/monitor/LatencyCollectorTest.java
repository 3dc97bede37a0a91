package dev.parley.gateway.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

/** What {@code /metrics} says of latencies is what was recorded. */
@Test(groups = "unit")
public class LatencyCollectorTest {

  private final Metrics metrics = new Metrics();

  private String text() {
    byte[] text = metrics.scrape().text(Scrape.Format.PROMETHEUS).toCompletableFuture().join();
    return new String(text, UTF_8);
  }

  public void bucketsAreCumulativeAndTheLastHasAll() {
    Latency commit = metrics.latencies().commit();
    long[] millis = {0, 1, 3, 7, 7, 60, 700, 40_000, 7_200_000};
    Arrays.stream(millis).forEach(each -> commit.record(TimeUnit.MILLISECONDS.toNanos(each)));
    assertThat(text())
        .contains(
            """
            # TYPE parley_commit_seconds histogram
            parley_commit_seconds_bucket{le="5.0E-4"} 1
            parley_commit_seconds_bucket{le="0.001"} 2
            parley_commit_seconds_bucket{le="0.0025"} 2
            parley_commit_seconds_bucket{le="0.005"} 3
            parley_commit_seconds_bucket{le="0.01"} 5
            parley_commit_seconds_bucket{le="0.025"} 5
            parley_commit_seconds_bucket{le="0.05"} 5
            parley_commit_seconds_bucket{le="0.1"} 6
            parley_commit_seconds_bucket{le="0.25"} 6
            parley_commit_seconds_bucket{le="0.5"} 6
            parley_commit_seconds_bucket{le="1.0"} 7
            parley_commit_seconds_bucket{le="2.5"} 7
            parley_commit_seconds_bucket{le="5.0"} 7
            parley_commit_seconds_bucket{le="10.0"} 7
            parley_commit_seconds_bucket{le="30.0"} 7
            parley_commit_seconds_bucket{le="60.0"} 8
            parley_commit_seconds_bucket{le="300.0"} 8
            parley_commit_seconds_bucket{le="1800.0"} 8
            parley_commit_seconds_bucket{le="+Inf"} 9
            parley_commit_seconds_count 9
            parley_commit_seconds_sum 7240.778
            """);
  }

  public void aBucketHasWhatIsNotLongerThanItsBoundWithinOnePercent() {
    Latency latency = new Latency();
    Random random = new Random(3);
    long[] durations = random.longs(10_000, 0, TimeUnit.SECONDS.toNanos(40)).toArray();
    Arrays.stream(durations).forEach(latency::record);
    LatencySnapshot all = latency.snapshot();
    for (double bound : LatencyCollector.BOUNDS) {
      double nanos = bound * 1e9;
      long least = Arrays.stream(durations).filter(each -> each <= nanos).count();
      long most = Arrays.stream(durations).filter(each -> each <= nanos * 1.01).count();
      assertThat(all.countUpTo(Math.round(nanos))).as("%s s", bound).isBetween(least, most);
    }
  }

  public void eachPairOfLabelsIsASeries() {
    metrics.latencies().firstByte("model").record(1);
    metrics.latencies().firstByte("tools.weather").record(1);
    metrics.latencies().run("early", "removed").record(1);
    assertThat(text())
        .contains("parley_upstream_first_byte_seconds_count{service=\"model\"} 1\n")
        .contains("parley_upstream_first_byte_seconds_count{service=\"tools.weather\"} 1\n")
        .contains("parley_run_seconds_count{agent=\"other\",tier=\"other\"} 1\n");
  }
}
