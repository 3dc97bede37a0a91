package dev.parley.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Watches that the socket takes bytes as long as some wait for it. Runs no timer while none do.
 * Called on the channel's loop.
 */
final class StallTimer {

  private static final int STEPS = 6;

  private final Channel channel;
  private final long limitNanos;
  private final Runnable onStall;
  private boolean isArmed;
  private long writes;
  private long seenWrites;
  private long seenBytes;
  private long since;

  /** Runs the task when the socket has taken no byte for the limit, or up to a sixth more. */
  StallTimer(Channel channel, Duration limit, Runnable onStall) {
    this.channel = channel;
    this.limitNanos = limit.toNanos();
    this.onStall = onStall;
  }

  /** A write has been taken as a whole. */
  void progressed() {
    writes++;
  }

  /** Something was written; it may have to wait. */
  void watch() {
    if (!isArmed && isWaiting()) {
      mark();
      arm();
    }
  }

  private void arm() {
    isArmed = true;
    channel.eventLoop().schedule(this::check, limitNanos / STEPS, TimeUnit.NANOSECONDS);
  }

  private void check() {
    if (!channel.eventLoop().inEventLoop()) {
      HomeMove.execute(channel, this::check); // the channel has moved since
      return;
    }
    isArmed = false;
    if (!isWaiting()) {
      return;
    }
    if (writes != seenWrites || partlyTaken() != seenBytes) {
      mark();
    } else if (now() - since >= limitNanos) {
      onStall.run();
      return;
    }
    arm();
  }

  private void mark() {
    seenWrites = writes;
    seenBytes = partlyTaken();
    since = now();
  }

  private long now() {
    return channel.eventLoop().ticker().nanoTime();
  }

  private boolean isWaiting() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer != null && buffer.totalPendingWriteBytes() > 0;
  }

  /** What the socket took of the oldest write that waits. */
  private long partlyTaken() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.currentProgress();
  }
}
