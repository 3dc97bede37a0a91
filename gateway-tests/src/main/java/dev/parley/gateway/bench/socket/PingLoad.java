package dev.parley.gateway.bench.socket;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Round trips of {@code ping} on this number of connections, each of another user.
 *
 * @param rate pings a second over all connections; 0: each connection has one ping in flight
 */
record PingLoad(int connections, int rate) implements SocketLoad {

  @Override
  public String name() {
    return rate == 0 ? "ping, one in flight" : "ping, " + rate + "/s";
  }

  @Override
  public void run(EventLoopGroup loops, Target target, int seconds, Result result)
      throws InterruptedException {
    Meter meter = new Meter();
    List<Channel> channels = new ArrayList<>();
    List<Pinger> pingers = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Pinger pinger = new Pinger(meter);
      channels.add(SocketLoad.get(pinger.open(loops, target, "u" + i)));
      pingers.add(pinger);
    }
    for (int i = 0; i < connections; i++) {
      begin(i, pingers.get(i), channels.get(i));
    }
    SocketLoad.measure(channels, meter, target, seconds, result);
    SocketLoad.close(channels);
  }

  /** Spreads the connections over the interval, so that they do not all send at once. */
  private void begin(int number, Pinger pinger, Channel channel) {
    if (rate == 0) {
      channel.eventLoop().execute(() -> pinger.sendInTurn(channel));
      return;
    }
    long interval = TimeUnit.SECONDS.toNanos(connections) / rate;
    long delay = interval * number / connections;
    channel.eventLoop().execute(() -> pinger.sendEvery(channel, delay, interval));
  }
}
