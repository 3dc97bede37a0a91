package dev.parley.gateway.auth;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.Revocation;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.RevocationLog;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revocations in force: all in memory, each durable in the log before it is answered. Callable
 * from any thread; nothing waits. Changes are carried out one after the other. A stage fails with a
 * {@link dev.parley.gateway.log.LogException} or a {@link RefusedException}.
 */
public final class Revocations {

  /** How far the clocks of issuers, operators and the gateway may differ. */
  public static final Duration CLOCKS = Duration.ofMinutes(5);

  /** The outcome of the removal of a revocation that is not there. */
  private static final String NOT_FOUND = "not_found";

  private static final int AT_ONCE = 1000;
  private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);

  private final RevocationConfig config;
  private final Duration leeway;
  private final Clock clock;
  private final ConcurrentNavigableMap<RevocationKey, Revocation> inForce =
      new ConcurrentSkipListMap<>();
  private final NavigableSet<Revocation> byEnd =
      new ConcurrentSkipListSet<>(
          Comparator.comparing(Revocation::keptUntil).thenComparing(Revocation::key));
  private final RevocationRoom room;

  private @Nullable RevocationLog log;
  private CompletionStage<?> last = CompletableFuture.completedStage(null);

  /**
   * None is in force before {@link #open}.
   *
   * @param leeway how far ahead of the clock a token may have been issued that is valid
   */
  public Revocations(RevocationConfig config, Duration leeway, Clock clock) {
    this.config = config;
    this.leeway = leeway;
    room = new RevocationRoom(config.max());
    this.clock = clock;
  }

  /**
   * Reads all of them. Called before the first user is let in. One of which the record is damaged
   * is made again with the latest time of issue that may be asked for now: it may revoke tokens
   * that it did not before, and never fewer.
   */
  public CompletionStage<Void> open(RevocationLog stored) {
    synchronized (this) {
      log = stored;
    }
    return stored
        .all()
        .thenCompose(
            all -> {
              all.readable().forEach(this::put);
              CompletionStage<Void> repaired = CompletableFuture.completedStage(null);
              for (RevocationKey key : all.damaged()) {
                LOG.warn("store: a revocation was damaged, and is made again now: {}", key);
                Instant latest = clock.instant().plus(CLOCKS);
                Revocation again = asked(key, Optional.of(latest), Optional.empty());
                put(again);
                repaired = repaired.thenCompose(done -> stored.put(again, null));
              }
              return repaired;
            });
  }

  /** Whether the token of this principal is revoked. Allocates nothing when none is in force. */
  public boolean isRevoked(Principal principal) {
    if (inForce.isEmpty()) {
      return false;
    }
    String tenant = principal.user().tenant();
    String id = principal.tokenId();
    return (id != null && inForce.containsKey(RevocationKey.ofToken(tenant, id)))
        || covers(RevocationKey.ofUser(tenant, principal.user().subject()), principal)
        || covers(RevocationKey.ofTenant(tenant), principal);
  }

  private boolean covers(RevocationKey key, Principal principal) {
    Revocation found = inForce.get(key);
    return found != null && found.covers(principal.issuedAt());
  }

  /**
   * The revocation of these tokens now.
   *
   * @param issuedBefore of a user or a tenant; if empty, the latest of a token that is valid now
   * @param expiresAt when the token that is revoked by its id expires; if empty, unknown
   */
  public Revocation asked(
      RevocationKey key, Optional<Instant> issuedBefore, Optional<Instant> expiresAt) {
    Instant now = clock.instant();
    return new Revocation(
        key,
        now,
        key.kind() == RevocationKey.Kind.TOKEN
            ? Optional.empty()
            : Optional.of(issuedBefore.orElse(now.plus(leeway))),
        expiresAt.map(end -> end.plus(CLOCKS)).orElse(now.plus(config.keep())));
  }

  /**
   * Puts the revocation in force. One of the same key stays in force as far as it revokes more.
   *
   * @param begun the record of it, stored in the same write with its outcome
   * @return what is in force of the key now
   */
  public CompletionStage<Revocation> revoke(Revocation asked, AuditEntry begun) {
    return inTurn(
        stored -> {
          Revocation before = inForce.get(asked.key());
          Revocation now = before == null ? asked : asked.after(before);
          return (before == null
                  ? room(asked.key(), stored)
                  : CompletableFuture.<Void>completedStage(null))
              .thenCompose(done -> stored.put(now, begun.ended(AuditEntry.DONE)))
              .thenApply(
                  done -> {
                    put(now);
                    return now;
                  });
        });
  }

  /**
   * Ends the revocation of these tokens: those that have not expired are valid again.
   *
   * @param begun the record of it, stored in the same write with its outcome
   * @return whether there was one
   */
  public CompletionStage<Boolean> remove(RevocationKey key, AuditEntry begun) {
    return inTurn(
        stored -> {
          boolean isFound = inForce.containsKey(key);
          return stored
              .remove(
                  isFound ? List.of(key) : List.of(),
                  begun.ended(isFound ? AuditEntry.DONE : NOT_FOUND))
              .thenApply(
                  done -> {
                    drop(key);
                    return isFound;
                  });
        });
  }

  /** Removes some of those that are over, and tells whether there are more. */
  public CompletionStage<Boolean> expire() {
    return inTurn(this::expire);
  }

  private CompletionStage<Boolean> expire(RevocationLog stored) {
    Instant now = clock.instant();
    List<RevocationKey> over =
        byEnd.stream()
            .takeWhile(each -> !each.keptUntil().isAfter(now))
            .limit(AT_ONCE)
            .map(Revocation::key)
            .toList();
    if (over.isEmpty()) {
      return CompletableFuture.completedStage(false);
    }
    return stored
        .remove(over, null)
        .thenApply(
            done -> {
              over.forEach(this::drop);
              return over.size() == AT_ONCE;
            });
  }

  private CompletionStage<Void> room(RevocationKey key, RevocationLog stored) {
    if (room.isFor(key)) {
      return CompletableFuture.completedStage(null);
    }
    return expire(stored)
        .thenAccept(
            more -> {
              if (!room.isFor(key)) {
                throw room.refusal(key);
              }
            });
  }

  /**
   * The next ones of the tenant in the order of their keys.
   *
   * @param after the key of the last one before, in force or not; absent for the first
   */
  public List<Revocation> page(String tenant, @Nullable RevocationKey after, int limit) {
    RevocationKey first = RevocationKey.ofTenant(tenant);
    return (after == null ? inForce.tailMap(first, true) : inForce.tailMap(after, false))
        .values().stream()
            .takeWhile(each -> each.key().tenant().equals(tenant))
            .limit(limit)
            .toList();
  }

  /** How many are in force. */
  public int count() {
    return room.count();
  }

  private synchronized <T> CompletionStage<T> inTurn(
      Function<RevocationLog, CompletionStage<T>> change) {
    RevocationLog stored = log;
    if (stored == null) {
      throw new IllegalStateException("revocations: not read yet (expected: open)");
    }
    CompletionStage<T> next = last.handle((done, failure) -> stored).thenCompose(change);
    last = next;
    return next;
  }

  private void put(Revocation revocation) {
    Revocation before = inForce.put(revocation.key(), revocation);
    if (before == null) {
      room.added(revocation.key());
    } else {
      byEnd.remove(before);
    }
    byEnd.add(revocation);
  }

  private void drop(RevocationKey key) {
    Revocation before = inForce.remove(key);
    if (before != null) {
      room.removed(key);
      byEnd.remove(before);
    }
  }
}
