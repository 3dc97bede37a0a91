package dev.parley.gateway.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.UserId;
import org.testng.annotations.Test;

/** Users with the most deleted bytes come first, and the number of users is bounded. */
@Test(groups = "unit")
public class FreedBytesTest {

  private final UserId ada = user(0);

  private static UserId user(int number) {
    return new UserId("default", "u" + number);
  }

  public void usersWithTheMostDeletedBytesComeFirst() {
    FreedBytes freed = new FreedBytes();
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

  public void theNumberOfUsersIsBounded() {
    FreedBytes freed = new FreedBytes();
    for (int i = 0; i < 2 * FreedBytes.CAPACITY; i++) {
      freed.add(user(i), i + 1);
    }
    assertThat(freed.take(1)).containsExactly(user(2 * FreedBytes.CAPACITY - 1));
    assertThat(freed.take(Integer.MAX_VALUE).size()).isBetween(FreedBytes.CAPACITY - 1, 12_000);
  }
}
