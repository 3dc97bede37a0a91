package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.DiskSpace;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.monitor.Phases.Phase;
import java.util.concurrent.atomic.AtomicLong;
import org.testng.annotations.Test;

/** What {@code /readyz} goes by while the store is opened again. */
@Test(groups = "unit")
public class StoreHealthTest {

  private final Phases phases = new Phases(() -> 0L);
  private final Metrics metrics = new Metrics();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
  private final StoreHealth health = new StoreHealth(phases, metrics, nanos::get);

  public void theGatewayIsNotReadyUntilTheLogIsOpenAgain() {
    phases.begin(Phase.READY);
    health.lost(new LogException("sync failed"));
    assertThat(phases.isReady()).isFalse();
    assertThat(phases.current()).isEqualTo(Phase.STORE);
    health.reopened();
    assertThat(phases.isReady()).isTrue();
  }

  public void theWorkOfTheStoreHasAnAgeWhileItLasts() {
    assertThat(health.workNanos()).isZero();
    health.working();
    assertThat(health.workNanos()).isZero();
    nanos.addAndGet(7_000);
    assertThat(health.workNanos()).as("past the end of the clock").isEqualTo(7_000);
    health.lost(new LogException("sync failed"));
    nanos.addAndGet(1_000);
    assertThat(health.workNanos()).as("commits wait").isEqualTo(8_000);
    health.idle();
    assertThat(health.workNanos()).isZero();
    health.working();
    nanos.addAndGet(500);
    assertThat(health.workNanos()).isEqualTo(500);
  }

  public void aDiskThatIsShortOrLowMakesAReadyGatewayADegradedOne() {
    phases.begin(Phase.READY);
    health.diskSpace(DiskSpace.SHORT);
    assertThat(phases.isReady()).isTrue();
    assertThat(phases.json()).startsWith(degraded("short_of_room"));
    health.diskSpace(DiskSpace.LOW);
    assertThat(phases.isReady()).isTrue();
    assertThat(phases.json()).startsWith(degraded("low_on_room"));
    health.lost(new LogException("sync failed"));
    assertThat(phases.isReady()).isFalse();
    assertThat(phases.json()).startsWith("{\"status\":\"starting\",\"degraded\":[");
    health.reopened();
    health.diskSpace(DiskSpace.PLENTY);
    assertThat(phases.json()).startsWith("{\"status\":\"ready\",\"phases\":[");
    assertThat(metrics.count("parley_store_incidents_total", "incident", "short_of_room"))
        .isEqualTo(1);
    assertThat(metrics.count("parley_store_incidents_total", "incident", "low_on_room"))
        .isEqualTo(1);
  }

  private static String degraded(String reason) {
    return "{\"status\":\"degraded\",\"degraded\":[{\"component\":\"store\",\"reason\":\""
        + reason
        + "\"}],\"phases\":[";
  }

  public void aLogThatIsLostDuringTheStartGoesBackToWhereTheStartWas() {
    phases.begin(Phase.RECOVERY);
    health.lost(new LogException("sync failed"));
    health.reopened();
    assertThat(phases.current()).isEqualTo(Phase.RECOVERY);
    assertThat(phases.isReady()).isFalse();
  }
}
