package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A channel moves to another loop: no byte is lost, and no call is on a wrong loop. */
@Test(groups = "unit")
public class HomeMoveTest {

  private static final int LOOPS = 4;
  private static final int SOCKETS = 200;
  private static final int BYTES = 64 * 1024;

  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger removed = new AtomicInteger();
  private EventLoopGroup loops = group(NioIoHandler.newFactory());
  private Channel listener = new SlowChannel();

  @DataProvider
  Object[][] transports() {
    return new Object[][] {
      {EpollIoHandler.newFactory(), EpollServerSocketChannel.class},
      {NioIoHandler.newFactory(), NioServerSocketChannel.class}
    };
  }

  private static EventLoopGroup group(IoHandlerFactory io) {
    return new MultiThreadIoEventLoopGroup(LOOPS, io);
  }

  private void listen(
      IoHandlerFactory io, Class<? extends ServerChannel> type, Consumer<Channel> onFirstByte) {
    loops.shutdownGracefully();
    loops = group(io);
    listener =
        new ServerBootstrap()
            .group(loops)
            .channel(type)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new Mover(onFirstByte))
                        .addLast(HandlerNames.FAILURE, new ByteEcho());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  @AfterMethod(alwaysRun = true)
  public void stop() {
    listener.close().awaitUninterruptibly();
    loops.shutdownGracefully().awaitUninterruptibly(5_000);
    wrong.clear();
    removed.set(0);
  }

  private void moveToNext(Channel channel) {
    channel.config().setAutoRead(false);
    List<EventLoop> all = new ArrayList<>();
    loops.forEach(loop -> all.add((EventLoop) loop));
    EventLoop next = all.get((all.indexOf(channel.eventLoop()) + 1) % all.size());
    HomeMove.move(
        channel,
        next,
        () -> {
          if (!next.inEventLoop()) {
            wrong.add("the task");
          }
          channel.config().setAutoRead(true);
        });
  }

  @Test(dataProvider = "transports")
  public void everyByteIsThereAfterTheMove(IoHandlerFactory io, Class<? extends ServerChannel> type)
      throws IOException {
    listen(io, type, this::moveToNext);
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < SOCKETS; i++) {
      sockets.add(connect());
    }
    for (int i = 0; i < SOCKETS; i++) {
      sockets.get(i).getOutputStream().write(bytes(i));
    }
    for (int i = 0; i < SOCKETS; i++) {
      assertThat(sockets.get(i).getInputStream().readNBytes(BYTES)).isEqualTo(bytes(i));
      sockets.get(i).close();
    }
    assertThat(wrong).isEmpty();
  }

  @Test(dataProvider = "transports")
  public void whatTheSocketHadNotTakenIsWrittenAfterTheMove(
      IoHandlerFactory io, Class<? extends ServerChannel> type) throws IOException {
    byte[] large = new byte[16 << 20]; // more than both sockets hold
    Arrays.fill(large, (byte) 7);
    listen(
        io,
        type,
        channel -> {
          channel.writeAndFlush(Unpooled.wrappedBuffer(large));
          moveToNext(channel);
        });
    try (Socket socket = connect()) {
      socket.getOutputStream().write(1);
      assertThat(socket.getInputStream().readNBytes(large.length)).isEqualTo(large);
    }
    assertThat(wrong).isEmpty();
  }

  @Test(dataProvider = "transports")
  public void peersThatGoMeanwhileLeaveNoStageBehind(
      IoHandlerFactory io, Class<? extends ServerChannel> type) throws IOException {
    listen(io, type, this::moveToNext);
    for (int i = 0; i < SOCKETS; i++) {
      Socket socket = connect();
      socket.getOutputStream().write(bytes(i), 0, 100);
      socket.setSoLinger(i % 2 == 0, 0);
      socket.close();
    }
    Eventually.holds(() -> removed.get() == SOCKETS);
    assertThat(wrong).isEmpty();
  }

  @Test(dataProvider = "transports")
  public void aChannelThatClosesOnItsWayLeavesNoStageBehind(
      IoHandlerFactory io, Class<? extends ServerChannel> type) throws IOException {
    listen(
        io,
        type,
        channel -> {
          moveToNext(channel);
          channel.close();
        });
    try (Socket socket = connect()) {
      socket.getOutputStream().write(1);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    Eventually.holds(() -> removed.get() == 1);
  }

  @Test(dataProvider = "transports")
  public void aHomeThatTakesNobodyClosesTheChannel(
      IoHandlerFactory io, Class<? extends ServerChannel> type) throws IOException {
    EventLoopGroup ended = group(io);
    EventLoop home = ended.next();
    ended.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
    listen(io, type, channel -> moveInVain(channel, home));
    assertThatTheSocketIsClosed();
    assertThat(wrong).isEmpty();
  }

  @Test(dataProvider = "transports")
  public void aHomeThatCannotCarryTheChannelClosesItAndNoStageIsLeft(
      IoHandlerFactory io, Class<? extends ServerChannel> type) throws IOException {
    EventLoop home = new DefaultEventLoop();
    listen(io, type, channel -> moveInVain(channel, home));
    assertThatTheSocketIsClosed();
    Eventually.holds(() -> removed.get() == 1);
    home.shutdownGracefully();
    assertThat(wrong).isEmpty();
  }

  private void moveInVain(Channel channel, EventLoop home) {
    channel.config().setAutoRead(false);
    HomeMove.move(channel, home, () -> wrong.add("the task"));
  }

  private void assertThatTheSocketIsClosed() throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(1);
      assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThanOrEqualTo(1);
    }
  }

  private Socket connect() throws IOException {
    Socket socket =
        new Socket(
            InetAddress.getLoopbackAddress(),
            ((InetSocketAddress) listener.localAddress()).getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static byte[] bytes(int seed) {
    byte[] bytes = new byte[BYTES];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Moves its channel when the first byte arrives, before it passes the byte on. */
  private static final class Mover extends ChannelInboundHandlerAdapter {
    private final Consumer<Channel> onFirstByte;

    Mover(Consumer<Channel> onFirstByte) {
      this.onFirstByte = onFirstByte;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ctx.pipeline().remove(this);
      onFirstByte.accept(ctx.channel());
      ctx.fireChannelRead(message);
    }
  }

  private final class ByteEcho extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (!ctx.channel().eventLoop().inEventLoop()) {
        wrong.add("a read");
      }
      if (ctx.channel().bytesBeforeUnwritable() == 0) {
        ReferenceCountUtil.release(message); // not read while the large write is pending
      } else {
        ctx.writeAndFlush(((ByteBuf) message)).addListener(written -> checkLoop(ctx.channel()));
      }
    }

    private void checkLoop(Channel channel) {
      if (!channel.eventLoop().inEventLoop()) {
        wrong.add("a write");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close(); // a peer that resets its socket
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      removed.incrementAndGet();
    }
  }
}
