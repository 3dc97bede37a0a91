package dev.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TurnsTest {

  private Turns<String, String> turns = new Turns<>();

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    turns = new Turns<>();
  }

  private void add(String... items) {
    for (String item : items) {
      turns.add(item.substring(0, 1), item);
    }
  }

  private List<String> all() {
    List<String> polled = new ArrayList<>();
    for (String next = turns.poll(); next != null; next = turns.poll()) {
      polled.add(next);
    }
    return polled;
  }

  public void ownersTakeTurnsAndKeepTheirOrder() {
    add("a1", "a2", "a3", "b1", "c1", "b2");
    assertThat(turns.size()).isEqualTo(6);
    assertThat(all()).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
    assertThat(turns.poll()).isNull();
  }

  public void anOwnerWhoComesAgainIsBehindTheOthers() {
    add("a1", "a2", "b1");
    assertThat(turns.poll()).isEqualTo("a1");
    add("a3", "c1");
    assertThat(all()).containsExactly("b1", "a2", "c1", "a3");
  }

  public void anItemThatComesBackIsTheFirstOfItsOwner() {
    add("a1", "a2", "b1");
    String first = turns.poll();
    turns.addFirst("a", String.valueOf(first));
    turns.addFirst("c", "c1");
    assertThat(all()).containsExactly("b1", "a1", "c1", "a2");
  }

  public void itemsOfOneOwnerAreRemoved() {
    add("a1", "b1", "a2", "b2");
    turns.removeIf("a", item -> true);
    turns.removeIf("b", item -> item.equals("b1") || item.equals("a2"));
    turns.removeIf("c", item -> true);
    assertThat(turns.size()).isEqualTo(1);
    assertThat(all()).containsExactly("b2");
  }
}
