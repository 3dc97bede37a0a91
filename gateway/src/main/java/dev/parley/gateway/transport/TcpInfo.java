package dev.parley.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the kernel knows of the bytes that it holds for a peer: whoever reads slowly takes them from
 * there for minutes after the last write. Only where the channel is one of epoll; elsewhere nothing
 * is known. Called on the channel's loop; costs a system call.
 *
 * @param acknowledged bytes that the peer's system has taken since the beginning
 * @param isWaiting whether it has still to take some
 */
record TcpInfo(long acknowledged, boolean isWaiting) {

  private static final TcpInfo UNKNOWN = new TcpInfo(0, false);

  // getsockopt(2) with TCP_INFO of tcp(7); places in struct tcp_info of <linux/tcp.h>
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;
  private static final int UNACKED = 24;
  private static final int BYTES_ACKED = 120;
  private static final int NOT_SENT_BYTES = 144;
  private static final RawUnixChannelOption OPTION =
      new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, TCP_INFO, NOT_SENT_BYTES + Integer.BYTES);

  static TcpInfo of(Channel channel) {
    if (!(channel instanceof EpollSocketChannel)) {
      return UNKNOWN;
    }
    try {
      ByteBuffer info = channel.config().getOption(OPTION).order(ByteOrder.nativeOrder());
      boolean isWaiting = info.getInt(UNACKED) > 0 || info.getInt(NOT_SENT_BYTES) > 0;
      return new TcpInfo(info.getLong(BYTES_ACKED), isWaiting);
    } catch (ChannelException closed) {
      return UNKNOWN;
    }
  }
}
