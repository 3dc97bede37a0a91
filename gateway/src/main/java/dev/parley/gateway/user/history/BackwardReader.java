package dev.parley.gateway.user.history;

import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads a thread from its newest event back, window by window, until the wanted turns are known.
 * Each window is read in pages, and has as many seqs as about {@value #WINDOW_BYTES} bytes take.
 * For one use; its steps run one after the other on the executor.
 */
final class BackwardReader {

  /** Maximum bytes of one call to the log. */
  private static final int PAGE_BYTES = 256 * 1024;

  /** Bytes of a window above which a smaller one is read in its place. */
  private static final int WINDOW_BYTES = 1024 * 1024;

  /** Maximum bytes that are read for one history; what is older is left out. */
  static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final int FIRST_SEQS = 64;
  private static final int SHRINK = 8;
  private static final int GROW = 4;

  /**
   * What is read.
   *
   * @param upTo the seq of the newest event
   * @param agent who is told, within so many bytes
   * @param newestNotesOnly whether its newest notes replace the older ones
   */
  record Target(
      ThreadKey thread,
      Epoch epoch,
      long upTo,
      AgentName agent,
      int maxBytes,
      boolean newestNotesOnly) {

    /** What is read for an agent that needs all its notes. */
    Target(ThreadKey thread, Epoch epoch, long upTo, AgentName agent, int maxBytes) {
      this(thread, epoch, upTo, agent, maxBytes, false);
    }

    HistoryBound bound() {
      return new HistoryBound(agent, maxBytes, newestNotesOnly);
    }
  }

  /** The events of some seqs, while they are read. */
  private static final class Window {
    final List<PastEvent> events = new ArrayList<>();
    final long after;
    final long upTo;
    long cursor;
    long bytes;

    Window(long after, long upTo) {
      this.after = after;
      this.upTo = upTo;
      this.cursor = after;
    }

    void add(EventPage page) {
      for (StoredEvent event : page.events()) {
        if (event.firstSeq() <= upTo) {
          PastEvent.of(event).ifPresent(events::add);
          bytes += event.bytes();
        }
        cursor = event.seq();
      }
    }
  }

  private final EventLog log;
  private final Executor executor;
  private final Target target;
  private @Nullable FoldedThread known;
  private List<PastEvent> events = new ArrayList<>();

  /** All events after this seq have been read. */
  private long after;

  private long seqs = FIRST_SEQS;
  private long oldest = 1;
  private long bytesRead;

  /** A reader that needs nothing from before the end of {@code known}. */
  BackwardReader(EventLog log, Executor executor, Target target, @Nullable FoldedThread known) {
    this.log = log;
    this.executor = executor;
    this.target = target;
    this.known = known;
    this.after = target.upTo();
  }

  CompletionStage<FoldedThread> read() {
    long floor = known == null ? 0 : known.upTo();
    Window window = new Window(Math.max(after - seqs, Math.min(floor, after)), after);
    return nextPage(window);
  }

  private CompletionStage<FoldedThread> nextPage(Window window) {
    return log.readWithHidden(target.thread(), window.cursor, PAGE_BYTES)
        .thenComposeAsync(page -> take(window, page), executor);
  }

  private CompletionStage<FoldedThread> take(Window window, EventPage page) {
    if (!page.head().epoch().equals(target.epoch())) {
      return CompletableFuture.completedFuture(FoldedThread.deleted(target.bound()));
    }
    oldest = page.head().oldest();
    bytesRead += page.bytes();
    window.add(page);
    boolean isWhole = window.cursor >= window.upTo || page.events().isEmpty();
    if (isWhole) {
      putBefore(window);
    } else if (bytesRead <= MAX_BYTES && window.bytes <= WINDOW_BYTES) {
      return nextPage(window);
    } else if (bytesRead <= MAX_BYTES) {
      seqs = Math.max(1, (window.upTo - window.after) / SHRINK);
      // Not what was just read in vain: it may be one large event.
      return nextPage(new Window(Math.max(window.cursor, window.upTo - seqs), window.upTo));
    }
    FoldedThread folded = folded();
    return folded == null ? read() : CompletableFuture.completedFuture(folded);
  }

  private void putBefore(Window window) {
    List<PastEvent> all = window.events;
    // The last one may be a range that the log has merged of what was read before.
    long last = all.isEmpty() ? 0 : all.get(all.size() - 1).seq();
    events.stream().filter(event -> event.firstSeq() > last).forEach(all::add);
    events = all;
    after = Math.min(after, Math.max(window.after, oldest - 1));
    long fitting = (window.upTo - window.after) * WINDOW_BYTES / (2 * Math.max(1, window.bytes));
    seqs = Math.max(1, Math.min(fitting, GROW * seqs));
  }

  /** The history, or null when something older is needed. */
  private @Nullable FoldedThread folded() {
    FoldedThread before = known;
    if (before != null && after <= before.upTo()) {
      HistoryFold fold = fold(new HistoryFold(before, oldest));
      boolean hasRoom =
          target.newestNotesOnly() && before.truncated() && !fold.fills(target.bound());
      if (!fold.hasHole() && !hasRoom) {
        return fold.newest(target.upTo(), target.bound());
      }
      // The message was queued before what is known, or notes that were replaced have left room
      // for turns before it: all of it is read.
      known = null;
    }
    HistoryFold fold = fold(new HistoryFold(after));
    boolean isEnough = fold.fills(target.bound()) || after < oldest || bytesRead > MAX_BYTES;
    return isEnough ? fold.newest(target.upTo(), target.bound()) : null;
  }

  private HistoryFold fold(HistoryFold fold) {
    events.forEach(fold::add);
    return fold;
  }
}
