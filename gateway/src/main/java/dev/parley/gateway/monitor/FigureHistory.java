package dev.parley.gateway.monitor;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;

/**
 * The figures of the last hour and day, in memory of a fixed size (operations, "History"). It
 * begins with the process. Callable from any thread; one call at a time runs, the others wait.
 */
public final class FigureHistory {

  private final Map<HistorySpan, HistorySampler> samplers = new EnumMap<>(HistorySpan.class);

  /** A history that begins at this time of a monotonic clock. */
  public FigureHistory(Metrics metrics, long nanos) {
    HistoryFigures figures = new HistoryFigures(metrics);
    for (HistorySpan span : HistorySpan.values()) {
      samplers.put(span, new HistorySampler(span, figures, nanos));
    }
  }

  /**
   * Keeps a sample for each span whose step has ended. To be called about once a second; steps that
   * pass without a call are gaps.
   *
   * @param nanos the present time of the monotonic clock
   */
  public synchronized void sample(long nanos) {
    samplers.values().forEach(sampler -> sampler.sample(nanos));
  }

  /**
   * A copy of the history of a span.
   *
   * @param epochMillis the present time of the clock
   * @param nanos the same of the monotonic clock
   */
  public synchronized HistoryView view(HistorySpan span, long epochMillis, long nanos) {
    return requireNonNull(samplers.get(span)).view(epochMillis, nanos);
  }
}
