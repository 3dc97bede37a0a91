package dev.parley.gateway.transport;

import dev.parley.gateway.monitor.LoopHeartbeat;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.Homes;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The event loops: one that accepts sockets, and the workers, which run the sockets and are the
 * homes of users. They are closed after the listeners that use them.
 */
public final class Loops implements AutoCloseable {

  private static final long END_SECONDS = 5;

  private final EventLoopGroup acceptor;
  private final EventLoopGroup workers;
  private final Homes homes;

  /**
   * Starts the loops.
   *
   * @param count number of workers; 0 for one per core
   */
  public Loops(int count, Clock clock) {
    int loops = count > 0 ? count : Runtime.getRuntime().availableProcessors();
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    acceptor = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("accept"), io);
    workers = new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("loop"), io);
    List<Home> all = new ArrayList<>();
    for (EventExecutor loop : workers) {
      all.add(new NettyHome((EventLoop) loop, clock));
    }
    homes = new Homes(all);
  }

  /** Measures from now on how late each worker runs its tasks, and returns their heartbeats. */
  public List<LoopHeartbeat> watch(Metrics metrics) {
    List<LoopHeartbeat> all = new ArrayList<>();
    for (EventExecutor loop : workers) {
      String number = Integer.toString(all.size());
      all.add(LoopProbe.start((EventLoop) loop, metrics.loopDelay(number)));
    }
    return all;
  }

  /** The workers as homes of users. */
  public Homes homes() {
    return homes;
  }

  /** The home loop of the user. */
  EventLoop of(UserId user) {
    if (homes.of(user) instanceof NettyHome home) {
      return home.loop();
    }
    throw new IllegalStateException("home: no loop (expected: one of these loops)");
  }

  EventLoopGroup acceptor() {
    return acceptor;
  }

  EventLoopGroup workers() {
    return workers;
  }

  Class<? extends ServerChannel> channelType() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** Ends all loops after their tasks have run. Not called on a loop. */
  @Override
  public void close() {
    acceptor.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS);
    workers.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS);
    acceptor.terminationFuture().awaitUninterruptibly();
    workers.terminationFuture().awaitUninterruptibly();
  }
}
