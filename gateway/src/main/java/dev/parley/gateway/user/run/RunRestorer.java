package dev.parley.gateway.user.run;

import dev.parley.gateway.codec.DecodedEvent;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.SavedCheckpoint;
import dev.parley.gateway.codec.SavedRequest;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.SavedRun;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Reads what the log has of one open run. Used by one thread at a time. */
final class RunRestorer {

  private static final int PAGE_BYTES = 256 * 1024;

  private final EventLog log;
  private final Executor executor;
  private final RunRecord run;
  private final List<DecodedEvent> events = new ArrayList<>();
  private long startSeq;

  /** Decodes events on the executor. */
  RunRestorer(EventLog log, Executor executor, RunRecord run) {
    this.log = log;
    this.executor = executor;
    this.run = run;
    this.startSeq = run.firstSeq();
  }

  CompletionStage<RestoredRun> restore() {
    return log.saved(run.thread().user(), run.run())
        .thenCompose(saved -> read(run.firstSeq() - 1).thenApply(done -> restored(saved)));
  }

  private CompletionStage<Void> read(long after) {
    return log.read(run.thread(), after, PAGE_BYTES)
        .thenComposeAsync(
            page -> {
              page.events().forEach(this::add);
              return isLast(page)
                  ? CompletableFuture.<Void>completedFuture(null)
                  : read(page.events().get(page.events().size() - 1).seq());
            },
            executor);
  }

  private static boolean isLast(EventPage page) {
    List<StoredEvent> all = page.events();
    return all.isEmpty() || all.get(all.size() - 1).seq() >= page.head().head();
  }

  private void add(StoredEvent stored) {
    DecodedEvent event = EventCodec.read(stored.type(), stored.body());
    if (run.run().equals(event.run())) {
      events.add(event);
      startSeq = event.event() instanceof ServerEvent.AgentStarted ? stored.seq() : startSeq;
    }
  }

  private RestoredRun restored(Optional<SavedRun> saved) {
    RawJson checkpoint = saved.map(SavedRun::checkpoint).orElse(null);
    return new RestoredRun(
        saved.map(kept -> SavedRequest.read(kept.request())).orElse(null),
        checkpoint(checkpoint),
        startSeq,
        events);
  }

  private static @Nullable SavedCheckpoint checkpoint(@Nullable RawJson saved) {
    return saved == null ? null : SavedCheckpoint.read(saved);
  }
}
