package dev.parley.gateway.agent.builtin;

import static java.util.stream.Collectors.joining;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.Message;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.Cancellation;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.protocol.ConversationId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One run of the built-in agent on a manual timer, with everything it emitted. */
final class BuiltinRun {

  static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

  final ManualTimer timer = new ManualTimer();
  final List<AgentEvent> events = new ArrayList<>();
  final List<Long> at = new ArrayList<>();
  final CompletionStage<Void> done;
  CompletionStage<Void> consent = CompletableFuture.completedFuture(null);
  private Runnable onCancel = () -> {};

  static BuiltinRun of(String text) {
    return new BuiltinRun('"' + text + '"', null, 30);
  }

  BuiltinRun(String input, @Nullable String context, int paceMillis) {
    this(input, context, paceMillis, Optional.empty());
  }

  /** A run whose steps this worker runs, else the timer. */
  BuiltinRun(String input, @Nullable String context, int paceMillis, Optional<Executor> worker) {
    InstantSource now = () -> START.plusMillis(timer.millis());
    BuiltinAgent agent =
        new BuiltinAgent(
            Duration.ofMillis(paceMillis),
            timer,
            worker.orElse(timer),
            now.withZone(ZoneOffset.UTC));
    done = agent.run(request(input, context), this::take);
  }

  private AgentRequest request(String input, @Nullable String context) {
    Cancellation cancellation =
        new Cancellation() {
          @Override
          public boolean isCancelled() {
            return false;
          }

          @Override
          public void onCancel(Runnable action) {
            onCancel = action;
          }
        };
    return new AgentRequest(
        new UserId("default", "ada"),
        new ThreadId("t1"),
        new RunId("r_1"),
        new ConversationId("x"),
        RawJson.of(input),
        context == null ? null : RawJson.of(context),
        null,
        HistorySource.NONE,
        null,
        cancellation);
  }

  private CompletionStage<Void> take(AgentEvent event) {
    events.add(event);
    at.add(timer.millis());
    return consent;
  }

  BuiltinRun toEnd() {
    timer.pass(10 * 60_000);
    return this;
  }

  void cancel() {
    onCancel.run();
  }

  boolean isDone() {
    return done.toCompletableFuture().isDone();
  }

  <T extends AgentEvent> List<T> all(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  String text() {
    return all(Message.class).stream().map(Message::delta).collect(joining());
  }

  String result() {
    AgentEvent.Completed end = all(AgentEvent.Completed.class).get(0);
    return String.valueOf(end.result());
  }
}
