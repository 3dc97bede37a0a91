package dev.parley.gateway.agent.responses;

import static dev.parley.gateway.agent.responses.Answers.completed;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.UnconfirmedCancelException;
import dev.parley.gateway.agent.model.ModelAgent;
import dev.parley.gateway.agent.model.ScriptedUpstream;
import dev.parley.gateway.agent.model.SeenRun;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Runs that the service works on in the background: cut, joined again, resumed and cancelled. */
@Test(groups = "unit")
public class BackgroundRunTest {

  private static final String CALL =
      "{'id':'fc_1','type':'function_call','call_id':'a','name':'f','arguments':'{}'}";

  private List<String> recording = List.of();
  private List<AgentEvent> whole = List.of();
  private ScriptedUpstream upstream;
  private SeenRun run;

  /** The events of the recording, as the lines of their data. */
  @BeforeClass(alwaysRun = true)
  public void read() throws IOException {
    try (InputStream in =
        requireNonNull(BackgroundRunTest.class.getResourceAsStream("answer.sse"))) {
      recording =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.startsWith("data: "))
              .map(line -> line.substring(6))
              .toList();
    }
    open();
    start(null);
    upstream.last().sendAll(recording);
    whole = List.copyOf(run.events);
    assertThat(whole).hasSize(9);
  }

  @BeforeMethod(alwaysRun = true)
  public void open() {
    upstream = new ScriptedUpstream();
    run = new SeenRun();
  }

  private ModelAgent agent(String parameters) {
    return new ModelAgent(
        "A model.",
        Set.of(),
        new ResponsesDialect(Answers.endpoint(parameters)),
        upstream,
        new ModelAgent.ModelLimits(0, 3));
  }

  /** Begins the run; or goes on with it in another process, which knows the checkpoint alone. */
  private CompletableFuture<Void> start(@Nullable RawJson checkpoint) {
    return agent("{'background':true}")
        .run(
            checkpoint == null
                ? run.request(RawJson.of("\"hi\""), HistorySource.NONE)
                : run.resumed(checkpoint),
            run)
        .toCompletableFuture();
  }

  private static UpstreamException lost() {
    return UpstreamException.permanent(ErrorCode.UPSTREAM_DISCONNECTED, "It was lost.");
  }

  private static String asked(HttpCall call) {
    return call.method() + " " + call.uri();
  }

  public void onlyAnAgentInTheBackgroundIsResumable() {
    assertThat(agent("{'background':true}").isResumable()).isTrue();
    assertThat(agent("{'background':true}").confirmsCancel()).isTrue();
    assertThat(agent("{'store':true}").isResumable()).isFalse();
    assertThat(agent("{'background':false}").confirmsCancel()).isFalse();
  }

  public void lostAfterAnyEventItIsJoinedAndShownOnce() {
    for (int cut = 1; cut < recording.size(); cut++) {
      open();
      CompletableFuture<Void> end = start(null);
      upstream.last().sendAll(recording.subList(0, cut));
      upstream.last().fail(lost());
      assertThat(asked(upstream.last().call))
          .isEqualTo(
              "GET https://api.example/v1/responses/resp_1?stream=true&starting_after="
                  + (cut - 1));
      assertThat(upstream.last().call.content()).isNull();
      // A service that repeats some does no harm.
      upstream.last().sendAll(recording.subList(Math.max(0, cut - 2), recording.size()));
      assertThat(end).isCompleted();
      assertThat(run.events).as("cut after %s", cut).isEqualTo(whole);
    }
  }

  public void anEndWithoutALastEventIsALoss() {
    CompletableFuture<Void> end = start(null);
    upstream.last().sendAll(recording.subList(0, 17));
    upstream.last().send("[DONE]");
    upstream.last().close();
    upstream.last().sendAll(recording.subList(17, recording.size()));
    assertThat(end).isCompleted();
    assertThat(run.events).isEqualTo(whole);
  }

  public void afterARestartAtAnyEventNothingIsShownTwice() {
    for (int cut = 1; cut < recording.size(); cut++) {
      open();
      start(null);
      upstream.last().sendAll(recording.subList(0, cut));
      RawJson checkpoint = requireNonNull(run.checkpoint);
      assertThat(checkpoint.length()).isLessThan(400);
      CompletableFuture<Void> end = start(checkpoint);
      String asked = asked(upstream.last().call);
      int after = Integer.parseInt(asked.substring(asked.lastIndexOf('=') + 1));
      assertThat(after).isBetween(0, cut - 1);
      upstream.last().sendAll(recording.subList(after + 1, recording.size()));
      assertThat(end).isCompleted();
      assertThat(run.events).as("restart after %s", cut).isEqualTo(whole);
    }
  }

  public void afterASecondRestartTheSame() {
    start(null);
    upstream.last().sendAll(recording.subList(0, 6));
    start(run.checkpoint);
    upstream.last().sendAll(recording.subList(6, 17));
    start(run.checkpoint);
    upstream.last().sendAll(recording.subList(17, recording.size()));
    assertThat(run.events).isEqualTo(whole);
  }

  @DataProvider
  public Object[] unusable() {
    return new Object[] {"{\"step\":1}", "{}", "7", "{\"step\":1,\"session\":{}}"};
  }

  @Test(dataProvider = "unusable")
  public void whereTheAnswerHasNoNameYetTheRunFails(String checkpoint) {
    start(RawJson.of(checkpoint));
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.GATEWAY_RESTARTED);
    assertThat(upstream.all()).isEmpty();
  }

  public void withoutACheckpointTheRunFails() {
    agent("{'background':true}").run(run.resumed(null), run);
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.GATEWAY_RESTARTED);
  }

  @DataProvider
  public Object[][] unnamed() {
    return new Object[][] {
      {"{'type':'response.created','response':{'id':'resp_1'}}"},
      {"{'type':'response.created','sequence_number':0,'response':{}}"},
      {"{'type':'response.created','sequence_number':0,'response':{'id':'../x?'}}"},
    };
  }

  @Test(dataProvider = "unnamed")
  public void anAnswerThatCannotBeNamedIsNotJoined(String created) {
    start(null);
    upstream.last().send(created.replace('\'', '"'));
    upstream.last().fail(lost());
    assertThat(upstream.all()).hasSize(1);
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.UPSTREAM_DISCONNECTED);
  }

  private static String created(String id) {
    return "{\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\""
        + id
        + "\"}}";
  }

  private static String numbered(int number, String event) {
    return event.replaceFirst("\\{", "{\"sequence_number\":" + number + ",");
  }

  /** The answer of the step with the call, up to its end. */
  private void call() {
    upstream.last().send(created("resp_1"));
    upstream.last().send(numbered(1, Answers.done(0, CALL)));
    upstream.last().send(numbered(2, completed("[" + CALL + "]")));
  }

  private void answer() {
    upstream.last().send(created("resp_2"));
    upstream.last().send(numbered(1, Answers.text(0, "Done.")));
    upstream.last().send(numbered(2, completed("[]").replace("resp_1", "resp_2")));
  }

  public void theNextStepGoesOnFromTheAnswerBefore() {
    start(null);
    call();
    assertThat(asked(upstream.last().call)).isEqualTo("POST https://api.example/v1/responses");
    assertThat(upstream.last().call.body().toString())
        .contains("\"previous_response_id\":\"resp_1\"", "function_call_output");
    answer();
    assertThat(run.last()).isInstanceOf(AgentEvent.Completed.class);
    assertThat(run.events).hasSize(4);
  }

  public void aRestartAfterTheCallShowsItOnce() {
    start(null);
    call();
    List<AgentEvent> before = List.copyOf(run.events);
    assertThat(before).hasSize(2);
    start(run.checkpoint);
    assertThat(asked(upstream.last().call)).endsWith("resp_1?stream=true&starting_after=1");
    upstream.last().send(numbered(2, completed("[" + CALL + "]")));
    assertThat(run.events).isEqualTo(before);
    assertThat(upstream.last().call.body().toString()).contains("function_call_output");
    answer();
    assertThat(run.events).hasSize(4).startsWith(before.toArray(AgentEvent[]::new));
  }

  /** Ends the answer of the step with the call, before which the model has thought. */
  private void endThoughtfully() {
    String thought = "{'id':'rs_1','type':'reasoning','encrypted_content':'gA=='}";
    upstream.last().send(numbered(2, completed("[" + thought + "," + CALL + "]")));
  }

  private long notes() {
    return run.events.stream().filter(AgentEvent.Note.class::isInstance).count();
  }

  public void aRestartAfterTheCallNotesItsThoughtOnce() {
    start(null);
    upstream.last().send(created("resp_1"));
    upstream.last().send(numbered(1, Answers.done(0, CALL)));
    endThoughtfully();
    assertThat(notes()).isEqualTo(1);
    start(run.checkpoint);
    endThoughtfully();
    answer();
    assertThat(run.last()).isInstanceOf(AgentEvent.Completed.class);
    assertThat(notes()).isEqualTo(1);
  }

  public void theNotesBeforeARestartCount() {
    for (int left : new int[] {20, 200}) {
      open();
      start(null);
      upstream.last().send(created("resp_1"));
      upstream.last().send(numbered(1, Answers.done(0, CALL)));
      run.noteBytes = (long) AgentEvent.Note.MAX_BYTES_OF_RUN - left;
      start(run.checkpoint);
      endThoughtfully();
      assertThat(notes()).isEqualTo(left == 200 ? 1 : 0);
    }
  }

  public void aRestartInTheNextStepGoesOnThere() {
    start(null);
    call();
    upstream.last().send(created("resp_2"));
    upstream.last().send(numbered(1, Answers.text(0, "Do")));
    start(run.checkpoint);
    assertThat(asked(upstream.last().call)).endsWith("resp_2?stream=true&starting_after=1");
    upstream.last().send(numbered(2, Answers.text(0, "ne.")));
    upstream.last().send(numbered(3, completed("[]")));
    assertThat(run.last()).isInstanceOf(AgentEvent.Completed.class);
    assertThat(run.events).hasSize(5);
  }

  public void aCallThatIsNotToldAgainIsNotGuessed() {
    start(null);
    upstream.last().send(created("resp_1"));
    upstream.last().send(numbered(1, Answers.done(0, CALL)));
    upstream.last().send(numbered(2, Answers.text(1, "So.")));
    start(run.checkpoint);
    upstream.last().send(numbered(3, completed("[]")));
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
  }

  public void theUsageOfAllStepsIsAddedAfterARestart() {
    start(null);
    String usage = "\"response\":{\"usage\":{\"n\":2},";
    upstream.last().send(created("resp_1"));
    String end = completed("[" + CALL + "]").replace("\"response\":{", usage);
    upstream.last().send(numbered(1, end));
    upstream.last().send(created("resp_2"));
    start(run.checkpoint);
    upstream.last().send(numbered(1, completed("[]").replace("\"response\":{", usage)));
    assertThat(((AgentEvent.Completed) run.last()).usage()).hasToString("{\"n\":4}");
  }

  private static HttpAnswer answer(int status) {
    return new HttpAnswer(status, "application/json", new byte[0], null);
  }

  /** Cancels the run after its first event. */
  private CompletableFuture<Void> cancelled() {
    CompletableFuture<Void> end = start(null);
    upstream.last().send(recording.get(0));
    run.cancel();
    upstream.last().closeOurs();
    return end;
  }

  public void aCancelIsConfirmedByTheService() {
    CompletableFuture<Void> end = cancelled();
    assertThat(end).isNotDone();
    assertThat(upstream.sent()).hasSize(1);
    assertThat(asked(upstream.sent().get(0)))
        .isEqualTo("POST https://api.example/v1/responses/resp_1/cancel");
    upstream.answer(answer(200));
    assertThat(end).isCompleted();
    assertThat(run.events).isEmpty();
  }

  @DataProvider
  public Object[] others() {
    return new Object[] {199, 302, 404, 409, 500};
  }

  @Test(dataProvider = "others")
  public void anotherAnswerConfirmsNothing(int status) {
    CompletableFuture<Void> end = cancelled();
    upstream.answer(answer(status));
    assertThat(end).isCompletedExceptionally();
    assertThat(end.handle((done, failure) -> failure.getCause()).join())
        .isInstanceOf(UnconfirmedCancelException.class);
  }

  public void noAnswerConfirmsNothing() {
    CompletableFuture<Void> end = cancelled();
    upstream.refuse(lost());
    assertThat(end.handle((done, failure) -> failure.getCause()).join())
        .isInstanceOf(UnconfirmedCancelException.class);
  }

  public void anAnswerWithoutANameCannotBeCancelled() {
    CompletableFuture<Void> end = start(null);
    run.cancel();
    upstream.last().closeOurs();
    assertThat(upstream.sent()).isEmpty();
    assertThat(end.handle((done, failure) -> failure.getCause()).join())
        .isInstanceOf(UnconfirmedCancelException.class);
  }

  public void anAnswerThatNobodyReadsIsCancelled() {
    start(null);
    upstream.last().send(recording.get(0));
    upstream.last().send("no JSON");
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
    assertThat(asked(upstream.sent().get(0))).endsWith("/resp_1/cancel");
  }

  public void anAnswerThatIsOverIsNotCancelled() {
    start(null);
    upstream.last().sendAll(recording);
    run.cancel();
    assertThat(upstream.sent()).isEmpty();
  }

  public void aCancelBetweenTwoAnswersIsNotConfirmed() {
    CompletableFuture<Void> end = start(null);
    upstream.last().send(created("resp_1"));
    run.fill();
    upstream.last().send(numbered(1, completed("[" + CALL + "]")));
    run.cancel();
    run.drain();
    assertThat(end).isCompletedExceptionally();
    assertThat(upstream.all()).hasSize(1);
    assertThat(upstream.sent()).isEmpty();
  }

  public void whenOnlyTheGatewayEndsTheServiceWorksOn() {
    CompletableFuture<Void> end = start(null);
    upstream.last().send(recording.get(0));
    run.detach();
    upstream.last().closeOurs();
    assertThat(end).isCompleted();
    assertThat(upstream.sent()).isEmpty();
  }
}
