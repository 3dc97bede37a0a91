package dev.parley.gateway.user;

import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.command.Acks;
import dev.parley.gateway.user.command.Commands;
import dev.parley.gateway.user.history.Histories;
import dev.parley.gateway.user.home.GuardedHome;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.HomeLog;
import dev.parley.gateway.user.home.UserTier;
import dev.parley.gateway.user.inbox.Inbox;
import dev.parley.gateway.user.read.Reader;
import dev.parley.gateway.user.read.Readers;
import dev.parley.gateway.user.read.Subscriber;
import dev.parley.gateway.user.read.Subscriptions;
import dev.parley.gateway.user.run.OpenRuns;
import dev.parley.gateway.user.thread.Frame;
import dev.parley.gateway.user.thread.RecentEventsCache;
import dev.parley.gateway.user.thread.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One user: connections, cursors, runs and limits, across all of the user's connections. It lives
 * as long as there is a connection, an open run or a limit that is not full again. Everything
 * happens at the user's home, so nothing is locked.
 */
public final class UserContext {

  private static final Logger LOG = LoggerFactory.getLogger(UserContext.class);

  private final UserId user;
  private final Home home;
  private final LimitConfig limits;
  private final Consumer<UserContext> onEnd;
  private final UserTier tier;
  private final Threads threads;
  private final Readers readers;
  private final OpenRuns runs;
  private final Commands commands;
  private final Subscriptions subscriptions;
  private final Inbox inbox;
  private final Acks acks;
  private final Welcomes welcomes;
  private final CompletableFuture<Void> atRest = new CompletableFuture<>();
  private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
  private Home.Timer endCheck = () -> {};
  private @Nullable DrainConfig draining;
  private boolean ended;

  /** Completes when nothing of the user is under way. Absent unless the user is to be erased. */
  private @Nullable CompletableFuture<Void> erasure;

  /** Calls {@code onEnd} once, when the context is of no use any more. */
  UserContext(
      UserId user,
      Home loop,
      Services services,
      RecentEventsCache recent,
      Histories histories,
      Consumer<UserContext> onEnd) {
    this.user = user;
    this.home = new GuardedHome(loop, this::failed);
    HomeLog log = new HomeLog(user, home, services.reads().log());
    this.limits = services.limits();
    this.onEnd = onEnd;
    this.tier = new UserTier(home, limits.tier(""));
    this.threads = new Threads(log, recent, this::endIfIdle);
    this.inbox =
        new Inbox(user, log, threads, services.inboxes(), this::isConnected, this::endIfIdle);
    this.readers = new Readers(home, tier, services.reads(), inbox, this::progressed);
    this.runs = new OpenRuns(log, tier, services.runs(), histories, this::progressed);
    this.commands = new Commands(log, threads, tier, runs, services.runs(), this::progressed);
    this.acks =
        new Acks(user, log, threads, services.reads().log().hooks(), services.runs().metrics());
    this.subscriptions = new Subscriptions(home, threads, tier, inbox);
    this.welcomes = new Welcomes(home, tier, runs, services);
  }

  public UserId user() {
    return user;
  }

  public Commands commands() {
    return commands;
  }

  public Subscriptions subscriptions() {
    return subscriptions;
  }

  public Inbox inbox() {
    return inbox;
  }

  public Acks acks() {
    return acks;
  }

  // -- connections

  /** A connection has opened; the newest one's token decides the tier. */
  public Reader attach(Principal principal, Subscriber subscriber) {
    home.check();
    endCheck.cancel();
    grant(principal);
    return readers.attach(principal, subscriber);
  }

  /** Greets a connection that stays, and tells it of cursors that move from now on. */
  public void welcome(Reader reader) {
    home.check();
    if (erasure != null) {
      reader.close(CloseReason.OVERLOADED);
      return;
    }
    Subscriber subscriber = reader.subscriber();
    subscriber.welcome(Frame.of(welcomes.encode(reader.principal(), subscriber.id())));
    sayGoAway(reader);
    reader.startHeartbeat();
    inbox.online(tier.tier().name(), reader.principal().has(Scope.OPERATOR));
  }

  /**
   * What came of a call has thrown, and a command may stay unanswered: clients ask again, on new
   * connections.
   */
  private void failed(Throwable fault) {
    LOG.error("a call of the user's home could not go on: the connections are closed", fault);
    readers.forEach(reader -> reader.close(CloseReason.FAULT));
  }

  /** Whether the user has a connection now. */
  boolean isConnected() {
    return !readers.isEmpty();
  }

  /** As {@link UserContexts#called}. */
  void calledAsOperator(String newestTier) {
    home.check();
    if (erasure == null) {
      inbox.calledAsOperator(newestTier);
    }
  }

  private void grant(Principal principal) {
    tier.set(limits.tier(principal.tier()));
    commands.rate().followTier();
  }

  /** A connection has a newer token: what that does not allow is dropped at once. */
  public ServerSignal refresh(Reader reader, CommandId command, Principal renewed) {
    home.check();
    grant(renewed);
    List<ThreadId> dropped = reader.refresh(renewed);
    inbox.online(tier.tier().name(), renewed.has(Scope.OPERATOR));
    return new ServerSignal.Refreshed(
        command, renewed.expiresAt(), tier.tier().name(), TierLimits.of(tier.tier()), dropped);
  }

  /** Takes a permit of the user's rate for a call that is no command; null if there was one. */
  @Nullable Refusal takePermit(Principal principal) {
    home.check();
    grant(principal);
    Refusal refusal = commands.rate().take();
    endIfIdle();
    return refusal;
  }

  // -- threads

  /** As {@link Threads#deleted}. */
  void deleted(ThreadId id, Epoch next) {
    threads.deleted(id, next);
  }

  /** Starts the first queued run of the thread, if it may begin. Then calls one of the two. */
  void startQueued(ThreadId thread, Runnable onResult, Consumer<Throwable> onFailure) {
    threads.with(
        thread,
        loaded -> {
          runs.starter().startNext(loaded);
          onResult.run();
        },
        onFailure);
  }

  /** As {@link OpenRuns#expect}. */
  void expect(RunRecord run, Runnable whenDone) {
    runs.expect(run, whenDone);
  }

  /** Resumes a run that was expected. */
  void resume(RunRecord run) {
    threads.with(
        run.thread().thread(),
        thread -> runs.resume(thread, run.run()),
        failure -> runs.notLoaded(run.run(), failure, () -> resume(run)));
  }

  // -- end

  /**
   * The process ends: takes no new commands, and asks connections to come back later. Completes at
   * home when no run is open or about to be.
   */
  CompletionStage<Void> drain(DrainConfig config) {
    home.check();
    draining = config;
    runs.drain();
    readers.forEach(this::sayGoAway);
    completeDrain();
    return atRest;
  }

  private void sayGoAway(Reader reader) {
    if (draining != null) {
      long away = draining.reconnectAfterMillis(reader.subscriber().id());
      reader.signal(new ServerSignal.GoAway("shutdown", away));
    }
  }

  /** The time to drain is over: cancels every run, and whatever is about to be one. */
  void cancelRuns() {
    home.check();
    commands.cancelUndecided(CancelledBy.SHUTDOWN);
    runs.cancelAll();
  }

  /** Completes at home when every connection has been given all that there is, after a drain. */
  CompletionStage<Void> caughtUp() {
    home.check();
    return caughtUp;
  }

  // -- erasure

  /**
   * Everything of the user is to be deleted: cancels every run, takes no command and no connection
   * any more. Completes at home when no connection is open and nothing is on its way to the log;
   * then {@link #erased} or {@link #keep} follows.
   */
  CompletionStage<Void> erase() {
    home.check();
    endCheck.cancel();
    CompletableFuture<Void> begun = new CompletableFuture<>();
    erasure = begun;
    commands.cancelUndecided(CancelledBy.OPERATOR);
    runs.erase();
    inbox.erase();
    completeErasure();
    return begun;
  }

  private void completeErasure() {
    if (erasure != null
        && readers.isEmpty()
        && !isAtWork()
        && !inbox.isAtWork()
        && threads.areUnused()) {
      erasure.complete(null);
    }
  }

  /** Everything of the user is deleted. The next connection gets a new context. */
  void erased() {
    home.check();
    ended = true;
    threads.erased();
    onEnd.accept(this);
  }

  /** Nothing was deleted: the user goes on. */
  void keep() {
    home.check();
    erasure = null;
    runs.reopen();
    if (draining != null) {
      runs.drain();
    }
    inbox.keep();
    endIfIdle();
  }

  private boolean isAtWork() {
    return runs.isAtWork() || commands.areUndecided();
  }

  /** Something has come to an end, or was given to a connection. */
  private void progressed() {
    completeDrain();
    endIfIdle();
  }

  private void completeDrain() {
    if (draining != null && !isAtWork()) {
      atRest.complete(null);
      if (!readers.areBehind()) {
        caughtUp.complete(null);
      }
    }
  }

  private void endIfIdle() {
    completeErasure();
    if (ended
        || erasure != null
        || !readers.isEmpty()
        || isAtWork()
        || inbox.isAtWork()
        || !threads.isEmpty()) {
      return;
    }
    endCheck.cancel();
    long nanos = commands.rate().nanosUntilFull();
    if (nanos > 0) {
      // A user must not get a fresh limit by leaving: the context stays until it is full again.
      endCheck = home.schedule(Duration.ofNanos(nanos), this::endIfIdle);
      return;
    }
    ended = true;
    onEnd.accept(this);
  }
}
