package dev.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ConnectionSlotsTest {

  private static ConnectionSlots<String, String> full(ConnectionPolicy policy) {
    ConnectionSlots<String, String> slots = new ConnectionSlots<>(policy);
    assertThat(slots.enter("ada", "c_1", 2, none -> false)).contains(List.of());
    assertThat(slots.enter("ada", "c_2", 2, none -> false)).contains(List.of());
    return slots;
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
    assertThat(slots.enter("ada", "c_3", 2, none -> false)).contains(List.of("c_1"));
    assertThat(slots.of("ada")).containsExactly("c_2", "c_3");
  }

  public void aReplacedConnectionHandsItsSlotOverEvenIfTheMaximumIsLowerNow() {
    ConnectionSlots<String, String> slots = full(ConnectionPolicy.REFUSE);
    assertThat(slots.enter("ada", "c_3", 1, "c_2"::equals)).contains(List.of("c_2"));
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
}
