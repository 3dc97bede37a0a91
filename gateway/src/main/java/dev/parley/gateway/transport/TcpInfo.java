package dev.parley.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The kernel's count of the bytes that it holds for a peer; a slow peer takes them for minutes
 * after the last write. Known for epoll channels only. Called on the channel's loop; costs a system
 * call.
 *
 * @param acknowledged bytes that the peer has acknowledged since the beginning
 * @param isWaiting whether some bytes are not acknowledged yet
 */
record TcpInfo(long acknowledged, boolean isWaiting) {

  // getsockopt(2) with TCP_INFO of tcp(7); offsets in struct tcp_info of <linux/tcp.h>
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;
  private static final int UNACKED = 24;
  private static final int BYTES_ACKED = 120;
  private static final int NOT_SENT_BYTES = 144;
  private static final RawUnixChannelOption OPTION =
      new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, TCP_INFO, NOT_SENT_BYTES + Integer.BYTES);

  private static final TcpInfo UNKNOWN = new TcpInfo(0, false);

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
