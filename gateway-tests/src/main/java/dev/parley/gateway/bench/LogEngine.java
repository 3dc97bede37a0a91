package dev.parley.gateway.bench;

import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Parley's log as the gateway uses it. */
final class LogEngine implements Engine {

  private static final UserId USER = new UserId("default", "bench");

  private final EmbeddedLog log;
  private final Bodies bodies;

  LogEngine(Path folder, int bodyBytes) {
    EmbeddedLog.LogOptions terms = EmbeddedLog.LogOptions.of(new DeltaCodec());
    log = EmbeddedLog.open(folder, Clock.systemUTC(), IdSource.random(), terms);
    bodies = new Bodies(bodyBytes);
  }

  static ThreadKey thread(int number) {
    return new ThreadKey(USER, new ThreadId("t" + number));
  }

  EventLog log() {
    return log;
  }

  /** Bytes used by the log's caches and buffers. */
  long memoryUsed() {
    return log.memoryUsed();
  }

  @Override
  public CompletionStage<?> append(int thread) {
    List<NewEvent> event = List.of(new NewEvent(EventType.MESSAGE_ADDED, false, bodies.next()));
    return log.commit(
        new Commit(
            thread(thread),
            null,
            new Expectation.Unconditional(),
            event,
            new RunChange.Unchanged()));
  }

  @Override
  public void close() {
    log.close();
  }
}
