package dev.parley.gateway.user;

import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.ErrorBody;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.ServerSignal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages of the log that one connection reads, one at a time, each when the budget has room for
 * it. A thread that cannot be read rests and is tried again, and is given up in the end; the others
 * go on. Used at the user's home only.
 */
final class Pages {

  private static final Logger LOG = LoggerFactory.getLogger(Pages.class);
  private static final long TRY_AGAIN_MILLIS = 30_000;

  private enum State {
    IDLE,
    IN_LINE,
    READING
  }

  private final Reader reader;
  private final Rounds rounds;
  private final PageBudget budget;
  private State state = State.IDLE;
  private boolean lostTurn;

  Pages(Reader reader, Rounds rounds) {
    this.reader = reader;
    this.rounds = rounds;
    this.budget = reader.context().services().pages();
  }

  /** Whether the ask of the connection is kept for a page that is being read. */
  boolean isReading() {
    return state == State.READING;
  }

  /**
   * Reads a page of so many bytes, if the budget has room; else there is a place in line for it.
   */
  boolean begin(int bytes) {
    if (state != State.IDLE) {
      return isReading();
    }
    state = State.IN_LINE;
    if (budget.take(bytes, lostTurn, () -> atHome(() -> granted(bytes)))) {
      read(bytes);
    }
    return isReading();
  }

  private void atHome(Runnable task) {
    reader.context().home().execute(task);
  }

  private void granted(int bytes) {
    // What is happening now may have used the ask up: then the next one is first in line.
    lostTurn = reader.asked() == 0;
    if (lostTurn) {
      state = State.IDLE;
      budget.read(bytes, 0);
    } else {
      read(bytes);
    }
  }

  private void read(int bytes) {
    Subscription next = rounds.nextPage();
    if (next == null) {
      state = State.IDLE;
      budget.read(bytes, 0);
      return;
    }
    state = State.READING;
    lostTurn = false;
    reader
        .context()
        .services()
        .log()
        .read(next.thread().key(), next.cursor(), Math.min(bytes, reader.asked()))
        .whenComplete(
            (page, failure) -> {
              long holds = page == null ? 0 : page.bytes();
              budget.read(bytes, holds);
              atHome(() -> done(next, page, holds, failure));
            });
  }

  private void done(
      Subscription subscription,
      @Nullable EventPage page,
      long holds,
      @Nullable Throwable failure) {
    state = State.IDLE;
    List<Frame> frames = List.of();
    if (reader.reads(subscription)) {
      frames = page == null ? failed(subscription, failure) : frames(subscription, page);
    }
    if (frames.isEmpty()) {
      budget.give(holds);
      reader.wake();
    } else {
      reader.answer(new Answer(frames, () -> budget.give(holds)));
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
    subscription.readWell();
    List<Frame> frames = new ArrayList<>();
    thread.keptFrom(page.head().oldest());
    long oldest = page.events().isEmpty() ? thread.oldest() : page.events().get(0).firstSeq();
    oldest = Math.min(oldest, thread.head() + 1);
    if (oldest > subscription.cursor() + 1) {
      frames.add(Reader.gap(thread, ServerSignal.GapReason.RETENTION, oldest));
      subscription.advanceTo(oldest - 1);
    }
    // The page was cut by its bodies; the heads count too.
    Room room = new Room(reader.asked());
    for (Frame frame : joined(thread, page)) {
      if (!room.take(frame.length())) {
        break;
      }
      frames.add(frame);
      subscription.advanceTo(frame.seq());
    }
    reader.readTo(subscription, frames);
    rounds.put(subscription);
    thread.forgetRecentIfRead();
    return frames;
  }

  private static List<Frame> joined(ThreadState thread, EventPage page) {
    Joiner joiner = new Joiner(thread.id(), thread.epoch());
    for (StoredEvent event : page.events()) {
      // The store may be ahead of this home: what it has not been told of yet comes later, behind
      // the answer to the command that caused it.
      if (event.seq() > thread.head()) {
        break;
      }
      joiner.add(event, null);
    }
    return joiner.frames();
  }

  /** Nothing comes behind a cursor that is behind, though nothing was dropped there. */
  private static boolean isMissing(Subscription subscription, EventPage page) {
    return page.events().isEmpty()
        && subscription.isBehind()
        && page.head().oldest() <= subscription.cursor() + 1;
  }

  private List<Frame> failed(Subscription subscription, @Nullable Throwable failure) {
    rounds.remove(subscription);
    if (subscription.rest()) {
      return List.of();
    }
    ThreadState thread = subscription.thread();
    LOG.warn("a thread cannot be read; its readers were told: {}", String.valueOf(failure));
    reader.unsubscribe(thread.id());
    reader.signal(
        new ServerSignal.Failure(
            thread.id(),
            ErrorBody.retryAfter(
                ErrorCode.INTERNAL,
                "The thread cannot be read now; subscribe to it again later.",
                TRY_AGAIN_MILLIS)));
    return List.of();
  }
}
