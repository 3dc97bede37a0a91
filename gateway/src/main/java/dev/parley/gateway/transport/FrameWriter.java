package dev.parley.gateway.transport;

import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.live.ConnectionCounts;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.user.thread.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of a channel: all frames of one pass of the loop in one buffer, with one flush.
 * Writes nothing after {@link #close}. Called on the channel's present loop.
 */
final class FrameWriter {

  private static final int MIN_BUFFER = 256;
  private static final int MAX_CLOSE = 256;

  private final Channel channel;
  private final Framing framing;
  private final Metrics metrics;
  private final StallTimer stall;
  private final ConnectionCounts counts = new ConnectionCounts();
  private final Runnable flush = this::flush;
  private Runnable afterFlush = () -> {};
  private ByteAccount account = new ByteAccount();
  private @Nullable ByteBuf pending;
  private List<Runnable> onWritten = new ArrayList<>();
  private boolean isScheduled;
  private boolean isOver;

  FrameWriter(Channel channel, Framing framing, StallTimer stall, Metrics metrics) {
    this.channel = channel;
    this.framing = framing;
    this.stall = stall;
    this.metrics = metrics;
    channel.closeFuture().addListener(closed -> end());
  }

  /**
   * Counts the bytes that wait for the socket in this account, until the channel closes: also those
   * that wait already, such as the pongs of a client that is yet to say who it is.
   */
  void account(ByteAccount opened) {
    check();
    opened.add(account.held());
    account = opened;
    channel.closeFuture().addListener(closed -> opened.close());
  }

  /** The frames of this channel, both ways. Readable from any thread. */
  ConnectionCounts counts() {
    return counts;
  }

  /** The bytes that wait for the socket. Callable from any thread that knows the account is set. */
  long waiting() {
    return account.held();
  }

  /** Runs this after every flush, and when waiting bytes are written: more may be written then. */
  void afterFlush(Runnable task) {
    check();
    afterFlush = task;
  }

  void text(Frame frame) {
    check();
    if (!isOver) {
      framing.text(buffer(framing.maxOverhead() + frame.length()), frame);
      framesOut(1);
    }
  }

  void texts(List<Frame> frames) {
    check();
    if (isOver || frames.isEmpty()) {
      return;
    }
    int bytes = 0;
    for (Frame frame : frames) {
      bytes += framing.maxOverhead() + frame.length();
    }
    ByteBuf buffer = buffer(bytes);
    for (Frame frame : frames) {
      framing.text(buffer, frame);
    }
    framesOut(frames.size());
  }

  private void framesOut(int frames) {
    metrics.framesOut(frames);
    counts.sent(frames);
  }

  /** Runs the task on the channel's loop when the socket has taken what was written before. */
  void whenWritten(Runnable task) {
    check();
    if (!isOver && pending != null) {
      onWritten.add(task);
    }
  }

  void ping() {
    if (!isOver) {
      WebSocketFraming.header(buffer(WebSocketFraming.MAX_HEADER), WebSocketFraming.PING, 0);
    }
  }

  /** The caller keeps the payload and releases it. */
  void pong(ByteBuf payload) {
    if (!isOver) {
      int length = payload.readableBytes();
      ByteBuf buffer = buffer(WebSocketFraming.MAX_HEADER + length);
      WebSocketFraming.header(buffer, WebSocketFraming.PONG, length);
      buffer.writeBytes(payload, payload.readerIndex(), length);
    }
  }

  /** Writes the end after everything else, and nothing later. Called once. */
  ChannelFuture close(int code, String reason) {
    framing.close(buffer(MAX_CLOSE), code, reason);
    return finish();
  }

  /** Writes a Close frame without a code. Called once, in place of the other method. */
  ChannelFuture close() {
    WebSocketFraming.header(buffer(WebSocketFraming.MAX_HEADER), WebSocketFraming.CLOSE, 0);
    return finish();
  }

  /** How many bytes may be written before the high water mark is reached; 0 above it. */
  int room() {
    int waiting = pending == null ? 0 : pending.readableBytes();
    return (int)
        Math.max(0, Math.min(Integer.MAX_VALUE, channel.bytesBeforeUnwritable() - waiting));
  }

  /**
   * How many bytes may be asked for. While too many bytes of all connections wait for sockets, it
   * is the minimum of an ask, or 0 if some of them wait for this socket.
   */
  int allowance() {
    check();
    if (!account.isFull()) {
      return room();
    }
    boolean isEmpty = pending == null && account.held() == 0;
    return isEmpty ? Math.min(ByteAccount.MIN_ASK, room()) : 0;
  }

  /** Asserts that the calling thread is the channel's present loop. */
  void check() {
    assert channel.eventLoop().inEventLoop()
        : "thread: " + Thread.currentThread().getName() + " (expected: the channel's loop)";
  }

  private ByteBuf buffer(int bytes) {
    check();
    if (pending != null) {
      return pending.ensureWritable(bytes);
    }
    pending = channel.alloc().directBuffer(Math.max(bytes, MIN_BUFFER));
    if (!isScheduled) {
      isScheduled = true;
      channel.eventLoop().execute(flush);
    }
    return pending;
  }

  private void flush() {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(flush); // the channel has moved since
      return;
    }
    isScheduled = false;
    if (pending == null) {
      return;
    }
    write(pending);
    afterFlush.run();
  }

  private ChannelFuture write(ByteBuf buffer) {
    pending = null;
    int bytes = buffer.readableBytes();
    ChannelFuture done = channel.pipeline().writeAndFlush(buffer);
    if (!onWritten.isEmpty()) {
      List<Runnable> tasks = onWritten;
      onWritten = new ArrayList<>();
      done.addListener(later -> runIf(later.isSuccess(), tasks));
    }
    if (done.isDone()) {
      stall.progressed();
    } else {
      if (account.held() == 0) {
        counts.taken(now());
      }
      account.add(bytes); // counts only bytes that the socket did not take at once
      done.addListener(later -> written(bytes));
    }
    stall.watch();
    return done;
  }

  private static void runIf(boolean success, List<Runnable> tasks) {
    if (success) {
      tasks.forEach(Runnable::run);
    }
  }

  private void written(int bytes) {
    stall.progressed();
    counts.taken(now());
    account.add(-bytes);
    if (!isOver) {
      afterFlush.run();
    }
  }

  private long now() {
    return channel.eventLoop().ticker().nanoTime();
  }

  private ChannelFuture finish() {
    isOver = true;
    return write(buffer(0));
  }

  private void end() {
    isOver = true;
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }
}
