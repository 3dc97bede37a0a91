package dev.parley.gateway.tests.report;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.testng.IInvokedMethod;
import org.testng.IInvokedMethodListener;
import org.testng.ITestResult;

/**
 * Counts what tests break, and what their clients read and miss, and gives each test its share for
 * the report. Clients count on any thread; tests run one after another.
 */
public final class Tally implements IInvokedMethodListener {
  /** What is counted. */
  public enum Counted {
    /** Times that a test broke something: a connection, a process, a disk, a service. */
    FAULTS,
    /** Events that clients read, each by its seq. */
    EVENTS,
    /** Events that a client should have got by then. */
    LOST,
    /** Events that a client had already. */
    DOUBLED,
    /** Events that came after a later one. */
    REORDERED
  }

  private static final String BEFORE = Tally.class.getName() + ".before";
  private static final String SHARE = Tally.class.getName() + ".share";
  private static final Map<Counted, LongAdder> COUNTS = new EnumMap<>(Counted.class);

  static {
    for (Counted each : Counted.values()) {
      COUNTS.put(each, new LongAdder());
    }
  }

  /** Counts a fault that a test causes. */
  public static void fault() {
    add(Counted.FAULTS, 1);
  }

  public static void add(Counted what, long count) {
    COUNTS.getOrDefault(what, new LongAdder()).add(count);
  }

  @Override
  public void beforeInvocation(IInvokedMethod method, ITestResult result) {
    if (method.isTestMethod()) {
      result.setAttribute(BEFORE, now());
    }
  }

  @Override
  public void afterInvocation(IInvokedMethod method, ITestResult result) {
    if (result.getAttribute(BEFORE) instanceof Map<?, ?> before) {
      Map<Counted, Long> share = now();
      share.replaceAll(
          (what, count) -> before.get(what) instanceof Long earlier ? count - earlier : count);
      result.setAttribute(SHARE, share);
    }
  }

  private static Map<Counted, Long> now() {
    Map<Counted, Long> now = new EnumMap<>(Counted.class);
    COUNTS.forEach((what, count) -> now.put(what, count.sum()));
    return now;
  }

  /** What was counted while this test ran. */
  static Map<Counted, Long> of(ITestResult test) {
    Map<Counted, Long> share = new EnumMap<>(Counted.class);
    if (test.getAttribute(SHARE) instanceof Map<?, ?> counted) {
      counted.forEach((what, count) -> share.put((Counted) what, (Long) count));
    }
    return share;
  }
}
