package dev.parley.gateway.audit;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.AuditLog;
import dev.parley.gateway.log.AuditPage;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what operators do. A record is durable before the operator gets the answer: an action
 * that is one write of the log is stored together with it, any other after the record of its
 * beginning. Callable from any thread. A stage fails with a {@link
 * dev.parley.gateway.log.LogException}, or as the action does.
 */
public final class Audit {

  /** The maximum number of records. */
  static final int MAX_RECORDS = 1_000_000;

  /** The outcome of an action that failed. */
  private static final String FAILED = "failed";

  /** The outcome of a call that the token does not allow. */
  private static final String REFUSED = "refused";

  /** A number is the time in milliseconds in these higher bits, and a counter below. */
  private static final int COUNTER_BITS = 20;

  /** The maximum of parts in which a page is read. */
  private static final int MAX_PARTS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

  private final AuditLog log;
  private final Clock clock;
  private final AtomicLong last = new AtomicLong();
  private final Runnable suppressed;
  private final RecordRates rates;
  private final RefusedAttempts refusals = new RefusedAttempts(Duration.ofHours(1));
  private final RecentViews views = new RecentViews(Duration.ofMinutes(1), 10_000);

  /** A page that shows lists reads them again and again. */
  private final RecentViews lists = new RecentViews(Duration.ofHours(1), 10_000);

  /**
   * Records in this log.
   *
   * @param suppressed told of each refused attempt that is not recorded
   */
  public Audit(AuditLog log, Clock clock, Runnable suppressed) {
    this(log, clock, suppressed, System::nanoTime);
  }

  /** As the other one; {@code nanoTime} is monotonic. */
  Audit(AuditLog log, Clock clock, Runnable suppressed, LongSupplier nanoTime) {
    this.log = log;
    this.clock = clock;
    this.suppressed = suppressed;
    this.rates = new RecordRates(nanoTime);
  }

  /** Reads the number of the newest record, after which new ones go on. Called before the rest. */
  public CompletionStage<Void> open() {
    return log.newest().thenAccept(last::set);
  }

  private long next(long nowMillis) {
    return last.updateAndGet(before -> Math.max(before + 1, nowMillis << COUNTER_BITS));
  }

  /** What an action is about; each part but the tenant may be absent. */
  public record Matter(
      String tenant, @Nullable String subject, @Nullable String target, @Nullable String reason) {

    /** A user. */
    public static Matter of(UserId user) {
      return new Matter(user.tenant(), user.subject(), null, null);
    }

    /** A thing of a tenant. */
    public static Matter of(String tenant, @Nullable String target) {
      return new Matter(tenant, null, target, null);
    }
  }

  /**
   * The record of an action that is about to begin. It is not stored yet.
   *
   * @throws dev.parley.gateway.protocol.RefusedException with 429 when the users of the tenant make
   *     too many records; nothing is done then
   */
  public AuditEntry begun(Principal actor, OperatorAction action, Matter matter) {
    rates.take(actor.user().tenant());
    return entry(actor, action, matter, AuditEntry.BEGUN);
  }

  private AuditEntry entry(Principal actor, OperatorAction action, Matter matter, String outcome) {
    long now = clock.millis();
    LOG.info(
        "audit: {} by {}, user {}, target {}: {}",
        action.wire(),
        actor.user(),
        matter.subject() == null ? "-" : matter.tenant() + "/" + matter.subject(),
        matter.target() == null ? "-" : matter.target(),
        outcome);
    return new AuditEntry(
        next(now),
        now,
        actor.user(),
        actor.tokenId(),
        action.wire(),
        matter.tenant(),
        matter.subject(),
        matter.target(),
        matter.reason(),
        outcome);
  }

  /** Stores the record, then carries the action out, then stores how it ended. */
  public <T> CompletionStage<T> around(AuditEntry begun, Supplier<CompletionStage<T>> action) {
    return around(begun, action, result -> AuditEntry.DONE);
  }

  /** As the other method; {@code outcome} tells how an action with this result ended. */
  public <T> CompletionStage<T> around(
      AuditEntry begun, Supplier<CompletionStage<T>> action, Function<T, String> outcome) {
    return before(begun, action)
        .thenCompose(
            result -> log.put(begun.ended(outcome.apply(result))).thenApply(done -> result));
  }

  /**
   * Stores the record, then carries out an action that stores how it ends. If the action fails,
   * that is stored here, if the log takes it.
   */
  public <T> CompletionStage<T> before(AuditEntry begun, Supplier<CompletionStage<T>> action) {
    CompletionStage<T> ended = log.put(begun).thenCompose(done -> action.get());
    return ended
        .handle(
            (result, failure) ->
                failure == null
                    ? ended
                    : log.put(begun.ended(FAILED))
                        .handle((done, lost) -> ended)
                        .thenCompose(all -> all))
        .thenCompose(all -> all);
  }

  /**
   * Stores that a user's data was shown to somebody else; showing it again within a minute counts
   * as the same view. It is to complete before the answer is sent. Fails as {@link #begun} does.
   */
  public CompletionStage<Void> viewed(Principal actor, OperatorAction action, UserId user) {
    if (actor.user().equals(user)) {
      return CompletableFuture.completedStage(null);
    }
    return views.recorded(
        List.of(actor.user(), action, user), now(), () -> shown(actor, action, Matter.of(user)));
  }

  /**
   * Stores that a list was shown, such as that of the users of a tenant; showing it again within an
   * hour counts as the same. It is to complete before the answer is sent. Fails as {@link #begun}
   * does.
   */
  public CompletionStage<Void> listed(Principal actor, OperatorAction action, Matter matter) {
    return lists.recorded(
        List.of(actor.user(), action, matter), now(), () -> shown(actor, action, matter));
  }

  private CompletionStage<Void> shown(Principal actor, OperatorAction action, Matter matter) {
    rates.take(actor.user().tenant());
    return log.put(entry(actor, action, matter, AuditEntry.DONE));
  }

  /**
   * Stores that the token does not allow the action. The same is recorded once an hour, and of one
   * user and of the users of one tenant a limited number, so that nobody can fill the store. Does
   * not wait.
   *
   * @param asked the other tenant that was asked for; absent when none was
   */
  public void refused(Principal actor, OperatorAction action, @Nullable String asked) {
    RefusedAttempts.Attempt attempt = new RefusedAttempts.Attempt(actor.user(), action, asked);
    if (!refusals.isToRecord(attempt, now())) {
      suppressed.run();
      return;
    }
    Matter matter = Matter.of(actor.user().tenant(), asked);
    var ignored =
        log.put(entry(actor, action, matter, REFUSED))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    refusals.notStored(attempt);
                    LOG.warn("audit: a refusal was not recorded: {}", failure.toString());
                  }
                });
  }

  /**
   * The records about this tenant, or all, with numbers below {@code before}, the newest first. It
   * is read in parts, between which others read.
   */
  public CompletionStage<AuditPage> read(
      UserId reader, @Nullable String tenant, long before, int limit) {
    return readOn(new Reading(reader, tenant, limit), List.of(), before, 1);
  }

  /** Who reads what. */
  private record Reading(UserId reader, @Nullable String tenant, int limit) {}

  private CompletionStage<AuditPage> readOn(
      Reading reading, List<AuditEntry> found, long before, int parts) {
    return log.read(reading.reader(), reading.tenant(), before, reading.limit() - found.size())
        .thenCompose(
            page -> {
              List<AuditEntry> all = new ArrayList<>(found);
              all.addAll(page.entries());
              Long next = page.next();
              return next == null || all.size() >= reading.limit() || parts == MAX_PARTS
                  ? CompletableFuture.completedStage(new AuditPage(all, next))
                  : readOn(reading, all, next, parts + 1);
            });
  }

  /** Removes what is older than this, and all but the newest of too many. */
  CompletionStage<Void> trim(Duration age) {
    return log.trim(Math.max(0, clock.millis() - age.toMillis()) << COUNTER_BITS, MAX_RECORDS);
  }

  private long now() {
    return clock.millis();
  }
}
