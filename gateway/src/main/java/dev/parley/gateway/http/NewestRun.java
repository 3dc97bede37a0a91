package dev.parley.gateway.http;

import dev.parley.gateway.codec.EventOutline;
import dev.parley.gateway.http.RunTimeline.TimelineSource;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.RunId;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds the last run of a thread: the open one, or that of the last event that belongs to a run. It
 * looks back window by window, in a bounded number of pages. For one use.
 */
final class NewestRun {

  private static final int PAGE_BYTES = 256 * 1024;
  private static final int MAX_PAGES = 32;
  private static final int WINDOW = 64;

  /** After a damaged record, events are read one by one. */
  private int window = WINDOW;

  private final TimelineSource source;
  private final ThreadKey thread;
  private int pagesLeft = MAX_PAGES;
  private long oldest = 1;
  private long from;
  private long upTo;
  private long cursor;
  private @Nullable RunId found;

  NewestRun(TimelineSource source, ThreadKey thread) {
    this.source = source;
    this.thread = thread;
  }

  /** Empty if there is none within the bound. Fails as the log does. */
  CompletionStage<Optional<RunId>> find() {
    return source.log().head(thread).thenComposeAsync(this::begin, source.worker());
  }

  private CompletionStage<Optional<RunId>> begin(ThreadHead head) {
    if (head.openRun() != null || head.isEmpty()) {
      return CompletableFuture.completedStage(Optional.ofNullable(head.openRun()));
    }
    oldest = head.oldest();
    lookBefore(head.head());
    return next();
  }

  private void lookBefore(long last) {
    upTo = last;
    from = Math.max(oldest - 1, last - window);
    cursor = from;
  }

  private CompletionStage<Optional<RunId>> next() {
    long after = cursor;
    int bytes = window == WINDOW ? PAGE_BYTES : 1;
    return source
        .pages()
        .page(bytes, source.loop(), () -> source.log().read(thread, after, bytes), EventPage::bytes)
        .handleAsync(this::take, source.worker())
        .thenCompose(
            isOver ->
                isOver ? CompletableFuture.completedStage(Optional.ofNullable(found)) : next());
  }

  private boolean take(@Nullable EventPage page, @Nullable Throwable failure) {
    pagesLeft--;
    if (page == null) {
      return damaged(failure);
    }
    try {
      page.events().forEach(this::take);
    } finally {
      source.pages().give(page.bytes());
    }
    return endsWith(cursor >= upTo || page.events().isEmpty());
  }

  private void take(StoredEvent event) {
    cursor = event.seq();
    if (event.firstSeq() <= upTo) {
      try {
        String run = EventOutline.read(event.body()).run();
        found = run == null ? found : new RunId(run);
      } catch (IllegalArgumentException | UncheckedIOException damage) {
        // The events around it name the run too.
      }
    }
  }

  private boolean damaged(@Nullable Throwable failure) {
    LogResponses.requireDamaged(failure);
    if (window == 1) {
      return endsWith(true);
    }
    window = 1;
    lookBefore(upTo);
    return pagesLeft <= 0;
  }

  /** Goes on with the window before, if this one is read and has no run. */
  private boolean endsWith(boolean isWhole) {
    if (isWhole && found == null && from >= oldest) {
      lookBefore(from);
      return pagesLeft <= 0;
    }
    return isWhole || pagesLeft <= 0;
  }
}
