package dev.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limit.ConnectionSlots.Displaced;
import java.util.List;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ConnectionSlotsTest {

  private static ConnectionSlots<String, String> full(ConnectionPolicy policy) {
    ConnectionSlots<String, String> slots = new ConnectionSlots<>(policy);
    assertThat(slots.enter("ada", "c_1", 2, none -> false)).contains(displaced(List.of()));
    assertThat(slots.enter("ada", "c_2", 2, none -> false)).contains(displaced(List.of()));
    return slots;
  }

  private static Displaced<String> displaced(List<String> replaced, String... overdue) {
    return new Displaced<>(replaced, List.of(overdue));
  }

  public void aConnectionBeyondTheMaximumIsRefused() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.REFUSE);
    assertThat(slots.refuses("ada", 2)).isTrue();
    assertThat(slots.enter("ada", "c_3", 2, none -> false)).isEmpty();
    assertThat(slots.of("ada")).containsExactly("c_1", "c_2");
    assertThat(slots.refuses("bob", 2)).isFalse();
  }

  public void theOldestIsEvictedIfThatIsThePolicy() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.EVICT);
    assertThat(slots.refuses("ada", 2)).isFalse();
    assertThat(slots.enter("ada", "c_3", 2, none -> false)).contains(displaced(List.of("c_1")));
    assertThat(slots.of("ada")).containsExactly("c_2", "c_3");
  }

  public void aReplacedConnectionHandsItsSlotOverEvenIfTheMaximumIsLowerNow() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.REFUSE);
    assertThat(slots.enter("ada", "c_3", 1, "c_2"::equals)).contains(displaced(List.of("c_2")));
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
      assertThat(slots.enter("ada", "c_" + (i + 1), 2, last::equals))
          .contains(displaced(List.of(last)));
    }
    assertThat(slots.enter("ada", "c_5", 2, "c_4"::equals))
        .contains(displaced(List.of("c_4"), "c_2"));
    assertThat(slots.enter("ada", "c_6", 2, "c_5"::equals))
        .contains(displaced(List.of("c_5"), "c_3"));
    assertThat(slots.of("ada")).containsExactly("c_1", "c_6");
  }

  public void aConnectionThatIsRefusedMakesNoneOverdue() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.REFUSE);
    assertThat(slots.enter("ada", "c_3", 2, "c_2"::equals)).contains(displaced(List.of("c_2")));
    assertThat(slots.enter("ada", "c_4", 2, "c_3"::equals)).contains(displaced(List.of("c_3")));
    assertThat(slots.enter("ada", "of a lower tier", 1, none -> false)).isEmpty();
    assertThat(slots.enter("ada", "c_5", 2, "c_4"::equals))
        .contains(displaced(List.of("c_4"), "c_2"));
  }

  public void thoseThatAreEvictedCountAmongThoseThatAreClosing() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.EVICT);
    assertThat(slots.enter("ada", "c_3", 2, none -> false)).contains(displaced(List.of("c_1")));
    assertThat(slots.enter("ada", "c_4", 1, none -> false))
        .contains(displaced(List.of("c_2", "c_3"), "c_1", "c_2"));
  }

  public void whatHasClosedIsNotOverdue() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.REFUSE);
    for (int i = 2; i < 9; i++) {
      String last = "c_" + i;
      assertThat(slots.enter("ada", "c_" + (i + 1), 2, last::equals))
          .contains(displaced(List.of(last)));
      slots.leave("ada", last);
    }
  }
}
