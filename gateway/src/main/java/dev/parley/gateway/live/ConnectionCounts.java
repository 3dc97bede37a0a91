package dev.parley.gateway.live;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * What one connection has received and sent. Written by the connection's loop, without locks and
 * without a new object; read from any thread, which may see a number that is a moment old. Times
 * are nanoseconds of the loop's clock.
 */
public final class ConnectionCounts {

  private static final AtomicLongFieldUpdater<ConnectionCounts> RECEIVED =
      AtomicLongFieldUpdater.newUpdater(ConnectionCounts.class, "received");
  private static final AtomicLongFieldUpdater<ConnectionCounts> RECEIVED_NANOS =
      AtomicLongFieldUpdater.newUpdater(ConnectionCounts.class, "receivedNanos");
  private static final AtomicLongFieldUpdater<ConnectionCounts> SENT =
      AtomicLongFieldUpdater.newUpdater(ConnectionCounts.class, "sent");
  private static final AtomicLongFieldUpdater<ConnectionCounts> TAKEN_NANOS =
      AtomicLongFieldUpdater.newUpdater(ConnectionCounts.class, "takenNanos");

  private volatile long received;
  private volatile long receivedNanos;
  private volatile long sent;
  private volatile long takenNanos;
  private volatile int subscriptions;

  /** A frame has come. */
  public void received(long nowNanos) {
    // One thread writes: a plain store is enough, which the next read of another thread sees.
    RECEIVED_NANOS.lazySet(this, nowNanos);
    RECEIVED.lazySet(this, received + 1);
  }

  /** Frames are written. */
  public void sent(int frames) {
    SENT.lazySet(this, sent + frames);
  }

  /** The socket has taken all of a write, or its first bytes begin to wait. */
  public void taken(long nowNanos) {
    TAKEN_NANOS.lazySet(this, nowNanos);
  }

  /** So many threads are read now. */
  public void subscriptions(int now) {
    subscriptions = now;
  }

  long received() {
    return received;
  }

  /** When the last frame came; meaningless before the first. */
  long receivedNanos() {
    return receivedNanos;
  }

  long sent() {
    return sent;
  }

  long takenNanos() {
    return takenNanos;
  }

  int subscriptions() {
    return subscriptions;
  }
}
