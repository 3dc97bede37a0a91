package dev.parley.gateway.transport;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.user.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames of the server (RFC 6455, section 5.2): all of one loop pass in one buffer, with one
 * flush. Called on the channel's loop; silent once {@link #close} has been written.
 */
final class FrameWriter {

  private static final int FINAL = 0x80;
  private static final int TEXT = 0x1;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;

  private static final int MAX_HEADER = 10;
  private static final int MAX_7_BITS = 125;
  private static final int MAX_16_BITS = 0xFFFF;
  private static final int LEAST_BUFFER = 256;

  private final Channel channel;
  private final Metrics metrics;
  private final StallTimer stall;
  private final Runnable flush = this::flush;
  private final GenericFutureListener<Future<Void>> written;
  private Runnable afterFlush = () -> {};
  private @Nullable ByteBuf gathered;
  private boolean isScheduled;
  private boolean isOver;

  FrameWriter(Channel channel, StallTimer stall, Metrics metrics) {
    this.channel = channel;
    this.stall = stall;
    this.metrics = metrics;
    this.written = done -> stall.progressed();
    channel.closeFuture().addListener(closed -> end());
  }

  /** Runs this after every flush: there may be room again. */
  void afterFlush(Runnable task) {
    afterFlush = task;
  }

  void text(Frame frame) {
    if (!isOver) {
      put(buffer(MAX_HEADER + frame.length()), frame);
      metrics.framesOut(1);
    }
  }

  void texts(List<Frame> frames) {
    if (isOver || frames.isEmpty()) {
      return;
    }
    int bytes = 0;
    for (Frame frame : frames) {
      bytes += MAX_HEADER + frame.length();
    }
    ByteBuf buffer = buffer(bytes);
    for (Frame frame : frames) {
      put(buffer, frame);
    }
    metrics.framesOut(frames.size());
  }

  private void put(ByteBuf buffer, Frame frame) {
    header(buffer, TEXT, frame.length());
    buffer.writeBytes(frame.head()).writeBytes(frame.body());
  }

  void ping() {
    if (!isOver) {
      header(buffer(MAX_HEADER), PING, 0);
    }
  }

  /** The payload stays the caller's. */
  void pong(ByteBuf payload) {
    if (!isOver) {
      int length = payload.readableBytes();
      ByteBuf buffer = buffer(MAX_HEADER + length);
      header(buffer, PONG, length);
      buffer.writeBytes(payload, payload.readerIndex(), length);
    }
  }

  /** Writes the Close frame behind everything else, and nothing after it. To be called once. */
  ChannelFuture close(int code, String reason) {
    ByteBuf buffer = buffer(MAX_HEADER + Short.BYTES + ByteBufUtil.utf8MaxBytes(reason));
    header(buffer, CLOSE, Short.BYTES + ByteBufUtil.utf8Bytes(reason));
    buffer.writeShort(code).writeCharSequence(reason, StandardCharsets.UTF_8);
    return finish();
  }

  /** Writes a Close frame without a code. To be called once, in place of the other. */
  ChannelFuture close() {
    header(buffer(MAX_HEADER), CLOSE, 0);
    return finish();
  }

  /** How many bytes may be written before the high water mark is reached; 0 above it. */
  int room() {
    int waiting = gathered == null ? 0 : gathered.readableBytes();
    return (int)
        Math.max(0, Math.min(Integer.MAX_VALUE, channel.bytesBeforeUnwritable() - waiting));
  }

  private static void header(ByteBuf buffer, int opcode, int length) {
    buffer.writeByte(FINAL | opcode);
    if (length <= MAX_7_BITS) {
      buffer.writeByte(length);
    } else if (length <= MAX_16_BITS) {
      buffer.writeByte(MAX_7_BITS + 1).writeShort(length);
    } else {
      buffer.writeByte(MAX_7_BITS + 2).writeLong(length);
    }
  }

  private ByteBuf buffer(int bytes) {
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
    isScheduled = false;
    if (gathered == null) {
      return;
    }
    write(gathered);
    afterFlush.run();
  }

  private ChannelFuture write(ByteBuf buffer) {
    gathered = null;
    ChannelFuture done = channel.pipeline().writeAndFlush(buffer).addListener(written);
    stall.watch();
    return done;
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
