package dev.parley.gateway.config;

import dev.parley.gateway.config.Reloadable.Change;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the files of all parts again, on a thread of its own, one reload after the other. Either
 * all parts change or none does. Callable from any thread; never blocks.
 */
public final class Reloads implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);

  private final List<Reloadable> parts;
  private final Consumer<String> outcomes;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "reload");
            made.setDaemon(true);
            return made;
          });

  /**
   * How a reload ended.
   *
   * @param changes of every part, by its name; empty if there are problems
   * @param problems all mistakes in the files; then nothing has changed
   */
  public record Outcome(Map<String, Change> changes, List<String> problems) {}

  /**
   * Reloads of these parts.
   *
   * @param outcomes is told how each ends: {@code done}, {@code refused} or {@code failed}
   */
  public Reloads(List<Reloadable> parts, Consumer<String> outcomes) {
    this.parts = List.copyOf(parts);
    this.outcomes = outcomes;
  }

  /** Reads all files again and, if there is no mistake in them, uses them from now on. */
  public CompletionStage<Outcome> reload() {
    return CompletableFuture.supplyAsync(this::read, thread)
        .whenComplete(
            (outcome, failure) -> {
              boolean isDone = outcome != null && outcome.problems().isEmpty();
              outcomes.accept(isDone ? "done" : outcome != null ? "refused" : "failed");
            });
  }

  private Outcome read() {
    Problems problems = new Problems();
    Map<String, Change> changes = new LinkedHashMap<>();
    for (Reloadable part : parts) {
      Optional<Change> change = part.prepare(problems);
      change.ifPresent(read -> changes.put(part.name(), read));
    }
    if (!problems.isEmpty()) {
      LOG.warn("reload: nothing has changed; {}", problems);
      return new Outcome(Map.of(), problems.lines());
    }
    changes.values().forEach(change -> change.apply().run());
    changes.forEach((name, change) -> LOG.info("reload: {} {}", name, change.facts()));
    return new Outcome(changes, List.of());
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
