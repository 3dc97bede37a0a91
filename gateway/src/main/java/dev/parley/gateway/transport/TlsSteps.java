package dev.parley.gateway.transport;

import dev.parley.gateway.limit.FairThreads;
import dev.parley.gateway.limit.SocketSlots;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the costly steps of one socket's TLS handshake, key exchange and signature, on the threads
 * for that, in the turn of the client's address: no event loop computes them. Nothing is read
 * meanwhile, so that a client cannot make bytes pile up before its turn. Called on the channel's
 * loop.
 */
final class TlsSteps implements Executor {

  private final Channel channel;
  private final FairThreads threads;
  private final Supplier<@Nullable InetAddress> client;
  private int running;

  TlsSteps(Channel channel, FairThreads threads, Supplier<@Nullable InetAddress> client) {
    this.channel = channel;
    this.threads = threads;
    this.client = client;
  }

  @Override
  public void execute(Runnable step) {
    running++;
    channel.config().setAutoRead(false);
    InetAddress address = client.get();
    Object turn = address == null ? channel.id() : SocketSlots.account(address);
    if (!threads.submit(turn, () -> run(step))) {
      channel.close(); // the gateway ends
    }
  }

  /** Called on one of the threads. */
  private void run(Runnable step) {
    if (channel.isActive()) {
      step.run();
      HomeMove.execute(channel, this::ended);
    }
  }

  private void ended() {
    if (running > 0 && --running == 0) {
      channel.config().setAutoRead(true);
    }
  }

  /**
   * From now on others decide whether to read: a request may come before the step is seen to end.
   */
  void handshakeEnded() {
    if (running > 0) {
      running = 0;
      channel.config().setAutoRead(true);
    }
  }
}
