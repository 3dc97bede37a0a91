package dev.parley.gateway.testing;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/** Netty's leak detectors, reporting here instead of to the log; used from any thread. */
final class LeakReports extends ResourceLeakDetectorFactory {
  private static final long COLLECTION_MILLIS = 5_000;

  private final Queue<Detector<?>> detectors = new ConcurrentLinkedQueue<>();
  private final Queue<String> reports = new ConcurrentLinkedQueue<>();

  private LeakReports() {}

  /** Returns the one of this JVM: Netty keeps the detectors that its first factory made. */
  static synchronized LeakReports install() {
    if (ResourceLeakDetectorFactory.instance() instanceof LeakReports installed) {
      return installed;
    }
    LeakReports made = new LeakReports();
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(made);
    return made;
  }

  /** Collects garbage; fails on what Netty reported since the last check. */
  void check() {
    collectGarbage();
    detectors.forEach(Detector::readQueue);
    List<String> leaks = new ArrayList<>();
    for (String leak = reports.poll(); leak != null; leak = reports.poll()) {
      leaks.add(leak);
    }
    if (!leaks.isEmpty()) {
      AssertionError failure =
          new AssertionError(
              "leaked buffers: " + leaks.size() + " (expected: 0)\n" + String.join("\n", leaks));
      failure.setStackTrace(new StackTraceElement[0]); // says nothing: the records do
      throw failure;
    }
  }

  @Override
  public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int interval) {
    Detector<T> detector = new Detector<>(resource, reports);
    detectors.add(detector);
    return detector;
  }

  /** Netty's older form: {@code maxActive} has had no meaning since 4.1.7. */
  @Override
  @Deprecated
  public <T> ResourceLeakDetector<T> newResourceLeakDetector(
      Class<T> resource, int interval, long maxActive) {
    return newResourceLeakDetector(resource, interval);
  }

  /** Returns when the collector has queued what it cleared; twice, as it promises no order. */
  private static void collectGarbage() {
    for (int round = 0; round < 2; round++) {
      ReferenceQueue<Object> cleared = new ReferenceQueue<>();
      WeakReference<Object> sentinel = new WeakReference<>(new Object(), cleared);
      System.gc();
      try {
        if (cleared.remove(COLLECTION_MILLIS) != sentinel) {
          throw new AssertionError("garbage collection: none in " + COLLECTION_MILLIS + " ms");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static final class Detector<T> extends ResourceLeakDetector<T> {
    /** Lines of a record that every test has on its stack. */
    private static final Pattern ALWAYS_THERE =
        Pattern.compile("(?m)^\\s*(java\\.base/|org\\.testng\\.|org\\.apache\\.maven\\.).*\\R?");

    private final Queue<String> reports;

    Detector(Class<T> resource, Queue<String> reports) {
      super(resource, 1); // tracks each one, also at the level that takes samples
      this.reports = reports;
    }

    /** A detector looks at its queue of lost resources only when it tracks the next one. */
    @SuppressWarnings("unchecked") // never used as a T: the tracker only takes its identity
    void readQueue() {
      T probe = (T) new Object();
      ResourceLeakTracker<T> tracker = trackForcibly(probe);
      tracker.close(probe);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      reports.add("LEAK: " + resourceType + ALWAYS_THERE.matcher(records).replaceAll(""));
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      reports.add("LEAK: " + resourceType + " (no record of its use)");
    }
  }
}
