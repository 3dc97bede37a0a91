package dev.parley.gateway.user.inbox;

import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastResult;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.home.Home;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends broadcasts, and tells what has become of them. One broadcast is stored after the other, at
 * one home, so that the others see them in the order of their positions. Callable from any thread.
 * A stage fails with a {@link LogException} or a {@link RefusedException}, and completes at that
 * home.
 */
public final class Broadcasts {

  /** How long a broadcast waits for absent users. */
  public static final Duration DEFAULT_TTL = Duration.ofDays(7);

  /** The maximum of that. */
  public static final Duration MAX_TTL = Duration.ofDays(30);

  static final int MAX_OF_TENANT = 1_000;
  private static final int MAX_OF_ALL = 10_000;
  private static final int MAX_ONLINE = 100_000;
  private static final int MAX_NAMES = 1_000_000;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Home home;
  private final InboxServices services;
  private final IdSource ids;
  private final OnlineUsers online;
  private final AudienceCount audiences;
  private final NavigableMap<Long, BroadcastRecord> kept = new TreeMap<>();
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
  private boolean isLoaded;

  /** Works at this home. */
  public Broadcasts(Home home, InboxServices services, IdSource ids, OnlineUsers online) {
    this.home = home;
    this.services = services;
    this.ids = ids;
    this.online = online;
    this.audiences = new AudienceCount(home, services.log(), this::update);
  }

  /** Reads what the last process has left. Broadcasts may be sent before that is done. */
  public CompletionStage<Void> open() {
    return inTurn(this::loaded);
  }

  /** Stores the broadcast; then it goes to those who are online, and to the others as they come. */
  public CompletionStage<BroadcastResult> send(BroadcastRequest request) {
    return inTurn(
        () ->
            loaded()
                .thenComposeAsync(done -> resolved(request.audience(), request.tenant()), home)
                .thenComposeAsync(audience -> store(request, audience), home));
  }

  /** The broadcast and its counts of now. */
  public CompletionStage<Optional<BroadcastRecord>> find(BroadcastKey key) {
    return services.log().find(key);
  }

  /** Cancels the broadcast: nobody gets it any more who has not got it. */
  public CompletionStage<Optional<BroadcastRecord>> cancel(BroadcastKey key) {
    return inTurn(
        () ->
            loaded()
                .thenComposeAsync(done -> services.log().cancel(key), home)
                .thenApplyAsync(
                    record -> {
                      record.ifPresent(this::update);
                      return record;
                    },
                    home));
  }

  /** The next of those to whom the broadcast is addressed, with where it is in their inboxes. */
  public CompletionStage<RecipientPage> recipients(
      Broadcast broadcast, @Nullable UserId after, int limit) {
    return services.log().recipients(broadcast, after, limit, true);
  }

  // -- one after the other, at home

  private <T> CompletionStage<T> inTurn(Supplier<CompletionStage<T>> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    home.execute(
        () -> {
          CompletableFuture<?> before = last;
          last = result;
          var ignored = before.whenCompleteAsync((done, failure) -> run(call, result), home);
        });
    return result;
  }

  private <T> void run(Supplier<CompletionStage<T>> call, CompletableFuture<T> result) {
    home.whenComplete(
        call.get(),
        result::complete,
        failure -> {
          // Whether the log did it is not known.
          isLoaded &= refusalOf(failure) != null;
          if (!isLoaded) {
            var ignored = home.schedule(RETRY, this::loadAgain);
          }
          result.completeExceptionally(failure);
        });
  }

  private static @Nullable RefusedException refusalOf(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause instanceof RefusedException refused ? refused : null;
  }

  private void loadAgain() {
    if (!isLoaded) {
      var ignored = inTurn(this::loaded);
    }
  }

  private CompletionStage<Void> loaded() {
    return isLoaded
        ? CompletableFuture.completedStage(null)
        : services.log().all().thenAcceptAsync(this::load, home);
  }

  private void load(List<BroadcastRecord> all) {
    List<Long> known = List.copyOf(kept.keySet());
    kept.clear();
    isLoaded = true;
    for (BroadcastRecord each : all) {
      kept.put(each.broadcast().position(), each);
      if (each.status().addressed().isEmpty() && !known.contains(each.broadcast().position())) {
        audiences.add(each.broadcast());
      }
    }
    publish();
    all.stream().map(each -> each.broadcast().key().tenant()).distinct().forEach(online::look);
  }

  private void update(BroadcastRecord now) {
    if (kept.replace(now.broadcast().position(), now) != null) {
      publish();
    }
  }

  private void publish() {
    long now = home.now().toEpochMilli();
    services.open().replace(kept.values().stream().filter(each -> !each.isOver(now)).toList());
  }

  private CompletionStage<Audience> resolved(Audience asked, String tenant) {
    return asked instanceof Audience.Online
        ? online.subjects(tenant).thenApply(users -> new Audience.Online(new TreeSet<>(users)))
        : CompletableFuture.completedStage(asked);
  }

  private CompletionStage<BroadcastResult> store(BroadcastRequest request, Audience audience) {
    long now = home.now().toEpochMilli();
    Long ttl = request.ttlSeconds();
    BroadcastId id = request.id() == null ? ids.broadcast() : request.id();
    Broadcast broadcast =
        new Broadcast(
            new BroadcastKey(request.tenant(), id),
            0,
            ids.notification(),
            audience,
            request.notice(),
            now,
            ttl,
            now + (ttl == null ? DEFAULT_TTL : Duration.ofSeconds(ttl)).toMillis());
    return withRoomFor(broadcast, now)
        .thenComposeAsync(done -> services.log().add(broadcast), home)
        .thenApplyAsync(this::stored, home);
  }

  private BroadcastResult stored(BroadcastResult result) {
    if (result instanceof BroadcastResult.Added added) {
      Broadcast broadcast = added.broadcast();
      kept.put(broadcast.position(), BroadcastRecord.begun(broadcast));
      publish();
      online.look(broadcast.key().tenant());
      audiences.add(broadcast);
    }
    return result;
  }

  // -- bounds

  /** Removes the oldest broadcast that is over where there are too many. */
  private CompletionStage<?> withRoomFor(Broadcast broadcast, long now) {
    String tenant = broadcast.key().tenant();
    if (kept.values().stream().anyMatch(each -> each.broadcast().key().equals(broadcast.key()))) {
      return CompletableFuture.completedStage(null);
    }
    checkNames(broadcast.audience());
    long ofTenant = kept.values().stream().filter(each -> isOf(tenant, each)).count();
    if (ofTenant < MAX_OF_TENANT && kept.size() < MAX_OF_ALL) {
      return CompletableFuture.completedStage(null);
    }
    BroadcastRecord oldest =
        kept.values().stream()
            .filter(each -> each.isOver(now))
            .filter(each -> ofTenant < MAX_OF_TENANT || isOf(tenant, each))
            .findFirst()
            .orElseThrow(
                () ->
                    full("broadcasts", "fewer than " + MAX_OF_TENANT + " open ones: cancel some"));
    return services
        .log()
        .remove(oldest.broadcast().key())
        .thenRunAsync(() -> kept.remove(oldest.broadcast().position()), home);
  }

  private static boolean isOf(String tenant, BroadcastRecord record) {
    return record.broadcast().key().tenant().equals(tenant);
  }

  private void checkNames(Audience audience) {
    int names = names(audience);
    if (names > MAX_ONLINE) {
      throw full("users online", "at most " + MAX_ONLINE + ": send it to all");
    }
    long all = kept.values().stream().mapToLong(each -> names(each.broadcast().audience())).sum();
    if (all + names > MAX_NAMES) {
      throw full("names in broadcasts", "at most " + MAX_NAMES + ": cancel some, or name tiers");
    }
  }

  private static int names(Audience audience) {
    return audience instanceof Audience.Named named ? named.subjects().size() : 0;
  }

  private static RefusedException full(String what, String expectation) {
    return RefusedException.of(
        ErrorCode.QUOTA_EXCEEDED, what + ": too many (expected: " + expectation + ")");
  }
}
