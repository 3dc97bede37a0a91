package dev.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Iterator;
import java.util.Random;
import java.util.stream.IntStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TokenBucketTest {

  public void manyPermitsAreTakenAtOnceOrNotAtAll() {
    TokenBucket bucket = TokenBucket.of(10, Duration.ofSeconds(1), 10, 0);
    assertThat(bucket.tryTake(7, 0)).isTrue();
    assertThat(bucket.tryTake(4, 0)).isFalse();
    assertThat(bucket.tryTake(3, 0)).isTrue();
    assertThat(bucket.tryTake(5, 499_999_999)).isFalse();
    assertThat(bucket.tryTake(5, 500_000_000)).isTrue();
  }

  private static final long MILLI = 1_000_000;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static int takeAll(TokenBucket bucket, long now) {
    int taken = 0;
    while (bucket.tryTake(now)) {
      taken++;
    }
    return taken;
  }

  public void beginsFullAndGivesTheBurstAtOnce() {
    TokenBucket bucket = TokenBucket.of(100, MINUTE, 10, 5);
    assertThat(bucket.nanosUntilFull(5)).isZero();
    assertThat(takeAll(bucket, 5)).isEqualTo(10);
    assertThat(bucket.nanosUntilFull(5)).isPositive();
  }

  public void saysExactlyWhenToComeBack() {
    TokenBucket bucket = TokenBucket.of(100, MINUTE, 1, 0);
    assertThat(bucket.retryAfterMillis(0)).isZero();
    bucket.tryTake(0);
    assertThat(bucket.retryAfterMillis(0)).isEqualTo(600);
    assertThat(bucket.retryAfterMillis(1)).isEqualTo(600);
    assertThat(bucket.retryAfterMillis(599 * MILLI + 1)).isEqualTo(1);
    assertThat(bucket.tryTake(600 * MILLI - 1)).isFalse();
    assertThat(bucket.tryTake(600 * MILLI)).isTrue();
  }

  public void neverHoldsMoreThanTheBurst() {
    TokenBucket bucket = TokenBucket.of(1_000_000, MINUTE, 3, 0);
    assertThat(takeAll(bucket, Long.MAX_VALUE)).isEqualTo(3);
  }

  public void holdsNoMoreThanTheBurstAtTheInstantThatItIsFull() {
    TokenBucket bucket = TokenBucket.of(7, Duration.ofNanos(10), 1, 0);
    assertThat(bucket.tryTake(0)).isTrue();
    assertThat(bucket.nanosUntilFull(0)).isEqualTo(2);
    assertThat(bucket.tryTake(2)).isTrue();
    assertThat(bucket.tryTake(3)).isFalse();
    assertThat(bucket.tryTake(4)).isTrue();
  }

  public void nothingIsLostToRounding() {
    TokenBucket bucket = TokenBucket.of(7, MINUTE, 2, 0);
    long hour = Duration.ofHours(1).toNanos();
    takeAll(bucket, 0);
    long taken = 0;
    for (long now = MILLI; now <= hour; now += MILLI) {
      taken += bucket.tryTake(now) ? 1 : 0;
    }
    assertThat(taken).isEqualTo(420);
  }

  public void aClockThatWrapsAroundGoesOn() {
    TokenBucket bucket = TokenBucket.of(60, MINUTE, 1, Long.MAX_VALUE);
    bucket.tryTake(Long.MAX_VALUE);
    assertThat(bucket.tryTake(Long.MAX_VALUE + 999 * MILLI)).isFalse();
    assertThat(bucket.tryTake(Long.MAX_VALUE + 1000 * MILLI)).isTrue();
  }

  public void anOlderReadingCountsAsTheLastOne() {
    TokenBucket bucket = TokenBucket.of(60, MINUTE, 1, 1000 * MILLI);
    bucket.tryTake(1000 * MILLI);
    assertThat(bucket.retryAfterMillis(0)).isEqualTo(1000);
    assertThat(bucket.tryTake(2000 * MILLI - 1)).isFalse();
    assertThat(bucket.tryTake(2000 * MILLI)).isTrue();
  }

  public void isFullAgainWhenAllThatWasTakenCameBack() {
    TokenBucket bucket = TokenBucket.of(60, MINUTE, 5, 0);
    bucket.tryTake(0);
    bucket.tryTake(0);
    assertThat(bucket.nanosUntilFull(2000 * MILLI - 1)).isPositive();
    assertThat(bucket.nanosUntilFull(2000 * MILLI)).isZero();
  }

  public void aPermitThatIsPutBackCanBeTakenAtOnce() {
    TokenBucket bucket = TokenBucket.of(60, MINUTE, 2, 0);
    takeAll(bucket, 0);
    bucket.putBack(0);
    assertThat(takeAll(bucket, 0)).isEqualTo(1);
  }

  public void putBackNeverFillsABucketBeyondItsBurst() {
    TokenBucket bucket = TokenBucket.of(60, MINUTE, 2, 0);
    bucket.tryTake(0);
    bucket.putBack(5000 * MILLI);
    assertThat(takeAll(bucket, 5000 * MILLI)).isEqualTo(2);
  }

  public void ofALargerBurstWhatWasTakenIsMissing() {
    TokenBucket bucket = TokenBucket.of(60, MINUTE, 5, 0);
    bucket.tryTake(2, 0);
    bucket.reshape(60, 10, 0);
    assertThat(takeAll(bucket, 0)).isEqualTo(8);
  }

  public void ofASmallerBurstNothingIsLeftWhenMoreWasTaken() {
    TokenBucket bucket = TokenBucket.of(60, MINUTE, 5, 0);
    bucket.tryTake(4, 0);
    bucket.reshape(60, 3, 0);
    assertThat(takeAll(bucket, 0)).isZero();
    assertThat(bucket.retryAfterMillis(0)).isEqualTo(1000);
  }

  public void anotherRateCountsFromItsChangeOn() {
    TokenBucket bucket = TokenBucket.of(60, MINUTE, 10, 0);
    takeAll(bucket, 0);
    bucket.reshape(120, 10, 3000 * MILLI);
    assertThat(takeAll(bucket, 3000 * MILLI)).isEqualTo(3);
    assertThat(takeAll(bucket, 4000 * MILLI)).isEqualTo(2);
  }

  public void onlyPositiveRatesMakeSense() {
    assertThatThrownBy(() -> TokenBucket.of(0, MINUTE, 1, 0))
        .hasMessage("permits: 0 (expected: > 0)");
    assertThatThrownBy(() -> TokenBucket.of(-1, MINUTE, 1, 0))
        .hasMessage("permits: -1 (expected: > 0)");
    assertThatThrownBy(() -> TokenBucket.of(1, MINUTE, 0, 0))
        .hasMessage("burst: 0 (expected: > 0)");
    assertThatThrownBy(() -> TokenBucket.of(1, Duration.ZERO, 1, 0))
        .hasMessage("period: 0 (expected: > 0)");
  }

  @DataProvider
  Iterator<Object[]> seeds() {
    return IntStream.range(0, 200).mapToObj(seed -> new Object[] {seed}).iterator();
  }

  @Test(dataProvider = "seeds")
  public void agreesWithABucketThatIsFilledMillisecondByMillisecond(int seed) {
    Random random = new Random(seed);
    Model model = new Model(1 + random.nextInt(9), 1 + random.nextInt(50), 1 + random.nextInt(5));
    TokenBucket bucket =
        TokenBucket.of(model.permits, Duration.ofMillis(model.period), model.burst, 0);
    for (int step = 0; step < 300; step++) {
      model.pass(random.nextInt(random.nextBoolean() ? 3 : 60));
      long now = model.millis * MILLI;
      assertThat(bucket.retryAfterMillis(now)).isEqualTo(model.retryAfter());
      assertThat(bucket.nanosUntilFull(now) == 0).isEqualTo(model.isFull());
      assertThat(bucket.tryTake(now)).isEqualTo(model.tryTake());
    }
  }

  /** Counts in parts of a permit, one tick a millisecond. */
  private static final class Model {
    final int permits;
    final int period;
    final int burst;
    long millis;
    long parts;

    Model(int permits, int period, int burst) {
      this.permits = permits;
      this.period = period;
      this.burst = burst;
      this.parts = (long) burst * period;
    }

    void pass(int ticks) {
      for (int tick = 0; tick < ticks; tick++) {
        millis++;
        parts = Math.min(parts + permits, (long) burst * period);
      }
    }

    long retryAfter() {
      long ticks = 0;
      for (long later = parts; later < period; later += permits) {
        ticks++;
      }
      return ticks;
    }

    boolean isFull() {
      return parts == (long) burst * period;
    }

    boolean tryTake() {
      boolean enough = parts >= period;
      parts -= enough ? period : 0;
      return enough;
    }
  }
}
