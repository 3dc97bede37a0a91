package dev.parley.gateway;

import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.monitor.Phases.Phase;
import java.time.Duration;

/**
 * Lets the gateway be not ready while its log is opened anew, and counts what befalls the disk. On
 * the log's committer thread.
 */
final class StoreWard implements StoreWatch {

  private final Phases phases;
  private final Metrics metrics;
  private Phase before = Phase.READY;

  StoreWard(Phases phases, Metrics metrics) {
    this.phases = phases;
    this.metrics = metrics;
  }

  @Override
  public void lost(LogException why) {
    metrics.storeLost();
    before = phases.current();
    phases.begin(Phase.STORE);
  }

  @Override
  public void reopened() {
    metrics.storeReopened();
    phases.begin(before);
  }

  @Override
  public void slow(Duration write) {
    metrics.storeSlow();
  }

  @Override
  public void lowOnRoom(boolean low) {
    if (low) {
      metrics.storeLowOnRoom();
    }
  }
}
