package dev.parley.gateway.live;

import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of all users, in the order of tenant, user and connection id. So those of
 * one tenant or one user are found without looking at the others. Callable from any thread; nothing
 * waits.
 */
public final class LiveConnections {

  /** The place of a connection in the order. The least id, which is empty, is before all others. */
  private record Place(UserId user, String id) {}

  private static final int LOOKS = 1000;

  private static final Comparator<Place> ORDER =
      Comparator.comparing((Place place) -> place.user().tenant())
          .thenComparing(place -> place.user().subject())
          .thenComparing(Place::id);

  private final ConcurrentNavigableMap<Place, LiveConnection> open =
      new ConcurrentSkipListMap<>(ORDER);

  private final LastSeen seen = new LastSeen();
  private final Clock clock;
  private final LastErrors errors;

  public LiveConnections(Clock clock) {
    this.clock = clock;
    this.errors = new LastErrors(clock);
  }

  /** The last errors of users, connected or not. */
  public LastErrors errors() {
    return errors;
  }

  /**
   * When the last frame came from the user. Empty for one who was not connected since the start of
   * the process, or left before many others.
   */
  public Optional<Instant> lastSeen(UserId user) {
    Instant now = clock.instant();
    return of(user).stream()
        .map(each -> each.lastReceived(now))
        .max(Comparator.naturalOrder())
        .or(() -> seen.of(user));
  }

  /** Forgets what is known of the user beyond open connections. */
  public void forget(UserId user) {
    seen.forget(user);
    errors.forget(user);
  }

  /**
   * The share of the connections whose socket has taken no whole write for so long while bytes
   * wait, between 0 and 1. It is 0 if there are fewer of them than {@code least}. Looks at every
   * connection.
   */
  public double behind(Duration age, int least) {
    int all = 0;
    int behind = 0;
    for (LiveConnection each : open.values()) {
      all++;
      if (each.isBehind(age)) {
        behind++;
      }
    }
    return behind == 0 || behind < least ? 0 : (double) behind / all;
  }

  /** The connection is open; {@link #remove} must follow. */
  public void add(LiveConnection connection) {
    open.put(place(connection), connection);
  }

  /** The connection begins to close. Idempotent. */
  public void remove(LiveConnection connection) {
    if (open.remove(place(connection)) != null) {
      seen.left(connection.facts().user(), connection.lastReceived(clock.instant()));
    }
  }

  private static Place place(LiveConnection connection) {
    return new Place(connection.facts().user(), connection.facts().id().value());
  }

  /** The open connections of the user, in the order of their ids. */
  public List<LiveConnection> of(UserId user) {
    return page(user, null, Integer.MAX_VALUE);
  }

  /**
   * Closes the connections of the user, or the one with this id; see {@link LiveConnection#close}.
   * Completes with how many of them were open.
   */
  public CompletionStage<Integer> close(
      UserId user, @Nullable ConnectionId id, CloseReason reason) {
    CompletionStage<Integer> closed = CompletableFuture.completedStage(0);
    for (LiveConnection each : id == null ? of(user) : find(user, id).stream().toList()) {
      closed = closed.thenCombine(each.close(reason), (sum, isOne) -> isOne ? sum + 1 : sum);
    }
    return closed;
  }

  /**
   * Closes the connections of the user of whose newest token this is true. Completes with how many
   * of them were open.
   */
  public CompletionStage<Integer> closeIf(
      UserId user, Predicate<Principal> condition, CloseReason reason) {
    return closeIf(of(user), condition, reason);
  }

  /**
   * The same for all users of the tenant. It looks at {@value #LOOKS} connections in one task of
   * the executor.
   */
  public CompletionStage<Integer> closeIf(
      String tenant, Predicate<Principal> condition, CloseReason reason, Executor executor) {
    return closeAfter(tenant, null, condition, reason, executor);
  }

  private CompletionStage<Integer> closeAfter(
      String tenant,
      @Nullable LiveConnection last,
      Predicate<Principal> condition,
      CloseReason reason,
      Executor executor) {
    List<LiveConnection> page =
        last == null
            ? page(tenant, null, null, LOOKS)
            : page(tenant, last.facts().user(), last.facts().id(), LOOKS);
    CompletionStage<Integer> closed = closeIf(page, condition, reason);
    if (page.size() < LOOKS) {
      return closed;
    }
    LiveConnection end = page.get(page.size() - 1);
    return CompletableFuture.supplyAsync(
            () -> closeAfter(tenant, end, condition, reason, executor), executor)
        .thenCompose(rest -> rest)
        .thenCombine(closed, Integer::sum);
  }

  private static CompletionStage<Integer> closeIf(
      List<LiveConnection> page, Predicate<Principal> condition, CloseReason reason) {
    AtomicInteger open = new AtomicInteger();
    CompletableFuture<?>[] closed =
        page.stream()
            .filter(each -> condition.test(each.token()))
            .map(
                each ->
                    each.close(reason)
                        .thenAccept(
                            isOne -> {
                              if (isOne) {
                                open.incrementAndGet();
                              }
                            })
                        .toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(closed).thenApply(done -> open.get());
  }

  /** The open connection of the user with this id. */
  public Optional<LiveConnection> find(UserId user, ConnectionId id) {
    return Optional.ofNullable(open.get(new Place(user, id.value())));
  }

  /**
   * The next connections of one user.
   *
   * @param after the id of the last one before, open or not; absent for the first
   */
  public List<LiveConnection> page(UserId user, @Nullable ConnectionId after, int limit) {
    Place from = new Place(user, after == null ? "" : after.value());
    List<LiveConnection> page = new ArrayList<>();
    for (LiveConnection each : open.tailMap(from, false).values()) {
      if (page.size() == limit || !each.facts().user().equals(user)) {
        return page;
      }
      page.add(each);
    }
    return page;
  }

  /**
   * The next connections of the tenant's users.
   *
   * @param user of the last connection before, open or not; absent for the first
   * @param after its id; absent together with the user
   */
  public List<LiveConnection> page(
      String tenant, @Nullable UserId user, @Nullable ConnectionId after, int limit) {
    // A name has no control characters, so this one is before all others.
    Place first =
        new Place(user == null ? before(tenant) : user, after == null ? "" : after.value());
    List<LiveConnection> page = new ArrayList<>();
    for (LiveConnection each : open.tailMap(first, false).values()) {
      if (page.size() == limit || !each.facts().user().tenant().equals(tenant)) {
        return page;
      }
      page.add(each);
    }
    return page;
  }

  private static UserId before(String tenant) {
    return new UserId(tenant, " ");
  }
}
