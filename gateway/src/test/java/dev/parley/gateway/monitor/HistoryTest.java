package dev.parley.gateway.monitor;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.gateway.limit.ByteAccount;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A history on a clock of the test, which is sampled once a second. */
@Test(groups = "unit")
public class HistoryTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final long EPOCH_MILLIS = 1_800_000_000_000L;

  /** What the manual says, "History". */
  private static final long MAX_BYTES = 1_500_000;

  private Metrics metrics;
  private long nanos;
  private FigureHistory history;

  @BeforeMethod
  public void begin() {
    metrics = new Metrics();
    // A monotonic clock may be negative, and pass its end.
    nanos = Long.MAX_VALUE - 3 * SECOND;
    metrics.commandReceived("chat");
    metrics.latencies().commit().record(50 * MILLI);
    history = new FigureHistory(metrics, nanos);
  }

  private void pass(int seconds) {
    pass(seconds, () -> {});
  }

  private void pass(int seconds, Runnable eachSecond) {
    for (int i = 0; i < seconds; i++) {
      nanos += SECOND;
      eachSecond.run();
      history.sample(nanos);
    }
  }

  private HistoryView view(HistorySpan span) {
    return history.view(span, EPOCH_MILLIS, nanos);
  }

  private double[] series(HistorySpan span, String name) {
    return requireNonNull(view(span).series().get(name));
  }

  private double[] stage(HistorySpan span, Stage stage, String name) {
    return requireNonNull(requireNonNull(view(span).latencies().get(stage)).get(name));
  }

  public void aRateIsTheGrowthOfItsCounterInTheStep() {
    assertThat(view(HistorySpan.HOUR).times()).isEmpty();
    pass(4, () -> metrics.commandReceived("ping"));
    assertThat(view(HistorySpan.HOUR).times()).as("no step has ended").isEmpty();
    metrics.eventsAppended(100);
    metrics.commandRefused("invalid_argument");
    metrics.handshakeRefused(401);
    metrics.commandReceived("chat");
    pass(6);
    assertThat(series(HistorySpan.HOUR, "commands_per_second")).containsExactly(1.0, 0.0);
    assertThat(series(HistorySpan.HOUR, "events_per_second")).containsExactly(20.0, 0.0);
    assertThat(series(HistorySpan.HOUR, "refused_per_second")).containsExactly(0.4, 0.0);
    pass(50);
    assertThat(series(HistorySpan.DAY, "events_per_second")).containsExactly(100 / 60.0);
  }

  /** The sums of the rates and counts are those of the counters. */
  public void whatIsKeptEqualsTheMetrics() {
    metrics.connectionOpened("early");
    pass(
        120,
        () -> {
          metrics.eventsAppended(7);
          metrics.latencies().commit().record(3 * MILLI);
        });
    for (HistorySpan span : HistorySpan.values()) {
      double seconds = span.step().toSeconds();
      double events =
          Arrays.stream(series(span, "events_per_second")).map(rate -> rate * seconds).sum();
      assertThat(events)
          .isCloseTo((double) metrics.count("parley_events_appended_total"), within(1e-6));
      assertThat(Arrays.stream(stage(span, Stage.COMMIT, "count")).sum()).isEqualTo(120);
      assertThat(Arrays.stream(stage(span, Stage.COMMIT, "p99_ms")))
          .allMatch(p99 -> Math.abs(p99 - 3) < 0.03);
      assertThat(series(span, "connections"))
          .hasSize(120 / (int) seconds)
          .containsOnly((double) metrics.openConnections());
    }
  }

  public void aLevelIsThatOfItsTime() {
    ByteAccount account = metrics.outbound().open("acme", "ada", "c_1");
    account.add(8);
    metrics.connectionOpened("early");
    metrics.contextBorn();
    metrics.runStarted("builtin");
    pass(5);
    account.add(-8);
    pass(5);
    assertThat(series(HistorySpan.HOUR, "outbound_bytes")).containsExactly(8.0, 0.0);
    assertThat(series(HistorySpan.HOUR, "connections")).containsExactly(1.0, 1.0);
    assertThat(series(HistorySpan.HOUR, "users")).containsExactly(1.0, 1.0);
    assertThat(series(HistorySpan.HOUR, "runs")).containsExactly(1.0, 1.0);
    assertThat(Arrays.stream(series(HistorySpan.HOUR, "heap_bytes")))
        .allMatch(bytes -> bytes > 1 << 20);
    assertThat(series(HistorySpan.HOUR, "disk_free_bytes")).as("no store").containsOnly(Double.NaN);
  }

  public void aLatencyIsThatOfItsStepAlone() {
    metrics.latencies().loopDelay("0").record(2 * MILLI);
    metrics.latencies().loopDelay("1").record(40 * MILLI);
    pass(5);
    metrics.latencies().commit().record(20 * MILLI);
    pass(5);
    assertThat(stage(HistorySpan.HOUR, Stage.COMMIT, "count")).containsExactly(0.0, 1.0);
    for (String percentile : List.of("p50_ms", "p90_ms", "p99_ms")) {
      double[] commit = stage(HistorySpan.HOUR, Stage.COMMIT, percentile);
      assertThat(commit[0]).isNaN();
      assertThat(commit[1]).isCloseTo(20, within(0.2));
    }
    double[] delays = series(HistorySpan.HOUR, "loop_delay_ms");
    assertThat(delays[0]).isCloseTo(40, within(0.4));
    assertThat(delays[1]).isNaN();
    assertThat(stage(HistorySpan.HOUR, Stage.LOOP_DELAY, "p50_ms")[0]).isCloseTo(2, within(0.02));
  }

  public void aStepWithoutASampleIsAGap() {
    metrics.connectionOpened("early");
    pass(10);
    metrics.eventsAppended(300);
    nanos += 14 * SECOND;
    pass(1);
    assertThat(series(HistorySpan.HOUR, "connections"))
        .containsExactly(1.0, 1.0, Double.NaN, Double.NaN, 1.0);
    assertThat(series(HistorySpan.HOUR, "events_per_second"))
        .as("the first rate after a gap is that of the whole gap")
        .containsExactly(0.0, 0.0, Double.NaN, Double.NaN, 20.0);
    assertThat(stage(HistorySpan.HOUR, Stage.COMMIT, "count")[2]).isNaN();
  }

  public void aGapLongerThanTheHistoryLeavesNothingOld() {
    metrics.connectionOpened("early");
    pass(3_600);
    metrics.connectionOpened("early");
    nanos += Duration.ofHours(7).toNanos();
    pass(1);
    double[] connections = series(HistorySpan.HOUR, "connections");
    assertThat(connections).hasSize(720);
    assertThat(Arrays.stream(connections).filter(value -> !Double.isNaN(value)))
        .containsExactly(2.0);
  }

  public void timesAreCountedBackFromThePresent() {
    pass(12);
    long[] times = history.view(HistorySpan.HOUR, EPOCH_MILLIS, nanos).times();
    assertThat(times).containsExactly(EPOCH_MILLIS - 7_000, EPOCH_MILLIS - 2_000);
  }

  /** Milliseconds by which the clock is set. */
  @DataProvider
  public Object[][] jumps() {
    return new Object[][] {{-86_400_000L}, {86_400_000L}};
  }

  @Test(dataProvider = "jumps")
  public void aClockThatIsSetLeavesTheTimesInOrder(long jump) {
    pass(100);
    long before = EPOCH_MILLIS;
    long[] times = history.view(HistorySpan.HOUR, before, nanos).times();
    pass(10);
    long[] after = history.view(HistorySpan.HOUR, before + 10_000 + jump, nanos).times();
    assertThat(after).hasSize(times.length + 2);
    IntStream.range(0, times.length).forEach(i -> assertThat(after[i]).isEqualTo(times[i] + jump));
    IntStream.range(1, after.length)
        .forEach(i -> assertThat(after[i] - after[i - 1]).isEqualTo(5_000));
  }

  @DataProvider
  public Object[][] spans() {
    return new Object[][] {{HistorySpan.HOUR, 3_600}, {HistorySpan.DAY, 86_400}};
  }

  @Test(dataProvider = "spans")
  public void onlyTheLastStepsAreKept(HistorySpan span, int seconds) {
    int[] connections = {0};
    pass(
        seconds + 600,
        () -> {
          connections[0]++;
          metrics.connectionOpened("early");
        });
    double[] kept = series(span, "connections");
    int step = (int) span.step().toSeconds();
    assertThat(kept).hasSize(seconds / step);
    assertThat(kept[kept.length - 1]).isEqualTo(connections[0]);
    assertThat(kept[0]).isEqualTo(connections[0] - seconds + step);
    assertThat(view(span).times()).hasSize(kept.length);
  }

  public void itsMemoryIsOfAFixedSize() throws ReflectiveOperationException {
    long atFirst = bytes();
    pass(7_300, () -> metrics.latencies().run("early", "builtin").record(nanos & 0xffff));
    assertThat(bytes()).isEqualTo(atFirst).isLessThanOrEqualTo(MAX_BYTES);
    assertThat(atFirst).as("what the manual says is about right").isGreaterThan(MAX_BYTES * 8 / 10);
  }

  private long bytes() throws ReflectiveOperationException {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    // What it reads is not what it keeps.
    seen.add(metrics);
    return bytesOfArrays(history, seen);
  }

  /** The arrays of numbers that are reached from an object. */
  private static long bytesOfArrays(Object from, Set<Object> seen)
      throws ReflectiveOperationException {
    if (from == null || !seen.add(from)) {
      return 0;
    }
    Class<?> type = from.getClass();
    long bytes = 0;
    if (type.isArray()) {
      int length = Array.getLength(from);
      if (type.getComponentType().isPrimitive()) {
        return (long) length * Long.BYTES;
      }
      for (int i = 0; i < length; i++) {
        bytes += bytesOfArrays(Array.get(from, i), seen);
      }
      return bytes;
    }
    if (from instanceof Map<?, ?> map) {
      for (Object value : map.values()) {
        bytes += bytesOfArrays(value, seen);
      }
      return bytes;
    }
    if (type.getName().startsWith("java.") || from instanceof Enum<?>) {
      return 0;
    }
    for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          field.setAccessible(true);
          bytes += bytesOfArrays(field.get(from), seen);
        }
      }
    }
    return bytes;
  }
}
