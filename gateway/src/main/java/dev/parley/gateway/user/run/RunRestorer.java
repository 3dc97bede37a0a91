package dev.parley.gateway.user.run;

import dev.parley.gateway.codec.DecodedEvent;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.NotesCodec;
import dev.parley.gateway.codec.SavedCheckpoint;
import dev.parley.gateway.codec.SavedRequest;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.SavedRun;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the log has of one open run. A record that can never be read is left out, and named in
 * {@link RestoredRun#damage}; any other failure of the log fails the stage. Used by one thread at a
 * time.
 */
final class RunRestorer {

  private static final int PAGE_BYTES = 256 * 1024;

  private final EventLog log;
  private final Executor executor;
  private final RunRecord run;
  private final List<DecodedEvent> events = new ArrayList<>();
  private RunNotes.StoredNotes notes = RunNotes.StoredNotes.NONE;
  private long startSeq;

  /** The first that was found. */
  private @Nullable String damage;

  /** Decodes events on the executor. */
  RunRestorer(EventLog log, Executor executor, RunRecord run) {
    this.log = log;
    this.executor = executor;
    this.run = run;
    this.startSeq = run.firstSeq();
  }

  CompletionStage<RestoredRun> restore() {
    CompletionStage<Optional<SavedRun>> saved =
        whole(log.saved(run.thread().user(), run.run()))
            .thenApply(read -> read.flatMap(kept -> kept));
    return saved.thenCompose(
        kept -> read(run.firstSeq() - 1).thenApply(done -> restored(kept.orElse(null))));
  }

  private CompletionStage<Void> read(long after) {
    return whole(log.readWithHidden(run.thread(), after, PAGE_BYTES))
        .thenComposeAsync(
            page -> {
              List<StoredEvent> all = page.map(EventPage::events).orElse(List.of());
              all.forEach(this::add);
              return page.isEmpty() || isLast(page.get())
                  ? CompletableFuture.<Void>completedFuture(null)
                  : read(all.get(all.size() - 1).seq());
            },
            executor);
  }

  private static boolean isLast(EventPage page) {
    List<StoredEvent> all = page.events();
    return all.isEmpty() || all.get(all.size() - 1).seq() >= page.head().head();
  }

  /** What was read; empty if a record of it is damaged. */
  private <T> CompletionStage<Optional<T>> whole(CompletionStage<T> reading) {
    return reading
        .thenApply(Optional::of)
        .exceptionally(
            failure -> {
              DamagedRecordException found =
                  DamagedRecordException.in(failure)
                      .orElseThrow(() -> new CompletionException(failure));
              damaged(String.valueOf(found.getMessage()));
              return Optional.empty();
            });
  }

  private void damaged(String what) {
    damage = damage == null ? what : damage;
  }

  /** What the decoder gives; null if it cannot. Its own message may quote the content. */
  private <T> @Nullable T decoded(String what, Supplier<T> decoder) {
    try {
      return decoder.get();
    } catch (IllegalArgumentException | UncheckedIOException | DateTimeException e) {
      damaged(what + ": " + e.getClass().getSimpleName() + " (expected: what was stored)");
      return null;
    }
  }

  private void add(StoredEvent stored) {
    DecodedEvent event = decoded("event " + stored.seq(), () -> timed(stored));
    if (event != null && run.run().equals(event.run())) {
      events.add(event);
      notes = notes.plus(hidden(stored));
      startSeq = event.event() instanceof ServerEvent.AgentStarted ? stored.seq() : startSeq;
    }
  }

  private List<RawJson> hidden(StoredEvent stored) {
    byte[] hidden = stored.hidden();
    List<RawJson> its =
        hidden == null
            ? List.of()
            : decoded("notes of event " + stored.seq(), () -> NotesCodec.decode(hidden));
    return its == null ? List.of() : its;
  }

  /** The event, whose time can be read too. */
  private static DecodedEvent timed(StoredEvent stored) {
    DecodedEvent event = EventCodec.read(stored.type(), stored.body());
    var ignored = event.time();
    return event;
  }

  private RestoredRun restored(@Nullable SavedRun saved) {
    if (saved == null) {
      damaged("run request: none (expected: one for an open run)");
      return new RestoredRun(null, null, startSeq, events, notes, damage);
    }
    SavedRequest request = decoded("run request", () -> SavedRequest.read(saved.request()));
    RawJson stored = saved.checkpoint();
    SavedCheckpoint checkpoint =
        stored == null ? null : decoded("checkpoint", () -> SavedCheckpoint.read(stored));
    return new RestoredRun(request, checkpoint, startSeq, events, notes, damage);
  }
}
