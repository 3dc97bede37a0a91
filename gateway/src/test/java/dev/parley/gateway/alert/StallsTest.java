package dev.parley.gateway.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.GatewayConfig;
import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.monitor.LoopHeartbeat;
import dev.parley.gateway.monitor.MetricLabels;
import dev.parley.gateway.monitor.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The conditions of a gateway with its default settings, on a clock of the test. */
@Test(groups = "unit")
public class StallsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final int DAY = 86_400;

  private static final AlertConfig CONFIG =
      GatewayConfig.of(Map.of("alerts.heap", "1024GiB")).alerts();

  private final List<Alert> told = new ArrayList<>();
  private final long[] late = new long[2];
  private Metrics metrics;
  private long writing;
  private double slowSockets;
  private List<Condition> conditions;
  private Alerts alerts;
  private long nanos;

  @BeforeMethod
  public void reset() {
    told.clear();
    metrics =
        new Metrics(
            new ByteAccount(),
            new ByteAccount(),
            new MetricLabels(Set.of("mid"), "mid", Set.of("builtin")));
    late[0] = 0;
    late[1] = 0;
    writing = 0;
    slowSockets = 0;
    nanos = Long.MAX_VALUE - 10 * SECOND;
    Stalls stalls = new Stalls(List.of(loop(0), loop(1)), () -> writing, () -> slowSockets);
    conditions = Conditions.of(CONFIG, metrics, List.of("builtin"), Optional.empty(), stalls);
    alerts = new Alerts(conditions, CONFIG.clearAfter(), told::add);
  }

  private LoopHeartbeat loop(int number) {
    return new LoopHeartbeat() {
      @Override
      public long overdueNanos() {
        return late[number];
      }

      @Override
      public Optional<Thread> thread() {
        return Optional.of(Thread.currentThread());
      }
    };
  }

  private void pass(int seconds, Runnable eachSecond) {
    for (int i = 0; i < seconds; i++) {
      eachSecond.run();
      nanos += SECOND;
      alerts.check(START.plusNanos(nanos - (Long.MAX_VALUE - 10 * SECOND)), nanos);
    }
  }

  private List<String> transitions() {
    return told.stream().map(alert -> alert.name() + " " + alert.transition().wire()).toList();
  }

  /** The alert, what grows while it stalls, and what the alert says at first. */
  @DataProvider
  public Object[][] stalls() {
    return new Object[][] {
      {
        "loop_delay",
        (Runnable) () -> late[1] += SECOND,
        (Runnable) () -> late[1] = MILLI,
        "loop_delay that has not ended: 7.0 s (expected: at most 5.0 s)"
      },
      {
        "store_write",
        (Runnable) () -> writing += SECOND,
        (Runnable) () -> writing = 0,
        "store_write that has not ended: 12.0 s (expected: at most 10.0 s)"
      },
      {
        "slow_sockets",
        (Runnable) () -> slowSockets += 0.05,
        (Runnable) () -> slowSockets = 0.1,
        "connections whose socket has taken nothing for 10 s: 30.0 % (expected: at most 20.0 %)"
      },
    };
  }

  @Test(dataProvider = "stalls")
  public void aStallFiresWhileItLastsAndClearsOnce(
      String alert, Runnable step, Runnable end, String text) {
    pass(60, () -> {});
    pass(300, step);
    assertThat(transitions()).containsExactly(alert + " fired");
    assertThat(told.get(0).reading().text()).isEqualTo(text);
    end.run();
    pass(60, () -> {});
    assertThat(transitions()).as("it waits for clear_after").hasSize(1);
    pass(60, () -> {});
    assertThat(transitions()).containsExactly(alert + " fired", alert + " cleared");
  }

  @Test(dataProvider = "stalls")
  public void aPauseOfTheWholeProcessIsNoStall(
      String alert, Runnable step, Runnable end, String text) {
    pass(60, () -> {});
    nanos += 3_600 * SECOND;
    for (int i = 0; i < 3_600; i++) {
      step.run();
    }
    // The timer makes up for the readings that it missed, before the loops have run.
    for (int i = 0; i < 3_600; i++) {
      alerts.check(START, nanos + i * MILLI / 10);
    }
    end.run();
    pass(600, () -> {});
    assertThat(told).isEmpty();
  }

  public void theDetailOfABlockedLoopIsItsThreadAndWhereItIs() {
    late[1] = 9 * SECOND;
    Condition loops =
        conditions.stream().filter(each -> each.name().equals("loop_delay")).findFirst().get();
    String[] lines = loops.detail().split(System.lineSeparator(), -1);
    assertThat(lines[0]).isEqualTo(Thread.currentThread().getName() + " is RUNNABLE");
    assertThat(loops.detail()).contains("\tat " + StallsTest.class.getName() + ".theDetail");
    assertThat(lines.length).isLessThanOrEqualTo(1 + LoopCondition.MAX_FRAMES);
    assertThat(deep(200, loops).split(System.lineSeparator(), -1))
        .hasSize(1 + LoopCondition.MAX_FRAMES);
  }

  private static String deep(int frames, Condition loops) {
    return frames == 0 ? loops.detail() : deep(frames - 1, loops);
  }

  /** Everything is used, and now and then something is slow for a moment. */
  public void aQuietDayRaisesNone() {
    int[] second = {0};
    pass(
        DAY,
        () -> {
          int now = second[0]++;
          for (int i = 0; i < 3; i++) {
            // One slow message in 225, at most one every 75 s.
            boolean isSlow = now % 75 == 0 && i == 0;
            metrics.latencies().accept("mid").record(isSlow ? 2 * SECOND : 3 * MILLI);
          }
          metrics.runEnded("builtin", now % 10 == 0 ? "failed" : "completed");
          if (now % 20 == 0) {
            metrics.handshakeRefused(503);
          }
          // A collection of garbage, a checkpoint of the disk, phones in tunnels.
          late[now % 2] = now % 300 == 0 ? 2 * SECOND : MILLI;
          writing = now % 600 < 3 ? (now % 600) * SECOND : 4 * MILLI;
          slowSockets = now % 900 < 30 ? 0.19 : 0.01;
        });
    assertThat(told).isEmpty();
  }
}
