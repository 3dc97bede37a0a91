package dev.parley.gateway.config;

import dev.parley.gateway.config.Reloadable.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads files and settings of all parts again, each time on a thread of its own, one reload after
 * the other. Either all parts change or none does. A reload that takes too long changes nothing,
 * and the next one does not wait for it. Callable from any thread; never blocks.
 */
public final class Reloads implements AutoCloseable {

  /** How many reloads that took too long may still have a thread. */
  static final int MAX_HANGING = 4;

  private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);

  private final Function<Problems, List<Reloadable>> parts;
  private final Consumer<String> outcomes;
  private final Duration limit;
  private final AtomicInteger threads = new AtomicInteger();
  private CompletableFuture<Outcome> last = CompletableFuture.completedFuture(null);
  private boolean isClosed;

  /**
   * How a reload ended.
   *
   * @param changes of every part, by its name; empty if there are problems
   * @param problems all mistakes in files and settings; then nothing has changed
   */
  public record Outcome(Map<String, Change> changes, List<String> problems) {

    /** Whether what was read is used now. */
    public boolean isDone() {
      return problems.isEmpty();
    }
  }

  /**
   * Reloads of these parts.
   *
   * @param parts reads the settings, and returns the parts for them; may add problems
   * @param outcomes is told how each ends: {@code done}, {@code refused} or {@code failed}
   * @param limit the time of one reload: a file may be a pipe into which nobody writes
   */
  public Reloads(
      Function<Problems, List<Reloadable>> parts, Consumer<String> outcomes, Duration limit) {
    this.parts = parts;
    this.outcomes = outcomes;
    this.limit = limit;
  }

  /**
   * Reads everything again and, if there is no mistake in it, uses it from now on.
   *
   * @return completes on any thread
   */
  public CompletionStage<Outcome> reload() {
    CompletableFuture<Outcome> mine = new CompletableFuture<>();
    CompletableFuture<Outcome> before;
    synchronized (this) {
      before = last;
      last = mine;
    }
    var ignored = before.whenComplete((outcome, failure) -> begin(mine));
    return mine.whenComplete(
        (outcome, failure) -> {
          String refused = outcome != null && outcome.isDone() ? "done" : "refused";
          outcomes.accept(outcome == null ? "failed" : refused);
        });
  }

  private void begin(CompletableFuture<Outcome> outcome) {
    AtomicBoolean isDecided = new AtomicBoolean();
    if (isClosed()) {
      outcome.complete(refused("reload: the gateway ends (expected: while it runs)"));
      return;
    }
    if (threads.get() > MAX_HANGING) {
      outcome.complete(
          refused(
              "reload: earlier ones still wait for a file (expected: at most "
                  + MAX_HANGING
                  + " of them)"));
      return;
    }
    Thread thread = new Thread(() -> run(outcome, isDecided), "reload");
    thread.setDaemon(true);
    threads.incrementAndGet();
    try {
      thread.start();
    } catch (RuntimeException | Error noThread) {
      threads.decrementAndGet();
      outcome.completeExceptionally(noThread);
      return;
    }
    CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
        .execute(
            () -> {
              if (isDecided.compareAndSet(false, true)) {
                thread.interrupt();
                outcome.complete(
                    refused(
                        "reload: not read in "
                            + limit.toSeconds()
                            + " s (expected: files that can be read at once)"));
              }
            });
  }

  private static Outcome refused(String problem) {
    LOG.warn("reload: nothing has changed; {}", problem);
    return new Outcome(Map.of(), List.of(problem));
  }

  private void run(CompletableFuture<Outcome> outcome, AtomicBoolean isDecided) {
    try {
      Problems problems = new Problems();
      Map<String, Change> changes = read(problems);
      if (!isDecided.compareAndSet(false, true)) {
        return;
      }
      if (problems.isEmpty()) {
        apply(changes);
        outcome.complete(new Outcome(changes, List.of()));
      } else {
        LOG.warn("reload: nothing has changed; {}", problems);
        outcome.complete(new Outcome(Map.of(), problems.lines()));
      }
    } catch (RuntimeException | Error failure) {
      isDecided.set(true);
      LOG.error("reload: failed", failure);
      outcome.completeExceptionally(failure);
    } finally {
      threads.decrementAndGet();
    }
  }

  private Map<String, Change> read(Problems problems) {
    Map<String, Change> changes = new LinkedHashMap<>();
    for (Reloadable part : parts.apply(problems)) {
      part.prepare(problems).ifPresent(read -> changes.put(part.name(), read));
    }
    return changes;
  }

  /** All of them, also when one is broken: the next reload finds the rest as it is in the files. */
  private static void apply(Map<String, Change> changes) {
    List<String> broken = new ArrayList<>();
    changes.forEach(
        (name, change) -> {
          try {
            change.apply().run();
            LOG.info("reload: {} {}", name, change.facts());
          } catch (RuntimeException | Error failure) {
            LOG.error("reload: {} was not changed", name, failure);
            broken.add(name);
          }
        });
    if (!broken.isEmpty()) {
      throw new IllegalStateException("reload: not changed: " + String.join(", ", broken));
    }
  }

  private synchronized boolean isClosed() {
    return isClosed;
  }

  /** Begins no more. One under way may still end. */
  @Override
  public synchronized void close() {
    isClosed = true;
  }
}
