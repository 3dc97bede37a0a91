package dev.parley.gateway.log;

import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.IdSource;
import java.nio.file.Path;

/** The stores that must pass the contract. */
public enum StoreKind {
  MEMORY {
    @Override
    public EventLog open(Path folder, ManualClock clock, Retention retention, long queueBytes) {
      return new MemoryLog(
          clock.steady(retention.grace()),
          IdSource.random(),
          retention,
          new QueueBound(queueBytes));
    }
  },
  EMBEDDED {
    @Override
    public EventLog open(Path folder, ManualClock clock, Retention retention, long queueBytes) {
      return EmbeddedLog.open(
          folder,
          clock.steady(retention.grace()),
          IdSource.random(),
          new EmbeddedLog.LogOptions(
              new TextDeltas(),
              retention,
              StoreConfig.DEFAULT_MEMORY,
              new QueueBound(queueBytes),
              0,
              StoreWatch.NONE));
    }

    @Override
    public boolean joins() {
      return true;
    }
  };

  /** A log with the default retention. */
  public final EventLog open(Path folder, ManualClock clock, long queueBytes) {
    return open(folder, clock, Retention.DEFAULT, queueBytes);
  }

  public abstract EventLog open(
      Path folder, ManualClock clock, Retention retention, long queueBytes);

  /** Whether it compacts the deltas of an ended run to one record. */
  public boolean joins() {
    return false;
  }
}
