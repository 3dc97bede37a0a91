package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.UserId;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One socket as {@link SocketAdmission} counts it, which alone changes the account. */
final class Place {

  /** Among which sockets it is counted. */
  enum Account {
    /** Those whose user is not known. */
    UNKNOWN,
    /** HTTP sockets of one user. */
    CALLER,
    /** All others whose user is known. */
    KNOWN,
    /** Those for which there was no place: only a health check is answered. */
    PROBE,
    /** None. */
    GONE
  }

  private final Channel channel;
  private final BooleanSupplier isIdle;
  private @Nullable InetAddress peer;
  private boolean isAsked;

  // Changed under the lock of the admission; the first two are also read without it
  volatile Account account = Account.GONE;
  volatile SocketLog.@Nullable Fact bound;
  @Nullable InetAddress address;
  @Nullable UserId user;

  /**
   * A place for this socket.
   *
   * @param isIdle whether nothing of an HTTP request or answer is under way; asked on any loop
   */
  Place(Channel channel, BooleanSupplier isIdle) {
    this.channel = channel;
    this.isIdle = isIdle;
  }

  /** The address of the other end, or what a PROXY header says; its own loop only. */
  @Nullable InetAddress peer() {
    return peer;
  }

  void peer(@Nullable InetAddress address) {
    peer = address;
  }

  /** Whether a request has come; its own loop only. */
  boolean isAsked() {
    return isAsked;
  }

  void asked() {
    isAsked = true;
  }

  boolean isIdle() {
    return isIdle.getAsBoolean();
  }

  /** Whose it is, for the log. */
  @Override
  public String toString() {
    return user != null
        ? "user " + user
        : "address " + (address != null ? address.getHostAddress() : channel.remoteAddress());
  }

  void close() {
    HomeMove.execute(channel, channel::close);
  }
}
