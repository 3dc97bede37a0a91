package dev.parley.gateway.bench.socket;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The cost of a run whose agent is a service over HTTP. Each run has its own user, thread, reader
 * and connection to the service. A tenth as many runs come first, and show whether the number of
 * threads depends on that of the runs. The gateway reserves its whole heap at start, so that growth
 * outside of the heap is visible.
 */
final class ServicesBench {

  private static final List<String> FLAGS = List.of("-Xms512m", "-XX:+AlwaysPreTouch");

  private final Target gateway;
  private final int seconds;
  private final PrintStream out;
  private final List<String> json = new ArrayList<>();

  private ServicesBench(Target gateway, int seconds, PrintStream out) {
    this.gateway = gateway;
    this.seconds = seconds;
    this.out = out;
  }

  /** Runs the benchmark and prints its results; its files are in the folder. */
  static void run(Options options, Path made, PrintStream out)
      throws IOException, InterruptedException {
    int streams = options.number("connections");
    Crowd.checkDescriptors(2 * streams);
    EventLoopGroup loops = Sockets.loops(1);
    try (Child model = ModelServer.start(made, options.number("pace"));
        Target gateway = Target.gateway(made, FLAGS, settings(model, streams))) {
      ServicesBench bench = new ServicesBench(gateway, options.number("seconds"), out);
      out.println(
          """
          | runs | threads | heap, bytes each | outside, bytes each | events/s | p50 ms | p99 ms | cores |
          |---|---|---|---|---|---|---|---|""");
      bench.measure(loops, Math.max(1, streams / 10));
      gateway.server().watch();
      bench.measure(loops, streams);
      StreamBench.showWaits(gateway.server(), made.resolve("loops.jfr"), out);
      out.printf("{\"scenario\":\"services\",\"results\":[%s]}%n", String.join(",", bench.json));
    } finally {
      Sockets.end(loops);
    }
  }

  private static Map<String, String> settings(Child model, int streams) {
    return Map.of(
        "agents.default",
        "model",
        "agents.model.type",
        "openai",
        "agents.model.url",
        "http://127.0.0.1:" + model.port() + "/v1",
        "agents.model.model",
        "bench",
        "agents.model.concurrency",
        Integer.toString(2 * streams));
  }

  private void measure(EventLoopGroup loops, int streams) throws InterruptedException {
    Meter meter = new Meter();
    List<StreamReader> readers = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      readers.add(new StreamReader(meter));
    }
    List<Channel> channels = Crowd.each(streams, i -> readers.get(i).open(loops, gateway, "u" + i));
    ServerFigures before = gateway.server().collected();
    for (int i = 0; i < streams; i++) {
      readers.get(i).start(channels.get(i));
    }
    for (StreamReader reader : readers) {
      SocketLoad.get(reader.streaming());
    }
    Result result = new Result();
    SocketLoad.measure(channels, meter, gateway, seconds, result);
    ServerFigures with = gateway.server().collected();
    show(streams, before, with, result);
    for (int i = 0; i < streams; i++) {
      SocketLoad.get(readers.get(i).stop(channels.get(i)));
    }
    SocketLoad.close(channels);
  }

  private void show(int streams, ServerFigures before, ServerFigures with, Result result) {
    long heap = (with.of("heap") - before.of("heap")) / streams;
    long outside = (with.of("resident") - before.of("resident")) / streams;
    out.printf(
        Locale.ROOT,
        "| %,d | %d | %,d | %,d | %,.0f | %.2f | %.2f | %.2f |%n",
        streams,
        with.of("threads"),
        heap,
        outside,
        result.perSecond(),
        result.millis(50),
        result.millis(99),
        result.cores());
    json.add(
        String.format(
            Locale.ROOT,
            "{\"runs\":%d,\"threads\":%d,\"heap_bytes_each\":%d,\"outside_bytes_each\":%d,"
                + "\"load\":%s}",
            streams,
            with.of("threads"),
            heap,
            outside,
            result.json("services", gateway.name())));
  }
}
