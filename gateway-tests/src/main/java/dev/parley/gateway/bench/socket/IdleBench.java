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
import java.util.concurrent.TimeUnit;

/**
 * The cost of an idle connection. Each connection has its own user and subscribes to one thread.
 * Both servers reserve their whole heap at start, so that growth outside of the heap is visible. A
 * tenth as many connections warm up the server first and are not counted.
 */
final class IdleBench {

  private static final int BEAT_MILLIS = 2000;
  private static final int USUAL_BEAT_MILLIS = 20_000;
  private static final List<String> FLAGS = List.of("-Xms512m", "-XX:+AlwaysPreTouch");

  private final int connections;
  private final int seconds;
  private final PrintStream out;
  private final List<String> json = new ArrayList<>();

  private IdleBench(int connections, int seconds, PrintStream out) {
    this.connections = connections;
    this.seconds = seconds;
    this.out = out;
  }

  /** Runs the benchmark and prints its results; its files are in the folder. */
  static void run(Options options, Path made, PrintStream out)
      throws IOException, InterruptedException {
    int connections = options.number("connections");
    Crowd.checkDescriptors(connections);
    IdleBench bench = new IdleBench(connections, options.number("seconds"), out);
    Map<String, String> beat = Map.of("server.heartbeat", BEAT_MILLIS + "ms");
    EventLoopGroup loops = Sockets.loops(1);
    out.println(
        """
        | server | connections | heap, bytes each | outside, bytes each | CPU of a beat, µs | cores for 100,000 at a beat of 20 s |
        |---|---|---|---|---|---|""");
    try (Target gateway = Target.gateway(made, FLAGS, beat);
        Target raw = Target.raw(RawServer.RawKind.BEAT, made, FLAGS, BEAT_MILLIS)) {
      for (Target target : List.of(gateway, raw)) {
        SocketLoad.close(bench.open(loops, target, Math.max(1, connections / 10)));
        bench.measure(loops, target);
      }
    } finally {
      Sockets.end(loops);
    }
    out.printf("{\"scenario\":\"idle\",\"results\":[%s]}%n", String.join(",", bench.json));
  }

  private List<Channel> open(EventLoopGroup loops, Target target, int count)
      throws InterruptedException {
    return Crowd.each(count, i -> new Idler().settle(loops, target, "idle" + i));
  }

  private void measure(EventLoopGroup loops, Target target) throws InterruptedException {
    ServerFigures before = target.server().collected();
    List<Channel> channels = open(loops, target, connections);
    ServerFigures with = target.server().collected();
    TimeUnit.SECONDS.sleep(seconds); // Lets the JIT compile the heartbeat code.
    long begin = target.server().cpuNanos();
    TimeUnit.SECONDS.sleep(seconds);
    double cpuMicros = (target.server().cpuNanos() - begin) / 1e3;
    SocketLoad.checkOpen(channels, target);
    SocketLoad.close(channels);

    double beats = (double) connections * TimeUnit.SECONDS.toMillis(seconds) / BEAT_MILLIS;
    show(
        target,
        each("heap", before, with),
        each("resident", before, with),
        cpuMicros / Math.max(1, beats));
  }

  private long each(String figure, ServerFigures before, ServerFigures with) {
    return (with.of(figure) - before.of(figure)) / connections;
  }

  private void show(Target target, long heap, long outside, double beatMicros) {
    double cores = beatMicros * 100_000 / TimeUnit.MILLISECONDS.toMicros(USUAL_BEAT_MILLIS);
    out.printf(
        Locale.ROOT,
        "| %s | %,d | %,d | %,d | %.1f | %.2f |%n",
        target.name(),
        connections,
        heap,
        outside,
        beatMicros,
        cores);
    json.add(
        String.format(
            Locale.ROOT,
            "{\"server\":\"%s\",\"connections\":%d,\"heap_bytes_each\":%d,"
                + "\"outside_bytes_each\":%d,\"beat_cpu_micros\":%.2f}",
            target.name(),
            connections,
            heap,
            outside,
            beatMicros));
  }
}
