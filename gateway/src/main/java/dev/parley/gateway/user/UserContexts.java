package dev.parley.gateway.user;

import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.history.Histories;
import dev.parley.gateway.user.history.HistoryCache;
import dev.parley.gateway.user.home.CommonRefusals;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.Homes;
import dev.parley.gateway.user.inbox.CallingOperators;
import dev.parley.gateway.user.inbox.OnlineUsers;
import dev.parley.gateway.user.thread.RecentEventsCache;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The contexts of all users, each at its home. Callable from any thread; contexts are only handed
 * out at home.
 */
public final class UserContexts implements OnlineUsers {

  /** How long connections may take to be given what there is, once every run has ended. */
  private static final Duration MAX_CATCH_UP = Duration.ofSeconds(1);

  /** How long the runs and connections of a user may take to end before the user is erased. */
  private static final Duration MAX_ERASURE = Duration.ofSeconds(30);

  private static final Duration RETRY = Duration.ofSeconds(1);

  /**
   * Runs that one home resumes at once. The events of each, up to 8 MiB, are in memory meanwhile.
   */
  private static final int MAX_RESUMING = 8;

  private final Homes homes;
  private final Services services;
  private final Metrics metrics;
  private final Map<Home, AtHome> byHome = new LinkedHashMap<>();

  public UserContexts(Homes homes, Services services) {
    this.homes = homes;
    this.services = services;
    this.metrics = services.runs().metrics();
    ByteAccount ofHistories = HistoryCache.account();
    for (Home home : homes.all()) {
      byHome.put(home, new AtHome(home, ofHistories));
    }
  }

  public Home home(UserId user) {
    return homes.of(user);
  }

  /** The user's context, made now if there is none. Called at the user's home. */
  public UserContext of(UserId user) {
    return atHome(homes.of(user)).of(user);
  }

  @Override
  public CompletionStage<Set<String>> subjects(String tenant) {
    Set<String> all = new HashSet<>();
    CompletionStage<Set<String>> found = CompletableFuture.completedStage(all);
    for (Map.Entry<Home, AtHome> each : byHome.entrySet()) {
      found =
          found.thenApplyAsync(
              soFar -> {
                each.getValue().round.online(tenant).forEach(user -> soFar.add(user.subject()));
                return soFar;
              },
              each.getKey());
    }
    return found;
  }

  /**
   * A call over HTTP has come with this token. If it is an operator's, the directory remembers
   * that, as of a connection. Does not wait; nothing is written if it is remembered already.
   */
  public void called(Principal caller) {
    if (caller.has(Scope.OPERATOR)) {
      UserId user = caller.user();
      Home home = homes.of(user);
      String tier = services.limits().tier(caller.tier()).name();
      home.execute(() -> atHome(home).called(user, tier));
    }
  }

  /** Whether the user has a connection now. Completes at the user's home. */
  public CompletionStage<Boolean> isConnected(UserId user) {
    Home home = homes.of(user);
    return CompletableFuture.supplyAsync(() -> atHome(home).isConnected(user), home);
  }

  @Override
  public void look(String tenant) {
    byHome.forEach((home, contexts) -> home.execute(() -> contexts.round.begin(tenant)));
  }

  @Override
  public void lookAll() {
    byHome.forEach((home, contexts) -> home.execute(contexts.round::beginForAll));
  }

  /** The log has deleted a thread: its readers are told, at home, after what came before. */
  public void deleted(ThreadKey thread, Epoch next) {
    Home home = homes.of(thread.user());
    home.execute(() -> atHome(home).deleted(thread, next));
  }

  /**
   * Deletes a thread of the user, in order with the commits that the user's home asks for, and
   * tells its readers. It counts in the user's rate, as a command that appends does: beyond that
   * the stage fails with a {@link RefusedException}, else only with a {@link LogException}.
   * Completes at the home.
   */
  public CompletionStage<Deletion> delete(Principal principal, ThreadId id) {
    ThreadKey thread = new ThreadKey(principal.user(), id);
    Home home = homes.of(principal.user());
    return CompletableFuture.supplyAsync(
            () -> {
              takePermit(principal);
              return services.reads().log().delete(thread);
            },
            home)
        .thenCompose(deletion -> deletion)
        .thenApplyAsync(
            deletion -> {
              if (deletion instanceof Deletion.Deleted deleted) {
                atHome(home).deleted(thread, deleted.epoch());
              }
              return deletion;
            },
            home);
  }

  /**
   * Erases the user: cancels every run, takes no command meanwhile, and deletes everything once
   * nothing is under way. One erasure of a user follows the other. Fails with a {@link
   * RefusedException} when that takes too long, or as the deletion does; then the user goes on.
   * Completes at the home.
   *
   * @param disconnect begins to close the user's connections; called at the home
   * @param deletion deletes everything in the log
   */
  public CompletionStage<Deletion> erase(
      UserId user, Runnable disconnect, Supplier<CompletionStage<Deletion>> deletion) {
    Home home = homes.of(user);
    return CompletableFuture.supplyAsync(() -> atHome(home).erase(user, disconnect, deletion), home)
        .thenCompose(erased -> erased);
  }

  private void takePermit(Principal principal) {
    Refusal refusal = of(principal.user()).takePermit(principal);
    if (refusal != null) {
      throw new RefusedException(refusal);
    }
  }

  private AtHome atHome(Home home) {
    AtHome contexts = byHome.get(home);
    if (contexts == null) {
      throw new IllegalStateException("home: unknown (expected: one of this gateway)");
    }
    return contexts;
  }

  /**
   * Starts the first queued run of each of these threads, where no run is open. Completes when all
   * threads have been looked at; one that the log does not tell of is tried again later.
   */
  public CompletionStage<Void> resume(List<ThreadKey> threads) {
    return all(
        threads,
        thread -> {
          CompletableFuture<Void> looked = new CompletableFuture<>();
          AtHome contexts = atHome(home(thread.user()));
          home(thread.user()).execute(() -> contexts.resume(thread, looked));
          return looked;
        });
  }

  /**
   * Resumes runs that the last process left open, a few at a time. They count as open when this
   * returns, to everything that comes to their homes later. Does not wait.
   */
  public void resumeRuns(List<RunRecord> runs) {
    Map<Home, Deque<RunRecord>> byUser = new LinkedHashMap<>();
    for (RunRecord run : runs) {
      byUser.computeIfAbsent(home(run.thread().user()), first -> new ArrayDeque<>()).add(run);
    }
    byUser.forEach((home, all) -> home.execute(() -> atHome(home).resumeRuns(all)));
  }

  /**
   * Takes no new commands, tells every connection to go away, and cancels the runs that have not
   * ended in time. Completes when every run has its end and every connection has been given it; a
   * connection that reads too slowly is not waited for longer than a second.
   */
  public CompletionStage<Void> drain(DrainConfig config) {
    return all(byHome.values(), home -> home.drain(config));
  }

  private static <T> CompletableFuture<Void> all(
      Collection<T> parts, Function<T, CompletionStage<Void>> stage) {
    return CompletableFuture.allOf(
        parts.stream()
            .map(part -> stage.apply(part).toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }

  /** The contexts that live at one home; touched there only. */
  private final class AtHome {
    private final Home home;
    private final RecentEventsCache recent = new RecentEventsCache(metrics.recent());
    private final Histories histories;
    private final Map<UserId, UserContext> contexts = new HashMap<>();
    private final Deque<RunRecord> toResume = new ArrayDeque<>();
    private final BroadcastRound round;
    private final CallingOperators callers;
    private final Map<UserId, CompletableFuture<Deletion>> erasures = new HashMap<>();
    private @Nullable DrainConfig draining;

    AtHome(Home home, ByteAccount ofHistories) {
      this.home = home;
      this.round = new BroadcastRound(home, contexts);
      this.callers = new CallingOperators(home, services.inboxes().log());
      this.histories =
          new Histories(home, services.reads().log(), services.runs().callbacks(), ofHistories);
    }

    boolean isConnected(UserId user) {
      home.check();
      UserContext context = contexts.get(user);
      return context != null && context.isConnected();
    }

    UserContext of(UserId user) {
      home.check();
      return contexts.computeIfAbsent(user, this::born);
    }

    private UserContext born(UserId user) {
      UserContext context = new UserContext(user, home, services, recent, histories, this::ended);
      metrics.contextBorn();
      if (draining != null) {
        var ignored = context.drain(draining);
      }
      return context;
    }

    private void ended(UserContext context) {
      metrics.contextEnded();
      contexts.remove(context.user());
    }

    /** A context is for users who do something: a call does not make one. */
    void called(UserId operator, String tier) {
      home.check();
      UserContext context = contexts.get(operator);
      if (context != null) {
        context.calledAsOperator(tier);
      } else {
        callers.called(operator, tier);
      }
    }

    void deleted(ThreadKey thread, Epoch next) {
      home.check();
      UserContext context = contexts.get(thread.user());
      if (context != null) {
        context.deleted(thread.thread(), next);
      }
    }

    CompletionStage<Deletion> erase(
        UserId user, Runnable disconnect, Supplier<CompletionStage<Deletion>> deletion) {
      home.check();
      CompletableFuture<?> before = erasures.get(user);
      if (before != null) {
        return before
            .handle((done, failure) -> 0)
            .thenComposeAsync(done -> erase(user, disconnect, deletion), home);
      }
      callers.forget(user);
      UserContext context = of(user);
      CompletableFuture<Deletion> result = new CompletableFuture<>();
      erasures.put(user, result);
      home.whenComplete(
          () -> quiet(context, disconnect).thenCompose(done -> deletion.get()),
          deleted ->
              end(
                  user,
                  deleted instanceof Deletion.Deleted ? context::erased : () -> keep(context),
                  () -> result.complete(deleted)),
          failure -> end(user, () -> keep(context), () -> result.completeExceptionally(failure)));
      return result;
    }

    /** Completes when nothing of the user is under way, and fails when that takes too long. */
    private CompletionStage<Void> quiet(UserContext context, Runnable disconnect) {
      CompletableFuture<Void> quiet = context.erase().toCompletableFuture();
      disconnect.run();
      Home.Timer deadline =
          home.schedule(
              MAX_ERASURE,
              () ->
                  quiet.completeExceptionally(new RefusedException(CommonRefusals.stillAtWork())));
      return quiet.whenComplete((done, failure) -> deadline.cancel());
    }

    /** The next erasure of the user must follow, whatever the end of this one throws. */
    private void end(UserId user, Runnable ending, Runnable answer) {
      erasures.remove(user);
      try {
        ending.run();
      } finally {
        answer.run();
      }
    }

    /** The user was not erased. */
    private void keep(UserContext context) {
      context.keep();
      startQueued(context.user());
    }

    /** The user's queued messages have waited. */
    private void startQueued(UserId user) {
      home.whenComplete(
          services.reads().log().threadsWithQueue(),
          waiting ->
              waiting.stream()
                  .filter(thread -> thread.user().equals(user))
                  .forEach(thread -> resume(thread, new CompletableFuture<>())),
          failure -> {
            if (draining == null) {
              var ignored = home.schedule(RETRY, () -> startQueued(user));
            }
          });
    }

    void resumeRuns(Deque<RunRecord> runs) {
      home.check();
      // All are open before the first is resumed.
      runs.forEach(run -> of(run.thread().user()).expect(run, this::resumeNext));
      toResume.addAll(runs);
      for (int i = 0; i < MAX_RESUMING; i++) {
        resumeNext();
      }
    }

    private void resumeNext() {
      RunRecord next = toResume.poll();
      if (next != null) {
        of(next.thread().user()).resume(next);
      }
    }

    void resume(ThreadKey thread, CompletableFuture<Void> looked) {
      of(thread.user())
          .startQueued(
              thread.thread(),
              () -> looked.complete(null),
              failure -> {
                looked.complete(null);
                if (draining == null) {
                  var ignored = home.schedule(RETRY, () -> resume(thread, looked));
                }
              });
    }

    CompletionStage<Void> drain(DrainConfig config) {
      // All of it begins at home: a stage that is complete already would run it on this thread.
      return CompletableFuture.supplyAsync(
              () -> {
                draining = config;
                return untilAtRest(config).thenCompose(now -> untilCaughtUp());
              },
              home)
          .thenCompose(drained -> drained);
    }

    private CompletionStage<Void> untilAtRest(DrainConfig config) {
      Home.Timer deadline = home.schedule(config.timeout(), this::cancelRuns);
      return all(List.copyOf(contexts.values()), context -> context.drain(config))
          .whenComplete((rest, failure) -> deadline.cancel());
    }

    private void cancelRuns() {
      List.copyOf(contexts.values()).forEach(UserContext::cancelRuns);
    }

    private CompletionStage<Void> untilCaughtUp() {
      CompletableFuture<Void> done = all(List.copyOf(contexts.values()), UserContext::caughtUp);
      Home.Timer deadline = home.schedule(MAX_CATCH_UP, () -> done.complete(null));
      return done.whenComplete((read, failure) -> deadline.cancel());
    }
  }
}
