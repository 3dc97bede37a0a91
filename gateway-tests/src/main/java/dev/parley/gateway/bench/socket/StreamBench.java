package dev.parley.gateway.bench.socket;

import dev.parley.gateway.bench.Ratio;
import dev.parley.gateway.bench.Ratios;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code ping}, {@code handshake}, {@code fanout}, {@code agents} and {@code runs}: alternates
 * between the gateway, the raw server and one other gateway: an older one if its class path is
 * given, one without TLS if the gateway speaks it, one without traces if it sends them.
 */
final class StreamBench {

  private final List<SocketLoad> loads;
  private final List<Target> targets;
  private final Map<SocketLoad, Map<Target, Result>> results = new LinkedHashMap<>();

  /**
   * For each load and round, messages per CPU second of the gateway divided by those of the other
   * one.
   */
  private final Map<SocketLoad, List<Double>> ratios = new LinkedHashMap<>();

  /** The same, divided by those of the raw server. */
  private final Map<SocketLoad, List<Double>> ofRaw = new LinkedHashMap<>();

  private StreamBench(List<SocketLoad> loads, List<Target> targets) {
    this.loads = loads;
    this.targets = targets;
  }

  /** Runs the benchmark and prints its results; its files are in the folder. */
  static void run(Options options, Path made, PrintStream out)
      throws IOException, InterruptedException {
    int pace = options.number("pace");
    List<SocketLoad> loads = loads(options);
    RawServer.RawKind kind =
        switch (options.scenario()) {
          case "ping", "runs" -> RawServer.RawKind.ECHO;
          case "handshake" -> RawServer.RawKind.HANDSHAKE;
          default -> RawServer.RawKind.BROADCAST;
        };
    Map<String, String> settings = Map.of("agents.builtin.pace", pace + "ms");
    List<Target> targets = new ArrayList<>();
    try (Child receiver = options.is("trace") ? TraceReceiver.start(made) : null) {
      Variant variant = Variant.of(options);
      targets.add(Target.gateway(variant, Target.GATEWAY, made, with(receiver, settings)));
      String old = options.text("old");
      if (variant.tls() != ClientTls.Kind.OFF) {
        Path folder = Files.createDirectories(made.resolve("plain"));
        targets.add(Target.gateway(variant.withoutTls(), Target.PLAIN, folder, settings));
      } else if (receiver != null) {
        Path folder = Files.createDirectories(made.resolve("untraced"));
        targets.add(Target.gateway(variant, Target.UNTRACED, folder, settings));
      } else if (!old.isEmpty()) {
        Path folder = Files.createDirectories(made.resolve("old"));
        targets.add(Target.gateway(Target.OLD, old, folder, List.of(), settings));
      }
      targets.add(Target.raw(kind, made, List.of(), pace));
      StreamBench bench = new StreamBench(loads, targets);
      bench.run(options.number("rounds"), options.number("seconds"), options.is("jfr"));
      bench.show(options, out);
      bench.write(options);
      if (options.is("jfr")) {
        showWaits(targets.get(0).server(), made.resolve("loops.jfr"), out);
      }
    } finally {
      targets.forEach(Target::close);
    }
  }

  /** The settings, and those of a gateway that sends a trace of each run to the receiver. */
  private static Map<String, String> with(@Nullable Child receiver, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    if (receiver != null) {
      all.put("trace.url", "http://127.0.0.1:" + receiver.port());
    }
    return all;
  }

  private static List<SocketLoad> loads(Options options) {
    int connections = options.number("connections");
    int users = options.number("users");
    return switch (options.scenario()) {
      case "ping" ->
          List.of(new PingLoad(connections, options.number("rate")), new PingLoad(connections, 0));
      case "handshake" -> List.of(new HandshakeLoad(connections));
      case "runs" -> List.of(new RunsLoad(connections));
      case "agents" -> List.of(new FanoutLoad(users, 1), new FanoutLoad(connections, 1));
      default -> List.of(new FanoutLoad(users, connections / users));
    };
  }

  /**
   * The first round is a warm-up of the servers and the load; it is not counted and not recorded.
   */
  private void run(int rounds, int seconds, boolean watches) throws InterruptedException {
    EventLoopGroup loops = Sockets.loops(1);
    try {
      for (int round = 0; round <= rounds; round++) {
        if (round == Math.min(1, rounds)) {
          results.clear();
          ratios.clear();
          ofRaw.clear();
          if (watches) {
            targets.get(0).server().watch();
          }
        }
        for (SocketLoad load : loads) {
          run(load, round, loops, seconds);
        }
      }
    } finally {
      Sockets.end(loops);
    }
  }

  /** Runs one round; the order of the two gateways alternates from round to round. */
  private void run(SocketLoad load, int round, EventLoopGroup loops, int seconds)
      throws InterruptedException {
    List<Target> turns = new ArrayList<>(targets);
    if (round % 2 == 1) {
      Collections.swap(turns, 0, turns.size() - 2);
    }
    String raw = targets.get(targets.size() - 1).name();
    Map<String, Double> perCpuSecond = new HashMap<>();
    for (Target target : turns) {
      Result once = new Result();
      load.run(loops, target, seconds, once);
      result(load, target).add(once);
      perCpuSecond.put(target.name(), once.perCpuSecond());
    }
    Double now = perCpuSecond.get(Target.GATEWAY);
    Double most = perCpuSecond.get(raw);
    Double other = targets.size() > 2 ? perCpuSecond.get(targets.get(1).name()) : null;
    if (other != null && now != null) {
      ratios.computeIfAbsent(load, added -> new ArrayList<>()).add(now / other);
    }
    if (most != null && now != null) {
      ofRaw.computeIfAbsent(load, added -> new ArrayList<>()).add(now / most);
    }
  }

  private Result result(SocketLoad load, Target target) {
    return results
        .computeIfAbsent(load, added -> new LinkedHashMap<>())
        .computeIfAbsent(target, added -> new Result());
  }

  private void show(Options options, PrintStream out) {
    Target raw = targets.get(targets.size() - 1);
    List<String> json = new ArrayList<>();
    out.println(Result.head());
    results.forEach(
        (load, byTarget) ->
            byTarget.forEach(
                (target, result) -> {
                  out.println(result.row(load.name(), target.name(), result(load, raw)));
                  json.add(result.json(load.name(), target.name()));
                }));
    ratios.forEach((load, all) -> out.println(ratio(load, targets.get(1).name(), all)));
    out.printf(
        Locale.ROOT,
        "{\"scenario\":\"%s\",\"connections\":%d,\"results\":[%s]}%n",
        options.scenario(),
        options.number("connections"),
        String.join(",", json));
  }

  /** Writes the ratios to the raw server, where the options say so. */
  private void write(Options options) throws IOException {
    String file = options.optional("ratios");
    if (!file.isEmpty()) {
      List<Ratio> all = new ArrayList<>();
      ofRaw.forEach((load, each) -> all.add(Ratio.of(load.name() + ", of raw", each, true)));
      Ratios.append(Path.of(file), all);
    }
  }

  private static String ratio(SocketLoad load, String other, List<Double> all) {
    List<Double> sorted = all.stream().sorted().toList();
    return String.format(
        Locale.ROOT,
        "%s: messages of a CPU second by those of %s, median %.2f of %d rounds (%.2f to %.2f)",
        load.name(),
        other,
        sorted.get(sorted.size() / 2),
        sorted.size(),
        sorted.get(0),
        sorted.get(sorted.size() - 1));
  }

  /** Prints where the event loops blocked since {@link Child#watch}. */
  static void showWaits(Child gateway, Path recording, PrintStream out) throws IOException {
    gateway.watched(recording);
    List<String> waits = LoopWatch.waits(recording);
    out.println("event loops of the gateway that blocked for 1 ms outside of their select:");
    out.println(waits.isEmpty() ? "  none" : "  " + String.join("\n  ", waits));
  }
}
