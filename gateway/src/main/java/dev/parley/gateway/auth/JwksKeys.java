package dev.parley.gateway.auth;

import dev.parley.gateway.monitor.VerificationMetrics;
import dev.parley.gateway.protocol.RefusedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies with the keys at a URL. They are fetched in time, and sooner for a token with an unknown
 * {@code kid}: one fetch at a time, at most every {@value #MIN_SECONDS} s, after failures less and
 * less often. Without any key a token is refused with 503, and the first failures are repeated
 * sooner. Old keys count while fetches fail, up to a maximum age. Callable from any thread; it
 * blocks none. The lock is held for a few instructions.
 */
final class JwksKeys implements KeySource, AutoCloseable {

  static final int MIN_SECONDS = 10;
  static final int MAX_WAITING = 256;

  private static final Logger LOG = LoggerFactory.getLogger(JwksKeys.class);
  private static final Duration MIN_INTERVAL = Duration.ofSeconds(MIN_SECONDS);
  private static final Duration MAX_BACKOFF = Duration.ofMinutes(1);
  private static final int MAX_DOUBLINGS = 6;

  private final JwksLocation location;
  private final JwksConfig config;
  private final Supplier<CompletableFuture<byte[]>> fetcher;
  private final Timer timer;
  private final VerificationMetrics metrics;
  private final LongSupplier nanos;
  private final String names;

  /** Ids of keys that the newest set lacked, until the next one may be fetched. */
  private final UnknownKids unknown = new UnknownKids();

  private volatile @Nullable Fetched fetched;
  private @Nullable CompletableFuture<Void> flight;
  private long notBefore;
  private int failures;
  private int waiting;
  private long scheduled;
  private long fetches;

  /** The fetch that the present keys came with. */
  private long newest;

  private boolean isClosed;

  /** Runs tasks later. */
  @FunctionalInterface
  interface Timer {
    void after(Duration delay, Runnable task);
  }

  private record Fetched(KeySet keys, long atNanos, long generation) {}

  /**
   * What an operator had fetched.
   *
   * @param apply uses it from now on
   */
  record Refetched(boolean isNew, Runnable apply) {}

  JwksKeys(
      JwksLocation location,
      JwksConfig config,
      Supplier<CompletableFuture<byte[]>> fetcher,
      Timer timer,
      VerificationMetrics metrics,
      LongSupplier nanos) {
    this.location = location;
    this.config = config;
    this.fetcher = fetcher;
    this.timer = timer;
    this.metrics = metrics;
    this.nanos = nanos;
    this.names = PublicKeySource.names(location.algorithms());
    this.notBefore = nanos.getAsLong();
  }

  /** Begins the first fetch. */
  void start() {
    var ignored = fetch();
  }

  @Override
  public CompletionStage<List<SignatureCheck>> find(String alg, @Nullable String kid) {
    PublicKeyAlgorithm algorithm =
        PublicKeyAlgorithm.of(alg)
            .filter(location.algorithms()::contains)
            .orElseThrow(() -> PublicKeySource.otherAlgorithm(names));
    if (kid != null && kid.length() > KeySet.MAX_KID) {
      throw Claims.refused(
          "token: kid", "longer than allowed", "at most " + KeySet.MAX_KID + " characters");
    }
    Fetched now = usable();
    if (now == null) {
      var ignored = fetch();
      metrics.overloaded();
      throw unavailable();
    }
    List<SignatureCheck> found = now.keys().find(algorithm, kid);
    return found.isEmpty() ? look(algorithm, kid) : CompletableFuture.completedFuture(found);
  }

  /** The issuer may have a new key. */
  private CompletionStage<List<SignatureCheck>> look(
      PublicKeyAlgorithm algorithm, @Nullable String kid) {
    String named = kid == null ? "" : kid;
    if (isUnknown(named)) {
      throw unknownKey();
    }
    CompletableFuture<Void> running = fetch();
    if (running == null || !enter()) {
      metrics.overloaded();
      throw unavailable();
    }
    return running.handle(
        (done, failure) -> {
          leave();
          Fetched now = usable();
          if (failure != null || now == null) {
            metrics.overloaded();
            throw unavailable();
          }
          List<SignatureCheck> found = now.keys().find(algorithm, kid);
          if (found.isEmpty()) {
            remember(named);
            throw unknownKey();
          }
          return found;
        });
  }

  private synchronized boolean isUnknown(String kid) {
    return unknown.has(kid, nanos.getAsLong());
  }

  /** Until the next fetch may begin: the issuer may have the key by then. */
  private synchronized void remember(String kid) {
    unknown.add(kid, notBefore);
  }

  private synchronized boolean enter() {
    if (waiting >= MAX_WAITING) {
      return false;
    }
    waiting++;
    return true;
  }

  private synchronized void leave() {
    waiting--;
  }

  private static RefusedException unknownKey() {
    return Claims.refused("token: kid", "unknown", "a key of the issuer");
  }

  private synchronized RefusedException unavailable() {
    long left = Math.max(0, notBefore - nanos.getAsLong());
    return VerificationPool.overloaded(
        "token: the keys of the issuer cannot be had now", Duration.ofNanos(left).plusSeconds(1));
  }

  private @Nullable Fetched usable() {
    Fetched now = fetched;
    return now != null && nanos.getAsLong() - now.atNanos() <= config.maxAge().toNanos()
        ? now
        : null;
  }

  /** The fetch that is under way or begins now; null if it is too early for one. */
  private @Nullable CompletableFuture<Void> fetch() {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    synchronized (this) {
      if (flight != null) {
        return flight;
      }
      if (isClosed || notBefore - nanos.getAsLong() > 0) {
        return null;
      }
      notBefore = nanos.getAsLong() + MIN_INTERVAL.toNanos();
      flight = begun;
    }
    long turn = turn();
    var ignored = call().whenComplete((keys, failure) -> end(begun, turn, keys, failure));
    return begun;
  }

  /** Fetches now, for an operator; the present keys stay until the result is applied. */
  CompletableFuture<Refetched> refetch() {
    long turn = turn();
    return call()
        .whenComplete(
            (keys, failure) -> {
              if (failure != null) {
                metrics.jwksFetched(location.name(), false);
              }
            })
        .thenApply(
            keys -> {
              Fetched before = fetched;
              boolean isNew =
                  before == null
                      || !keys.containsAll(before.keys())
                      || !before.keys().containsAll(keys);
              return new Refetched(isNew, () -> use(keys, turn));
            });
  }

  private void use(KeySet keys, long turn) {
    Duration next;
    synchronized (this) {
      next = replaced(keys, turn);
    }
    metrics.jwksFetched(location.name(), true);
    schedule(next);
  }

  private synchronized long turn() {
    fetches++;
    return fetches;
  }

  private CompletableFuture<KeySet> call() {
    try {
      return fetcher.get().thenApply(document -> KeySet.read(document, location.algorithms()));
    } catch (RuntimeException | Error failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private void end(
      CompletableFuture<Void> begun,
      long turn,
      @Nullable KeySet keys,
      @Nullable Throwable failure) {
    Duration next;
    synchronized (this) {
      flight = null;
      next = keys == null ? failed() : replaced(keys, turn);
    }
    if (keys == null) {
      metrics.jwksFetched(location.name(), false);
      LOG.warn(
          "{}: the key set of {} was not fetched, again in {} s: {}",
          location.name(),
          location.url().getHost(),
          next.toSeconds(),
          reason(failure));
      begun.completeExceptionally(new IllegalStateException("no key set"));
    } else {
      metrics.jwksFetched(location.name(), true);
      begun.complete(null);
    }
    schedule(next);
  }

  /** The next fetch in time; one that was scheduled before does not count any more. */
  private void schedule(Duration delay) {
    long own;
    synchronized (this) {
      scheduled++;
      own = scheduled;
    }
    timer.after(
        delay,
        () -> {
          if (isNewest(own)) {
            start();
          }
        });
  }

  private synchronized boolean isNewest(long turn) {
    return turn == scheduled;
  }

  /** Called under the lock. */
  private Duration failed() {
    failures++;
    Duration backoff = Duration.ofSeconds(1L << Math.min(failures - 1, MAX_DOUBLINGS));
    long now = nanos.getAsLong();
    long earliest = now + (backoff.compareTo(MAX_BACKOFF) < 0 ? backoff : MAX_BACKOFF).toNanos();
    notBefore = usable() == null ? earliest : now + Math.max(earliest - now, notBefore - now);
    return Duration.ofNanos(notBefore - now);
  }

  /** Called under the lock. A fetch that began before that of the present keys does not count. */
  private Duration replaced(KeySet keys, long turn) {
    boolean hadFailed = failures > 0;
    failures = 0;
    if (isClosed || turn < newest) {
      return config.refresh();
    }
    newest = turn;
    Fetched before = fetched;
    long generation = before == null ? 0 : before.generation();
    boolean hasAll = before == null || keys.containsAll(before.keys());
    if (before == null || hadFailed || !hasAll) {
      LOG.info("{}: {} keys of {}", location.name(), keys.size(), location.url().getHost());
    }
    fetched = new Fetched(keys, nanos.getAsLong(), hasAll ? generation : generation + 1);
    return config.refresh();
  }

  static String reason(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause == null
        ? "unknown"
        : cause.getClass().getSimpleName() + ": " + String.valueOf(cause.getMessage());
  }

  @Override
  public boolean isCheap() {
    return false;
  }

  @Override
  public long generation() {
    Fetched now = usable();
    return now == null ? NO_KEYS : now.generation();
  }

  /** How many keys count now. */
  int size() {
    Fetched now = usable();
    return now == null ? 0 : now.keys().size();
  }

  /** Fetches no more, and has no key any more. */
  @Override
  public synchronized void close() {
    isClosed = true;
    fetched = null;
  }
}
