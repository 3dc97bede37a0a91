package dev.parley.gateway.user;

import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One user: connections, cursors, runs and limits, across all of the user's connections. It lives
 * as long as there is a connection, an open run or a limit that is not at rest. Everything happens
 * at the user's home, so nothing is locked.
 */
public final class UserContext {

  private static final Duration LEAST_AWAY = Duration.ofMillis(500);

  private final UserId user;
  private final Home home;
  private final Services services;
  private final Consumer<UserContext> onEnd;
  private final Set<Reader> readers = new LinkedHashSet<>();
  private final Threads threads;
  private final Map<RunId, Run> runs = new LinkedHashMap<>();
  private final PendingCommands pending = new PendingCommands();
  private final Commands commands = new Commands(this);
  private final Subscriptions subscriptions = new Subscriptions(this);
  private final Turns turns = new Turns(this);
  private final Stops stops = new Stops(this);
  private final CommandRate rate;
  private Tier tier;
  private Home.Timer endCheck = () -> {};
  private @Nullable Duration drainPeriod;
  private boolean stopping;
  private boolean ended;

  UserContext(
      UserId user, Home home, Services services, Recents recents, Consumer<UserContext> onEnd) {
    this.user = user;
    this.home = home;
    this.services = services;
    this.onEnd = onEnd;
    this.tier = services.limits().tier("");
    this.rate = new CommandRate(home, tier);
    this.threads = new Threads(user, home, services.log(), recents, this::endIfIdle);
    services.metrics().contextBorn();
  }

  UserId user() {
    return user;
  }

  Home home() {
    return home;
  }

  Services services() {
    return services;
  }

  Tier tier() {
    return tier;
  }

  public Commands commands() {
    return commands;
  }

  public Subscriptions subscriptions() {
    return subscriptions;
  }

  // -- connections

  /** A connection comes; the newest one's token decides the tier. */
  public Reader attach(Principal principal, Subscriber subscriber) {
    home.check();
    endCheck.cancel();
    grant(principal);
    Reader reader = new Reader(this, principal, subscriber);
    readers.add(reader);
    return reader;
  }

  /** A connection that stays is greeted, and told of heads from now on. */
  public void welcome(Reader reader) {
    home.check();
    Subscriber subscriber = reader.subscriber();
    subscriber.welcome(Frame.of(Welcomes.encode(this, reader.principal(), subscriber.id())));
    sayGoAway(reader);
    reader.startHeartbeat();
  }

  void grant(Principal principal) {
    tier = services.limits().tier(principal.tier());
    rate.follow(tier);
  }

  /** A connection goes on with a newer token: what that does not allow is dropped at once. */
  public ServerSignal refresh(Reader reader, CommandId command, Principal renewed) {
    home.check();
    grant(renewed);
    List<ThreadId> dropped = reader.refresh(renewed);
    return new ServerSignal.Refreshed(
        command, renewed.expiresAt(), tier.name(), TierLimits.of(tier), dropped);
  }

  void detached(Reader reader) {
    readers.remove(reader);
    endIfIdle();
  }

  /** Whether a connection has not been given all that there is for it. */
  boolean hasReadersBehind() {
    return readers.stream().anyMatch(Reader::isBehind);
  }

  // -- threads

  /** As {@link Threads#with}. */
  void withThread(ThreadId id, Consumer<ThreadState> action, Runnable otherwise) {
    threads.with(
        id,
        thread -> {
          turns.next(thread);
          action.accept(thread);
        },
        otherwise);
  }

  /** As {@link Threads#deleted}. */
  void deleted(ThreadId id, Epoch next) {
    threads.deleted(id, next);
  }

  void dropIfUnused(ThreadState thread) {
    threads.dropIfUnused(thread);
  }

  // -- commands and runs

  PendingCommands pending() {
    return pending;
  }

  Turns turns() {
    return turns;
  }

  Stops stops() {
    return stops;
  }

  /** The open runs and those about to open. */
  int runs() {
    return runs.size() + pending.starting();
  }

  Iterable<Run> openRuns() {
    return runs.values();
  }

  void opened(Run run) {
    home.check();
    runs.put(run.id(), run);
    run.thread().opened(run);
    if (stopping) {
      // Behind its beginning, which follows at once.
      home.execute(() -> run.cancel(CancelledBy.SHUTDOWN));
    }
  }

  void ended(Run run) {
    home.check();
    runs.remove(run.id());
    run.thread().ended(run);
    turns.next(run.thread());
    home.execute(() -> dropIfUnused(run.thread()));
  }

  boolean cancel(RunId run, CancelledBy by) {
    home.check();
    Run open = runs.get(run);
    if (open != null) {
      open.cancel(by);
    }
    return open != null;
  }

  void find(CommandId command, Consumer<Optional<CommandReceipt>> then, Runnable otherwise) {
    atHome(services.log().find(user, command), then, otherwise);
  }

  void findRun(RunId run, Consumer<Optional<RunRecord>> then, Runnable otherwise) {
    atHome(services.log().run(user, run), then, otherwise);
  }

  /** Goes on at home with what the stage comes to. */
  <T> void atHome(CompletionStage<T> stage, Consumer<T> then, Runnable otherwise) {
    stage.whenComplete(
        (value, failure) ->
            home.execute(
                () -> {
                  if (failure == null) {
                    then.accept(value);
                  } else {
                    otherwise.run();
                  }
                }));
  }

  // -- limits

  CommandRate rate() {
    return rate;
  }

  // -- end

  boolean isDraining() {
    return drainPeriod != null;
  }

  /** The process ends: takes no new commands, and asks connections to come back later. */
  void drain(Duration period) {
    home.check();
    drainPeriod = period;
    readers.forEach(this::sayGoAway);
  }

  // Spread by the connection's name, so that those of one gateway do not all come at once.
  private void sayGoAway(Reader reader) {
    if (drainPeriod != null) {
      int name = reader.subscriber().id().hashCode();
      long spread = Math.floorMod(name, Math.max(1, drainPeriod.toMillis()));
      reader.signal(new ServerSignal.GoAway("shutdown", LEAST_AWAY.toMillis() + spread));
    }
  }

  /** The time for that is over: stops every run, and whatever is about to be one. */
  void stopRuns() {
    home.check();
    stopping = true;
    pending.cancelAll(CancelledBy.SHUTDOWN);
    List.copyOf(runs.values()).forEach(run -> run.cancel(CancelledBy.SHUTDOWN));
  }

  boolean isAtWork() {
    return !runs.isEmpty() || !pending.isEmpty() || turns.isAtWork();
  }

  void endIfIdle() {
    if (ended || !readers.isEmpty() || isAtWork() || !threads.isEmpty()) {
      return;
    }
    endCheck.cancel();
    long nanos = rate.nanosUntilFull();
    if (nanos > 0) {
      // A limit must not be forgotten by leaving: the context stays until it is at rest.
      endCheck = home.schedule(Duration.ofNanos(nanos), this::endIfIdle);
      return;
    }
    ended = true;
    services.metrics().contextEnded();
    onEnd.accept(this);
  }
}
