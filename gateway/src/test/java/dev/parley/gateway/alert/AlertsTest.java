package dev.parley.gateway.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.alert.Condition.Reading;
import dev.parley.gateway.alert.RecentAlerts.AlertEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Alerts on a clock of the test, which is read every five seconds. */
@Test(groups = "unit")
public class AlertsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration TICK = Duration.ofSeconds(5);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final List<Alert> told = new ArrayList<>();
  private final AtomicLong all = new AtomicLong();
  private final AtomicLong bad = new AtomicLong();
  private long nanos;

  @BeforeMethod
  public void reset() {
    told.clear();
    all.set(0);
    bad.set(0);
    // A monotonic clock may be negative, and pass its end.
    nanos = Long.MAX_VALUE - TICK.toNanos();
  }

  private Alerts alerts(Condition... conditions) {
    return new Alerts(List.of(conditions), MINUTE, told::add);
  }

  private void pass(Alerts alerts, Duration time) {
    pass(alerts, time, () -> {});
  }

  private void pass(Alerts alerts, Duration time, Runnable eachTick) {
    for (long i = 0; i < time.dividedBy(TICK); i++) {
      eachTick.run();
      nanos += TICK.toNanos();
      alerts.check(START.plusNanos(nanos - (Long.MAX_VALUE - TICK.toNanos())), nanos);
    }
  }

  private List<String> transitions() {
    return told.stream().map(alert -> alert.transition().wire()).toList();
  }

  private ShareCondition slowMessages() {
    return new ShareCondition(
        "message",
        "messages took longer than 1 s",
        new ShareCondition.Goal(0.01, Duration.ofMinutes(5), 20),
        () -> new SlidingCounts.Counts(all.get(), bad.get()));
  }

  private void count(int good, int slow) {
    all.addAndGet(good + slow);
    bad.addAndGet(slow);
  }

  public void anAlertFiresOnceAndClearsOnceAfterAWhile() {
    AtomicBoolean isBad = new AtomicBoolean();
    Alerts alerts =
        alerts(
            new Condition() {
              @Override
              public String name() {
                return "test";
              }

              @Override
              public Reading read(long now) {
                return new Reading(isBad.get(), 2, 1, "two (expected: at most one)");
              }
            });
    pass(alerts, MINUTE);
    assertThat(told).isEmpty();
    isBad.set(true);
    pass(alerts, MINUTE);
    assertThat(transitions()).containsExactly("fired");
    assertThat(alerts.isFiring("test")).isTrue();
    isBad.set(false);
    pass(alerts, Duration.ofSeconds(50));
    isBad.set(true);
    pass(alerts, TICK);
    isBad.set(false);
    pass(alerts, MINUTE);
    assertThat(transitions()).as("bad again before it cleared").containsExactly("fired");
    pass(alerts, MINUTE);
    assertThat(transitions()).containsExactly("fired", "cleared");
    assertThat(alerts.isFiring("test")).isFalse();
    assertThat(told.get(1).firedAt()).isEqualTo(told.get(0).at());
    assertThat(told.get(1).at()).isAfter(told.get(0).at().plusSeconds(100));
  }

  public void theListsHaveWhatFiresNowAndTheLastAlerts() {
    AtomicLong level = new AtomicLong();
    Alerts alerts =
        alerts(
            new LevelCondition(
                "level",
                "level",
                new LevelCondition.Goal(5, Duration.ZERO, Double::toString),
                level::get),
            new RateCondition("errors", "errors", 5, bad::get));
    assertThat(alerts.firing()).isEmpty();
    level.set(6);
    pass(alerts, TICK);
    level.set(8);
    pass(alerts, TICK);
    pass(alerts, TICK, () -> count(0, 6));
    assertThat(alerts.firing()).extracting(AlertEntry::name).containsExactly("errors", "level");
    assertThat(alerts.firing().get(1).reading().value()).as("as it is now").isEqualTo(8);
    assertThat(alerts.recent()).extracting(AlertEntry::name).containsExactly("errors", "level");
    AlertEntry first = alerts.recent().get(1);
    assertThat(first.reading().value()).as("as it was when it fired").isEqualTo(6);
    assertThat(first.clearedAt()).isEmpty();
    assertThat(first.firedAt()).isEqualTo(told.get(0).firedAt());
    level.set(0);
    pass(alerts, Duration.ofMinutes(3));
    assertThat(alerts.firing()).isEmpty();
    assertThat(alerts.recent().get(1).clearedAt()).contains(told.get(2).at());
    assertThat(alerts.recent().get(1).reading().value()).isEqualTo(6);
  }

  private static AlertEntry left(String name) {
    Reading reading = new Reading(true, 7, 5, "as it was");
    return new AlertEntry(name, START.minusSeconds(600), Optional.empty(), reading);
  }

  private LevelCondition level(AtomicLong level) {
    return new LevelCondition(
        "level", "level", new LevelCondition.Goal(5, Duration.ZERO, Double::toString), level::get);
  }

  public void anAlertOfTheLastProcessGoesOnWithoutFiringAgain() {
    AtomicLong level = new AtomicLong(6);
    Alerts alerts = alerts(level(level));
    assertThat(alerts.goOn(left("level"))).isTrue();
    assertThat(alerts.isFiring("level")).isTrue();
    pass(alerts, Duration.ofMinutes(10));
    assertThat(told).isEmpty();
    assertThat(alerts.recent())
        .extracting(AlertEntry::firedAt)
        .containsExactly(left("level").firedAt());
    level.set(0);
    pass(alerts, MINUTE.plus(TICK));
    assertThat(transitions()).containsExactly("cleared");
    assertThat(told.get(0).firedAt()).isEqualTo(left("level").firedAt());
    assertThat(alerts.recent().get(0).clearedAt()).isPresent();
  }

  public void anAlertOfTheLastProcessIsClearedWhenAllIsWell() {
    Alerts alerts = alerts(level(new AtomicLong()));
    alerts.goOn(left("level"));
    pass(alerts, MINUTE);
    assertThat(told).isEmpty();
    pass(alerts, TICK);
    assertThat(transitions()).containsExactly("cleared");
  }

  public void anAlertOfWhatIsNoLongerWatchedIsCleared() {
    Alerts alerts = alerts(level(new AtomicLong()));
    assertThat(alerts.goOn(left("agent.removed"))).isFalse();
    alerts.clear(left("agent.removed"), START);
    assertThat(transitions()).containsExactly("cleared");
    assertThat(told.get(0).reading().text()).isEqualTo("it is no longer watched");
    assertThat(alerts.firing()).isEmpty();
  }

  public void theListOfTheLastAlertsIsBounded() {
    AtomicLong level = new AtomicLong();
    Alerts alerts =
        alerts(
            new LevelCondition(
                "level",
                "level",
                new LevelCondition.Goal(5, Duration.ZERO, Double::toString),
                level::get));
    for (int i = 0; i < RecentAlerts.MAX + 10; i++) {
      level.set(6 + i);
      pass(alerts, TICK);
      level.set(0);
      pass(alerts, MINUTE.plus(TICK));
    }
    assertThat(told).hasSize(2 * (RecentAlerts.MAX + 10));
    assertThat(alerts.recent()).hasSize(RecentAlerts.MAX);
    assertThat(alerts.recent().get(0).reading().value()).isEqualTo(5.0 + RecentAlerts.MAX + 10);
    assertThat(alerts.recent()).allMatch(each -> each.clearedAt().isPresent());
  }

  public void aConditionThatCannotBeReadHoldsUpNoOther() {
    Condition broken =
        new LevelCondition(
            "broken",
            "x",
            new LevelCondition.Goal(1, Duration.ZERO, Double::toString),
            () -> {
              throw new IllegalStateException("of the test");
            });
    Alerts alerts = alerts(broken, new RateCondition("errors", "errors", 5, bad::get));
    pass(alerts, MINUTE, () -> count(0, 1));
    assertThat(told).extracting(Alert::name).containsExactly("errors");
  }

  public void slowMessagesFireAndClearWhenTheWindowHasPassed() {
    Alerts alerts = alerts(slowMessages());
    pass(alerts, Duration.ofMinutes(10), () -> count(100, 1));
    assertThat(told).as("1 of 101 is within the budget of 1 %").isEmpty();
    pass(alerts, MINUTE, () -> count(50, 50));
    assertThat(transitions()).containsExactly("fired");
    Reading reading = told.get(0).reading();
    assertThat(reading.value()).as("burn").isGreaterThan(1);
    assertThat(reading.text()).contains("messages took longer than 1 s", "at most 1.00 %");
    pass(alerts, Duration.ofMinutes(4), () -> count(100, 0));
    assertThat(transitions()).containsExactly("fired");
    pass(alerts, Duration.ofMinutes(3), () -> count(100, 0));
    assertThat(transitions()).containsExactly("fired", "cleared");
  }

  public void fewSlowMessagesInTheNightWakeNobody() {
    Alerts alerts = alerts(slowMessages());
    pass(alerts, Duration.ofMinutes(5), () -> {});
    count(0, 19);
    pass(alerts, Duration.ofMinutes(10));
    assertThat(told).isEmpty();
    count(0, 20);
    pass(alerts, TICK);
    assertThat(transitions()).containsExactly("fired");
  }

  public void whatWasCountedBeforeTheFirstReadingIsNoGrowth() {
    count(0, 1_000_000);
    Alerts alerts = alerts(slowMessages(), new RateCondition("errors", "errors", 5, bad::get));
    pass(alerts, Duration.ofHours(1));
    assertThat(told).isEmpty();
  }

  /** Errors at each tick of five seconds, for a minute; whether five a minute are exceeded. */
  @DataProvider
  public Object[][] errors() {
    return new Object[][] {{5, false}, {6, true}};
  }

  @Test(dataProvider = "errors")
  public void aRateIsThatOfAnyMinute(int errors, boolean fires) {
    Alerts alerts = alerts(new RateCondition("errors", "errors", 5, bad::get));
    pass(alerts, MINUTE);
    for (int i = 0; i < errors; i++) {
      pass(alerts, TICK, () -> count(0, 1));
    }
    pass(alerts, Duration.ofSeconds(30));
    assertThat(transitions().contains("fired")).isEqualTo(fires);
    pass(alerts, Duration.ofMinutes(3));
    assertThat(transitions()).hasSize(fires ? 2 : 0);
  }

  public void aLongWindowKeepsFewSamples() {
    SlidingCounts counts = new SlidingCounts(Duration.ofDays(1));
    for (int i = 0; i < 2 * 86_400; i++) {
      nanos += Duration.ofSeconds(1).toNanos();
      SlidingCounts.Counts growth = counts.growth(nanos, new SlidingCounts.Counts(i, 0));
      if (i > 86_400) {
        assertThat(growth.all()).isBetween(86_400L, 86_400L * 1_005 / 1_000);
      }
    }
    assertThat(counts.size()).isLessThanOrEqualTo(202);
  }

  public void aLevelMustStayAboveForThePeriod() {
    AtomicLong level = new AtomicLong(600);
    Alerts alerts =
        alerts(
            new LevelCondition(
                "heap",
                "heap in use",
                new LevelCondition.Goal(500, MINUTE, value -> (long) value + " MB"),
                level::get));
    for (int i = 0; i < 20; i++) {
      level.set(600);
      pass(alerts, Duration.ofSeconds(55));
      level.set(400);
      pass(alerts, TICK);
    }
    assertThat(told).as("garbage is collected now and then").isEmpty();
    level.set(501);
    pass(alerts, Duration.ofSeconds(70));
    assertThat(transitions()).containsExactly("fired");
    assertThat(told.get(0).reading().text())
        .isEqualTo("heap in use: 501 MB (expected: at most 500 MB)");
    level.set(500);
    pass(alerts, Duration.ofSeconds(70));
    assertThat(transitions()).containsExactly("fired", "cleared");
  }

  public void aLevelThatCannotBeReadChangesNothing() {
    double[] level = {Double.NaN};
    Alerts alerts =
        alerts(
            new LevelCondition(
                "disk",
                "disk in use",
                new LevelCondition.Goal(0.9, Duration.ZERO, Double::toString),
                () -> level[0]));
    pass(alerts, MINUTE);
    assertThat(told).isEmpty();
    level[0] = 0.95;
    pass(alerts, MINUTE);
    level[0] = Double.NaN;
    pass(alerts, Duration.ofHours(1));
    assertThat(transitions()).containsExactly("fired");
    level[0] = 0.5;
    pass(alerts, MINUTE.multipliedBy(2));
    assertThat(transitions()).containsExactly("fired", "cleared");
  }

  public void anErrorInACheckEndsNothing() {
    int[] checks = {0};
    Condition broken =
        new LevelCondition(
            "broken",
            "x",
            new LevelCondition.Goal(1, Duration.ZERO, Double::toString),
            () -> {
              checks[0]++;
              throw new OutOfMemoryError("of the test");
            });
    pass(alerts(broken), MINUTE);
    assertThat(checks[0]).isEqualTo(12);
  }
}
