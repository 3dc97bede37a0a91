package dev.parley.gateway.bench.socket;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One broadcast to all users of a large directory, some of whom are connected. Each of these checks
 * that it gets the notification exactly once. Other users send messages meanwhile; they are in the
 * directory too. The clock is the monotonic one of the machine, which all its processes share.
 */
final class BroadcastBench {

  /** Connections of one process of receivers. */
  private static final int PER_PROCESS = 5_000;

  private static final int OTHERS = 10;

  /** The operator who asks for figures: one who calls is in the directory too. */
  private static final int CALLER = 1;

  private static final int EVERY_MILLIS = 50;
  private static final long POLL_MILLIS = 20;
  private static final Duration BOUND = Duration.ofMinutes(5);

  private final Target gateway;
  private final OperatorCalls calls;
  private final List<Child> receivers;
  private final int users;
  private final int connected;
  private final PrintStream out;

  private BroadcastBench(
      Target gateway, List<Child> receivers, int users, int connected, PrintStream out) {
    this.gateway = gateway;
    this.calls = new OperatorCalls(gateway);
    this.receivers = receivers;
    this.users = users;
    this.connected = connected;
    this.out = out;
  }

  /** Runs the benchmark and prints its results; its files are in the folder. */
  static void run(Options options, Path made, PrintStream out)
      throws IOException, InterruptedException {
    int connected = options.number("connections");
    int users = Math.max(options.number("users"), connected);
    Crowd.checkDescriptors(connected);
    double filled = Directory.fill(made.resolve("store"), users);
    out.printf(
        Locale.ROOT,
        "a directory of %,d users: %.1f s, %,.0f a second%n",
        users,
        filled,
        users / Math.max(0.001, filled));
    List<Child> receivers = new ArrayList<>();
    EventLoopGroup loops = Sockets.loops(1);
    try (Target gateway = Target.gateway(made, List.of(), Map.of())) {
      for (int first = 0; first < connected; first += PER_PROCESS) {
        int count = Math.min(PER_PROCESS, connected - first);
        receivers.add(NoticeReceivers.start(made, gateway, first, count));
      }
      new BroadcastBench(gateway, receivers, users, connected, out)
          .run(options.number("seconds"), made, loops);
    } finally {
      receivers.forEach(Child::close);
      Sockets.end(loops);
    }
  }

  private void run(int seconds, Path made, EventLoopGroup loops)
      throws IOException, InterruptedException {
    Meter meter = new Meter();
    await("connected", () -> sum("settled") == connected);
    List<Channel> others =
        Crowd.each(
            OTHERS, i -> new Chatter(meter).begin(loops, gateway, "other" + i, EVERY_MILLIS));
    ServerFigures before = gateway.server().collected();
    Result usual = new Result();
    TimeUnit.SECONDS.sleep(seconds);
    meter.measure(gateway.server(), seconds, usual);
    Scrape start = scrape();
    Result during = new Result();
    Meter.Window window = meter.open(gateway.server());

    long begin = System.nanoTime();
    String id = calls.broadcastToAll();
    double accepted = since(begin);
    await("received", () -> sum("received") == connected);
    await("delivered", () -> calls.receipt(id, "delivered") == connected);
    double delivered = since(begin);
    window.close(during);
    await("addressed", () -> calls.receipt(id, "addressed") == users + OTHERS + CALLER);
    double counted = since(begin);
    Scrape end = scrape();
    ServerFigures after = gateway.server().collected();
    TimeUnit.SECONDS.sleep(seconds); // What would come twice has time to come.
    Arrivals arrivals = Arrivals.read(receivers, made, begin);
    if (arrivals.count() != connected || arrivals.doubled() > 0) {
      throw new IllegalStateException(
          "notifications: " + arrivals + " (expected: one for each of " + connected + ")");
    }
    SocketLoad.checkOpen(others, gateway);
    SocketLoad.close(others);
    show(new Times(accepted, delivered, counted), arrivals, usual, during);
    showCost(before, after, start, end);
    showJson(new Times(accepted, delivered, counted), arrivals, usual, during, start, end);
  }

  /** Seconds from the call to its answer, to the receipt with all, and to the count of users. */
  private record Times(double accepted, double delivered, double counted) {}

  /** What the gateway has written so far, and how late its loops were how often. */
  private record Scrape(long writes, long bytes, NavigableMap<Double, Double> delays) {

    /** The bound below which all delays since then were, in milliseconds. */
    double longestDelaySince(Scrape before) {
      double all = delays.lastEntry().getValue() - before.delays.lastEntry().getValue();
      for (Map.Entry<Double, Double> each : delays.entrySet()) {
        double earlier = before.delays.getOrDefault(each.getKey(), 0.0);
        if (each.getValue() - earlier >= all) {
          return 1e3 * each.getKey();
        }
      }
      return Double.POSITIVE_INFINITY;
    }
  }

  private Scrape scrape() {
    return new Scrape(
        (long) calls.metric("parley_store_write_seconds_count"),
        gateway.server().bytesWritten(),
        calls.buckets("parley_loop_delay_seconds"));
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private long sum(String figure) {
    return receivers.stream().mapToLong(each -> each.figures().of(figure)).sum();
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + BOUND.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(what + ": not all after " + BOUND.toMinutes() + " min");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private void show(Times times, Arrivals arrivals, Result usual, Result during) {
    out.printf(
        Locale.ROOT,
        """
        | users | connected | answered, s | first has it | half | 99 of 100 | all | receipt says all | users counted |
        |---|---|---|---|---|---|---|---|---|
        | %,d | %,d | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.1f |
        messages of %d other users until accepted, ms: p50 %.2f, p99 %.2f, longest %.2f before; %.2f, %.2f, %.2f during
        each of the %,d connected users got it exactly once
        """,
        users,
        connected,
        times.accepted(),
        arrivals.seconds(0),
        arrivals.seconds(50),
        arrivals.seconds(99),
        arrivals.seconds(100),
        times.delivered(),
        times.counted(),
        OTHERS,
        usual.millis(50),
        usual.millis(99),
        usual.millis(100),
        during.millis(50),
        during.millis(99),
        during.millis(100),
        connected);
  }

  private void showCost(ServerFigures before, ServerFigures after, Scrape start, Scrape end) {
    out.printf(
        Locale.ROOT,
        """
        | | before | after |
        |---|---|---|
        | heap after a collection, MiB | %.1f | %.1f |
        | direct memory of Netty, MiB | %.1f | %.1f |
        | resident, MiB | %.0f | %.0f |
        longest delay of an event loop meanwhile: at most %.0f ms
        synced writes of the store: %,d, one for %.1f users; written to the disk: %.1f MiB
        """,
        mebibytes(before, "heap"),
        mebibytes(after, "heap"),
        mebibytes(before, "parley_netty_direct_bytes"),
        mebibytes(after, "parley_netty_direct_bytes"),
        mebibytes(before, "resident"),
        mebibytes(after, "resident"),
        end.longestDelaySince(start),
        end.writes() - start.writes(),
        connected / (double) Math.max(1, end.writes() - start.writes()),
        (end.bytes() - start.bytes()) / (double) (1 << 20));
  }

  private static double mebibytes(ServerFigures figures, String name) {
    return figures.of(name) / (double) (1 << 20);
  }

  private void showJson(
      Times times, Arrivals arrivals, Result usual, Result during, Scrape start, Scrape end) {
    out.printf(
        Locale.ROOT,
        "{\"scenario\":\"broadcast\",\"users\":%d,\"connected\":%d,\"p50_s\":%.3f,\"p99_s\":%.3f,"
            + "\"all_s\":%.3f,\"receipt_s\":%.3f,\"counted_s\":%.3f,\"writes\":%d,"
            + "\"loop_delay_ms\":%.1f,\"before\":%s,\"during\":%s}%n",
        users,
        connected,
        arrivals.seconds(50),
        arrivals.seconds(99),
        arrivals.seconds(100),
        times.delivered(),
        times.counted(),
        end.writes() - start.writes(),
        end.longestDelaySince(start),
        usual.json("others", "before"),
        during.json("others", "during"));
  }
}
