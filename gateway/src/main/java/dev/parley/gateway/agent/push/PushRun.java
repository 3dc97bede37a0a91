package dev.parley.gateway.agent.push;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.UnconfirmedCancelException;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.Places;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.hook.HookDelivery;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One run: its hook, and the batches that the back end adds, one after the other. Callable from any
 * thread.
 */
final class PushRun implements PushRuns.PushedRun, HookDelivery.DeliveryListener {

  private static final int MAX_WAITING = 8;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /**
   * What all runs of an agent share.
   *
   * @param places for hooks that are on their way: a run has one until its hook is accepted, and
   *     again while the back end is told that it is cancelled
   * @param eventsUrl before the path of the events of a run; may be empty
   */
  record PushParts(
      AgentName agent,
      HookSender sender,
      Places places,
      PushRuns runs,
      HookDelivery.Pauses pauses,
      String eventsUrl,
      int historyBytes) {}

  private final PushParts parts;
  private final AgentRequest request;
  private final AgentSink sink;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private CompletionStage<?> lastBatch = CompletableFuture.completedFuture(null);
  private Producers producers = Producers.NONE;
  private int waiting;
  private boolean accepted;
  private boolean endsByItself;
  private boolean over;

  /** Waits for a place. */
  private CompletableFuture<Void> entered = CompletableFuture.completedFuture(null);

  /** Holds the whole hook, so it is forgotten when the hook is accepted. */
  private @Nullable HookDelivery delivery;

  PushRun(PushParts parts, AgentRequest request, AgentSink sink) {
    this.parts = parts;
    this.request = request;
    this.sink = sink;
  }

  /**
   * Starts the run, or goes on with it.
   *
   * @return completes when the back end has ended it or confirmed its end; fails when it did not
   *     confirm it, or the thread cannot be read
   */
  CompletionStage<Void> start() {
    RawJson checkpoint = request.resumption() == null ? null : request.resumption().checkpoint();
    if (checkpoint != null) {
      synchronized (this) {
        producers = Producers.of(checkpoint);
        accepted = true;
      }
    }
    parts.runs().open(request.user(), request.run(), this);
    request.cancellation().onCancel(this::stop);
    if (checkpoint == null) {
      enter();
    }
    return done;
  }

  private void enter() {
    CompletableFuture<Void> place = parts.places().enter(request);
    synchronized (this) {
      entered = place;
      if (over) {
        place.cancel(false);
      }
    }
    place.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            entered();
          } else if (failure instanceof UpstreamException full) {
            end(full.toEvent());
          }
        });
  }

  private void entered() {
    if (!needsHook()) {
      return;
    }
    request
        .history()
        .read(parts.historyBytes())
        .whenComplete(
            (history, failure) -> {
              if (failure != null) {
                failed(failure);
                return;
              }
              try {
                deliver(history);
              } catch (RuntimeException | Error fault) {
                failed(fault);
              }
            });
  }

  /**
   * Without need, the place is given back: the run may have ended, or the back end begun, before.
   */
  private synchronized boolean needsHook() {
    boolean needsHook = !over && !accepted;
    if (!needsHook) {
      leave();
    }
    return needsHook;
  }

  private void failed(Throwable fault) {
    leave();
    done.completeExceptionally(fault);
  }

  private void deliver(History history) {
    UserId user = request.user();
    HookBody.EventsAddress address =
        new HookBody.EventsAddress(
            parts.eventsUrl() + "/v1/runs/" + request.run() + "/events",
            parts.runs().token(user, request.run(), parts.agent()));
    RawJson body = HookBody.started(request, parts.agent(), history, address);
    HookDelivery next =
        new HookDelivery(
            () -> parts.sender().send(request, request.run().value(), body), parts.pauses(), this);
    synchronized (this) {
      if (!needsHook()) {
        return;
      }
      delivery = next;
    }
    next.attempt();
  }

  @Override
  public synchronized void accepted() {
    if (!accepted && !over) {
      accepted = true;
      delivery = null;
      leave();
      // Under the lock: a batch that comes now has a later checkpoint.
      var ignored = sink.emitAll(List.of(), producers.checkpoint());
    }
  }

  @Override
  public void refused(int status) {
    end(HookSender.refusal(status));
  }

  /** The hook will not be accepted. */
  private void end(AgentEvent.Failed failed) {
    synchronized (this) {
      if (accepted || over) {
        return;
      }
      endsByItself = true;
    }
    sink.emit(failed).whenComplete((taken, problem) -> done.complete(null));
  }

  private void leave() {
    parts.places().leave(request);
  }

  @Override
  public synchronized CompletionStage<PushAnswer> add(PushedBatch batch) {
    if (waiting == MAX_WAITING) {
      return CompletableFuture.failedFuture(
          new RefusedException(
              Refusal.temporary(
                  ErrorCode.QUOTA_EXCEEDED,
                  "calls of this run: too many at a time (expected: at most " + MAX_WAITING + ")",
                  RETRY_AFTER)));
    }
    waiting++;
    CompletionStage<PushAnswer> answer =
        lastBatch.handle((before, failure) -> take(batch)).thenCompose(taken -> taken);
    lastBatch = answer;
    return answer.whenComplete((given, failure) -> left());
  }

  private synchronized void left() {
    waiting--;
  }

  private synchronized CompletionStage<PushAnswer> take(PushedBatch batch) {
    // The end of the run may be on its way to us.
    if (over || endsByItself) {
      return CompletableFuture.completedFuture(new PushAnswer.NotOpen());
    }
    sink.alive();
    PushAnswer answer = producers.judge(batch);
    if (!(answer instanceof PushAnswer.Taken)) {
      return CompletableFuture.completedFuture(answer);
    }
    // A back end that adds events has the hook, even if its answer was lost.
    accepted = true;
    entered.cancel(false);
    if (delivery != null) {
      delivery.stop();
      delivery = null;
      leave();
    }
    endsByItself = batch.endsRun();
    Producers next = producers.after(batch);
    return emit(batch.events(), next)
        .handle((done, failure) -> failure == null ? stored(batch, next) : lost());
  }

  /** An event that the gateway left out, because it was no valid one of this run, is no failure. */
  private CompletionStage<Void> emit(List<AgentEvent> events, Producers next) {
    return sink.emitAllSynced(events, next.checkpoint())
        .exceptionallyCompose(
            failure ->
                request.cancellation().isCancelled()
                    ? CompletableFuture.failedFuture(failure)
                    : sink.emitAllSynced(List.of(), next.checkpoint()));
  }

  private PushAnswer stored(PushedBatch batch, Producers next) {
    synchronized (this) {
      producers = next;
    }
    if (batch.endsRun()) {
      done.complete(null);
    }
    return new PushAnswer.Taken();
  }

  /** The run has ended before the batch was stored. The log knows which of its events it has. */
  private synchronized PushAnswer lost() {
    over = true;
    return new PushAnswer.NotOpen();
  }

  /** The run is cancelled or has ended, or this process ends. */
  private void stop() {
    parts.runs().close(request.user(), request.run());
    HookDelivery last;
    boolean isKnownToTheService;
    synchronized (this) {
      over = true;
      entered.cancel(false);
      last = delivery;
      isKnownToTheService = accepted || (last != null && last.wasAttempted());
      isKnownToTheService &= !endsByItself;
    }
    if (last != null) {
      last.stop();
    }
    if (request.cancellation().isDetached() || !isKnownToTheService) {
      leave();
      done.complete(null);
      return;
    }
    parts
        .places()
        .enter(request)
        // Without a place too: it is one small call, and ends the work of the back end.
        .handle((place, full) -> tellCancelled())
        .thenCompose(told -> told)
        .whenComplete((answer, failure) -> confirm(answer));
  }

  private CompletableFuture<HttpAnswer> tellCancelled() {
    return parts
        .sender()
        .send(request, request.run() + ".cancelled", HookBody.cancelled(request, parts.agent()));
  }

  private void confirm(@Nullable HttpAnswer answer) {
    leave();
    if (answer != null && answer.isSuccess()) {
      done.complete(null);
    } else {
      done.completeExceptionally(new UnconfirmedCancelException());
    }
  }
}
