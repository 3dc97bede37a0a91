package dev.parley.gateway.agent.upstream;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A body that is a stream of events, which are given to the owner one by one. */
final class EventBody implements AnswerBody {

  private final Exchange exchange;
  private final Exchange.Owner owner;
  private final HttpAnswer head;
  private final SseReader reader = new SseReader();
  private final Deque<ByteBuf> unread = new ArrayDeque<>();

  /** The listener has not completed its last event. */
  private boolean isHeld;

  /** An event came out of the bytes that were read last. */
  private boolean hasGiven;

  private boolean isBodyRead;
  private boolean isReaderAtEnd;
  private boolean isCut;
  private long lastByteNanos;

  /** A stream that is to follow this head. */
  EventBody(Exchange exchange, Exchange.Owner owner, HttpAnswer head) {
    this.exchange = exchange;
    this.owner = owner;
    this.head = head;
    heardByte();
    watchIdle(idleTimeout());
  }

  private Duration idleTimeout() {
    return exchange.settings().config().idleTimeout();
  }

  @Override
  public void take(ByteBuf bytes, boolean isWhole) {
    heardByte();
    boolean hasBytes = bytes.isReadable();
    if (hasBytes) {
      unread.add(bytes.retain());
    }
    isBodyRead = isWhole;
    hasGiven = false;
    giveEvents();
    if (hasBytes && !hasGiven && !exchange.isOver() && !isHeld) {
      owner.alive();
    }
  }

  @Override
  public void cut() {
    isCut = true;
    giveEvents();
  }

  @Override
  public boolean wantsMore() {
    return !isHeld && unread.isEmpty();
  }

  @Override
  public void release() {
    unread.forEach(ByteBuf::release);
    unread.clear();
  }

  /** Gives the events of what was read to the listener, until it holds one. */
  private void giveEvents() {
    try {
      while (!isHeld && !exchange.isOver()) {
        SseEvent event = nextEvent();
        if (event != null) {
          hasGiven = true;
          give(event);
        } else {
          endIfRead();
          return;
        }
      }
    } catch (UpstreamException e) {
      exchange.fail(Failures.ofListener(e));
    }
  }

  private @Nullable SseEvent nextEvent() throws UpstreamException {
    for (ByteBuf bytes = unread.peek(); bytes != null; bytes = unread.peek()) {
      SseEvent event = reader.next(bytes);
      if (!bytes.isReadable()) {
        unread.remove().release();
      }
      if (event != null) {
        return event;
      }
    }
    if (isBodyRead && !isReaderAtEnd) {
      isReaderAtEnd = true;
      return reader.end(owner.takesUnended());
    }
    return null;
  }

  private void endIfRead() {
    if (isBodyRead) {
      end(StreamEnd.CLEAN);
    } else if (isCut) {
      exchange.fail(Failures.disconnected());
    }
  }

  private void give(SseEvent event) throws UpstreamException {
    CompletableFuture<Boolean> taken = owner.take(event).toCompletableFuture();
    if (taken.isDone() && !taken.isCompletedExceptionally()) {
      endIf(taken.join());
      return;
    }
    isHeld = true;
    taken.whenComplete((isEnd, failure) -> exchange.later(() -> released(isEnd, failure)));
  }

  private void released(@Nullable Boolean isEnd, @Nullable Throwable failure) {
    isHeld = false;
    if (exchange.isOver()) {
      return;
    }
    if (failure != null) {
      exchange.fail(Failures.ofListener(failure));
      return;
    }
    heardByte();
    endIf(Boolean.TRUE.equals(isEnd));
    giveEvents();
    exchange.readOn();
  }

  private void endIf(boolean isEnd) {
    if (isEnd) {
      end(StreamEnd.TERMINAL);
    }
  }

  private void end(StreamEnd end) {
    exchange.finish();
    owner.ended(end, head);
  }

  private void heardByte() {
    lastByteNanos = exchange.settings().time().nanoTime();
  }

  private void watchIdle(Duration wait) {
    exchange.watch(wait, this::checkIdle);
  }

  private void checkIdle() {
    Duration timeout = idleTimeout();
    Duration silent = Duration.ofNanos(exchange.settings().time().nanoTime() - lastByteNanos);
    if (isHeld) {
      watchIdle(timeout);
    } else if (silent.compareTo(timeout) >= 0) {
      exchange.fail(Failures.idleTimeout(timeout));
    } else {
      watchIdle(timeout.minus(silent));
    }
  }
}
