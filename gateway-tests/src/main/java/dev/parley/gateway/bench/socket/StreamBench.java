package dev.parley.gateway.bench.socket;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code ping}, {@code fanout} and {@code agents}: the gateway and the raw server in turns. */
final class StreamBench {

  private final List<Load> loads;
  private final List<Target> targets;
  private final Map<Load, Map<Target, Result>> results = new LinkedHashMap<>();

  private StreamBench(List<Load> loads, List<Target> targets) {
    this.loads = loads;
    this.targets = targets;
  }

  /** Runs it and prints what came of it; its files are in the folder. */
  static void run(Options options, Path made, PrintStream out)
      throws IOException, InterruptedException {
    int pace = options.number("pace");
    List<Load> loads = loads(options);
    RawServer.Kind kind =
        options.scenario().equals("ping") ? RawServer.Kind.ECHO : RawServer.Kind.BROADCAST;
    Map<String, String> settings = Map.of("agents.builtin.pace", pace + "ms");
    try (Target gateway = Target.gateway(made, List.of(), settings);
        Target raw = Target.raw(kind, made, List.of(), pace)) {
      StreamBench bench = new StreamBench(loads, List.of(gateway, raw));
      bench.run(options.number("rounds"), options.number("seconds"), options.is("jfr"));
      bench.show(options, out);
      if (options.is("jfr")) {
        showWaits(gateway.server(), made.resolve("loops.jfr"), out);
      }
    }
  }

  private static List<Load> loads(Options options) {
    int connections = options.number("connections");
    int users = options.number("users");
    return switch (options.scenario()) {
      case "ping" ->
          List.of(new PingLoad(connections, options.number("rate")), new PingLoad(connections, 0));
      case "agents" -> List.of(new FanoutLoad(users, 1), new FanoutLoad(connections, 1));
      default -> List.of(new FanoutLoad(users, connections / users));
    };
  }

  /** The first round warms both servers and the load, and is neither counted nor watched. */
  private void run(int rounds, int seconds, boolean watches) throws InterruptedException {
    EventLoopGroup loops = Sockets.loops(1);
    try {
      for (int round = 0; round <= rounds; round++) {
        if (round == Math.min(1, rounds)) {
          results.clear();
          if (watches) {
            targets.get(0).server().watch();
          }
        }
        for (Load load : loads) {
          for (Target target : targets) {
            load.run(loops, target, seconds, result(load, target));
          }
        }
      }
    } finally {
      loops.shutdownGracefully().sync();
    }
  }

  private Result result(Load load, Target target) {
    return results
        .computeIfAbsent(load, added -> new LinkedHashMap<>())
        .computeIfAbsent(target, added -> new Result());
  }

  private void show(Options options, PrintStream out) {
    Target raw = targets.get(1);
    List<String> json = new ArrayList<>();
    out.println(Result.head());
    results.forEach(
        (load, byTarget) ->
            byTarget.forEach(
                (target, result) -> {
                  out.println(result.row(load.name(), target.name(), result(load, raw)));
                  json.add(result.json(load.name(), target.name()));
                }));
    out.printf(
        Locale.ROOT,
        "{\"scenario\":\"%s\",\"connections\":%d,\"results\":[%s]}%n",
        options.scenario(),
        options.number("connections"),
        String.join(",", json));
  }

  private static void showWaits(Child gateway, Path recording, PrintStream out) throws IOException {
    gateway.watched(recording);
    List<String> waits = LoopWatch.waits(recording);
    out.println("event loops of the gateway that waited outside of their select for 1 ms:");
    out.println(waits.isEmpty() ? "  none" : "  " + String.join("\n  ", waits));
  }
}
