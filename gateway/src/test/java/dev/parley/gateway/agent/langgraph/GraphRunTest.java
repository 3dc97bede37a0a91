package dev.parley.gateway.agent.langgraph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.agent.UnconfirmedCancelException;
import dev.parley.gateway.agent.langgraph.PlayedGraph.StreamCut;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** How a run begins, goes on, is stopped and ends. */
@Test(groups = "unit", timeOut = 60_000)
public class GraphRunTest {

  private static final String RUN = "1ef7c3a2-0b1c-6f3e-9d52-3b6a3f1a0c11";
  private static final String PATH = "/threads/" + GraphPlay.THREAD + "/runs";
  private static final String BEGIN = "POST " + PATH + "/stream";
  private static final String JOIN = "GET " + PATH + "/" + RUN + "/stream";
  private static final String LOOK = "GET " + PATH + "/" + RUN;
  private static final String CANCEL = "POST " + PATH + "/" + RUN + "/cancel";
  private static final String STREAM =
      event(0, "metadata", "{'run_id':'" + RUN + "','attempt':1}")
          + text(1, "Hello ")
          + text(2, "there")
          + event(3, "updates", "{'agent':null}");

  private GraphPlay play = new GraphPlay();
  private PlayedGraph graph = new PlayedGraph(STREAM);

  @BeforeMethod(alwaysRun = true)
  public void open() {
    play = new GraphPlay();
    graph = new PlayedGraph(STREAM);
  }

  private static String event(int id, String type, String data) {
    return "event: " + type + "\ndata: " + data.replace('\'', '"') + "\nid: " + id + "\n\n";
  }

  private static String text(int id, String text) {
    return event(
        id, "messages", "[{'type':'AIMessageChunk','id':'m','content':'" + text + "'},{}]");
  }

  private AgentEvent.Failed failed() {
    return (AgentEvent.Failed) play.last();
  }

  /** The bytes of the first events. */
  private static int first(int events) {
    int end = 0;
    for (int i = 0; i < events; i++) {
      end = STREAM.indexOf("\n\n", end) + 2;
    }
    return end;
  }

  public void aRunIsOverWhenAJoinTellsNothingNewAndItsRecordSaysSo() {
    play.play(graph, null);
    assertThat(play.answer()).isEqualTo("Hello there");
    assertThat(play.last()).isEqualTo(AgentEvent.Completed.stop());
    assertThat(graph.lines()).containsExactly(BEGIN, JOIN, LOOK);
    assertThat(graph.calls.get(1).headers()).containsEntry("last-event-id", "3");
    assertThat(play.commits.get(0).events()).as("the id alone, at once").isEmpty();
  }

  public void anEndEventNeedsNoJoin() {
    graph = new PlayedGraph(STREAM + event(4, "end", "null"));
    play.play(graph, null);
    assertThat(play.last()).isEqualTo(AgentEvent.Completed.stop());
    assertThat(graph.lines()).containsExactly(BEGIN, LOOK);
  }

  @DataProvider
  Object[][] statuses() {
    return new Object[][] {
      {"error", ErrorCode.UPSTREAM_ERROR},
      {"timeout", ErrorCode.UPSTREAM_TIMEOUT},
      {"interrupted", ErrorCode.UPSTREAM_ERROR},
      {"frozen", ErrorCode.UPSTREAM_PROTOCOL},
    };
  }

  @Test(dataProvider = "statuses")
  public void theRecordOfTheRunTellsItsEnd(String status, ErrorCode code) {
    graph.looks.clear();
    graph.looks.add(PlayedGraph.status(status));
    play.play(graph, null);
    assertThat(failed().code()).isEqualTo(code);
    assertThat(play.answer()).isEqualTo("Hello there");
  }

  public void aRunThatIsStillOpenIsJoinedAgain() {
    graph.looks.addFirst(PlayedGraph.status("running"));
    graph.looks.addFirst(PlayedGraph.answer(503, ""));
    graph.cuts.add(new StreamCut(first(2), null));
    graph.cuts.add(new StreamCut(0, null));
    play.play(graph, null);
    assertThat(play.answer()).isEqualTo("Hello there");
    assertThat(graph.lines())
        .containsExactly(BEGIN, JOIN, LOOK, LOOK, JOIN, JOIN, LOOK)
        .doesNotContain(CANCEL);
  }

  public void aRunThatNeverEndsIsGivenUpAndStopped() {
    graph.looks.clear();
    graph.looks.add(PlayedGraph.status("pending"));
    play.play(graph, null);
    assertThat(failed().code()).isEqualTo(ErrorCode.UPSTREAM_DISCONNECTED);
    assertThat(graph.lines()).endsWith(LOOK, CANCEL);
  }

  public void aRunThatTheServiceHasForgottenIsTruncated() {
    graph.cuts.add(new StreamCut(first(2), PlayedGraph.lost()));
    graph.cuts.add(
        new StreamCut(0, UpstreamException.permanent(ErrorCode.UPSTREAM_REJECTED, "404")));
    graph.looks.clear();
    graph.looks.add(PlayedGraph.answer(404, ""));
    play.play(graph, null);
    assertThat(failed().code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
    assertThat(play.answer()).isEqualTo("Hello ");
  }

  public void aJoinThatSaysTheRunIsUnknownIsLookedUp() {
    graph = new PlayedGraph(STREAM + "event: error\ndata: \"Run not found\"\n\n");
    graph.looks.clear();
    graph.looks.add(PlayedGraph.answer(404, ""));
    play.play(graph, null);
    assertThat(failed().code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
    assertThat(graph.lines()).containsExactly(BEGIN, LOOK);
  }

  public void aServiceWithoutIdsCannotBeJoined() {
    graph = new PlayedGraph(STREAM.replaceAll("id: .\n", ""));
    graph.cuts.add(new StreamCut(graph.length() - 60, PlayedGraph.lost()));
    play.play(graph, null);
    assertThat(failed().code()).isEqualTo(ErrorCode.UPSTREAM_DISCONNECTED);
    assertThat(failed().message()).contains("no ids");
    assertThat(graph.lines()).containsExactly(BEGIN, CANCEL);
  }

  public void aServiceWithoutIdsCanEndARun() {
    graph = new PlayedGraph(STREAM.replaceAll("id: .\n", ""));
    play.play(graph, null);
    assertThat(play.last()).isEqualTo(AgentEvent.Completed.stop());
    assertThat(graph.lines()).containsExactly(BEGIN, LOOK);
  }

  public void whatAServiceSendsAgainIsNotShownAgain() {
    graph.cuts.add(new StreamCut(first(2), PlayedGraph.lost()));
    graph.rejoinsFrom = 0;
    play.play(graph, null);
    assertThat(play.answer()).isEqualTo("Hello there");
  }

  public void theLastEventAgainIsNotShownAgain() {
    graph.cuts.add(new StreamCut(first(2), PlayedGraph.lost()));
    graph.rejoinsFrom = first(1);
    play.play(graph, null);
    assertThat(play.answer()).isEqualTo("Hello there");
  }

  @DataProvider
  Object[][] beginnings() {
    return new Object[][] {
      {"Thread is already running a task. Wait", ErrorCode.UPSTREAM_RATE_LIMITED, true},
      {"No assistant found for \"graph\"", ErrorCode.UPSTREAM_REJECTED, false},
      {"no such field", ErrorCode.UPSTREAM_REJECTED, false},
    };
  }

  @Test(dataProvider = "beginnings")
  public void aRefusedRunSaysWhy(String answer, ErrorCode code, boolean retryable) {
    graph.cuts.add(
        new StreamCut(
            0,
            new UpstreamException(ErrorCode.UPSTREAM_REJECTED, "no (422).", false, null, answer)));
    play.play(graph, null);
    assertThat(play.events).hasSize(1);
    assertThat(failed().code()).isEqualTo(code);
    assertThat(failed().retryable()).isEqualTo(retryable);
    assertThat(graph.lines()).containsExactly(BEGIN);
  }

  public void aRunWithoutANameIsNotARun() {
    graph = new PlayedGraph("");
    play.play(graph, null);
    assertThat(failed().code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
    graph = new PlayedGraph(event(0, "metadata", "{'run_id':'../../x'}"));
    play.play(graph, null);
    assertThat(failed().code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
  }

  public void aMistakeOfTheServiceStopsItsRun() {
    graph = new PlayedGraph(STREAM + "event: messages\ndata: {no json\nid: 4\n\n");
    play.play(graph, null);
    assertThat(failed().code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
    assertThat(graph.lines()).containsExactly(BEGIN, CANCEL);
  }

  public void anErrorIsTheEnd() {
    graph = new PlayedGraph(STREAM + event(4, "error", "{'error':'ValueError','message':'x'}"));
    play.play(graph, null);
    assertThat(failed().message()).isEqualTo("The agent reported an error: ValueError.");
    assertThat(graph.lines()).containsExactly(BEGIN);
  }

  // A restart of the gateway.

  public void anotherProcessGoesOnWithTheRun() {
    RawJson checkpoint = play.play(graph, null).commits.get(1).checkpoint();
    play = new GraphPlay();
    graph = new PlayedGraph(STREAM);
    play.play(graph, new Resumption(checkpoint));
    assertThat(play.answer()).isEqualTo("there");
    assertThat(play.last()).isEqualTo(AgentEvent.Completed.stop());
    assertThat(graph.lines()).containsExactly(JOIN, JOIN, LOOK);
  }

  @DataProvider
  Object[] lostPositions() {
    return new Object[] {
      Optional.empty(),
      Optional.of("{}"),
      Optional.of("{\"v\":2,\"thread\":\"t\",\"run\":\"r\",\"last\":\"1\"}"),
      Optional.of("{\"v\":1,\"thread\":\"t\",\"run\":\"\",\"last\":\"1\"}"),
    };
  }

  @Test(dataProvider = "lostPositions")
  public void aRunWithoutAPositionEndsAsRestarted(Optional<String> checkpoint) {
    play.play(graph, new Resumption(checkpoint.map(RawJson::of).orElse(null)));
    assertThat(failed().code()).isEqualTo(ErrorCode.GATEWAY_RESTARTED);
    assertThat(graph.lines()).isEmpty();
  }

  // Cancel.

  private CompletableFuture<Void> cancelled() {
    graph.cuts.add(new StreamCut(first(2), null));
    graph.isHeld = true;
    CompletableFuture<Void> left = play.start(graph, null);
    play.cancel();
    return left;
  }

  public void aCancelIsConfirmedByTheService() throws Exception {
    cancelled().get(20, TimeUnit.SECONDS);
    assertThat(graph.lines()).containsExactly(BEGIN, CANCEL);
    assertThat(graph.isClosed()).isTrue();
    assertThat(play.events).containsExactly(new AgentEvent.Message("Hello "));
  }

  public void aServiceThatFailsIsAskedThreeTimesAndNotBelieved() {
    graph.cancels.clear();
    graph.cancels.add(PlayedGraph.answer(500, ""));
    assertThat(cancelled())
        .failsWithin(20, TimeUnit.SECONDS)
        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
        .withCauseInstanceOf(UnconfirmedCancelException.class);
    assertThat(graph.lines()).containsExactly(BEGIN, CANCEL, CANCEL, CANCEL);
  }

  @DataProvider
  Object[][] refusals() {
    return new Object[][] {
      {PlayedGraph.status("success"), true},
      {PlayedGraph.status("interrupted"), true},
      {PlayedGraph.status("running"), false},
      {PlayedGraph.answer(404, ""), false},
    };
  }

  @Test(dataProvider = "refusals")
  public void aRefusedCancelCountsIfTheRunIsOver(
      dev.parley.gateway.agent.upstream.HttpAnswer record, boolean isConfirmed) {
    graph.cancels.clear();
    graph.cancels.add(PlayedGraph.answer(409, ""));
    graph.looks.clear();
    graph.looks.add(record);
    assertThat(cancelled().handle((done, failure) -> failure == null))
        .succeedsWithin(20, TimeUnit.SECONDS)
        .isEqualTo(isConfirmed);
    assertThat(graph.lines()).containsExactly(BEGIN, CANCEL, LOOK);
  }

  public void aRunThatHasNoNameYetIsStoppedWhenItHasOne() throws Exception {
    graph.isHeldBefore = true;
    CompletableFuture<Void> left = play.start(graph, null);
    play.cancel();
    assertThat(left).isNotDone();
    assertThat(graph.isClosed()).isFalse();
    graph.go();
    left.get(20, TimeUnit.SECONDS);
    assertThat(graph.lines()).containsExactly(BEGIN, CANCEL);
    assertThat(play.events).isEmpty();
  }

  public void theEndOfTheProcessDoesNotStopTheRun() throws Exception {
    graph.cuts.add(new StreamCut(first(2), null));
    graph.isHeld = true;
    CompletableFuture<Void> left = play.start(graph, null);
    play.detach();
    left.get(20, TimeUnit.SECONDS);
    assertThat(graph.isClosed()).isTrue();
    assertThat(graph.lines()).containsExactly(BEGIN);
  }

  public void aRunThatIsOverIsNotStopped() {
    play.play(graph, null);
    play.cancel();
    assertThat(graph.lines()).doesNotContain(CANCEL);
  }
}
