package dev.parley.gateway.bench.socket;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A restart under load: many clients are connected, each of its own user, and some of them have a
 * run going. The gateway gets SIGTERM and ends; another process takes its port and its store. The
 * clients come back as {@code goaway} told them, and each checks that no event of its thread is
 * lost or comes twice.
 */
final class DrainBench {

  private static final int COUNT_TO = 200;
  private static final String TIMEOUT = "2m";

  private final Path made;
  private final Map<String, String> settings;
  private final int connections;
  private final int runs;
  private final int period;
  private final PrintStream out;

  private DrainBench(Options options, Path made, PrintStream out) {
    this.made = made;
    this.connections = options.number("connections");
    this.runs = Math.min(options.number("users"), connections);
    this.period = options.number("seconds");
    this.out = out;
    this.settings = new TreeMap<>();
    settings.put("agents.builtin.pace", options.number("pace") + "ms");
    settings.put("drain.period", period + "s");
    settings.put("drain.timeout", TIMEOUT);
  }

  /** Runs the benchmark and prints its results; its files are in the folder. */
  static void run(Options options, Path made, PrintStream out)
      throws IOException, InterruptedException {
    Crowd.checkDescriptors(options.number("connections"));
    EventLoopGroup loops = Sockets.loops(1);
    try {
      new DrainBench(options, made, out).run(loops, Path.of(options.text("plot")));
    } finally {
      Sockets.end(loops);
    }
  }

  private void run(EventLoopGroup loops, Path plot) throws IOException, InterruptedException {
    ReturnTimes times = new ReturnTimes();
    int exit;
    List<ReturningClient> clients;
    Target next;
    try (Target gateway = Target.main(made, settings)) {
      clients =
          Crowd.each(connections, i -> new ReturningClient(gateway, "u" + i, loops, times).begin());
      awaitAll(clients.subList(runs, connections), each -> each.ask("what is 6*7?"));
      awaitAll(clients.subList(0, runs), each -> each.start("count slowly to " + COUNT_TO));
      times.begin();
      exit = gateway.server().terminate();
      times.ended();
      next = gateway.next(made, settings);
    }
    try (Target second = next) {
      times.ready();
      awaitAll(clients, ReturningClient::returned);
      clients.forEach(ReturningClient::close);
      if (second.server().terminate() != 0) {
        throw new IllegalStateException("the second gateway: not 0 (expected: exit code 0)");
      }
    }
    show(clients, times, exit);
    times.plot(plot, period);
    out.println("the plot of the returns: " + plot);
  }

  private static void awaitAll(
      List<ReturningClient> clients, Function<ReturningClient, CompletableFuture<?>> call)
      throws InterruptedException {
    CompletableFuture<?>[] all = clients.stream().map(call).toArray(CompletableFuture<?>[]::new);
    SocketLoad.get(CompletableFuture.allOf(all), Duration.ofMinutes(5));
  }

  private void show(List<ReturningClient> clients, ReturnTimes times, int exit) {
    long lost = clients.stream().mapToLong(ReturningClient::lostEvents).sum();
    long doubled = clients.stream().mapToLong(ReturningClient::doubledEvents).sum();
    long told = clients.stream().filter(ReturningClient::wasTold).count();
    double spread = times.spreadSeconds();
    out.printf(
        Locale.ROOT,
        """
        | connections | runs | told | exit code | SIGTERM to its end, s | until ready again, s | first tries in, s | of the period | tries | pause p50, s | p99 | longest | lost | doubled |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
        | %,d | %,d | %,d | %d | %.2f | %.2f | %.2f | %.2f | %,d | %.2f | %.2f | %.2f | %d | %d |
        """,
        connections,
        runs,
        told,
        exit,
        times.endedSeconds(),
        times.readySeconds(),
        spread,
        spread / Math.max(0.001, period),
        times.tries(),
        times.pause(50),
        times.pause(99),
        times.pause(100),
        lost,
        doubled);
    out.printf(
        Locale.ROOT,
        "{\"scenario\":\"drain\",\"connections\":%d,\"runs\":%d,\"exit\":%d,\"period_s\":%d,"
            + "\"spread_s\":%.3f,\"ended_s\":%.3f,\"ready_s\":%.3f,\"tries\":%d,\"pause_p50_s\":%.3f,"
            + "\"pause_p99_s\":%.3f,\"lost\":%d,\"doubled\":%d}%n",
        connections,
        runs,
        exit,
        period,
        spread,
        times.endedSeconds(),
        times.readySeconds(),
        times.tries(),
        times.pause(50),
        times.pause(99),
        lost,
        doubled);
    if (lost + doubled + exit != 0 || told != connections) {
      throw new IllegalStateException(
          "drain: see above (expected: each client told, exit code 0, nothing lost or doubled)");
    }
  }
}
