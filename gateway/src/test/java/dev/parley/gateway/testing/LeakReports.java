package dev.parley.gateway.testing;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/** Netty's leak detectors, reporting here instead of to the log; used from any thread. */
final class LeakReports extends ResourceLeakDetectorFactory {
  private final Queue<Detector<?>> detectors = new ConcurrentLinkedQueue<>();
  private final Queue<String> reports = new ConcurrentLinkedQueue<>();

  @Override
  public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int interval) {
    Detector<T> detector = new Detector<>(resource, interval, reports);
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

  /** Returns and forgets what was reported up to now. */
  List<String> drain() {
    detectors.forEach(Detector::readQueue);
    List<String> drained = new ArrayList<>();
    for (String report = reports.poll(); report != null; report = reports.poll()) {
      drained.add(report);
    }
    return drained;
  }

  private static final class Detector<T> extends ResourceLeakDetector<T> {
    /** Lines of a record that every test has on its stack. */
    private static final Pattern ALWAYS_THERE =
        Pattern.compile("(?m)^\\s*(java\\.base/|org\\.testng\\.|org\\.apache\\.maven\\.).*\\R?");

    private final Queue<String> reports;

    Detector(Class<T> resource, int interval, Queue<String> reports) {
      super(resource, interval);
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
