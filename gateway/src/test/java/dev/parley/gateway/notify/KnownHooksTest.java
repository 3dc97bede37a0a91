package dev.parley.gateway.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class KnownHooksTest {

  private static final int FEW = KnownHooks.MIN_OF_USER;

  private KnownHooks known = new KnownHooks(10_000);

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    known = new KnownHooks(10_000);
  }

  private static UserId user(String tenant, int number) {
    return new UserId(tenant, "u" + number);
  }

  /** So many hooks of the user, the first one first. */
  private static List<RunHook> hooks(UserId user, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new RunHook(
                    Commits.thread(user, "t"),
                    i,
                    new RunId("r_" + user.subject() + "_" + i),
                    Commits.AGENT,
                    RunState.COMPLETED,
                    null,
                    i,
                    i))
        .toList();
  }

  private static List<RunHook> hooksOfUsers(String tenant, int users, int each) {
    List<RunHook> all = new ArrayList<>();
    for (int i = 0; i < users; i++) {
      all.addAll(hooks(user(tenant, i), each));
    }
    return all;
  }

  /** From now on each other user of the tenant has a few. */
  private void crowd() {
    known.take(hooksOfUsers("a", KnownHooks.MAX_OF_USERS / FEW, FEW));
    known.take(List.of());
  }

  private static UserId newcomer(int number) {
    return user("a", 10_000 + number);
  }

  public void aUserHasMoreWhileTheTenantHasFew() {
    assertThat(known.take(hooks(newcomer(1), 1_000))).hasSize(KnownHooks.MAX_OF_USERS / 2);
    assertThat(known.take(hooks(newcomer(2), 1_000))).hasSize(KnownHooks.MAX_OF_USERS / 4);
    crowd();
    assertThat(known.take(hooks(newcomer(3), 1_000))).hasSize(FEW);
  }

  public void aUserHasAFewAndOthersHaveTheirs() {
    crowd();
    List<RunHook> own = hooks(newcomer(1), 1_000);
    List<RunHook> other = hooks(newcomer(2), 1);
    List<RunHook> due = new ArrayList<>(own);
    due.addAll(other);
    List<RunHook> expected = new ArrayList<>(own.subList(0, FEW));
    expected.addAll(other);
    assertThat(known.take(due)).isEqualTo(expected);
    assertThat(known.take(due)).isEmpty();
  }

  public void theNextOfAUserFollowTheFirst() {
    List<RunHook> own = new ArrayList<>(hooks(user("a", 1), 100));
    List<RunHook> taken = new ArrayList<>();
    while (!own.isEmpty()) {
      List<RunHook> next = known.take(own);
      taken.addAll(next);
      next.forEach(known::remove);
      own.removeAll(next);
    }
    assertThat(taken).isEqualTo(hooks(user("a", 1), 100));
  }

  public void itIsTimeToLookWhenHalfOfAFewAreLeftAndMoreAreDue() {
    crowd();
    List<RunHook> taken = known.take(hooks(newcomer(1), FEW + 1));
    List<Boolean> looks = taken.stream().map(known::remove).toList();
    assertThat(looks.subList(0, FEW / 2 - 1)).containsOnly(false);
    assertThat(looks.subList(FEW / 2 - 1, FEW)).containsOnly(true);
    known.take(List.of());
    taken = known.take(hooks(newcomer(2), FEW));
    assertThat(taken.stream().map(known::remove)).containsOnly(false);
  }

  public void aTenantTakesNoMoreThanItLeaves() {
    assertThat(known.take(hooksOfUsers("a", 1_000, FEW))).hasSize(KnownHooks.MAX / 2);
    assertThat(known.take(hooksOfUsers("b", 1_000, FEW))).hasSize(KnownHooks.MAX / 4);
    assertThat(known.take(hooks(user("c", 1), 1))).hasSize(1);
  }

  public void aRoundHasPagesAndKeepsTheOrderOfEachUser() {
    known = new KnownHooks(FEW + 2);
    crowd();
    List<RunHook> own = hooks(newcomer(1), FEW + 4);
    List<RunHook> first = own.subList(0, FEW + 2);
    assertThat(known.last()).isNull();
    List<RunHook> taken = known.take(first);
    assertThat(known.last()).isEqualTo(first.get(FEW + 1));
    taken.forEach(known::remove);
    assertThat(known.take(own.subList(FEW + 2, FEW + 4))).isEmpty();
    assertThat(known.last()).isNull();
    assertThat(known.take(own.subList(FEW, FEW + 4))).isEqualTo(own.subList(FEW, FEW + 4));
  }

  public void whatHasEndedTakesNoRoom() {
    List<RunHook> all = hooksOfUsers("a", 100, 1);
    for (int i = 0; i < 1_000; i++) {
      assertThat(known.take(all)).hasSize(100);
      Collections.reverse(all);
      all.forEach(known::remove);
      all.forEach(known::remove);
    }
  }
}
