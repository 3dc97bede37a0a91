package dev.parley.gateway.agent.upstream;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A body that is kept as a whole, up to a limit. */
final class WholeBody implements AnswerBody {

  private static final int ERROR_BYTES = 64 << 10;
  private static final Duration ERROR_TIME = Duration.ofSeconds(5);

  /**
   * How much is read.
   *
   * @param time for the whole body; null if each byte has the idle timeout
   * @param streams whether a stream of events is given to the owner, and not kept
   */
  record Limits(int bytes, @Nullable Duration time, boolean streams) {

    /** The beginning of an answer where a stream was expected. */
    static final Limits OF_ERROR = new Limits(ERROR_BYTES, ERROR_TIME, true);

    /** Whether such an answer is what was asked for. */
    boolean isWanted() {
      return time == null;
    }
  }

  private final Exchange exchange;
  private final Exchange.Owner owner;
  private final HttpAnswer head;
  private final Limits limits;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();

  /** A body that is to follow this head. */
  WholeBody(Exchange exchange, Exchange.Owner owner, HttpAnswer head, Limits limits) {
    this.exchange = exchange;
    this.owner = owner;
    this.head = head;
    this.limits = limits;
    Duration time = limits.time();
    if (time == null) {
      watchIdle();
    } else {
      exchange.watch(time, () -> end(BodyEnd.LATE));
    }
  }

  private void watchIdle() {
    exchange.watch(exchange.settings().config().idleTimeout(), () -> end(BodyEnd.LATE));
  }

  @Override
  public void take(ByteBuf bytes, boolean isWhole) {
    boolean hasBytes = bytes.isReadable();
    try {
      bytes.readBytes(read, Math.min(bytes.readableBytes(), limits.bytes() - read.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (bytes.isReadable()) {
      end(BodyEnd.TOO_LONG);
    } else if (isWhole) {
      end(BodyEnd.WHOLE);
    } else if (hasBytes && limits.time() == null) {
      watchIdle();
    }
  }

  @Override
  public void cut() {
    end(BodyEnd.CUT);
  }

  private void end(BodyEnd end) {
    if (!exchange.isOver()) {
      exchange.finish();
      owner.whole(head.with(read.toByteArray()), end);
    }
  }

  @Override
  public boolean wantsMore() {
    return true;
  }

  @Override
  public void release() {
    // Holds no buffer.
  }
}
