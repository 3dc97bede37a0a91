package dev.parley.gateway.bench.socket;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An agent streams on one thread of each user, and this number of connections reads it. The first
 * connection starts the agent.
 */
record FanoutLoad(int users, int readers) implements SocketLoad {

  @Override
  public String name() {
    return users + " streams to " + readers + " each";
  }

  @Override
  public void run(EventLoopGroup loops, Target target, int seconds, Result result)
      throws InterruptedException {
    Meter meter = new Meter();
    ActiveStreams streams = begin(loops, target, meter);
    SocketLoad.measure(streams.channels(), meter, target, seconds, result);
    streams.end();
  }

  /** Starts all agents. */
  ActiveStreams begin(EventLoopGroup loops, Target target, Meter meter)
      throws InterruptedException {
    ActiveStreams streams = new ActiveStreams(new ArrayList<>(), new LinkedHashMap<>());
    for (int user = 0; user < users; user++) {
      for (int i = 0; i < readers; i++) {
        StreamReader reader = new StreamReader(meter);
        Channel channel = SocketLoad.get(reader.open(loops, target, "u" + user));
        streams.channels().add(channel);
        if (i == 0) {
          streams.drivers().put(reader, channel);
        } else {
          StreamReader.subscribe(channel);
        }
      }
    }
    streams.drivers().forEach(StreamReader::start);
    return streams;
  }

  /** Streaming agents and their connections. */
  record ActiveStreams(List<Channel> channels, Map<StreamReader, Channel> drivers) {

    void end() throws InterruptedException {
      for (Map.Entry<StreamReader, Channel> driver : drivers.entrySet()) {
        SocketLoad.get(driver.getKey().stop(driver.getValue()));
      }
      SocketLoad.close(channels);
    }
  }
}
