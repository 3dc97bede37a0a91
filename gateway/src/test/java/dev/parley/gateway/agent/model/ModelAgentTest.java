package dev.parley.gateway.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.openai.OpenAiDialect;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The loop over the steps of a model. */
@Test(groups = "unit")
public class ModelAgentTest {

  private static final String CALL =
      """
      {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"look","arguments":"{}"}}]},
      "finish_reason":"tool_calls"}]}""";
  private static final String DONE = "[DONE]";

  private ScriptedUpstream service;
  private SeenRun run;

  @BeforeMethod(alwaysRun = true)
  public void newRun() {
    service = new ScriptedUpstream();
    run = new SeenRun();
  }

  private CompletableFuture<Void> start(HistorySource history) {
    ModelAgent agent =
        new ModelAgent(
            "A model.",
            Set.of(),
            new OpenAiDialect(
                new ModelEndpoint(
                    URI.create("http://model/v1"),
                    Optional.of("m"),
                    Optional.empty(),
                    Optional.empty())),
            service,
            new ModelAgent.ModelLimits(1024, 3));
    assertThat(agent.confirmsCancel()).isFalse();
    return agent.run(run.request(RawJson.of("\"hi\""), history), run).toCompletableFuture();
  }

  private CompletableFuture<Void> start() {
    return start(HistorySource.NONE);
  }

  private static String said(String text) {
    return "{\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}";
  }

  public void theRunEndsWithTheAnswer() {
    CompletableFuture<Void> done = start();
    service.last().sendAll(List.of(said("Hel"), said("lo"), DONE));
    assertThat(run.events)
        .containsExactly(
            new AgentEvent.Message("Hel"),
            new AgentEvent.Message("lo"),
            AgentEvent.Completed.stop());
    assertThat(done).isCompleted();
  }

  public void nothingIsAskedBeforeTheHistoryIsThere() {
    CompletableFuture<History> history = new CompletableFuture<>();
    CompletableFuture<Void> done =
        start(
            maxBytes -> {
              assertThat(maxBytes).isEqualTo(1024);
              return history;
            });
    assertThat(service.all()).isEmpty();
    history.complete(
        new History(List.of(new History.PastMessage(RawJson.of("\"earlier\""))), false));
    assertThat(service.last().call.body().toString()).contains("earlier");
    assertThat(done).isNotDone();
  }

  public void aHistoryThatCannotBeReadFailsTheRun() {
    CompletableFuture<Void> done =
        start(maxBytes -> CompletableFuture.failedFuture(new IllegalStateException("disk")));
    assertThat(done).isCompletedExceptionally();
    assertThat(run.events).isEmpty();
  }

  public void theStreamWaitsForTheLog() {
    start();
    run.fill();
    CompletableFuture<Boolean> taken = service.last().send(said("a")).toCompletableFuture();
    assertThat(taken).isNotDone();
    run.drain();
    assertThat(taken).isCompletedWithValue(false);
  }

  public void aChunkThatShowsNothingIsASignOfLife() {
    start();
    service.last().send("{\"choices\":[]}");
    assertThat(run.signsOfLife).isEqualTo(1);
    assertThat(run.events).isEmpty();
  }

  public void aCallOfAToolEndsWithAnErrorThatTheModelIsTold() {
    CompletableFuture<Void> done = start();
    service.last().sendAll(List.of(CALL, DONE));
    assertThat(run.events)
        .containsExactly(
            new AgentEvent.ToolStarted("a", "look", RawJson.of("{}")),
            AgentEvent.ToolEnded.error("a", "tool: look is not one of the tools of this agent"));
    assertThat(service.all()).hasSize(2);
    assertThat(service.last().call.body().toString())
        .contains("\"role\":\"tool\"")
        .contains("Error: tool: look is not one of the tools of this agent");
    service.last().sendAll(List.of(said("so be it"), DONE));
    assertThat(run.last()).isEqualTo(AgentEvent.Completed.stop());
    assertThat(done).isCompleted();
  }

  public void argumentsThatAreNoObjectAreNamed() {
    start();
    service.last().sendAll(List.of(CALL.replace("\"{}\"", "\"{city\""), DONE));
    assertThat(run.last())
        .isEqualTo(
            AgentEvent.ToolEnded.error("a", "arguments: \"{city\" (expected: a JSON object)"));
  }

  public void toolsAreShownBeforeTheNextRequestIsSent() {
    start();
    service.last().send(CALL);
    run.fill();
    service.last().send(DONE);
    assertThat(run.events).hasSize(1);
    assertThat(service.all()).hasSize(1);
    run.drain();
    assertThat(run.events).hasSize(2);
    assertThat(service.all()).hasSize(2);
  }

  public void aModelThatNeverFinishesIsEnded() {
    CompletableFuture<Void> done = start();
    for (int step = 0; step < 3; step++) {
      service.last().sendAll(List.of(CALL, DONE));
    }
    assertThat(service.all()).hasSize(3);
    assertThat(run.last())
        .isEqualTo(
            new AgentEvent.Failed(
                ErrorCode.MAX_STEPS, "run: one more step (expected: at most 3)", false));
    assertThat(done).isCompleted();
  }

  public void aFailureOfTheServiceIsTheEnd() {
    CompletableFuture<Void> done = start();
    UpstreamException busy =
        new UpstreamException(
            ErrorCode.UPSTREAM_RATE_LIMITED, "Too much.", true, Duration.ofSeconds(3));
    service.last().fail(busy);
    assertThat(run.events).containsExactly(busy.toEvent());
    assertThat(done).isCompleted();
  }

  public void whatStoodBeforeAMistakeIsShown() {
    CompletableFuture<Void> done = start();
    service.last().sendAll(List.of(said("so far"), "no json", said("late")));
    assertThat(run.events).hasSize(2).startsWith(new AgentEvent.Message("so far"));
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
    assertThat(done).isCompleted();
  }

  public void anUnexpectedExceptionIsNoEvent() {
    CompletableFuture<Void> done = start();
    service.last().fail(new IllegalStateException("secret"));
    assertThat(run.events).isEmpty();
    assertThatThrownBy(done::join).hasRootCauseInstanceOf(IllegalStateException.class);
  }

  public void aPartThatTheModelDoesNotTakeIsNamed() {
    ModelAgent agent =
        new ModelAgent(
            "",
            Set.of(),
            new OpenAiDialect(
                new ModelEndpoint(
                    URI.create("http://model"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())),
            service,
            new ModelAgent.ModelLimits(0, 1));
    RawJson video = RawJson.of("[{\"type\":\"video\",\"url\":\"https://x\"}]");
    assertThat(agent.run(run.request(video, HistorySource.NONE), run).toCompletableFuture())
        .isCompleted();
    assertThat(run.events)
        .containsExactly(
            new AgentEvent.Failed(
                ErrorCode.UPSTREAM_REJECTED,
                "input[0].type: video (expected: text, image or file)",
                false));
    assertThat(service.all()).isEmpty();
  }

  public void aCancelledRunEndsWhenItsConnectionIsClosed() {
    CompletableFuture<Void> done = start();
    service.last().send(CALL);
    run.cancel();
    assertThat(done).isNotDone();
    service.last().closeOurs();
    assertThat(done).isCompleted();
    assertThat(run.events).isEmpty();
  }

  public void aRunThatWasCancelledBetweenTwoStepsSendsNothingMore() {
    CompletableFuture<Void> done = start();
    service.last().send(CALL);
    run.fill();
    service.last().send(DONE);
    run.cancel();
    run.drain();
    assertThat(service.all()).hasSize(1);
    assertThat(done).isCompleted();
  }

  public void aRejectedQuestionForTheUsageIsLeftOut() {
    start();
    assertThat(service.last().call.body().toString()).contains("stream_options");
    service.last().fail(rejection("unknown field: stream_options"));
    assertThat(service.all()).hasSize(2);
    assertThat(service.last().call.body().toString()).doesNotContain("stream_options");
    service.last().fail(rejection("stream_options again"));
    assertThat(service.all()).hasSize(2);
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.UPSTREAM_REJECTED);
  }

  public void nothingIsAskedAgainAfterAnEvent() {
    start();
    service.last().send(said("a"));
    service.last().fail(rejection("stream_options"));
    assertThat(service.all()).hasSize(1);
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.UPSTREAM_REJECTED);
  }

  public void whatStoodBeforeAMistakeInTheSameEventIsShown() {
    start();
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 129; i++) {
      many.append("{\"function\":{\"name\":\"f\"},\"id\":\"").append(i).append("\"},");
    }
    many.setLength(many.length() - 1);
    service
        .last()
        .send("{\"choices\":[{\"delta\":{\"content\":\"a\",\"tool_calls\":[" + many + "]}}]}");
    assertThat(run.events).hasSize(2).startsWith(new AgentEvent.Message("a"));
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
  }

  public void aRejectionForAnotherReasonIsTheEnd() {
    start();
    service.last().fail(rejection("no such model"));
    assertThat(service.all()).hasSize(1);
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.UPSTREAM_REJECTED);
  }

  private static UpstreamException rejection(String answer) {
    return new UpstreamException(
        ErrorCode.UPSTREAM_REJECTED, "The service rejected the request.", false, null, answer);
  }
}
