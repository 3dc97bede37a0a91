package dev.parley.gateway.http;

import dev.parley.gateway.codec.EventOutline;
import dev.parley.gateway.limit.PageBudget;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.EventType;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads what happened in a run from the log, a page at a time within the page budget. Pages are
 * decoded by the worker, one after the other. For one use.
 */
final class RunTimeline {

  /** Maximum bytes of a page. */
  private static final int PAGE_BYTES = 256 * 1024;

  /** Of a page that has a damaged record, the part before it is read in smaller ones. */
  private static final int SHRINK = 8;

  /** Maximum pages of one call. */
  static final int MAX_PAGES = 64;

  private static final Set<EventType> ENDS =
      Set.of(EventType.AGENT_COMPLETED, EventType.AGENT_FAILED, EventType.AGENT_CANCELLED);

  /**
   * Where the log is read and decoded.
   *
   * @param loop where a read waits for its turn
   * @param worker decodes the pages
   */
  record TimelineSource(EventLog log, PageBudget pages, Executor loop, Executor worker) {}

  /**
   * One event of the run; a range of deltas is one.
   *
   * @param bytes of its body
   */
  record TimelineEvent(long firstSeq, long seq, EventType type, int bytes, EventOutline outline) {}

  private final TimelineSource source;
  private final RunRecord run;
  private final int limit;
  private final List<TimelineEvent> events = new ArrayList<>();
  private long cursor;
  private int pagesLeft = MAX_PAGES;
  private int pageBytes = PAGE_BYTES;
  private boolean isDamaged;
  private boolean isComplete;

  /** Reads at most {@code limit} events of the run after this seq. */
  RunTimeline(TimelineSource source, RunRecord run, long after, int limit) {
    this.source = source;
    this.run = run;
    this.limit = limit;
    this.cursor = Math.max(after, run.firstSeq() - 1);
  }

  /** Completes on the worker; fails as the log does, but not for a damaged record. */
  CompletionStage<RunTimeline> read() {
    int bytes = pageBytes;
    long after = cursor;
    return source
        .pages()
        .page(
            bytes,
            source.loop(),
            () -> source.log().read(run.thread(), after, bytes),
            EventPage::bytes)
        .handleAsync(this::take, source.worker())
        .thenCompose(isOver -> isOver ? CompletableFuture.completedStage(this) : read());
  }

  private boolean take(@Nullable EventPage page, @Nullable Throwable failure) {
    pagesLeft--;
    if (page == null) {
      return damaged(failure);
    }
    try {
      isComplete = page.events().isEmpty();
      for (StoredEvent event : page.events()) {
        if (isComplete || isDamaged || events.size() == limit) {
          break;
        }
        take(event);
      }
    } finally {
      source.pages().give(page.bytes());
    }
    return isComplete || isDamaged || events.size() == limit || pagesLeft <= 0;
  }

  private void take(StoredEvent event) {
    try {
      EventOutline outline = EventOutline.read(event.body());
      cursor = event.seq();
      if (run.run().value().equals(outline.run())) {
        events.add(
            new TimelineEvent(event.firstSeq(), event.seq(), event.type(), event.bytes(), outline));
        isComplete = ENDS.contains(event.type());
      }
    } catch (IllegalArgumentException | UncheckedIOException damage) {
      isDamaged = true;
    }
  }

  /** Finds the last record before the damaged one. */
  private boolean damaged(@Nullable Throwable failure) {
    LogResponses.requireDamaged(failure);
    isDamaged = pageBytes == 1;
    pageBytes = Math.max(1, pageBytes / SHRINK);
    return isDamaged || pagesLeft <= 0;
  }

  RunRecord run() {
    return run;
  }

  List<TimelineEvent> events() {
    return events;
  }

  /** The seq after which the rest is read; null when there is none, or none that can be read. */
  @Nullable Long next() {
    return isComplete || isDamaged ? null : cursor;
  }

  /** The last seq before a record that cannot be read; null if all that were read are well. */
  @Nullable Long damagedAfter() {
    return isDamaged ? cursor : null;
  }
}
