package dev.parley.gateway.user.thread;

import dev.parley.gateway.protocol.Epoch;
import org.jspecify.annotations.Nullable;

/**
 * One encoded text frame on its way out: a head of its own and a body that many readers share.
 * Immutable; neither array may be changed or copied before the socket.
 */
public final class Frame {

  private static final byte[] NONE = {};

  private final byte[] head;
  private final byte[] body;
  private final @Nullable Epoch epoch;
  private final long seq;
  private final long committedNanos;

  private Frame(byte[] head, byte[] body, @Nullable Epoch epoch, long seq, long committedNanos) {
    this.head = head;
    this.body = body;
    this.epoch = epoch;
    this.seq = seq;
    this.committedNanos = committedNanos;
  }

  /** A signal, in one piece. */
  public static Frame of(byte[] whole) {
    return new Frame(NONE, whole, null, 0, 0);
  }

  /**
   * An event, or several merged into one, up to this seq: its text is the head, then the body.
   *
   * @param committedNanos as {@link #committedNanos}
   */
  static Frame event(Epoch epoch, long seq, byte[] head, byte[] body, long committedNanos) {
    return new Frame(head, body, epoch, seq, committedNanos);
  }

  /** The life of the thread to which the event belongs; null for a signal. */
  public @Nullable Epoch epoch() {
    return epoch;
  }

  /** The seq up to which its reader has everything with this frame; 0 for a signal. */
  public long seq() {
    return seq;
  }

  /**
   * When its event, the first of merged ones, came from the log, by the home's {@code nanoTime};
   * only of recent events.
   */
  public long committedNanos() {
    return committedNanos;
  }

  public byte[] head() {
    return head;
  }

  public byte[] body() {
    return body;
  }

  /** The bytes of its text. */
  public int length() {
    return head.length + body.length;
  }
}
