package dev.parley.gateway;

import dev.parley.gateway.log.DiskSpace;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.monitor.Phases.Phase;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Reports the state of the store: readiness and degradation to the phases, incidents to the
 * metrics. Called on the log's committer thread; {@link #workNanos} on any.
 */
final class StoreHealth implements StoreWatch {

  private static final String COMPONENT = "store";

  private final Phases phases;
  private final Metrics metrics;
  private final LongSupplier nanoClock;
  private volatile long beganNanos;
  private volatile boolean isWorking;
  private Phase before = Phase.READY;

  StoreHealth(Phases phases, Metrics metrics, LongSupplier nanoClock) {
    this.phases = phases;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
  }

  /** For how long the committer has been at its present work; 0 when it has none. */
  long workNanos() {
    return isWorking ? Math.max(0, nanoClock.getAsLong() - beganNanos) : 0;
  }

  @Override
  public void working() {
    beganNanos = nanoClock.getAsLong();
    isWorking = true;
  }

  @Override
  public void idle() {
    isWorking = false;
  }

  @Override
  public void committed(long nanos, int events) {
    metrics.latencies().commit().record(nanos);
    metrics.eventsAppended(events);
  }

  @Override
  public void hookDropped() {
    metrics.runHookEnded("dropped");
  }

  @Override
  public void written(long nanos) {
    metrics.latencies().write().record(nanos);
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
  public void broadcastsDropped(int broadcasts) {
    metrics.storeBroadcastsDropped(broadcasts);
  }

  @Override
  public void hookDamaged() {
    metrics.runHookEnded("damaged");
  }

  @Override
  public void recordDamaged() {
    metrics.storeRecordDamaged();
  }

  @Override
  public void slow(Duration write) {
    metrics.storeSlow();
  }

  @Override
  public void diskSpace(DiskSpace space) {
    switch (space) {
      case PLENTY -> phases.restore(COMPONENT);
      case SHORT -> {
        metrics.storeShortOfRoom();
        phases.degrade(COMPONENT, "short_of_room");
      }
      case LOW -> {
        metrics.storeLowOnRoom();
        phases.degrade(COMPONENT, "low_on_room");
      }
    }
  }
}
