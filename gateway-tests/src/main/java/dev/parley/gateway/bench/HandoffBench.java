package dev.parley.gateway.bench;

import static java.util.Objects.requireNonNull;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares queues from many threads to one that parks: {@code rounds seconds}. All queues run in
 * turn in each round; the first round is a warm-up. Shows medians over the rounds of items per
 * second, of their ratio to the first queue in the same round, and of the bytes allocated per item.
 */
public final class HandoffBench {

  private static final int[] PRODUCERS = {1, 2, 8};

  /** Producers wait while so many items are in the queue, as commits do at the log's bound. */
  private static final long MAX_QUEUED = 1_000;

  private static final long PAUSE_NANOS = 20_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private record Sample(double perSecond, double bytesPerItem) {}

  private HandoffBench() {}

  /** Runs all rounds and prints a table. */
  public static void main(String[] args) throws InterruptedException {
    int rounds = Integer.parseInt(args[0]);
    long millis = Long.parseLong(args[1]) * 1_000;
    System.out.println("| producers | queue | items/s | of LinkedTransferQueue | bytes per item |");
    System.out.println("|---|---|---|---|---|");
    List<String> json = new ArrayList<>();
    List<Handoff.HandoffKind> order = new ArrayList<>(List.of(Handoff.HandoffKind.values()));
    for (int producers : PRODUCERS) {
      Map<Handoff.HandoffKind, List<Sample>> samples = new EnumMap<>(Handoff.HandoffKind.class);
      for (int round = 0; round <= rounds; round++) {
        Collections.rotate(order, 1);
        for (Handoff.HandoffKind kind : order) {
          Sample sample = run(kind.open(), producers, millis);
          if (round > 0) {
            samples.computeIfAbsent(kind, first -> new ArrayList<>()).add(sample);
          }
        }
      }
      samples.forEach((kind, own) -> json.add(show(producers, kind, own, samples)));
    }
    System.out.println("[" + String.join(",", json) + "]");
  }

  /** Prints a row of the table and returns it as JSON. */
  private static String show(
      int producers,
      Handoff.HandoffKind kind,
      List<Sample> own,
      Map<Handoff.HandoffKind, List<Sample>> samples) {
    List<Sample> first = requireNonNull(samples.get(Handoff.HandoffKind.TRANSFER), "samples");
    double[] ratios = new double[own.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = own.get(i).perSecond() / first.get(i).perSecond();
    }
    double ratio = median(ratios);
    double perSecond = median(own.stream().mapToDouble(Sample::perSecond).toArray());
    double bytes = median(own.stream().mapToDouble(Sample::bytesPerItem).toArray());
    System.out.printf(
        "| %d | %s | %,.0f | %.2f (%.2f to %.2f) | %.0f |%n",
        producers, kind.label(), perSecond, ratio, ratios[0], ratios[ratios.length - 1], bytes);
    return String.format(
        Locale.ROOT,
        "{\"producers\":%d,\"queue\":\"%s\",\"per_second\":%.0f,\"ratio\":%.3f,\"bytes\":%.1f}",
        producers,
        kind.label(),
        perSecond,
        ratio,
        bytes);
  }

  /** The median; sorts the values. */
  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static Sample run(Handoff queue, int producers, long millis) throws InterruptedException {
    AtomicLong sent = new AtomicLong();
    AtomicLong taken = new AtomicLong();
    AtomicLong allocated = new AtomicLong();
    CountDownLatch ended = new CountDownLatch(producers);
    long begin = System.nanoTime();
    long end = begin + millis * 1_000_000;
    for (int i = 0; i < producers; i++) {
      new Thread(
              () -> {
                produce(queue, MAX_QUEUED / producers, end, sent, taken);
                allocated.addAndGet(allocatedByThisThread());
                ended.countDown();
              },
              "producer-" + i)
          .start();
    }
    long before = allocatedByThisThread();
    while (ended.getCount() > 0 || taken.get() < sent.get()) {
      taken.lazySet(taken.get() + queue.take());
    }
    long nanos = System.nanoTime() - begin;
    allocated.addAndGet(allocatedByThisThread() - before);
    double items = taken.get();
    return new Sample(items * 1e9 / nanos, allocated.get() / items);
  }

  private static void produce(
      Handoff queue, long window, long end, AtomicLong sent, AtomicLong taken) {
    Object item = new Object();
    while (System.nanoTime() < end) {
      if (sent.get() - taken.get() < MAX_QUEUED) {
        long batch = Math.min(window, 16);
        sent.addAndGet(batch);
        for (long i = 0; i < batch; i++) {
          queue.add(item);
        }
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static long allocatedByThisThread() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
