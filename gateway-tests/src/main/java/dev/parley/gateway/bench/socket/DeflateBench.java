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
import java.util.concurrent.atomic.LongAdder;

/**
 * {@code deflate}: connections read a thread with three runs from its beginning, again and again,
 * with compression and without, in turns. Bytes on the wire and the CPU time of the gateway, for a
 * megabyte of text. The first round is a warm-up.
 */
final class DeflateBench {

  private static final int RUNS = 3;
  private static final double MIB = 1 << 20;
  private static final int BYTES_OF_A_LEVEL = 20_000_000;

  /** What one kind of client has received in all rounds, and what it cost. */
  private static final class Sum {
    final LongAdder wire = new LongAdder();
    final LongAdder text = new LongAdder();
    final LongAdder replays = new LongAdder();
    long cpuNanos;
    long nanos;

    void reset() {
      wire.reset();
      text.reset();
      replays.reset();
      cpuNanos = 0;
      nanos = 0;
    }

    double cpuMillis() {
      return cpuNanos / 1e6 / (Math.max(1, text.sum()) / MIB);
    }

    double wireOfText() {
      return wire.sum() / (double) Math.max(1, text.sum());
    }
  }

  private final Sum plain = new Sum();
  private final Sum compressed = new Sum();
  private final Target target;
  private final int connections;

  private DeflateBench(Target target, int connections) {
    this.target = target;
    this.connections = connections;
  }

  static void run(Options options, Path made, PrintStream out)
      throws IOException, InterruptedException {
    Map<String, String> settings =
        Map.of("agents.builtin.pace", "1ms", "server.compression", "true", "server.loops", "1");
    EventLoopGroup loops = Sockets.loops(1);
    try (Target target = Target.gateway(made, List.of(), settings)) {
      SocketLoad.get(new Filler("u0", RUNS, options.number("history")).fill(loops, target));
      DeflateBench bench = new DeflateBench(target, options.number("connections"));
      for (int round = 0; round <= options.number("rounds"); round++) {
        if (round == 1) {
          bench.plain.reset();
          bench.compressed.reset();
        }
        long before = target.server().collected().of("resident");
        bench.run(loops, round % 2 == 0, options.number("seconds"));
        bench.run(loops, round % 2 == 1, options.number("seconds"));
        if (round == 0) {
          long after = target.server().collected().of("resident");
          out.printf(Locale.ROOT, "resident after a first round: %+,d bytes%n", after - before);
        }
      }
      bench.show(out);
      DeflateLevels.show(Math.min(1, options.number("seconds")) * BYTES_OF_A_LEVEL, out);
    } finally {
      Sockets.end(loops);
    }
  }

  private void run(EventLoopGroup loops, boolean compresses, int seconds)
      throws InterruptedException {
    Sum sum = compresses ? compressed : plain;
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Replayer replayer = new Replayer(compresses, sum.wire, sum.text, sum.replays);
      channels.add(SocketLoad.get(replayer.open(loops, target, "u0")));
    }
    long cpu = target.server().cpuNanos();
    long begin = System.nanoTime();
    channels.forEach(Replayer::begin);
    TimeUnit.SECONDS.sleep(seconds);
    SocketLoad.checkOpen(channels, target);
    sum.nanos += System.nanoTime() - begin;
    sum.cpuNanos += target.server().cpuNanos() - cpu;
    SocketLoad.close(channels);
  }

  private void show(PrintStream out) {
    out.println(
        "| client | replays/s | text MiB/s | wire bytes of text | CPU ms per MiB of text |");
    out.println("|---|---|---|---|---|");
    show("plain", plain, out);
    show("compressing", compressed, out);
    out.printf(
        Locale.ROOT,
        "{\"scenario\":\"deflate\",\"wire_of_text\":%.3f,\"cpu_of_plain\":%.3f}%n",
        compressed.wireOfText(),
        compressed.cpuMillis() / Math.max(1e-3, plain.cpuMillis()));
  }

  private static void show(String name, Sum sum, PrintStream out) {
    double seconds = sum.nanos / 1e9;
    out.printf(
        Locale.ROOT,
        "| %s | %,.1f | %,.1f | %.3f | %.2f |%n",
        name,
        sum.replays.sum() / seconds,
        sum.text.sum() / MIB / seconds,
        sum.wireOfText(),
        sum.cpuMillis());
  }
}
