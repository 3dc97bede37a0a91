package dev.parley.gateway.auth;

import dev.parley.gateway.auth.JwksKeys.Refetched;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.monitor.VerificationMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The key sets that are fetched, one for each location. It has no thread as long as there is none.
 * Callable from any thread.
 */
final class JwksSources implements AutoCloseable {

  private final JwksConfig config;
  private final VerificationMetrics metrics;
  private final Map<JwksLocation, JwksKeys> byLocation = new HashMap<>();
  private final Set<String> shown = new HashSet<>();
  private @Nullable ScheduledThreadPoolExecutor timer;
  private @Nullable JwksFetcher fetcher;

  JwksSources(JwksConfig config, VerificationMetrics metrics) {
    this.config = config;
    this.metrics = metrics;
  }

  /** The keys at a location. The first call begins to fetch them. */
  synchronized JwksKeys at(JwksLocation location) {
    JwksKeys known = byLocation.get(location);
    if (known != null) {
      return known;
    }
    JwksFetcher client = client();
    ScheduledThreadPoolExecutor later = timer();
    JwksKeys keys =
        new JwksKeys(
            location,
            config,
            () -> client.fetch(location.url()),
            (delay, task) -> {
              if (!later.isShutdown()) {
                var ignored = later.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
              }
            },
            metrics,
            System::nanoTime);
    byLocation.put(location, keys);
    if (shown.add(location.name())) {
      metrics.jwks(location.name(), () -> size(location.name()));
    }
    keys.start();
    return keys;
  }

  /** Fetches all sets now, together, and waits for them. Not called on a loop. */
  List<Refetched> refetch(Problems problems) {
    Map<JwksLocation, CompletableFuture<Refetched>> begun = new LinkedHashMap<>();
    synchronized (this) {
      byLocation.forEach((location, keys) -> begun.put(location, keys.refetch()));
    }
    List<Refetched> sets = new ArrayList<>();
    begun.forEach(
        (location, set) -> {
          try {
            sets.add(set.join());
          } catch (CompletionException failure) {
            problems.add(
                location.name() + ".jwks_url",
                String.valueOf(location.url().getHost()),
                "a key set; " + JwksKeys.reason(failure));
          }
        });
    return sets;
  }

  private synchronized int size(String name) {
    return byLocation.entrySet().stream()
        .filter(each -> each.getKey().name().equals(name))
        .mapToInt(each -> each.getValue().size())
        .sum();
  }

  private JwksFetcher client() {
    JwksFetcher known = fetcher;
    if (known == null) {
      known = new JwksFetcher(config.timeout());
      fetcher = known;
    }
    return known;
  }

  private ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor known = timer;
    if (known == null) {
      known =
          new ScheduledThreadPoolExecutor(
              1,
              task -> {
                Thread thread = new Thread(task, "jwks");
                thread.setDaemon(true);
                return thread;
              });
      timer = known;
    }
    return known;
  }

  @Override
  public synchronized void close() {
    byLocation.values().forEach(JwksKeys::close);
    byLocation.clear();
    if (timer != null) {
      timer.shutdownNow();
    }
  }
}
