package dev.parley.gateway.agent.push;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The open runs of all agents of type {@code push} in this process, and their tokens. Callable from
 * any thread.
 */
public final class PushRuns {

  private final ConcurrentMap<RunKey, PushedRun> open = new ConcurrentHashMap<>();
  private final TokenSource tokens;
  private final Duration tokenLife;
  private final Clock clock;

  /** Makes the token with which events are added to one run. */
  @FunctionalInterface
  public interface TokenSource {
    String token(UserId user, RunId run, AgentName agent, Instant expiresAt);
  }

  /** Takes the batches of one run. */
  interface PushedRun {
    CompletionStage<PushAnswer> add(PushedBatch batch);
  }

  private record RunKey(UserId user, RunId run) {}

  /**
   * Without any run yet.
   *
   * @param tokenLife how long a token is good at most; the end of its run ends it before
   */
  public PushRuns(TokenSource tokens, Duration tokenLife, Clock clock) {
    this.tokens = tokens;
    this.tokenLife = tokenLife;
    this.clock = clock;
  }

  String token(UserId user, RunId run, AgentName agent) {
    return tokens.token(user, run, agent, clock.instant().plus(tokenLife));
  }

  void open(UserId user, RunId run, PushedRun taker) {
    open.put(new RunKey(user, run), taker);
  }

  void close(UserId user, RunId run) {
    open.remove(new RunKey(user, run));
  }

  /**
   * Adds events to a run.
   *
   * @return completes when the events are stored; fails with a {@link
   *     dev.parley.gateway.protocol.RefusedException}
   */
  public CompletionStage<PushAnswer> add(UserId user, RunId run, PushedBatch batch) {
    PushedRun found = open.get(new RunKey(user, run));
    return found == null
        ? CompletableFuture.completedFuture(new PushAnswer.NotOpen())
        : found.add(batch);
  }
}
