package dev.parley.gateway.bench;

import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.ThreadHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Parley's log beside RocksDB alone beside a bare file, in turns within one run: {@code folder
 * rounds seconds gibibytes [ratios]}. Prints a table, and the same as one line of JSON. With
 * gibibytes a store of that size is filled too, and the time is taken that its opening needs.
 */
public final class LogBench {

  private static final int[] IN_FLIGHT = {1, 8, 64, 512};
  private static final String LOG = "Parley's log";
  private static final String ROCKS = "RocksDB alone";
  private static final int PAGE_BYTES = 100 * Engine.EVENT_BYTES;
  private static final int PAGES = 2_000;
  private static final int FILL_BYTES = 4096;
  private static final int FILL_IN_FLIGHT = 512;

  /** So many that retention keeps all of it. */
  private static final int FILL_THREADS_A_GIBIBYTE = 128;

  private final Path folder;
  private final List<String> json = new ArrayList<>();

  /**
   * By appends in flight, commits per second of the log divided by those of RocksDB, each round.
   */
  private final Map<Integer, List<Double>> ratios = new LinkedHashMap<>();

  private LogBench(Path folder) {
    this.folder = folder;
  }

  /** Runs it; the folder is made, and what it made in it is removed. */
  public static void main(String[] args) throws Exception {
    RocksDB.loadLibrary();
    Path folder = Files.createDirectories(Path.of(args[0])).toAbsolutePath();
    Path made = Files.createTempDirectory(folder, "bench");
    try {
      LogBench bench = new LogBench(made);
      bench.commits(Integer.parseInt(args[1]), Long.parseLong(args[2]));
      bench.opening(Double.parseDouble(args[3]));
      System.out.println("[" + String.join(",", bench.json) + "]");
      if (args.length > 4 && !args[4].isEmpty()) {
        bench.write(Path.of(args[4]));
      }
    } finally {
      deleteAll(made);
    }
  }

  private void commits(int rounds, long seconds) throws Exception {
    Map<String, Engine> engines = new LinkedHashMap<>();
    LogEngine log = new LogEngine(folder.resolve("parley"), Engine.EVENT_BYTES);
    engines.put(LOG, log);
    engines.put(ROCKS, rocks());
    engines.put("file, fdatasync", file());
    Map<String, CommitLoad> loads = new LinkedHashMap<>();
    Map<String, Double> perSecond = new HashMap<>();
    for (Engine engine : engines.values()) {
      new CommitLoad().run(engine, 64, seconds);
    }
    for (int round = 0; round < rounds; round++) {
      for (int inFlight : IN_FLIGHT) {
        for (Map.Entry<String, Engine> engine : engines.entrySet()) {
          CommitLoad once = new CommitLoad();
          once.run(engine.getValue(), inFlight, seconds);
          loads
              .computeIfAbsent(engine.getKey() + " | " + inFlight, name -> new CommitLoad())
              .add(once);
          perSecond.put(engine.getKey(), (double) Math.max(1, once.perSecond()));
        }
        ratios
            .computeIfAbsent(inFlight, added -> new ArrayList<>())
            .add(perSecond.getOrDefault(LOG, 0.0) / perSecond.getOrDefault(ROCKS, 1.0));
      }
    }
    show(loads);
    ThreadHead head = get(log.log().head(LogEngine.thread(0)));
    pages("a page of 100 events", log, i -> new PageStart(0, after(head, i)));
    memory(log);
    engines.values().forEach(Engine::close);
  }

  private void write(Path file) throws IOException {
    List<Ratio> all = new ArrayList<>();
    ratios.forEach(
        (inFlight, each) -> all.add(Ratio.of("commits, " + inFlight + " in flight", each, true)));
    Ratios.append(file, all);
  }

  private Engine rocks() throws IOException, RocksDBException {
    return new RocksEngine(Files.createDirectory(folder.resolve("rocks")));
  }

  private Engine file() throws IOException {
    return new FileEngine(Files.createDirectory(folder.resolve("file")));
  }

  private void show(Map<String, CommitLoad> loads) {
    System.out.println("| engine | in flight | commits/s | p50 ms | p99 ms |");
    System.out.println("|---|---|---|---|---|");
    loads.forEach(
        (name, load) -> {
          System.out.printf(
              "| %s | %d | %.2f | %.2f |%n",
              name, load.perSecond(), load.millis(50), load.millis(99));
          String[] parts = name.split(" [|] ", -1);
          json.add(
              String.format(
                  Locale.ROOT,
                  "{\"engine\":\"%s\",\"in_flight\":%s,\"per_second\":%d,\"p50_ms\":%.3f,\"p99_ms\":%.3f}",
                  parts[0],
                  parts[1],
                  load.perSecond(),
                  load.millis(50),
                  load.millis(99)));
        });
  }

  private record PageStart(int thread, long after) {}

  /** Where the i-th page begins when all that is kept is read over and over. */
  private static long after(ThreadHead head, int i) {
    long pages = Math.max(1, (head.head() - head.oldest()) / 100);
    return head.oldest() + i % pages * 100;
  }

  private void pages(String name, LogEngine engine, IntFunction<PageStart> places)
      throws Exception {
    Histogram nanos = new Histogram(3);
    for (int i = 0; i < PAGES; i++) {
      PageStart place = places.apply(i);
      long begin = System.nanoTime();
      get(engine.log().read(LogEngine.thread(place.thread()), place.after(), PAGE_BYTES));
      nanos.recordValue(System.nanoTime() - begin);
    }
    figure(name + ", p50 ms", nanos.getValueAtPercentile(50) / 1e6);
    figure(name + ", p99 ms", nanos.getValueAtPercentile(99) / 1e6);
  }

  /**
   * What the log takes, and the process: outside the heap that is RocksDB, twice here, and the JVM.
   */
  private void memory(LogEngine log) throws IOException {
    figure("caches and buffers of the log MiB", log.memoryUsed() / 1048576.0);
    figure("their bound, store.memory MiB", StoreConfig.DEFAULT_MEMORY / 1048576.0);
    long heap = Runtime.getRuntime().totalMemory();
    long resident =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
            .findFirst()
            .orElse(0);
    figure("resident MiB", resident / 1048576.0);
    figure("resident outside the heap MiB", (resident - heap) / 1048576.0);
  }

  private void opening(double gibibytes) throws Exception {
    if (gibibytes <= 0) {
      return;
    }
    Path store = folder.resolve("large");
    long events = (long) (gibibytes * (1L << 30)) / FILL_BYTES;
    int threads = Math.max(FILL_IN_FLIGHT, (int) (gibibytes * FILL_THREADS_A_GIBIBYTE));
    try (LogEngine engine = new LogEngine(store, FILL_BYTES)) {
      List<CompletionStage<?>> waiting = new ArrayList<>();
      for (long i = 0; i < events; i++) {
        waiting.add(engine.append((int) (i % threads)));
        if (waiting.size() == FILL_IN_FLIGHT) {
          for (CompletionStage<?> each : waiting) {
            get(each);
          }
          waiting.clear();
        }
      }
      figure("caches and buffers after the fill MiB", engine.memoryUsed() / 1048576.0);
    }
    for (int i = 0; i < 3; i++) {
      long begin = System.nanoTime();
      try (LogEngine engine = new LogEngine(store, FILL_BYTES)) {
        get(engine.log().openRuns());
        figure(
            String.format(Locale.ROOT, "opening of %.1f GiB, ms", gibibytes),
            (System.nanoTime() - begin) / 1e6);
        SplittableRandom random = new SplittableRandom(i);
        long each = events / threads;
        pages(
            "a page of it anywhere",
            engine,
            page -> new PageStart(random.nextInt(threads), random.nextLong(each)));
      }
    }
  }

  private void figure(String name, double value) {
    System.out.printf("| %s | %.2f |%n", name, value);
    json.add(String.format(Locale.ROOT, "{\"figure\":\"%s\",\"value\":%.3f}", name, value));
  }

  private static <T> T get(CompletionStage<T> stage)
      throws ExecutionException, InterruptedException {
    return stage.toCompletableFuture().get();
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
