package dev.parley.gateway.transport;

import dev.parley.gateway.limit.SocketSlots;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The address of the client of a channel: that of the newest request. Used on the channel's loop.
 */
public final class ClientAddress {

  private static final AttributeKey<InetAddress> ADDRESS =
      AttributeKey.valueOf(ClientAddress.class, "address");
  private static final Object UNKNOWN = "unknown";

  private ClientAddress() {}

  static void set(Channel channel, @Nullable InetAddress address) {
    channel.attr(ADDRESS).set(address);
  }

  /** What tells clients apart: the address as sockets are counted by it. */
  public static Object of(Channel channel) {
    InetAddress address = channel.attr(ADDRESS).get();
    return address == null ? UNKNOWN : SocketSlots.account(address);
  }
}
