package dev.parley.gateway.user.inbox;

import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastResult;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.protocol.BroadcastId;
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
 * A stage fails with a {@link LogException} or a {@link RefusedException}. It completes at that
 * home; that of {@link #find} or {@link #recipients} completes on a thread of the log.
 */
public final class Broadcasts {

  /** How long a broadcast waits for absent users. */
  public static final Duration DEFAULT_TTL = Duration.ofDays(7);

  /** The maximum of that. */
  public static final Duration MAX_TTL = Duration.ofDays(30);

  static final int MAX_OF_PROCESS = 256;

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration TIDY_EVERY = Duration.ofHours(1);

  private final Home home;
  private final InboxServices services;
  private final IdSource ids;
  private final OnlineUsers online;
  private final Duration retention;
  private final AudienceCount audiences;
  private final EntryCleanup cleanup;
  private final NavigableMap<Long, BroadcastRecord> kept = new TreeMap<>();
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
  private boolean isLoaded;

  /** Whether it is already arranged that the broadcasts are read again. */
  private boolean isLoadingAgain;

  /**
   * Works at this home.
   *
   * @param retention how long a broadcast is kept after its time is over: as long as inboxes may
   *     have it
   */
  public Broadcasts(
      Home home, InboxServices services, IdSource ids, OnlineUsers online, Duration retention) {
    this.home = home;
    this.services = services;
    this.ids = ids;
    this.online = online;
    this.retention = retention;
    this.cleanup = new EntryCleanup(home, services.log());
    this.audiences = new AudienceCount(home, services.log(), this::broadcastAt, this::update);
  }

  /** Reads what the last process has left. Broadcasts may be sent before that is done. */
  public CompletionStage<Void> open() {
    CompletionStage<Void> opened = inTurn(this::loaded);
    home.execute(this::tidy);
    return opened;
  }

  /**
   * Stores the broadcast, and in the same write the record if there is one. Then it goes to those
   * who are online, and to the others as they come.
   */
  public CompletionStage<BroadcastResult> send(
      BroadcastRequest request, @Nullable AuditEntry record) {
    return inTurn(
        () ->
            loaded()
                .thenComposeAsync(done -> resolved(request.audience(), request.tenant()), home)
                .thenComposeAsync(audience -> store(request, audience, record), home));
  }

  /** The broadcast and its counts of now. */
  public CompletionStage<Optional<BroadcastRecord>> find(BroadcastKey key) {
    return services.log().find(key);
  }

  /**
   * Cancels the broadcast, and stores the record in the same write if there is one: nobody gets it
   * any more who has not got it.
   */
  public CompletionStage<Optional<BroadcastRecord>> cancel(
      BroadcastKey key, @Nullable AuditEntry record) {
    return inTurn(
        () ->
            loaded()
                .thenComposeAsync(done -> services.log().cancel(key, record), home)
                .thenApplyAsync(
                    found -> {
                      found.ifPresent(this::update);
                      return found;
                    },
                    home));
  }

  /**
   * The user was erased: no broadcast names the user any more, neither one that is kept here nor
   * one that was stored after the erasure with names from before.
   */
  public CompletionStage<Void> forget(UserId user) {
    return inTurn(() -> loaded().thenComposeAsync(done -> forgetName(user), home));
  }

  private CompletionStage<Void> forgetName(UserId user) {
    if (kept.values().stream().noneMatch(each -> each.broadcast().names(user))) {
      return CompletableFuture.completedStage(null);
    }
    return services
        .log()
        .forget(user)
        .thenRunAsync(
            () -> {
              kept.replaceAll((position, record) -> record.without(user));
              publish();
            },
            home);
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
        call,
        result::complete,
        failure -> {
          // Whether the log did it is not known.
          isLoaded = isLoaded && refusalOf(failure) != null;
          if (!isLoaded && !isLoadingAgain) {
            isLoadingAgain = true;
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
    var ignored =
        inTurn(
            () -> {
              isLoadingAgain = false;
              return loaded();
            });
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
        count(each.broadcast());
      }
    }
    publish();
    cleanup.begin();
    all.stream().map(each -> each.broadcast().key().tenant()).distinct().forEach(this::look);
  }

  private void update(BroadcastRecord now) {
    if (kept.replace(now.broadcast().position(), now) != null) {
      publish();
    }
  }

  private Optional<Broadcast> broadcastAt(long position) {
    return Optional.ofNullable(kept.get(position)).map(BroadcastRecord::broadcast);
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

  private CompletionStage<BroadcastResult> store(
      BroadcastRequest request, Audience audience, @Nullable AuditEntry record) {
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
    AuditEntry named = record == null ? null : record.about(id.value());
    return withRoomFor(broadcast, now)
        .thenComposeAsync(done -> services.log().add(broadcast, named), home)
        .thenApplyAsync(this::stored, home);
  }

  private BroadcastResult stored(BroadcastResult result) {
    if (result instanceof BroadcastResult.Added added) {
      Broadcast broadcast = added.broadcast();
      kept.put(broadcast.position(), BroadcastRecord.begun(broadcast));
      publish();
      look(broadcast.key().tenant());
      count(broadcast);
    }
    return result;
  }

  private void look(String tenant) {
    if (tenant.equals(BroadcastKey.NO_TENANT)) {
      online.lookAll();
    } else {
      online.look(tenant);
    }
  }

  private void count(Broadcast broadcast) {
    if (!broadcast.key().isOfProcess()) {
      audiences.add(broadcast);
    }
  }

  // -- bounds

  /** Removes the oldest broadcasts that are over where there are too many, or too many names. */
  private CompletionStage<?> withRoomFor(Broadcast broadcast, long now) {
    if (keptOf(broadcast.key()).isPresent()) {
      return CompletableFuture.completedStage(null);
    }
    if (broadcast.key().isOfProcess()) {
      return withRoomOfProcess();
    }
    BroadcastBounds bounds = BroadcastBounds.of(kept.values(), broadcast);
    if (bounds.candidates().isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    return oldestOver(bounds, now)
        .thenComposeAsync(this::remove, home)
        .thenComposeAsync(done -> withRoomFor(broadcast, now), home);
  }

  /** The newest are worth more: the oldest makes room, even if it is open. */
  private CompletionStage<?> withRoomOfProcess() {
    List<BroadcastRecord> own =
        kept.values().stream().filter(each -> each.broadcast().key().isOfProcess()).toList();
    return own.size() < MAX_OF_PROCESS
        ? CompletableFuture.completedStage(null)
        : remove(own.get(0)).thenComposeAsync(done -> withRoomOfProcess(), home);
  }

  private CompletionStage<BroadcastRecord> oldestOver(BroadcastBounds bounds, long now) {
    return bounds.candidates().stream()
        .filter(each -> each.isOver(now))
        .findFirst()
        .map(CompletableFuture::completedStage)
        .orElseGet(() -> oldestComplete(bounds));
  }

  /** What was reached is not in the records that are kept here: users reach it all the time. */
  private CompletionStage<BroadcastRecord> oldestComplete(BroadcastBounds bounds) {
    return services
        .log()
        .firstComplete(bounds.complete().stream().map(each -> each.broadcast().key()).toList())
        .thenComposeAsync(
            found ->
                found
                    .flatMap(this::keptOf)
                    .map(CompletableFuture::completedStage)
                    .orElseGet(() -> CompletableFuture.failedStage(bounds.refusal())),
            home);
  }

  private Optional<BroadcastRecord> keptOf(BroadcastKey key) {
    return kept.values().stream().filter(each -> each.broadcast().key().equals(key)).findFirst();
  }

  // -- retention

  private void tidy() {
    home.whenComplete(
        inTurn(() -> loaded().thenComposeAsync(done -> removeOld(), home)),
        done -> tidyLater(),
        failure -> tidyLater());
  }

  private void tidyLater() {
    var ignored = home.schedule(TIDY_EVERY, this::tidy);
  }

  /** Removes those that no inbox has any more: what is in inboxes expires too. */
  private CompletionStage<Void> removeOld() {
    long overBefore = home.now().minus(retention).toEpochMilli();
    return kept.values().stream()
        .filter(each -> each.broadcast().expiresMillis() <= overBefore)
        .findFirst()
        .map(old -> remove(old).thenComposeAsync(done -> removeOld(), home))
        .orElseGet(() -> CompletableFuture.completedStage(null));
  }

  private CompletionStage<?> remove(BroadcastRecord record) {
    return services
        .log()
        .remove(record.broadcast().key())
        .thenRunAsync(
            () -> {
              kept.remove(record.broadcast().position());
              audiences.remove(record.broadcast());
              publish();
              cleanup.begin();
            },
            home);
  }
}
