package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.UserId;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One socket that {@link SocketAdmission} counts; only that class changes the account. */
final class CountedSocket {

  /** How a socket is counted. */
  enum Account {
    /** Its user is not known. */
    UNKNOWN,
    /** It makes HTTP calls of one user. */
    CALLER,
    /** Its user is known, and it is counted elsewhere. */
    KNOWN,
    /** It is beyond a maximum: only a health check is answered. */
    PROBE,
    /** It is not counted. */
    GONE
  }

  private final Channel channel;
  private final BooleanSupplier isIdle;
  private @Nullable InetAddress peer;
  private boolean isAsked;

  // Written under the lock of SocketAdmission; the first two are also read without it
  volatile Account account = Account.GONE;
  volatile SocketLog.@Nullable Fact bound;
  @Nullable InetAddress address;
  @Nullable UserId user;

  /**
   * A socket that is not counted yet.
   *
   * @param isIdle whether no HTTP request or response is in progress; called on any loop
   */
  CountedSocket(Channel channel, BooleanSupplier isIdle) {
    this.channel = channel;
    this.isIdle = isIdle;
  }

  /** The address of the peer, or that in the PROXY header. Called on the socket's loop. */
  @Nullable InetAddress peer() {
    return peer;
  }

  void peer(@Nullable InetAddress address) {
    peer = address;
  }

  /** Whether a request has come. Called on the socket's loop. */
  boolean isAsked() {
    return isAsked;
  }

  void asked() {
    isAsked = true;
  }

  boolean isIdle() {
    return isIdle.getAsBoolean();
  }

  /** The user or the address, for the log. */
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
