package dev.parley.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Setting the wall clock makes nothing expire sooner. */
@Test(groups = "unit")
public class ExpiryClockTest {

  private static final Duration GRACE = Duration.ofHours(1);
  private static final Duration WEEK = Duration.ofDays(8);

  private ManualClock clock;
  private ExpiryClock time;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    clock = new ManualClock();
    time = new ExpiryClock(clock, clock::nanoTime, GRACE);
  }

  private long settledAfter(Duration sinceBegin, long begin) {
    return time.now().settledMillis() - begin - sinceBegin.toMillis();
  }

  public void passingTimeIsTrusted() {
    long begin = clock.millis();
    clock.advance(WEEK);
    assertThat(settledAfter(WEEK, begin)).isZero();
    assertThat(time.now()).isEqualTo(Moment.of(clock.millis()));
  }

  public void aClockThatIsFastForAWhileIsIgnored() {
    long begin = clock.millis();
    clock.set(WEEK);
    assertThat(settledAfter(Duration.ZERO, begin)).isZero();
    assertThat(time.now().latestMillis()).isEqualTo(clock.millis());
    clock.advance(Duration.ofSeconds(10));
    assertThat(settledAfter(Duration.ofSeconds(10), begin)).isZero();
    clock.set(WEEK.negated());
    assertThat(time.now()).isEqualTo(Moment.of(clock.millis()));
  }

  public void aChangedTimeIsTrustedAfterTheGrace() {
    clock.set(WEEK);
    time.now();
    clock.advance(GRACE.minusMillis(1));
    assertThat(time.now().settledMillis()).isEqualTo(clock.millis() - WEEK.toMillis());
    clock.advance(Duration.ofMillis(1));
    assertThat(time.now()).isEqualTo(Moment.of(clock.millis()));
  }

  public void aSecondChangeRestartsTheGrace() {
    clock.set(WEEK);
    time.now();
    clock.advance(Duration.ofMinutes(59));
    clock.set(Duration.ofMinutes(5));
    time.now();
    clock.advance(Duration.ofMinutes(59));
    assertThat(time.now().settledMillis()).isLessThan(clock.millis());
    clock.advance(Duration.ofMinutes(1));
    assertThat(time.now().settledMillis()).isEqualTo(clock.millis());
  }

  public void aClockThatIsSetBackIsFollowedAtOnce() {
    clock.set(WEEK.negated());
    Moment now = time.now();
    assertThat(now.settledMillis()).isEqualTo(clock.millis());
    assertThat(now.latestMillis()).isEqualTo(clock.millis() + WEEK.toMillis());
  }

  public void smallDriftIsFollowed() {
    for (int i = 0; i < 1_000; i++) {
      clock.advance(Duration.ofMinutes(1));
      clock.set(Duration.ofMillis(900));
      assertThat(time.now()).isEqualTo(Moment.of(clock.millis()));
    }
  }

  public void aStartFarFromTheStoredTimeWaitsForTheGrace() {
    long stored = clock.millis() - WEEK.toMillis();
    time.startFrom(stored);
    assertThat(time.now().settledMillis()).isEqualTo(stored);
    clock.advance(GRACE);
    assertThat(time.now()).isEqualTo(Moment.of(clock.millis()));
  }

  public void aStartSoonAfterTheStoredTimeDoesNotWait() {
    time.startFrom(clock.millis() - Duration.ofMinutes(59).toMillis());
    assertThat(time.now()).isEqualTo(Moment.of(clock.millis()));
  }
}
