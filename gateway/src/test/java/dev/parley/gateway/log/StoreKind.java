package dev.parley.gateway.log;

import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.IdSource;
import java.nio.file.Path;
import java.time.Clock;

/** The stores that pass the contract. */
public enum StoreKind {
  MEMORY {
    @Override
    public EventLog open(Path folder, Clock clock, long queueBytes) {
      return new MemoryLog(clock, IdSource.random(), queueBytes);
    }
  },
  EMBEDDED {
    @Override
    public EventLog open(Path folder, Clock clock, long queueBytes) {
      return EmbeddedLog.open(folder, clock, IdSource.random(), queueBytes);
    }
  };

  public abstract EventLog open(Path folder, Clock clock, long queueBytes);
}
