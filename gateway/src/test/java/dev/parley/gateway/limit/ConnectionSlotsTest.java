package dev.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limit.ConnectionSlots.Displaced;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ConnectionSlotsTest {

  private static ConnectionSlots<String, String> full(ConnectionPolicy policy) {
    ConnectionSlots<String, String> slots = new ConnectionSlots<>(policy);
    assertThat(enter(slots, "ada", "c_1", 2, none -> false)).contains(displaced(List.of()));
    assertThat(enter(slots, "ada", "c_2", 2, none -> false)).contains(displaced(List.of()));
    return slots;
  }

  private static Optional<Displaced<String>> enter(
      ConnectionSlots<String, String> slots,
      String user,
      String connection,
      int max,
      Predicate<String> isReplaced) {
    return slots.enter(user, connection, max, isReplaced, () -> true);
  }

  private static Displaced<String> displaced(List<String> replaced, String... overdue) {
    return new Displaced<>(replaced, List.of(overdue));
  }

  public void aConnectionBeyondTheMaximumIsRefused() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.REFUSE);
    assertThat(slots.refuses("ada", 2)).isTrue();
    assertThat(enter(slots, "ada", "c_3", 2, none -> false)).isEmpty();
    assertThat(slots.of("ada")).containsExactly("c_1", "c_2");
    assertThat(slots.refuses("bob", 2)).isFalse();
  }

  public void theOldestIsEvictedIfThatIsThePolicy() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.EVICT);
    assertThat(slots.refuses("ada", 2)).isFalse();
    assertThat(enter(slots, "ada", "c_3", 2, none -> false)).contains(displaced(List.of("c_1")));
    assertThat(slots.of("ada")).containsExactly("c_2", "c_3");
  }

  public void aReplacedConnectionHandsItsSlotOverEvenIfTheMaximumIsLowerNow() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.REFUSE);
    assertThat(enter(slots, "ada", "c_3", 1, "c_2"::equals)).contains(displaced(List.of("c_2")));
    assertThat(slots.of("ada")).containsExactly("c_1", "c_3");
  }

  public void aSlotIsFreeAgainAfterItsConnectionHasLeft() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.REFUSE);
    slots.leave("ada", "c_1");
    slots.leave("ada", "c_1");
    assertThat(slots.of("ada")).containsExactly("c_2");
    slots.leave("ada", "c_2");
    assertThat(slots.of("ada")).isEmpty();
  }

  public void ofThoseThatAreClosingTheOldestIsOverdueBeyondTheMaximum() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.REFUSE);
    for (int i = 2; i < 4; i++) {
      String last = "c_" + i;
      assertThat(enter(slots, "ada", "c_" + (i + 1), 2, last::equals))
          .contains(displaced(List.of(last)));
    }
    assertThat(enter(slots, "ada", "c_5", 2, "c_4"::equals))
        .contains(displaced(List.of("c_4"), "c_2"));
    assertThat(enter(slots, "ada", "c_6", 2, "c_5"::equals))
        .contains(displaced(List.of("c_5"), "c_3"));
    assertThat(slots.of("ada")).containsExactly("c_1", "c_6");
  }

  public void aConnectionThatIsRefusedMakesNoneOverdue() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.REFUSE);
    assertThat(enter(slots, "ada", "c_3", 2, "c_2"::equals)).contains(displaced(List.of("c_2")));
    assertThat(enter(slots, "ada", "c_4", 2, "c_3"::equals)).contains(displaced(List.of("c_3")));
    assertThat(enter(slots, "ada", "of a lower tier", 1, none -> false)).isEmpty();
    assertThat(enter(slots, "ada", "c_5", 2, "c_4"::equals))
        .contains(displaced(List.of("c_4"), "c_2"));
  }

  public void thoseThatAreEvictedCountAmongThoseThatAreClosing() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.EVICT);
    assertThat(enter(slots, "ada", "c_3", 2, none -> false)).contains(displaced(List.of("c_1")));
    assertThat(enter(slots, "ada", "c_4", 1, none -> false))
        .contains(displaced(List.of("c_2", "c_3"), "c_1", "c_2"));
  }

  public void whatHasClosedIsNotOverdue() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.REFUSE);
    for (int i = 2; i < 9; i++) {
      String last = "c_" + i;
      assertThat(enter(slots, "ada", "c_" + (i + 1), 2, last::equals))
          .contains(displaced(List.of(last)));
      slots.leave("ada", last);
    }
  }

  public void roomIsTakenOnlyByAConnectionMore() {
    ConnectionSlots<String, String> slots = new ConnectionSlots<>(ConnectionPolicy.EVICT);
    AtomicInteger taken = new AtomicInteger();
    BooleanSupplier room = () -> taken.incrementAndGet() <= 2;
    assertThat(slots.enter("ada", "c_1", 2, none -> false, room)).isPresent();
    assertThat(slots.enter("ada", "c_2", 2, "c_1"::equals, room)).isPresent();
    assertThat(taken).hasValue(1);
    assertThat(slots.enter("ada", "c_3", 2, none -> false, room)).isPresent();
    assertThat(slots.enter("ada", "c_4", 2, none -> false, room))
        .contains(displaced(List.of("c_2")));
    assertThat(taken).hasValue(2);
    assertThat(slots.enter("bob", "c_5", 2, none -> false, room)).isEmpty();
    assertThat(slots.of("bob")).isEmpty();
    assertThat(slots.leave("ada", "c_2")).isFalse();
    assertThat(slots.leave("ada", "c_4")).isTrue();
    assertThat(slots.leave("ada", "c_4")).isFalse();
  }
}
