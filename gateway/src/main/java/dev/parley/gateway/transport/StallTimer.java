package dev.parley.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Watches that the peer takes bytes as long as some wait for the socket: that the socket takes
 * them, or that the peer's system acknowledges some of those that the kernel holds. Runs no timer
 * while none wait. It counts steps, so that a pause of the whole process counts as one. Called on
 * the channel's loop.
 */
final class StallTimer {

  private static final int STEPS = 6;

  private final Channel channel;
  private final long stepNanos;
  private final Runnable onStall;
  private boolean isArmed;
  private long writes;
  private long seenWrites;
  private long seenBytes;
  private long seenAcknowledged;
  private int idleSteps;

  /** Runs the task when the peer has taken no byte for the limit, or up to a sixth more. */
  StallTimer(Channel channel, Duration limit, Runnable onStall) {
    this.channel = channel;
    this.stepNanos = limit.toNanos() / STEPS;
    this.onStall = onStall;
  }

  /** A write has been taken as a whole. */
  void progressed() {
    writes++;
  }

  /** Something was written; it may have to wait. */
  void watch() {
    if (!isArmed && isWaiting()) {
      seenAcknowledged = acknowledged();
      mark();
      arm();
    }
  }

  private void arm() {
    isArmed = true;
    channel.eventLoop().schedule(this::check, stepNanos, TimeUnit.NANOSECONDS);
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
    if (hasTaken()) {
      mark();
    } else if (++idleSteps == STEPS) {
      onStall.run();
      return;
    }
    arm();
  }

  private boolean hasTaken() {
    long before = seenAcknowledged;
    seenAcknowledged = acknowledged();
    return writes != seenWrites || partlyTaken() != seenBytes || seenAcknowledged != before;
  }

  private void mark() {
    seenWrites = writes;
    seenBytes = partlyTaken();
    idleSteps = 0;
  }

  private long acknowledged() {
    return TcpInfo.of(channel).acknowledged();
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
