package dev.parley.gateway.bench.socket;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * Short runs, one at a time on each connection, each of another user. The raw server echoes the
 * message in the place of a run.
 */
record RunsLoad(int connections) implements SocketLoad {

  @Override
  public String name() {
    return "short runs";
  }

  @Override
  public void run(EventLoopGroup loops, Target target, int seconds, Result result)
      throws InterruptedException {
    String last = target.name().equals(Target.RAW) ? "user_message" : "agent_completed";
    Meter meter = new Meter();
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Runner runner = new Runner(meter, last);
      Channel channel = SocketLoad.get(runner.open(loops, target, "u" + i));
      channels.add(channel);
      runner.start(channel);
    }
    SocketLoad.measure(channels, meter, target, seconds, result);
    SocketLoad.close(channels);
  }
}
