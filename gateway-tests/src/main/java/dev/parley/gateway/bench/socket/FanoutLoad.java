package dev.parley.gateway.bench.socket;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An agent that streams on a thread of each user, and so many connections that read it; the first
 * of them starts it.
 */
record FanoutLoad(int users, int readers) implements Load {

  @Override
  public String name() {
    return users + " streams to " + readers + " each";
  }

  @Override
  public void run(EventLoopGroup loops, Target target, int seconds, Result result)
      throws InterruptedException {
    Meter meter = new Meter();
    Streams streams = begin(loops, target, meter);
    Load.measure(streams.channels(), meter, target, seconds, result);
    streams.end();
  }

  /** Has all agents talk from now on. */
  Streams begin(EventLoopGroup loops, Target target, Meter meter) throws InterruptedException {
    Streams streams = new Streams(new ArrayList<>(), new LinkedHashMap<>());
    for (int user = 0; user < users; user++) {
      for (int i = 0; i < readers; i++) {
        Reader reader = new Reader(meter);
        Channel channel = Load.get(reader.open(loops, target, "u" + user));
        streams.channels().add(channel);
        if (i == 0) {
          streams.drivers().put(reader, channel);
        } else {
          Reader.subscribe(channel);
        }
      }
    }
    streams.drivers().forEach(Reader::start);
    return streams;
  }

  /** Agents that talk, and who listens. */
  record Streams(List<Channel> channels, Map<Reader, Channel> drivers) {

    void end() throws InterruptedException {
      for (Map.Entry<Reader, Channel> driver : drivers.entrySet()) {
        Load.get(driver.getKey().stop(driver.getValue()));
      }
      Load.close(channels);
    }
  }
}
