package dev.parley.gateway.user;

import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ErrorBody;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Problem;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The contexts of all users, each at its home. Callable from any thread; contexts are only handed
 * out at home.
 */
public final class UserContexts {

  private static final Duration DRAIN_CHECK = Duration.ofMillis(20);
  private static final int MOST_CHECKS_BEHIND = 50;
  private static final long MILLIS = 1_000;

  private final Homes homes;
  private final Services services;
  private final Map<Home, AtHome> byHome = new LinkedHashMap<>();

  public UserContexts(Homes homes, Services services) {
    this.homes = homes;
    this.services = services;
    for (Home home : homes.all()) {
      byHome.put(home, new AtHome(home));
    }
  }

  public Home home(UserId user) {
    return homes.of(user);
  }

  /** The user's context, born now if need be. Called at the user's home. */
  public UserContext of(UserId user) {
    return atHome(homes.of(user)).of(user);
  }

  /** The log has deleted a thread: whoever reads it is told, at home, behind what came before. */
  public void deleted(ThreadKey thread, Epoch next) {
    Home home = homes.of(thread.user());
    home.execute(() -> atHome(home).deleted(thread, next));
  }

  /**
   * Forgets a thread of the user, in the order of what the user's home asks of the log, and tells
   * whoever reads it. It counts in the user's rate, as a command that appends does: beyond that the
   * stage fails with a {@link RefusedException}, else only with a {@link LogException}. Completes
   * at the home.
   */
  public CompletionStage<Deletion> delete(Principal principal, ThreadId id) {
    ThreadKey thread = new ThreadKey(principal.user(), id);
    Home home = homes.of(principal.user());
    return CompletableFuture.supplyAsync(
            () -> {
              takePermit(principal);
              return services.log().delete(thread);
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

  /** The token decides the tier, as that of a new connection does. */
  private void takePermit(Principal principal) {
    UserContext context = of(principal.user());
    context.grant(principal);
    ErrorBody refusal = context.rate().take();
    context.endIfIdle();
    if (refusal != null) {
      long millis = Objects.requireNonNullElse(refusal.retryAfterMillis(), MILLIS);
      int seconds = (int) -Math.floorDiv(-millis, MILLIS);
      throw new RefusedException(
          Problem.retryAfter(429, refusal.code(), refusal.message(), seconds));
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
   * Lets the messages that wait on these threads begin, as far as no run is open there; completes
   * when all threads have been looked at.
   */
  public CompletionStage<Void> resume(List<ThreadKey> threads) {
    List<CompletableFuture<Void>> all = threads.stream().map(this::resume).toList();
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> resume(ThreadKey thread) {
    CompletableFuture<Void> looked = new CompletableFuture<>();
    home(thread.user())
        .execute(
            () ->
                of(thread.user())
                    .withThread(
                        thread.thread(),
                        known -> looked.complete(null),
                        () -> looked.complete(null)));
    return looked;
  }

  /**
   * Takes no new commands, tells every connection to go away, and stops the runs that have not
   * ended in time; completes when every run has its end and everybody has been given it. Who reads
   * too slowly is waited for a second and finds it in the log.
   */
  public CompletionStage<Void> drain(DrainConfig config) {
    List<CompletableFuture<Void>> all =
        byHome.values().stream().map(home -> home.drain(config)).toList();
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
  }

  /** The contexts that live at one home; touched there only. */
  private final class AtHome {
    private final Home home;
    private final Recents recents = new Recents(services.metrics().recent());
    private final Map<UserId, UserContext> contexts = new HashMap<>();
    private @Nullable DrainConfig draining;

    AtHome(Home home) {
      this.home = home;
    }

    UserContext of(UserId user) {
      home.check();
      return contexts.computeIfAbsent(user, this::born);
    }

    private UserContext born(UserId user) {
      UserContext context =
          new UserContext(user, home, services, recents, ended -> contexts.remove(ended.user()));
      if (draining != null) {
        context.drain(draining.period());
      }
      return context;
    }

    void deleted(ThreadKey thread, Epoch next) {
      UserContext context = contexts.get(thread.user());
      if (context != null) {
        context.deleted(thread.thread(), next);
      }
    }

    CompletableFuture<Void> drain(DrainConfig config) {
      CompletableFuture<Void> drained = new CompletableFuture<>();
      home.execute(
          () -> {
            draining = config;
            contexts.values().forEach(context -> context.drain(config.period()));
            Home.Timer deadline = home.schedule(config.timeout(), this::stopRuns);
            var ignored = drained.whenComplete((done, failure) -> deadline.cancel());
            completeWhenAtRest(drained, MOST_CHECKS_BEHIND);
          });
      return drained;
    }

    private void stopRuns() {
      contexts.values().forEach(UserContext::stopRuns);
    }

    private void completeWhenAtRest(CompletableFuture<Void> drained, int checksBehind) {
      boolean works = contexts.values().stream().anyMatch(UserContext::isAtWork);
      boolean reads =
          checksBehind > 0 && contexts.values().stream().anyMatch(UserContext::hasReadersBehind);
      if (works || reads) {
        int left = works ? checksBehind : checksBehind - 1;
        var ignored = home.schedule(DRAIN_CHECK, () -> completeWhenAtRest(drained, left));
      } else {
        drained.complete(null);
      }
    }
  }
}
