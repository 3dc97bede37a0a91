package dev.parley.gateway.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class LatencyTest {

  private static final int VALUES = 20_000;

  private final Latency latency = new Latency();

  @DataProvider
  public Object[][] percents() {
    return new Object[][] {{0.0}, {1.0}, {50.0}, {90.0}, {99.0}, {99.9}, {100.0}};
  }

  /** Durations from a microsecond to an hour, as many of each magnitude. */
  private static long[] durations(long seed) {
    Random random = new Random(seed);
    return random
        .doubles(VALUES, Math.log(2e3), Math.log(3.6e12))
        .mapToLong(power -> (long) Math.exp(power))
        .toArray();
  }

  @Test(dataProvider = "percents")
  public void aPercentileIsWithinTwoDigitsOfTheSortedList(double percent) {
    Latency own = new Latency();
    long[] durations = durations(7);
    Arrays.stream(durations).forEach(own::record);
    Arrays.sort(durations);
    int index = Math.max(0, (int) Math.ceil(percent / 100 * VALUES) - 1);
    double exact = durations[index];
    assertThat((double) own.snapshot().percentileNanos(percent))
        .isCloseTo(exact, within(Math.max(exact * 0.01, 1_024)));
  }

  public void theSumIsExact() {
    long[] durations = durations(8);
    Arrays.stream(durations).forEach(latency::record);
    assertThat(latency.snapshot().sumNanos()).isEqualTo(Arrays.stream(durations).sum());
  }

  public void noneIsLostWhenManyThreadsRecord() {
    Latency own = new Latency();
    int threads = 8;
    IntStream.range(0, threads)
        .mapToObj(
            thread ->
                new Thread(
                    () -> Arrays.stream(durations(thread)).forEach(own::record), "t" + thread))
        .peek(Thread::start)
        .toList()
        .forEach(LatencyTest::join);
    LatencySnapshot all = own.snapshot();
    assertThat(all.count()).isEqualTo((long) threads * VALUES);
    assertThat(all.countUpTo(Long.MAX_VALUE)).isEqualTo(all.count());
    long sum = IntStream.range(0, threads).mapToLong(i -> Arrays.stream(durations(i)).sum()).sum();
    assertThat(all.sumNanos()).isEqualTo(sum);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public void whatIsShorterOrLongerThanTheRangeIsCountedAtItsEnds() {
    Latency own = new Latency();
    own.record(-5);
    own.record(0);
    own.record(Long.MAX_VALUE / 2);
    LatencySnapshot all = own.snapshot();
    assertThat(all.count()).isEqualTo(3);
    assertThat(all.countUpTo(Latency.LOWEST_NANOS)).isEqualTo(2);
    assertThat((double) all.highestNanos())
        .isCloseTo((double) Latency.HIGHEST_NANOS, within(0.01 * (double) Latency.HIGHEST_NANOS));
  }

  public void anIntervalHasWhatCameSinceItsBeginning() {
    Latency own = new Latency();
    own.record(TimeUnit.SECONDS.toNanos(9));
    LatencySnapshot before = own.snapshot();
    own.record(TimeUnit.MILLISECONDS.toNanos(20));
    own.record(TimeUnit.MILLISECONDS.toNanos(30));
    LatencySnapshot interval = own.snapshot().since(before);
    assertThat(interval.count()).isEqualTo(2);
    assertThat(interval.sumNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
    assertThat((double) interval.highestNanos()).isCloseTo(3e7, within(3e5));
    LatencySnapshot empty = own.snapshot().since(own.snapshot());
    assertThat(empty.count()).isZero();
    assertThat(empty.percentileNanos(99)).isZero();
    assertThat(empty.highestNanos()).isZero();
  }

  public void recordingAllocatesNothing() {
    Latencies latencies =
        new Latencies(new MetricLabels(Set.of("early"), "early", Set.of("builtin")));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    record(latencies, VALUES);
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    record(latencies, VALUES);
    long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertThat(allocated).isLessThan(VALUES);
  }

  private static void record(Latencies latencies, int times) {
    for (int i = 0; i < times; i++) {
      latencies.commit().record(i);
      latencies.delivery("early").record(i);
      latencies.run("unknown", "unknown").record(i);
    }
  }
}
