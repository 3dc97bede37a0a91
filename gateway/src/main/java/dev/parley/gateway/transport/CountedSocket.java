package dev.parley.gateway.transport;

import dev.parley.gateway.limit.SocketSlot;
import dev.parley.gateway.monitor.Metrics;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One socket and where it comes from. */
final class CountedSocket extends SocketSlot {

  private final Channel channel;
  private final BooleanSupplier isIdle;
  private final Metrics metrics;
  private @Nullable InetAddress peer;
  private @Nullable InetAddress client;
  private boolean isAsked;

  /**
   * A socket that is not counted yet.
   *
   * @param isIdle whether no HTTP request or response is in progress; called on any loop
   */
  CountedSocket(Channel channel, BooleanSupplier isIdle, Metrics metrics) {
    this.channel = channel;
    this.isIdle = isIdle;
    this.metrics = metrics;
  }

  /** The address of the peer, or that in the PROXY header. Called on the socket's loop. */
  @Nullable InetAddress peer() {
    return peer;
  }

  void peer(@Nullable InetAddress address) {
    peer = address;
  }

  /**
   * The client that a trusted proxy has named with the newest request, or else the peer. Called on
   * the socket's loop.
   */
  @Nullable InetAddress client() {
    return client != null ? client : peer;
  }

  void client(@Nullable InetAddress named) {
    client = named;
  }

  /** Whether a request has come. Called on the socket's loop. */
  boolean isAsked() {
    return isAsked;
  }

  void asked() {
    isAsked = true;
  }

  @Override
  protected boolean isIdle() {
    return isIdle.getAsBoolean();
  }

  @Override
  protected void evict() {
    metrics.socketEvicted();
    HomeMove.execute(channel, channel::close);
  }

  /** The user or the address, for the log. */
  @Override
  public String toString() {
    Object user = user();
    InetAddress address = address();
    return user != null
        ? "user " + user
        : "address " + (address != null ? address.getHostAddress() : channel.remoteAddress());
  }
}
