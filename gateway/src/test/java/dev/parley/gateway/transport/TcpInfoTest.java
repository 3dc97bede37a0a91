package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.testng.SkipException;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TcpInfoTest {

  /** More than all buffers between the two sockets hold. */
  private static final int BYTES = 32 * 1024 * 1024;

  private static final int SMALL = 4 * 1024;

  public void tellsWhatThePeerTookOfWhatTheKernelHolds() throws Exception {
    if (!Epoll.isAvailable()) {
      throw new SkipException("epoll is not there");
    }
    BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    try (Loops loops = new Loops(1, Clock.systemUTC());
        Socket peer = connect(loops, accepted)) {
      Channel channel = accepted.take();
      assertThat(TcpInfo.of(channel).isWaiting()).isFalse();
      var written = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[BYTES]));
      Eventually.holds(() -> TcpInfo.of(channel).isWaiting());
      InputStream in = peer.getInputStream();
      for (int i = 0; i < 3; i++) {
        long before = settled(channel);
        assertThat(in.readNBytes(256 * 1024)).hasSize(256 * 1024);
        Eventually.holds(() -> TcpInfo.of(channel).acknowledged() > before);
        assertThat(written.isDone()).isFalse();
      }
      in.skipNBytes(BYTES - 3 * 256 * 1024);
      Eventually.holds(() -> !TcpInfo.of(channel).isWaiting());
      channel.close().sync();
      assertThat(TcpInfo.of(channel)).isEqualTo(new TcpInfo(0, false));
    }
  }

  /** The acknowledged bytes, when no more are acknowledged. */
  private static long settled(Channel channel) {
    long[] last = {-1, 0};
    Eventually.holds(
        () -> {
          long now = TcpInfo.of(channel).acknowledged();
          last[1] = now == last[0] ? last[1] + 1 : 0;
          last[0] = now;
          return last[1] > 100;
        });
    return last[0];
  }

  private static Socket connect(Loops loops, BlockingQueue<Channel> accepted) throws IOException {
    Channel listener =
        new ServerBootstrap()
            .group(loops.acceptor(), loops.workers())
            .channel(loops.channelType())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted.add(channel);
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
    Socket peer = new Socket();
    peer.setReceiveBufferSize(SMALL);
    peer.connect(listener.localAddress() instanceof InetSocketAddress bound ? bound : null);
    return peer;
  }

  public void nothingIsKnownOfOtherChannels() {
    assertThat(TcpInfo.of(new EmbeddedChannel())).isEqualTo(new TcpInfo(0, false));
  }
}
