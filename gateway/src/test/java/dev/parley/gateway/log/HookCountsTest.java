package dev.parley.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.UserId;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class HookCountsTest {

  private static final UserId NEXT = new UserId("a", "next");

  private final HookCounts counts = new HookCounts();

  /** So many users with all the hooks that a user may have. */
  private static Map<UserId, Integer> fullUsers(String tenant, int users) {
    return IntStream.range(0, users)
        .mapToObj(i -> new UserId(tenant, "u" + i))
        .collect(Collectors.toMap(Function.identity(), user -> RunHooks.MAX_OF_USER));
  }

  private boolean hasRoom(UserId user) {
    return counts.hasRoom(user, 0, 0, 0);
  }

  public void aTenantHoldsNoMoreThanItLeaves() {
    counts.replace(fullUsers("a", 50));
    assertThat(hasRoom(NEXT)).isFalse();
    assertThat(hasRoom(new UserId("b", "u"))).isTrue();
    counts.add(new UserId("a", "u1"), -1);
    assertThat(hasRoom(NEXT)).isTrue();
    fullUsers("b", 25).forEach(counts::add);
    assertThat(hasRoom(NEXT)).isFalse();
    assertThat(hasRoom(new UserId("b", "next"))).isTrue();
    assertThat(hasRoom(new UserId("c", "u"))).isTrue();
  }

  public void whatIsNotCountedYetTakesRoomToo() {
    counts.replace(fullUsers("a", 49));
    assertThat(counts.hasRoom(NEXT, 999, 999, 999)).isTrue();
    assertThat(counts.hasRoom(NEXT, 1_000, 1_000, 1_000)).isFalse();
    assertThat(counts.hasRoom(NEXT, 0, 999, 1_000)).isTrue();
    assertThat(counts.hasRoom(NEXT, 0, 999, 1_001)).isFalse();
    assertThat(counts.hasRoom(NEXT, 0, 1_000, 1_000)).isFalse();
  }

  public void theCountsOfTheStoreReplaceThoseBefore() {
    counts.replace(fullUsers("a", 50));
    counts.replace(Map.of(NEXT, 1));
    assertThat(counts.all()).isEqualTo(1);
    assertThat(counts.of(NEXT)).isEqualTo(1);
    assertThat(hasRoom(NEXT)).isTrue();
  }
}
