package dev.parley.gateway.bench.socket;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The gateway beside the raw server, in turns within one run: {@code scenario jar folder rounds
 * seconds connections users rate paceMillis}. Prints a table, and the same as one line of JSON.
 */
public final class SocketBench {

  private final List<Load> loads;
  private final List<Target> targets;
  private final Map<Load, Map<Target, Result>> results = new LinkedHashMap<>();

  private SocketBench(List<Load> loads, List<Target> targets) {
    this.loads = loads;
    this.targets = targets;
  }

  /** Runs it; the folder is made, and what it made in it is removed. */
  public static void main(String[] args) throws Exception {
    int[] numbers = Stream.of(args).skip(3).mapToInt(Integer::parseInt).toArray();
    int connections = numbers[2];
    int users = numbers[3];
    int pace = numbers[5];
    boolean ping = args[0].equals("ping");
    List<Load> loads =
        ping
            ? List.of(new PingLoad(connections, numbers[4]), new PingLoad(connections, 0))
            : List.of(new FanoutLoad(users, connections / users));
    Path folder = Files.createDirectories(Path.of(args[2])).toAbsolutePath();
    Path made = Files.createTempDirectory(folder, "bench");
    try (Target gateway = Target.gateway(Path.of(args[1]), made, pace);
        Target raw =
            Target.raw(ping ? RawServer.Kind.ECHO : RawServer.Kind.BROADCAST, made, pace)) {
      SocketBench bench = new SocketBench(loads, List.of(gateway, raw));
      bench.run(numbers[0], numbers[1]);
      bench.show(args[0], connections);
    } finally {
      deleteAll(made);
    }
  }

  /** The first round warms both servers and the load, and is not counted. */
  private void run(int rounds, int seconds) throws InterruptedException {
    EventLoopGroup loops = Sockets.loops(1);
    try {
      for (int round = 0; round <= rounds; round++) {
        if (round == 1) {
          results.clear();
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

  private void show(String scenario, int connections) {
    Target raw = targets.get(1);
    List<String> json = new ArrayList<>();
    System.out.println(Result.head());
    results.forEach(
        (load, byTarget) ->
            byTarget.forEach(
                (target, result) -> {
                  System.out.println(result.row(load.name(), target.name(), result(load, raw)));
                  json.add(result.json(load.name(), target.name()));
                }));
    System.out.printf(
        "{\"scenario\":\"%s\",\"connections\":%d,\"results\":[%s]}%n",
        scenario, connections, String.join(",", json));
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
