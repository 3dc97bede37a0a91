package dev.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SlotsTest {

  private final Slots<String> slots = new Slots<>(2);

  public void eachKeyHasItsOwnSlots() {
    assertThat(slots.perKey()).isEqualTo(2);
    assertThat(slots.tryTake("a")).isTrue();
    assertThat(slots.tryTake("a")).isTrue();
    assertThat(slots.tryTake("a")).isFalse();
    assertThat(slots.tryTake("b")).isTrue();
    assertThat(slots.taken("a")).isEqualTo(2);
  }

  public void aSlotIsFreeAgainAfterItsRelease() {
    assertThat(slots.tryTake("a")).isTrue();
    assertThat(slots.tryTake("a")).isTrue();
    slots.release("a");
    assertThat(slots.tryTake("a")).isTrue();
    slots.release("a");
    slots.release("a");
    assertThat(slots.taken("a")).isZero();
  }

  public void aReleaseWithoutASlotChangesNothing() {
    slots.release("a");
    assertThat(slots.taken("a")).isZero();
  }

  public void manyThreadsNeverTakeMore() {
    Slots<String> many = new Slots<>(100);
    AtomicInteger taken = new AtomicInteger();
    IntStream.range(0, 1_000)
        .parallel()
        .filter(each -> many.tryTake("a"))
        .forEach(each -> taken.incrementAndGet());
    assertThat(taken.get()).isEqualTo(100);
    assertThat(many.taken("a")).isEqualTo(100);
  }
}
