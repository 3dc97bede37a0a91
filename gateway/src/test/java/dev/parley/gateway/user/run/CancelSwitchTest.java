package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class CancelSwitchTest {

  private List<Runnable> pool;
  private List<String> done;
  private CancelSwitch cancellation;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    pool = new ArrayList<>();
    done = new ArrayList<>();
    cancellation = new CancelSwitch(pool::add);
  }

  private void runPool() {
    List.copyOf(pool).forEach(Runnable::run);
    pool.clear();
  }

  public void whatAnAgentHangsOnItRunsOnThePool() {
    cancellation.onCancel(() -> done.add("a"));
    assertThat(cancellation.isCancelled()).isFalse();
    cancellation.fire();
    assertThat(cancellation.isCancelled()).isTrue();
    assertThat(done).isEmpty();
    runPool();
    assertThat(done).containsExactly("a");
  }

  public void firingAgainChangesNothing() {
    cancellation.onCancel(() -> done.add("a"));
    cancellation.fire();
    cancellation.fire();
    runPool();
    assertThat(done).containsExactly("a");
  }

  public void whatComesLateRunsAtOnceOnThePoolToo() {
    cancellation.fire();
    cancellation.onCancel(() -> done.add("late"));
    assertThat(done).isEmpty();
    runPool();
    assertThat(done).containsExactly("late");
  }
}
