package dev.parley.gateway.limit;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** One socket as {@link SocketSlots} counts it, which alone changes its state, under its lock. */
public abstract class SocketSlot {

  /** Among which sockets it is counted. */
  public enum Account {
    /** Those without a known user. */
    UNKNOWN,
    /** HTTP sockets of one user. */
    CALLER,
    /** All others with a known user. */
    KNOWN,
    /** Those without a slot: only health checks are answered. */
    PROBE,
    /** None. */
    GONE
  }

  // These two are also read without the lock.
  volatile Account account = Account.GONE;
  volatile @Nullable SocketEvent refusal;

  @Nullable InetAddress address;
  @Nullable Object user;

  public final Account account() {
    return account;
  }

  /** Why the socket has no slot and may only be a health check; null if it has one. */
  public final @Nullable SocketEvent refusal() {
    return account == Account.PROBE ? refusal : null;
  }

  /** The address that it is counted for. Read it only in a {@link SocketEvent}'s listener. */
  protected final @Nullable InetAddress address() {
    return address;
  }

  /** The user that it is counted for. Read it only in a {@link SocketEvent}'s listener. */
  protected final @Nullable Object user() {
    return user;
  }

  /** Whether no HTTP request or answer is in progress; called on any thread, under the lock. */
  protected abstract boolean isIdle();

  /** Closes the socket, which has lost its slot; called on any thread, under the lock. */
  protected abstract void evict();
}
