package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.LogException;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.monitor.Phases.Phase;
import org.testng.annotations.Test;

/** What {@code /readyz} goes by while the store is opened anew. */
@Test(groups = "unit")
public class StoreWardTest {

  private final Phases phases = new Phases(() -> 0L);
  private final StoreWard ward = new StoreWard(phases, new Metrics());

  public void theGatewayIsNotReadyUntilTheLogIsOpenAgain() {
    phases.begin(Phase.READY);
    ward.lost(new LogException("sync failed"));
    assertThat(phases.isReady()).isFalse();
    assertThat(phases.current()).isEqualTo(Phase.STORE);
    ward.reopened();
    assertThat(phases.isReady()).isTrue();
  }

  public void aLogThatIsLostDuringTheStartGoesBackToWhereTheStartWas() {
    phases.begin(Phase.RECOVERY);
    ward.lost(new LogException("sync failed"));
    ward.reopened();
    assertThat(phases.current()).isEqualTo(Phase.RECOVERY);
    assertThat(phases.isReady()).isFalse();
  }
}
