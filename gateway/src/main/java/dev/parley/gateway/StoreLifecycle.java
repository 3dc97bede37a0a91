package dev.parley.gateway;

import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.log.DiskSpace;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.monitor.Phases.Phase;
import dev.parley.gateway.protocol.IdSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the log on this machine's disk: opens it, lets the gateway be not ready while the log opens
 * itself anew, counts what befalls the disk. Told things on the log's committer thread.
 */
final class StoreLifecycle implements StoreWatch {

  private static final String COMPONENT = "store";

  private final Phases phases;
  private final Metrics metrics;
  private volatile @Nullable EmbeddedLog log;
  private Phase before = Phase.READY;

  StoreLifecycle(Phases phases, Metrics metrics) {
    this.phases = phases;
    this.metrics = metrics;
  }

  /** Opens the log, once. Blocks. */
  EmbeddedLog open(GatewayConfig config, Clock clock, IdSource ids, QueueBound queue) {
    EmbeddedLog.LogOptions terms =
        new EmbeddedLog.LogOptions(
            new DeltaCodec(),
            config.retention(),
            config.store().memory(),
            queue,
            config.store().minFree(),
            this);
    EmbeddedLog opened = EmbeddedLog.open(config.store().path(), clock, ids, terms);
    log = opened;
    return opened;
  }

  /** Copies the log that is open to a new folder of this name, or answers nothing. */
  CompletionStage<Optional<Path>> backUp(String name) {
    EmbeddedLog opened = log;
    return opened == null
        ? CompletableFuture.failedStage(new LogException("log: not open yet (expected: open)"))
        : opened.backUp(name);
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
