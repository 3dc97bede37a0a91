package dev.parley.gateway.bench.socket;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Many clients, each of its own user, lose their connections and reconnect at once while agents of
 * other users stream. Every second client has a cursor in the middle of its thread, the others have
 * none. Another gateway writes the history first and ends, so that the first round meets a gateway
 * that has just started, as after an outage.
 */
final class ResumeBench {

  private static final int RUNS = 3;
  private static final int MEBIBYTE = 1 << 20;
  private static final int PAGE_MEBIBYTES = 64;
  private static final long MAX_MINUTES = 5;

  private final Target gateway;
  private final List<FilledThread> histories;
  private final int seconds;
  private final EventLoopGroup loops;
  private final PrintStream out;
  private final List<String> json = new ArrayList<>();
  private List<Resumer> clients = List.of();

  private ResumeBench(
      Target gateway,
      List<FilledThread> histories,
      int seconds,
      EventLoopGroup loops,
      PrintStream out) {
    this.gateway = gateway;
    this.histories = histories;
    this.seconds = seconds;
    this.loops = loops;
    this.out = out;
  }

  /** Runs the benchmark and prints its results; its files are in the folder. */
  static void run(Options options, Path made, PrintStream out)
      throws IOException, InterruptedException {
    Crowd.checkDescriptors(options.number("connections"));
    Map<String, String> settings =
        Map.of(
            "agents.builtin.pace", options.number("pace") + "ms",
            "limits.page_memory", PAGE_MEBIBYTES + "MiB");
    // The streams are read on a separate loop, so that they do not wait for resuming clients.
    EventLoopGroup loops = Sockets.loops(1);
    EventLoopGroup streaming = Sockets.loops(1);
    try {
      List<FilledThread> histories = fill(options, made, loops);
      try (Target gateway = Target.gateway(made, List.of(), settings)) {
        ResumeBench bench =
            new ResumeBench(gateway, histories, options.number("seconds"), loops, out);
        bench.run(options.number("rounds"), options.number("users"), streaming);
      }
    } finally {
      Sockets.end(loops);
      Sockets.end(streaming);
    }
  }

  private static List<FilledThread> fill(Options options, Path made, EventLoopGroup loops)
      throws IOException, InterruptedException {
    int kilobytes = options.number("history");
    try (Target gateway = Target.gateway(made, List.of(), Map.of("agents.builtin.pace", "0ms"))) {
      return Crowd.each(
          options.number("connections"),
          i -> new Filler("r" + i, RUNS, kilobytes).fill(loops, gateway));
    }
  }

  private void run(int rounds, int users, EventLoopGroup streaming) throws InterruptedException {
    Meter meter = new Meter();
    FanoutLoad.ActiveStreams streams = new FanoutLoad(users, 1).begin(streaming, gateway, meter);
    out.println(
        """
        | round | clients | connected, s | a second | tried again | caught up, s | events | MiB | others before: p50, p99 ms | during: p50, p99, longest ms |
        |---|---|---|---|---|---|---|---|---|---|""");
    for (int round = 1; round <= rounds; round++) {
      Result before = new Result();
      meter.measure(gateway.server(), seconds, before);
      Result during = new Result();
      Meter.Window window = meter.open(gateway.server());
      Storm storm = storm();
      window.close(during);
      show(round, storm, before, during);
    }
    SocketLoad.checkOpen(streams.channels(), gateway);
    streams.end();
    clients.forEach(Resumer::cut);
    showMemory();
  }

  private Storm storm() throws InterruptedException {
    List<Resumer> next = new ArrayList<>();
    Storm storm = new Storm();
    for (int i = 0; i < histories.size(); i++) {
      FilledThread history = histories.get(i);
      next.add(new Resumer(history, history.cursor(i), gateway, loops, storm));
    }
    clients.forEach(Resumer::cut);
    storm.begin();
    CompletableFuture<?>[] all =
        next.stream().map(Resumer::resume).toArray(CompletableFuture<?>[]::new);
    clients = next;
    try {
      CompletableFuture.allOf(all).get(MAX_MINUTES, TimeUnit.MINUTES);
    } catch (ExecutionException | TimeoutException failure) {
      throw new IllegalStateException("resume: " + failure, failure);
    }
    return storm;
  }

  private void show(int round, Storm storm, Result before, Result during) {
    int count = histories.size();
    out.printf(
        Locale.ROOT,
        "| %d | %,d | %.2f | %,.0f | %,d | %.2f | %,d | %,.0f | %.2f, %.2f | %.2f, %.2f, %.2f |%n",
        round,
        count,
        storm.connectedSeconds(),
        count / storm.connectedSeconds(),
        storm.retries(),
        storm.caughtUpSeconds(),
        storm.events(),
        storm.mebibytes(),
        before.millis(50),
        before.millis(99),
        during.millis(50),
        during.millis(99),
        during.millis(100));
    json.add(
        String.format(
            Locale.ROOT,
            "{\"clients\":%d,\"connected_s\":%.3f,\"tried_again\":%d,\"caught_up_s\":%.3f,"
                + "\"events\":%d,\"before\":%s,\"during\":%s}",
            count,
            storm.connectedSeconds(),
            storm.retries(),
            storm.caughtUpSeconds(),
            storm.events(),
            before.json("others", "before"),
            during.json("others", "during")));
  }

  private void showMemory() {
    ServerFigures figures = gateway.server().figures();
    long pages = figures.of("parley_page_highest_bytes");
    out.printf(
        Locale.ROOT,
        "pages in memory, highest: %.2f MiB (bound: %d MiB); outbound bytes, highest:"
            + " %.2f MiB%n",
        pages / (double) MEBIBYTE,
        PAGE_MEBIBYTES,
        figures.of("parley_outbound_highest_bytes") / (double) MEBIBYTE);
    out.printf(
        Locale.ROOT,
        "{\"scenario\":\"resume\",\"page_bytes_highest\":%d,\"rounds\":[%s]}%n",
        pages,
        String.join(",", json));
    if (pages > (long) PAGE_MEBIBYTES * MEBIBYTE) {
      throw new IllegalStateException("page_bytes_highest: " + pages + " (expected: its bound)");
    }
  }
}
