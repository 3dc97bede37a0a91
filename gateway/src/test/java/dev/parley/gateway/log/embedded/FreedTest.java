package dev.parley.gateway.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.UserId;
import org.testng.annotations.Test;

/** Those of whom the most was dropped come first, and of the others few are remembered. */
@Test(groups = "unit")
public class FreedTest {

  private final UserId ada = user(0);

  private static UserId user(int number) {
    return new UserId("default", "u" + number);
  }

  public void thoseOfWhomTheMostWasDroppedComeFirst() {
    Freed freed = new Freed();
    freed.add(ada, 5);
    freed.add(user(1), 7);
    freed.add(user(2), 1);
    freed.add(ada, 5);
    assertThat(freed.bytes()).isEqualTo(18);
    assertThat(freed.take(2)).containsExactly(ada, user(1));
    assertThat(freed.takeBytes()).isEqualTo(18);
    assertThat(freed.bytes()).isZero();
    assertThat(freed.take(2)).containsExactly(user(2));
    assertThat(freed.isEmpty()).isTrue();
  }

  public void notEverybodyIsRemembered() {
    Freed freed = new Freed();
    for (int i = 0; i < 2 * Freed.CAPACITY; i++) {
      freed.add(user(i), i + 1);
    }
    assertThat(freed.take(1)).containsExactly(user(2 * Freed.CAPACITY - 1));
    assertThat(freed.take(Integer.MAX_VALUE).size()).isBetween(Freed.CAPACITY - 1, 12_000);
  }
}
