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

  private boolean enter(String tenant, String user, String run) {
    return bulkhead.enter(
        new TestRun(tenant, user, run).request(),
        tenant + user + run,
        () -> granted.add(tenant + user + run));
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

  /** A lone tenant may have all places; then they are given back one by one. */
  public void aTenantThatHasFewPlacesComesBeforeOneThatHasMany() {
    oneUserHasAtMostHalf();
    assertThat(enter("eve", "2")).isFalse();
    assertThat(enter("other", "kim", "1")).isFalse();
    assertThat(enter("other", "lee", "1")).isFalse();
    assertThat(enter("third", "joe", "1")).isFalse();
    leave("bob", "1");
    leave("bob", "2");
    leave("ann", "1");
    leave("ann", "2");
    assertThat(granted).containsExactly("otherkim1", "thirdjoe1", "eve1", "ann3");
  }

  public void ofOneTenantTheUserWithFewPlacesComesFirst() {
    bulkhead = new Bulkhead(5);
    assertThat(enter("ann", "1")).isTrue();
    assertThat(enter("bob", "1")).isTrue();
    assertThat(enter("bob", "2")).isTrue();
    assertThat(enter("eve", "1")).isTrue();
    assertThat(enter("eve", "2")).isTrue();
    assertThat(enter("ann", "2")).isFalse();
    assertThat(enter("kim", "1")).isFalse();
    assertThat(enter("kim", "2")).isFalse();
    leave("bob", "1");
    leave("bob", "2");
    assertThat(granted).containsExactly("kim1", "ann2");
  }

  public void callsOfOneRunWaitForOnePlace() {
    oneUserHasAtMostHalf();
    assertThat(
            bulkhead.enter(
                new TestRun("eve", "1").request(), "again", () -> granted.add("eve1 again")))
        .isFalse();
    assertThat(enter("kim", "1")).isFalse();
    leave("bob", "1");
    assertThat(granted).containsExactly("eve1", "eve1 again");
    assertThat(bulkhead.taken()).isEqualTo(4);
    assertThat(bulkhead.waiting()).isEqualTo(2);
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
