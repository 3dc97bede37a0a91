package dev.parley.gateway.bench.socket;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * An agent that streams on a thread of each user, and so many connections that read it; the first
 * of them starts it.
 */
record FanoutLoad(int users, int readers) implements Load {

  @Override
  public String name() {
    return "fanout, " + users + " streams to " + readers + " each";
  }

  @Override
  public void run(EventLoopGroup loops, Target target, int seconds, Result result)
      throws InterruptedException {
    Meter meter = new Meter();
    List<Channel> channels = new ArrayList<>();
    List<Reader> drivers = new ArrayList<>();
    List<Channel> driven = new ArrayList<>();
    for (int user = 0; user < users; user++) {
      for (int i = 0; i < readers; i++) {
        Reader reader = new Reader(meter);
        Channel channel = Load.get(reader.open(loops, target, "u" + user));
        channels.add(channel);
        if (i == 0) {
          drivers.add(reader);
          driven.add(channel);
        } else {
          Reader.subscribe(channel);
        }
      }
    }
    for (int i = 0; i < users; i++) {
      drivers.get(i).start(driven.get(i));
    }
    Load.measure(channels, meter, target, seconds, result);
    for (int i = 0; i < users; i++) {
      Load.get(drivers.get(i).stop(driven.get(i)));
    }
    Load.close(channels);
  }
}
