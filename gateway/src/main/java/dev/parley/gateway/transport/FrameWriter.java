package dev.parley.gateway.transport;

import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.user.thread.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames in the form of their channel: all of one loop pass in one buffer, with one flush.
 * Called on the channel's loop; silent once {@link #close} has been written.
 */
final class FrameWriter {

  private static final int LEAST_BUFFER = 256;
  private static final int MAX_END = 256;

  private final Channel channel;
  private final Framing framing;
  private final Metrics metrics;
  private final StallTimer stall;
  private final Runnable flush = this::flush;
  private Runnable afterFlush = () -> {};
  private ByteAccount account = new ByteAccount();
  private @Nullable ByteBuf gathered;
  private boolean isScheduled;
  private boolean isOver;

  FrameWriter(Channel channel, Framing framing, StallTimer stall, Metrics metrics) {
    this.channel = channel;
    this.framing = framing;
    this.stall = stall;
    this.metrics = metrics;
    channel.closeFuture().addListener(closed -> end());
  }

  /** Counts what waits for the socket here from now on, until the channel closes. */
  void account(ByteAccount opened) {
    account = opened;
    channel.closeFuture().addListener(closed -> opened.close());
  }

  /** Runs this after every flush, and when what waited is written: there may be room again. */
  void afterFlush(Runnable task) {
    afterFlush = task;
  }

  void text(Frame frame) {
    if (!isOver) {
      framing.text(buffer(framing.mostAround() + frame.length()), frame);
      metrics.framesOut(1);
    }
  }

  void texts(List<Frame> frames) {
    if (isOver || frames.isEmpty()) {
      return;
    }
    int bytes = 0;
    for (Frame frame : frames) {
      bytes += framing.mostAround() + frame.length();
    }
    ByteBuf buffer = buffer(bytes);
    for (Frame frame : frames) {
      framing.text(buffer, frame);
    }
    metrics.framesOut(frames.size());
  }

  void ping() {
    if (!isOver) {
      WebSocketFraming.header(buffer(WebSocketFraming.MAX_HEADER), WebSocketFraming.PING, 0);
    }
  }

  /** The payload stays the caller's. */
  void pong(ByteBuf payload) {
    if (!isOver) {
      int length = payload.readableBytes();
      ByteBuf buffer = buffer(WebSocketFraming.MAX_HEADER + length);
      WebSocketFraming.header(buffer, WebSocketFraming.PONG, length);
      buffer.writeBytes(payload, payload.readerIndex(), length);
    }
  }

  /** Writes the end behind everything else, and nothing after it. To be called once. */
  ChannelFuture close(int code, String reason) {
    framing.close(buffer(MAX_END), code, reason);
    return finish();
  }

  /** Writes a Close frame without a code. To be called once, in place of the other. */
  ChannelFuture close() {
    WebSocketFraming.header(buffer(WebSocketFraming.MAX_HEADER), WebSocketFraming.CLOSE, 0);
    return finish();
  }

  /** How many bytes may be written before the high water mark is reached; 0 above it. */
  int room() {
    int waiting = gathered == null ? 0 : gathered.readableBytes();
    return (int)
        Math.max(0, Math.min(Integer.MAX_VALUE, channel.bytesBeforeUnwritable() - waiting));
  }

  /**
   * How many bytes may be asked for. While too many wait for sockets in all, that is little, and
   * nothing as long as some wait for this one.
   */
  int allowance() {
    check();
    if (!account.isFull()) {
      return room();
    }
    boolean isEmpty = gathered == null && account.held() == 0;
    return isEmpty ? Math.min(ByteAccount.MIN_ASK, room()) : 0;
  }

  /** Asserts that the calling thread is the channel's present loop. */
  void check() {
    assert channel.eventLoop().inEventLoop()
        : "thread: " + Thread.currentThread().getName() + " (expected: the channel's loop)";
  }

  private ByteBuf buffer(int bytes) {
    check();
    if (gathered != null) {
      return gathered.ensureWritable(bytes);
    }
    gathered = channel.alloc().directBuffer(Math.max(bytes, LEAST_BUFFER));
    if (!isScheduled) {
      isScheduled = true;
      channel.eventLoop().execute(flush);
    }
    return gathered;
  }

  private void flush() {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(flush); // the channel has moved since
      return;
    }
    isScheduled = false;
    if (gathered == null) {
      return;
    }
    write(gathered);
    afterFlush.run();
  }

  private ChannelFuture write(ByteBuf buffer) {
    gathered = null;
    int bytes = buffer.readableBytes();
    ChannelFuture done = channel.pipeline().writeAndFlush(buffer);
    if (done.isDone()) {
      stall.progressed();
    } else {
      account.add(bytes); // only what the socket did not take at once is ever held
      done.addListener(later -> written(bytes));
    }
    stall.watch();
    return done;
  }

  private void written(int bytes) {
    stall.progressed();
    account.add(-bytes);
    if (!isOver) {
      afterFlush.run();
    }
  }

  private ChannelFuture finish() {
    isOver = true;
    return write(buffer(0));
  }

  private void end() {
    isOver = true;
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }
}
