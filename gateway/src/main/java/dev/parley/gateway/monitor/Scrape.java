package dev.parley.gateway.monitor;

import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Writes all metrics as text, on a thread of its own: some figures are read from the disk's
 * library. Callable from any thread.
 */
public final class Scrape {

  /** The forms of the text. */
  public enum Format {
    /** Prometheus, "Exposition formats", version 0.0.4. */
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),

    /** OpenMetrics, version 1.0.0. */
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final String contentType;

    Format(String contentType) {
      this.contentType = contentType;
    }

    public String contentType() {
      return contentType;
    }

    /** OpenMetrics if an {@code Accept} header names it. */
    public static Format accepted(String accept) {
      return accept.toLowerCase(Locale.ROOT).contains("application/openmetrics-text")
          ? OPEN_METRICS
          : PROMETHEUS;
    }
  }

  private static final int MAX_WAITING = 16;
  private static final long IDLE_SECONDS = 10;

  private final Meters meters;
  private final ThreadPoolExecutor thread;

  Scrape(Meters meters) {
    this.meters = meters;
    // Ends when it is idle, so nobody has to close it.
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            task -> {
              Thread scraper = new Thread(task, "scrape");
              scraper.setDaemon(true);
              return scraper;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  /** Completes with the text, as {@link #run} does. */
  public CompletionStage<byte[]> text(Format format) {
    return run(() -> meters.scrape(format.contentType()));
  }

  /**
   * Makes another large text of figures on the same thread, and completes there. Fails with a
   * {@link RejectedExecutionException} if too many callers wait.
   */
  public CompletionStage<byte[]> run(Supplier<byte[]> text) {
    try {
      return CompletableFuture.supplyAsync(text, thread);
    } catch (RejectedExecutionException full) {
      return CompletableFuture.failedStage(full);
    }
  }
}
