package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.codec.NotesCodec;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Runs whose agent resumes them in the next process. */
@Test(groups = "unit")
public class ResumeTest {

  private static final RawJson ONE = RawJson.of("{\"at\":1}");
  private static final RawJson TWO = RawJson.of("{\"at\":2}");

  private UserRig rig;
  private Peer ada;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = new UserRig();
    rig.agent.isResumable = true;
    ada = rig.connect();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  /** The next process, with the same agent. The one before is gone without a word. */
  private UserRig restart() {
    UserRig next = new UserRig(rig.log, 1000);
    next.agent.isResumable = true;
    resumeRuns(next);
    rig = next;
    return next;
  }

  private static void resumeRuns(UserRig next) {
    Agents agents =
        new Agents(
            Map.of(new AgentName("builtin"), next.agent, new AgentName("other"), next.agent));
    Recovery recovery = new Recovery(next.log, agents, Clock.systemUTC());
    next.contexts.resumeRuns(recovery.endOpenRuns().open());
  }

  private static AgentEvent.Message text(String delta) {
    return new AgentEvent.Message(delta);
  }

  private void emit(RawJson checkpoint, AgentEvent... events) {
    var ignored = rig.agent.job().sink.emitAll(List.of(events), checkpoint);
    rig.settle();
  }

  private List<JsonNode> events(String thread) {
    Peer reader = rig.connect();
    reader.subscribe(thread, 0);
    rig.settle();
    return reader.seen.events(thread);
  }

  private static String joined(List<JsonNode> events) {
    StringBuilder text = new StringBuilder();
    for (JsonNode event : events) {
      if (event.path("type").asText().equals("agent_message")) {
        JsonNode payload = event.path("payload");
        assertThat(payload.path("offset").asInt()).isEqualTo(text.length());
        text.append(payload.path("delta").asText());
      }
    }
    return text.toString();
  }

  public void theSameRunGoesOnWhereItsCheckpointIs() {
    ada.start("c", "t");
    RunId id = rig.agent.job().request.run();
    emit(ONE, text("one "));
    emit(TWO, text("two "), new AgentEvent.ToolStarted("k", "look", RawJson.of("{}")));
    rig = restart();
    rig.settle();
    ScriptedAgent.Job job = rig.agent.job();
    assertThat(job.request.run()).isEqualTo(id);
    assertThat(job.request.resumption()).isEqualTo(new Resumption(TWO));
    emit(RawJson.of("3"), AgentEvent.ToolEnded.ok("k", RawJson.of("7")), text("three"));
    job.complete();
    rig.settle();
    List<JsonNode> events = events("t");
    RunJudge.of(events).requireEnded();
    assertThat(joined(events)).isEqualTo("one two three");
    JsonNode end = events.get(events.size() - 1).path("payload");
    assertThat(end.path("text").asText()).isEqualTo("one two three");
    assertThat(events.toString()).doesNotContain("gateway_restarted", "\"at\"");
  }

  public void theRequestIsThatOfTheBeginning() {
    ada.chat("before", "t", "earlier");
    ada.start("c", "t");
    rig.settle();
    var first = rig.agent.job().request;
    History before = history();
    emit(ONE, text("said"));
    rig = restart();
    rig.settle();
    var resumed = rig.agent.job().request;
    assertThat(resumed.input()).isEqualTo(first.input());
    assertThat(resumed.context()).isEqualTo(first.context());
    assertThat(resumed.traceparent()).isEqualTo(first.traceparent());
    assertThat(resumed.conversation()).isEqualTo(first.conversation());
    assertThat(history()).isEqualTo(before);
    assertThat(before.items()).hasSize(1);
  }

  private History history() {
    var read = rig.agent.job().request.history().read(1 << 16).toCompletableFuture();
    rig.settle();
    return read.join();
  }

  public void aRunWithoutACheckpointIsResumedFromItsBeginning() {
    ada.start("c", "t");
    rig = restart();
    rig.settle();
    assertThat(rig.agent.job().request.resumption()).isEqualTo(new Resumption(null));
  }

  public void aCheckpointNeedsNoEvents() {
    ada.start("c", "t");
    emit(ONE);
    rig = restart();
    rig.settle();
    assertThat(rig.agent.job().request.resumption()).isEqualTo(new Resumption(ONE));
    assertThat(events("t")).hasSize(2);
  }

  public void theCheckpointIsInTheCommitOfItsEvents() {
    ada.start("c", "t");
    rig.log.commit.holdCalls();
    emit(ONE, text("one "));
    emit(TWO, text("two "), text("too "));
    emit(RawJson.of("3"), text("three"));
    rig.log.commit.release();
    rig.settle();
    List<Commit> commits = rig.log.commits.subList(1, rig.log.commits.size());
    assertThat(commits).hasSize(2);
    assertThat(commits.get(0).events()).hasSize(1);
    assertThat(saved(commits.get(0))).contains("{\"at\":1}");
    assertThat(commits.get(1).events()).hasSize(1);
    assertThat(new String(commits.get(1).events().get(0).body(), StandardCharsets.UTF_8))
        .contains("two too three");
    assertThat(saved(commits.get(1))).contains(":3}");
  }

  private static String saved(Commit commit) {
    return ((RunChange.Checkpointed) commit.run()).checkpoint().toString();
  }

  /** The next process, whose agents have no thread. */
  private Executor restartWithoutRoom() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    rig = new UserRig(rig.log, 1000);
    rig.agent.isResumable = true;
    Executor room = rig.workers;
    rig.workers =
        work -> {
          throw new RejectedExecutionException("full");
        };
    resumeRuns(rig);
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    return room;
  }

  public void aResumedRunWaitsForRoom() {
    Executor room = restartWithoutRoom();
    rig.pass(Duration.ofSeconds(10));
    rig.workers = room;
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.agent.job().request.resumption()).isEqualTo(new Resumption(ONE));
    rig.agent.job().complete();
    rig.settle();
    List<JsonNode> events = events("t");
    RunJudge.of(events).requireEnded();
    assertThat(events.toString()).contains("agent_completed").doesNotContain("overloaded");
  }

  public void aResumedRunWithoutRoomCanBeCancelled() {
    restartWithoutRoom();
    ada = rig.connect();
    JsonNode open = ada.seen.last("welcome").path("open_runs").get(0);
    ada.cancelRun("x", open.path("run_id").asText());
    rig.pass(Duration.ofSeconds(6));
    assertThat(rig.agent.jobs()).isEmpty();
    assertThat(events("t").toString()).contains("\"upstream_confirmed\":false");
  }

  public void aResumedRunWithoutRoomIsDetached() {
    Executor room = restartWithoutRoom();
    var drained = rig.contexts.drain(UserRig.AT_ONCE).toCompletableFuture();
    rig.settle();
    assertThat(drained).isCompleted();
    rig.workers = room;
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.agent.jobs()).isEmpty();
    rig = restart();
    rig.settle();
    assertThat(rig.agent.job().request.resumption()).isEqualTo(new Resumption(ONE));
  }

  public void halfACharacterIsNotLost() {
    ada.start("c", "t");
    emit(ONE, text("a\uD83D"));
    rig = restart();
    rig.settle();
    emit(TWO, text("\uDE00b"));
    rig.agent.job().complete();
    rig.settle();
    assertThat(joined(events("t"))).isEqualTo("a\uD83D\uDE00b");
  }

  public void aQueuedMessageGetsARunThatIsResumable() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    rig.agent.job().complete();
    rig.settle();
    RawJson asked = rig.agent.job().request.input();
    rig = restart();
    rig.settle();
    assertThat(rig.agent.jobs()).hasSize(1);
    assertThat(rig.agent.job().request.input()).isEqualTo(asked);
  }

  public void whatWasSavedGoesWithTheEnd() {
    ada.start("c", "t");
    RunId run = rig.agent.job().request.run();
    emit(ONE, text("x"));
    assertThat(saved(run)).isTrue();
    rig.agent.job().complete();
    rig.settle();
    assertThat(saved(run)).isFalse();
  }

  private boolean saved(RunId run) {
    return rig.log
        .saved(ada.reader.principal().user(), run)
        .toCompletableFuture()
        .join()
        .isPresent();
  }

  @DataProvider
  public Object[][] unusableCheckpoints() {
    return new Object[][] {
      {true, RawJson.of('"' + "x".repeat(64 * 1024) + '"'), "at most 65536"},
      {false, ONE, "an agent that is resumable"},
    };
  }

  @Test(dataProvider = "unusableCheckpoints")
  public void anUnusableCheckpointFailsTheRun(boolean isResumable, RawJson given, String reason) {
    rig.agent.isResumable = isResumable;
    ada.start("c", "t");
    emit(given, text("x"));
    JsonNode failed = ada.seen.last("agent_failed");
    assertThat(failed.path("code").asText()).isEqualTo("agent_error");
    assertThat(failed.path("message").asText()).contains("checkpoint", reason);
    assertThat(failed.path("partial_text").asText()).isEqualTo("x");
  }

  public void anAgentThatIsNotResumableAnyMoreEndsTheRun() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    rig = new UserRig(rig.log, 1000);
    resumeRuns(rig);
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    assertThat(events("t").toString()).contains("gateway_restarted");
  }

  // -- notes

  private static AgentEvent.Note note(int value) {
    return new AgentEvent.Note(RawJson.of("{\"note\": " + value + " }"));
  }

  private static AgentEvent.Custom carrier() {
    return new AgentEvent.Custom("c", RawJson.of("1"));
  }

  /** Without a checkpoint. */
  private void say(AgentEvent event) {
    var ignored = rig.agent.job().emit(event);
    rig.settle();
  }

  private void resumed() {
    rig = restart();
    rig.settle();
  }

  private List<String> notes() {
    ThreadKey thread = new ThreadKey(ada.reader.principal().user(), new ThreadId("t"));
    List<String> notes = new ArrayList<>();
    for (StoredEvent each :
        rig.log.readWithHidden(thread, 0, 1 << 24).toCompletableFuture().join().events()) {
      byte[] hidden = each.hidden();
      if (hidden != null) {
        NotesCodec.decode(hidden).forEach(note -> notes.add(note.toString()));
      }
    }
    return notes;
  }

  public void aNoteThatWaitsIsKeptWithTheCheckpoint() {
    ada.start("c", "t");
    emit(ONE, note(1), text("a"), note(2));
    resumed();
    assertThat(notes()).isEmpty();
    emit(TWO, text("b"));
    resumed();
    emit(RawJson.of("3"), note(3), carrier());
    assertThat(notes()).containsExactly("{\"note\": 1 }", "{\"note\": 2 }", "{\"note\": 3 }");
  }

  public void aNoteThatHadWaitedIsKeptOnce() {
    ada.start("c", "t");
    emit(ONE, note(1), text("a"), note(2));
    say(carrier());
    resumed();
    say(carrier());
    assertThat(notes()).containsExactly("{\"note\": 1 }", "{\"note\": 2 }");
    emit(TWO, note(3), text("b"));
    resumed();
    say(carrier());
    assertThat(notes()).containsExactly("{\"note\": 1 }", "{\"note\": 2 }", "{\"note\": 3 }");
  }

  /** The one is with an event, the other with the checkpoint after it. */
  public void notesThatWaitAreAfterThoseThatAreStored() {
    ada.start("c", "t");
    emit(ONE, note(1), carrier(), note(2), text("a"));
    resumed();
    rig.agent.job().complete();
    rig.settle();
    assertThat(notes()).containsExactly("{\"note\": 1 }", "{\"note\": 2 }");
  }

  /** It is not part of what the checkpoint says: the agent says it again. */
  public void aNoteAfterTheCheckpointIsNotKept() {
    ada.start("c", "t");
    emit(ONE, text("a"));
    say(note(1));
    resumed();
    say(carrier());
    assertThat(notes()).isEmpty();
  }

  public void theBoundOfTheNotesIsThatOfTheWholeRun() {
    int half = AgentEvent.Note.MAX_BYTES_OF_RUN / 2;
    AgentEvent.Note large = new AgentEvent.Note(RawJson.of('"' + "n".repeat(half - 6) + '"'));
    ada.start("c", "t");
    emit(ONE, large, carrier());
    emit(TWO, large, text("a"));
    resumed();
    assertThat(rig.agent.job().request.resumption())
        .isEqualTo(new Resumption(TWO, AgentEvent.Note.MAX_BYTES_OF_RUN));
    say(note(1));
    assertThat(events("t").toString()).contains("notes: 1048592 bytes");
    assertThat(notes()).hasSize(2);
  }

  // -- while it is not resumed yet

  public void aRunThatIsNotResumedYetIsOpen() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    RunId run = rig.agent.job().request.run();
    rig = new UserRig(rig.log, 1000);
    rig.agent.isResumable = true;
    rig.log.read.holdCalls();
    resumeRuns(rig);
    rig.home.runAll();
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    ada = rig.connect();
    JsonNode open = ada.seen.last("welcome").path("open_runs");
    assertThat(open).hasSize(1);
    assertThat(open.get(0).path("run_id").asText()).isEqualTo(run.value());
    ada.queue("c2", "t");
    ada.cancelRun("x", run.value());
    rig.settle();
    assertThat(ada.answerTo("x").path("state").asText()).isEqualTo("cancelling");
    rig.log.read.release();
    rig.settle();
    rig.agent.jobs().get(0).left.complete(null);
    rig.settle();
    rig.agent.job().complete();
    rig.settle();
    List<JsonNode> events = events("t");
    assertThat(events.stream().map(event -> event.path("type").asText()))
        .contains("agent_cancelled", "agent_completed");
    RunJudge.of(events).requireEnded();
  }

  public void aMessageThatReplacesCancelsARunThatIsNotResumedYet() {
    ada.start("c", "t");
    rig = new UserRig(rig.log, 1000);
    rig.agent.isResumable = true;
    rig.log.read.holdCalls();
    resumeRuns(rig);
    rig.settle();
    ada = rig.connect();
    ada.start("c2", "t", WhenBusy.REPLACE);
    rig.log.read.release();
    rig.settle();
    rig.agent.jobs().get(0).left.complete(null);
    rig.settle();
    assertThat(rig.agent.jobs()).hasSize(2);
    assertThat(events("t").toString()).contains("\"by\":\"replaced\"");
  }

  public void aMessageThatReplacesCancelsARunWhoseThreadIsNotLoadedYet() {
    ada.start("c", "t");
    rig = new UserRig(rig.log, 1000);
    rig.agent.isResumable = true;
    rig.log.head.fail();
    resumeRuns(rig);
    rig.settle();
    rig.log.head.release();
    ada = rig.connect();
    ada.start("c2", "t", WhenBusy.REPLACE);
    rig.settle();
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.agent.jobs().get(0).request.cancellation().isCancelled()).isTrue();
    rig.agent.jobs().get(0).left.complete(null);
    rig.settle();
    assertThat(rig.agent.jobs()).hasSize(2);
    assertThat(events("t").toString()).contains("\"by\":\"replaced\"");
  }

  public void aReadThatFailsIsTriedAgain() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    rig = new UserRig(rig.log, 1000);
    rig.agent.isResumable = true;
    rig.log.read.fail();
    resumeRuns(rig);
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    rig.log.read.release();
    rig.pass(Duration.ofSeconds(2));
    assertThat(rig.agent.jobs()).hasSize(1);
  }

  public void aReadThatKeepsFailingIsTriedLessOften() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    rig = new UserRig(rig.log, 1000);
    rig.agent.isResumable = true;
    rig.log.read.fail();
    resumeRuns(rig);
    rig.pass(Duration.ofMinutes(10));
    // Six waits that double, and then one each minute.
    assertThat(rig.log.read.failed()).isBetween(14, 17);
    assertThat(rig.agent.jobs()).isEmpty();
    rig.log.read.release();
    rig.pass(Duration.ofMinutes(1));
    assertThat(rig.agent.job().request.resumption()).isEqualTo(new Resumption(ONE));
  }

  public void aThreadThatKeepsFailingToLoadIsTriedLessOften() {
    ada.start("c", "t");
    rig = new UserRig(rig.log, 1000);
    rig.agent.isResumable = true;
    rig.log.head.fail();
    resumeRuns(rig);
    rig.pass(Duration.ofMinutes(10));
    assertThat(rig.log.head.failed()).isBetween(14, 17);
    rig.log.head.release();
    rig.pass(Duration.ofMinutes(1));
    assertThat(rig.agent.jobs()).hasSize(1);
  }

  public void aFewAreResumedAtOnce() {
    rig = UserRig.withLimits(Map.of("limits.burst", "1000", "tiers.enterprise.open_runs", "100"));
    rig.agent.isResumable = true;
    ada = rig.connect();
    for (int i = 0; i < 30; i++) {
      ada.start("c" + i, "t" + i);
      emit(ONE, text("x"));
    }
    assertThat(rig.agent.jobs()).hasSize(30);
    rig = new UserRig(rig.log, 1000);
    rig.agent.isResumable = true;
    rig.log.read.holdCalls();
    resumeRuns(rig);
    rig.settle();
    assertThat(rig.log.read.held()).isEqualTo(8);
    assertThat(rig.connect().seen.last("welcome").path("open_runs")).hasSize(8);
    assertThat(rig.agent.jobs()).isEmpty();
    rig.log.read.release();
    rig.settle();
    assertThat(rig.agent.jobs()).hasSize(30);
  }

  public void aToolThatWasOpenMayBeSilentForTenMinutes() {
    ada.start("c", "t");
    emit(ONE, new AgentEvent.ToolStarted("k", "look", RawJson.of("{}")));
    rig = restart();
    rig.pass(Duration.ofMinutes(10));
    assertThat(events("t").toString()).doesNotContain("agent_failed", "tool_completed");
    emit(TWO, AgentEvent.ToolEnded.ok("k", RawJson.of("7")));
    rig.pass(UserRig.IDLE.minusSeconds(1));
    assertThat(events("t").toString()).contains("tool_completed").doesNotContain("agent_failed");
    rig.pass(Duration.ofSeconds(2));
    assertThat(events("t").toString()).contains("upstream_timeout");
  }

  public void theTimeOfARunCountsFromItsOwnBeginning() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    rig = new UserRig(rig.log, 1000);
    rig.agent.isResumable = true;
    rig.home.standStill(UserRig.WHOLE.minusMinutes(1));
    resumeRuns(rig);
    rig.settle();
    for (int minute = 0; minute < 2; minute++) {
      rig.agent.job().sink.alive();
      rig.pass(Duration.ofMinutes(1));
    }
    assertThat(events("t").toString()).contains("run_timeout");
  }

  // -- when the process ends

  public void anEndOfTheProcessLeavesTheRunToTheNext() {
    ada.start("c", "t");
    RunId run = rig.agent.job().request.run();
    emit(ONE, text("one "));
    ScriptedAgent.Job job = rig.agent.job();
    rig.log.commit.holdCalls();
    var ignored = job.sink.emitAll(List.of(text("two ")), TWO);
    rig.home.runAll();
    var drained = rig.contexts.drain(UserRig.AT_ONCE).toCompletableFuture();
    rig.home.runAll();
    assertThat(drained).isNotDone();
    rig.log.commit.release();
    rig.settle();
    assertThat(drained).isCompleted();
    assertThat(job.request.cancellation().isCancelled()).isTrue();
    assertThat(job.request.cancellation().isDetached()).isTrue();
    job.left.complete(null);
    emit(RawJson.of("3"), text("late"));
    rig = restart();
    rig.settle();
    assertThat(rig.agent.job().request.run()).isEqualTo(run);
    assertThat(rig.agent.job().request.resumption()).isEqualTo(new Resumption(TWO));
    emit(RawJson.of("3"), text("three"), new AgentEvent.Completed(Finish.STOP, null, null));
    List<JsonNode> events = events("t");
    assertThat(joined(events)).isEqualTo("one two three");
    assertThat(events.toString()).doesNotContain("agent_cancelled", "agent_failed");
  }

  public void otherRunsAreCancelledAtTheEndOfTheProcess() {
    rig.agent.isResumable = false;
    ada.start("c", "t");
    var drained = rig.contexts.drain(UserRig.AT_ONCE).toCompletableFuture();
    rig.pass(Duration.ofMillis(1));
    rig.agent.job().left.complete(null);
    rig.settle();
    assertThat(drained).isCompleted();
    assertThat(rig.agent.job().request.cancellation().isDetached()).isFalse();
    assertThat(events("t").toString()).contains("agent_cancelled");
  }

  public void aProcessThatEndsBeforeItHasResumedLeavesTheRun() {
    ada.start("c", "t");
    emit(ONE, text("x"));
    rig = new UserRig(rig.log, 1000);
    rig.agent.isResumable = true;
    rig.log.read.holdCalls();
    resumeRuns(rig);
    rig.settle();
    var drained = rig.contexts.drain(UserRig.AT_ONCE).toCompletableFuture();
    rig.settle();
    assertThat(drained).isCompleted();
    rig.log.read.release();
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    rig = restart();
    rig.settle();
    assertThat(rig.agent.jobs()).hasSize(1);
  }
}
