package dev.parley.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Detects a peer that takes no bytes while some wait for the socket. Progress is a write that the
 * socket takes, or an acknowledgement of bytes that the kernel holds. No timer runs while no bytes
 * wait. The time is counted in steps, so a pause of the whole process counts as one step. Called on
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
  private long seenWaiting;
  private long seenAcknowledged;
  private int idleSteps;

  /** Runs the task when the peer has taken no byte for the limit, or up to a sixth longer. */
  StallTimer(Channel channel, Duration limit, Runnable onStall) {
    this.channel = channel;
    this.stepNanos = limit.toNanos() / STEPS;
    this.onStall = onStall;
  }

  /** The socket has taken a whole write. */
  void progressed() {
    writes++;
  }

  /** Bytes were written and may wait for the socket. */
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
    boolean hasProgress = writes != seenWrites || partlyTaken() != seenBytes;
    return hasProgress || waiting() < seenWaiting || seenAcknowledged != before;
  }

  private void mark() {
    seenWrites = writes;
    seenBytes = partlyTaken();
    seenWaiting = waiting();
    idleSteps = 0;
  }

  private long acknowledged() {
    return TcpInfo.of(channel).acknowledged();
  }

  private boolean isWaiting() {
    return waiting() > 0;
  }

  /** Fewer mean that the socket has taken some: with TLS a write becomes many. */
  private long waiting() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  /** The bytes that the socket took of the oldest waiting write. */
  private long partlyTaken() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.currentProgress();
  }
}
