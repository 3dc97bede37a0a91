package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 60_000)
public class BulkheadTest {

  private Bulkhead bulkhead;
  private List<String> granted;

  @BeforeMethod(alwaysRun = true)
  void create() {
    bulkhead = new Bulkhead(4);
    granted = new ArrayList<>();
  }

  private boolean enter(String user, String run) {
    return bulkhead.enter(
        new TestRun(user, run).request(), user + run, () -> granted.add(user + run));
  }

  private void leave(String user, String run) {
    bulkhead.leave(new TestRun(user, run).request());
  }

  public void oneUserHasAtMostHalf() {
    assertThat(enter("ann", "1")).isTrue();
    assertThat(enter("ann", "2")).isTrue();
    assertThat(enter("ann", "3")).isFalse();
    assertThat(enter("bob", "1")).isTrue();
    assertThat(enter("bob", "2")).isTrue();
    assertThat(enter("eve", "1")).isFalse();
  }

  public void placesThatBecomeFreeAreGivenInOrderOverTheUsersThatMay() {
    oneUserHasAtMostHalf();
    leave("bob", "1");
    assertThat(granted).containsExactly("eve1");
    leave("ann", "1");
    assertThat(granted).containsExactly("eve1", "ann3");
  }

  public void aRunKeepsItsPlaceOverItsRequests() {
    for (int i = 0; i < 9; i++) {
      assertThat(enter("ann", "1")).isTrue();
    }
    assertThat(enter("ann", "2")).isTrue();
    leave("ann", "1");
    leave("ann", "1");
    assertThat(enter("ann", "3")).isTrue();
    assertThat(enter("ann", "4")).isFalse();
  }

  public void aCallThatGivesUpGetsNothing() {
    oneUserHasAtMostHalf();
    assertThat(bulkhead.giveUp("eve1")).isTrue();
    assertThat(bulkhead.giveUp("eve1")).isFalse();
    leave("bob", "1");
    assertThat(granted).isEmpty();
    assertThat(bulkhead.giveUp("ann3")).isTrue();
  }

  public void usersOfTwoTenantsAreTwo() {
    Bulkhead two = new Bulkhead(2);
    assertThat(two.enter(new TestRun("ann", "1").request(), "a", () -> {})).isTrue();
    assertThat(two.enter(new TestRun("other", "ann", "1").request(), "b", () -> {})).isTrue();
  }
}
