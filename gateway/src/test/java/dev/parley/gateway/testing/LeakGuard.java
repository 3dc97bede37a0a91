package dev.parley.gateway.testing;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import org.testng.IExecutionListener;

/**
 * Turns a run red in which Netty reported a leaked buffer.
 *
 * <p>TestNG makes it by {@code META-INF/services} before it makes any test class; so the factory of
 * {@link LeakReports} is in place before Netty creates its first detector. A buffer that a test
 * still holds in a field at the end of the run is not seen.
 */
public final class LeakGuard implements IExecutionListener {
  private static final long COLLECTION_MILLIS = 5_000;

  private final LeakReports reports;

  public LeakGuard() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    // A second TestNG in the same JVM meets detectors that report to the first one's factory.
    if (ResourceLeakDetectorFactory.instance() instanceof LeakReports installed) {
      reports = installed;
    } else {
      reports = new LeakReports();
      ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(reports);
    }
  }

  @Override
  public void onExecutionFinish() {
    collectGarbage();
    List<String> leaks = reports.drain();
    if (!leaks.isEmpty()) {
      AssertionError failure =
          new AssertionError(
              "leaked buffers: " + leaks.size() + " (expected: 0)\n" + String.join("\n", leaks));
      failure.setStackTrace(new StackTraceElement[0]); // says nothing: the records do
      throw failure;
    }
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
}
