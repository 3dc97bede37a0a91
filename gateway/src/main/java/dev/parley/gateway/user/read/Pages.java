package dev.parley.gateway.user.read;

import dev.parley.gateway.limit.ByteAllowance;
import dev.parley.gateway.limit.PageBudget;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.thread.Frame;
import dev.parley.gateway.user.thread.FrameMerger;
import dev.parley.gateway.user.thread.ThreadState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads pages of the log for one connection, one at a time, each when the budget has room for it. A
 * thread that cannot be read is retried after a pause, and given up in the end; the others go on.
 * Used at the user's home only.
 */
final class Pages {

  private static final Logger LOG = LoggerFactory.getLogger(Pages.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

  private enum PageStep {
    IDLE,
    QUEUED,
    READING
  }

  private final Reader reader;
  private final ReadScheduler scheduler;
  private final Home home;
  private final EventLog log;
  private final PageBudget budget;
  private PageStep step = PageStep.IDLE;
  private boolean lostTurn;

  Pages(Reader reader, ReadScheduler scheduler, Home home, ReadServices services) {
    this.reader = reader;
    this.scheduler = scheduler;
    this.home = home;
    this.log = services.log();
    this.budget = services.pages();
  }

  /** Whether the ask of the connection is kept for a page that is being read. */
  boolean isReading() {
    return step == PageStep.READING;
  }

  /** Reads a page of so many bytes, if the budget has room; else the read is queued there. */
  boolean begin(int bytes) {
    if (step != PageStep.IDLE) {
      return isReading();
    }
    step = PageStep.QUEUED;
    if (budget.take(bytes, lostTurn, () -> home.execute(() -> granted(bytes)))) {
      read(bytes);
    }
    return isReading();
  }

  private void granted(int bytes) {
    // Recent events may have answered the ask meanwhile: then the next read goes first.
    lostTurn = reader.asked() == 0;
    if (lostTurn) {
      step = PageStep.IDLE;
      budget.read(bytes, 0);
    } else {
      read(bytes);
    }
  }

  private void read(int bytes) {
    Subscription next = scheduler.nextPage();
    if (next == null) {
      step = PageStep.IDLE;
      budget.read(bytes, 0);
      return;
    }
    step = PageStep.READING;
    lostTurn = false;
    home.whenComplete(
        log.read(next.thread().key(), next.seq(), Math.min(bytes, reader.asked()))
            .whenComplete((page, failure) -> budget.read(bytes, page == null ? 0 : page.bytes())),
        page -> done(next, page.bytes(), () -> frames(next, page)),
        failure -> done(next, 0, () -> failed(next, failure)));
  }

  private void done(Subscription subscription, long holds, Supplier<List<Frame>> read) {
    step = PageStep.IDLE;
    try {
      List<Frame> frames = reader.reads(subscription) ? read(holds, read) : List.of();
      if (frames.isEmpty()) {
        budget.give(holds);
        reader.wake();
      } else {
        reader.answer(new Answer(frames, () -> budget.give(holds), null));
      }
    } catch (RuntimeException | Error fault) {
      reader.failed(fault);
    }
  }

  private List<Frame> read(long holds, Supplier<List<Frame>> read) {
    try {
      return read.get();
    } catch (RuntimeException | Error fault) {
      budget.give(holds);
      throw fault;
    }
  }

  private List<Frame> frames(Subscription subscription, EventPage page) {
    ThreadState thread = subscription.thread();
    if (!page.head().epoch().equals(thread.epoch())) {
      thread.deleted(page.head().epoch());
      return List.of();
    }
    if (isMissing(subscription, page)) {
      return failed(subscription, null);
    }
    subscription.pageRead();
    List<Frame> frames = new ArrayList<>();
    thread.keptFrom(page.head().oldest());
    long oldest = page.events().isEmpty() ? thread.oldest() : page.events().get(0).firstSeq();
    oldest = Math.min(oldest, thread.head() + 1);
    if (oldest > subscription.seq() + 1) {
      frames.add(Reader.gap(thread, ServerSignal.GapReason.RETENTION, oldest));
      subscription.advanceTo(oldest - 1);
    }
    // The log cut the page by its bodies; the heads of the frames count too.
    ByteAllowance allowance = new ByteAllowance(reader.asked());
    for (Frame frame : merged(thread, page)) {
      if (!allowance.take(frame.length())) {
        break;
      }
      frames.add(frame);
      subscription.advanceTo(frame.seq());
    }
    reader.readTo(subscription, frames);
    scheduler.put(subscription);
    return frames;
  }

  private static List<Frame> merged(ThreadState thread, EventPage page) {
    FrameMerger merger = new FrameMerger(thread.id(), thread.epoch());
    for (StoredEvent event : page.events()) {
      // The store may be ahead of this home. An event that the home does not know yet comes later,
      // after the answer to the command that caused it.
      if (event.seq() > thread.head()) {
        break;
      }
      merger.add(event, null);
    }
    return merger.frames();
  }

  /** Nothing follows a cursor that is behind, though retention has dropped nothing there. */
  private static boolean isMissing(Subscription subscription, EventPage page) {
    return page.events().isEmpty()
        && subscription.isBehind()
        && page.head().oldest() <= subscription.seq() + 1;
  }

  private List<Frame> failed(Subscription subscription, @Nullable Throwable failure) {
    scheduler.remove(subscription);
    if (subscription.pause()) {
      return List.of();
    }
    ThreadState thread = subscription.thread();
    LOG.warn("a thread cannot be read; its readers were told: {}", String.valueOf(failure));
    reader.unsubscribe(thread.id());
    reader.signal(
        new ServerSignal.Failure(
            thread.id(),
            Refusal.temporary(
                ErrorCode.INTERNAL,
                "The thread cannot be read now; subscribe to it again later.",
                RETRY_AFTER)));
    return List.of();
  }
}
