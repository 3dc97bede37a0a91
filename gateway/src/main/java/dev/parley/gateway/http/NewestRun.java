package dev.parley.gateway.http;

import dev.parley.gateway.codec.EventOutline;
import dev.parley.gateway.http.RunTimeline.TimelineSource;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.RunId;
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
    from = Math.max(oldest - 1, last - WINDOW);
    cursor = from;
  }

  private CompletionStage<Optional<RunId>> next() {
    long after = cursor;
    return source
        .pages()
        .page(
            PAGE_BYTES,
            source.loop(),
            () -> source.log().read(thread, after, PAGE_BYTES),
            EventPage::bytes)
        .thenApplyAsync(this::take, source.worker())
        .thenCompose(
            isOver ->
                isOver ? CompletableFuture.completedStage(Optional.ofNullable(found)) : next());
  }

  private boolean take(EventPage page) {
    pagesLeft--;
    try {
      for (StoredEvent event : page.events()) {
        if (event.firstSeq() <= upTo) {
          String run = EventOutline.read(event.body()).run();
          found = run == null ? found : new RunId(run);
        }
        cursor = event.seq();
      }
    } finally {
      source.pages().give(page.bytes());
    }
    boolean isWhole = cursor >= upTo || page.events().isEmpty();
    if (isWhole && found == null && from >= oldest) {
      lookBefore(from);
      return pagesLeft <= 0;
    }
    return isWhole || pagesLeft <= 0;
  }
}
