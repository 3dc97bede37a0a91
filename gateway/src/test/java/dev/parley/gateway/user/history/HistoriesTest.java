package dev.parley.gateway.user.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.ConversationId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What an agent is told of its thread. */
@Test(groups = "unit")
public class HistoriesTest {

  private static final int ENOUGH = 64 * 1024;

  private UserRig rig;
  private Peer ada;
  private int commands;

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    rig = UserRig.withLimits(Map.of("limits.burst", "1000"));
    ada = rig.connect();
    ada.subscribe("t", 0);
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private ScriptedAgent.Job ask(String text) {
    ada.ask("c" + ++commands, "t", text, WhenBusy.QUEUE);
    return rig.agent.job();
  }

  private void askAndAnswer(String text, String answer) {
    ScriptedAgent.Job job = ask(text);
    job.say(answer);
    job.complete();
    rig.settle();
  }

  private CompletableFuture<History> read(ScriptedAgent.Job job, int maxBytes) {
    CompletableFuture<History> history = job.request.history().read(maxBytes).toCompletableFuture();
    rig.settle();
    return history;
  }

  private List<String> seenBy(ScriptedAgent.Job job) {
    return seenBy(job, ENOUGH);
  }

  private List<String> seenBy(ScriptedAgent.Job job, int maxBytes) {
    return HistoryTexts.of(read(job, maxBytes).join());
  }

  public void theFirstRunSeesNothing() {
    assertThat(seenBy(ask("one"))).isEmpty();
  }

  public void theNextRunSeesTheTurnBefore() {
    askAndAnswer("one", "1");
    assertThat(seenBy(ask("two"))).containsExactly("\"one\"", "completed: 1");
  }

  public void aRunDoesNotSeeWhatItHasSaidItself() {
    askAndAnswer("one", "1");
    ScriptedAgent.Job job = ask("two");
    job.say("2");
    rig.settle();
    assertThat(seenBy(job)).containsExactly("\"one\"", "completed: 1");
  }

  public void theStageCompletesOnTheThreadsOfAgents() {
    CompletableFuture<Boolean> inPool = new CompletableFuture<>();
    var ignored = ask("one").request.history().read(1).thenRun(() -> inPool.complete(rig.inPool()));
    rig.settle();
    assertThat(inPool).isCompletedWithValue(true);
  }

  public void textsAndToolsStandInTheirOrder() {
    ScriptedAgent.Job job = ask("one");
    job.say("let ");
    job.say("me ");
    job.emit(new AgentEvent.ToolStarted("k1", "look", RawJson.of("{\"b\":1,  \"a\":2}")));
    job.emit(new AgentEvent.ToolStarted("k2", "find", RawJson.of("[]")));
    job.emit(AgentEvent.Thinking.start());
    job.emit(AgentEvent.ToolEnded.error("k2", "no"));
    job.emit(AgentEvent.ToolEnded.ok("k1", RawJson.of("7")));
    job.say("it is 7");
    job.complete();
    rig.settle();
    assertThat(seenBy(ask("two")))
        .containsExactly(
            "\"one\"", "completed: let me  look{\"b\":1,  \"a\":2}=ok 7 find[]=error no it is 7");
  }

  /** The next agent is told who was asked and what came of it, as of any other tool. */
  public void whatASubagentDoesIsLeftOut() {
    Subagent writer = new Subagent("s", "writer");
    ScriptedAgent.Job job = ask("one");
    job.say("let ");
    job.emit(new AgentEvent.ToolStarted("k1", "ask", RawJson.of("{}")));
    job.emit(AgentEvent.Thinking.delta("secretly").by(writer));
    job.emit(new AgentEvent.ToolStarted("k2", "look", RawJson.of("[]"), writer));
    job.emit(note("3"));
    job.emit(AgentEvent.ToolEnded.ok("k2", RawJson.of("7")));
    job.emit(AgentEvent.ToolEnded.ok("k1", RawJson.of("8")));
    job.say("me");
    job.complete();
    rig.settle();
    assertThat(seenBy(ask("two")))
        .containsExactly("\"one\"", "completed: let  ask{}=ok 8 note3 me");
  }

  public void anAgentWhoseNewestNotesReplaceTheOthersIsToldTheseAlone() {
    for (String each : List.of("1", "2", "3", "4")) {
      ScriptedAgent.Job job = ask(each);
      if (!each.equals("4")) {
        job.emit(note('"' + each.repeat(1000) + '"'));
      }
      job.say("ok");
      job.complete();
      rig.settle();
    }
    ScriptedAgent.Job last = ask("five");
    CompletableFuture<History> all =
        last.request.history().readWithNewestNotes(ENOUGH).toCompletableFuture();
    CompletableFuture<History> some =
        last.request.history().readWithNewestNotes(1400).toCompletableFuture();
    rig.settle();
    List<String> told =
        List.of(
            "\"1\"",
            "completed: ok",
            "\"2\"",
            "completed: ok",
            "\"3\"",
            "completed: ok note\"" + "3".repeat(1000) + "\"",
            "\"4\"",
            "completed: ok");
    assertThat(HistoryTexts.of(all.join())).isEqualTo(told);
    assertThat(HistoryTexts.of(some.join())).isEqualTo(told);
    assertThat(seenBy(last, 1400)).hasSize(5);
  }

  /** The large note of an old turn is replaced by a small one: there is room for older turns. */
  public void notesThatAreReplacedLeaveRoomAgain() {
    for (String each : List.of("1", "2", "3", "4")) {
      ScriptedAgent.Job job = ask(each);
      job.emit(note('"' + "x".repeat(each.equals("3") ? 1000 : 1) + '"'));
      CompletableFuture<History> read =
          job.request.history().readWithNewestNotes(1110).toCompletableFuture();
      rig.settle();
      assertThat(read.join().truncated()).isEqualTo(each.equals("4"));
      job.complete();
      rig.settle();
    }
    ScriptedAgent.Job last = ask("five");
    CompletableFuture<History> read =
        last.request.history().readWithNewestNotes(1110).toCompletableFuture();
    rig.settle();
    assertThat(read.join().truncated()).isFalse();
    assertThat(read.join().items()).hasSize(8);
  }

  public void notesStandWhereTheyWereEmitted() {
    ScriptedAgent.Job job = ask("one");
    job.say("let me ");
    job.emit(note("{\"s\":1,  \"b\":2}"));
    job.emit(new AgentEvent.ToolStarted("k1", "look", RawJson.of("{}")));
    job.emit(AgentEvent.ToolEnded.ok("k1", RawJson.of("7")));
    job.emit(note("3"));
    job.emit(note("4"));
    job.say("it is 7");
    job.emit(AgentEvent.Thinking.start());
    job.emit(note("5"));
    job.complete();
    rig.settle();
    assertThat(seenBy(ask("two")))
        .containsExactly(
            "\"one\"",
            "completed: let me  note{\"s\":1,  \"b\":2} look{}=ok 7 it is 7 note3 note4 note5");
  }

  private static AgentEvent note(String json) {
    return new AgentEvent.Note(RawJson.of(json));
  }

  public void onlyTheAgentThatWroteANoteIsToldIt() {
    ScriptedAgent.Job job = ask("one");
    job.say("1");
    job.emit(note("\"secret\""));
    job.complete();
    rig.settle();
    ada.start("c" + ++commands, "t", "other");
    rig.settle();
    ScriptedAgent.Job other = rig.agent.job();
    assertThat(seenBy(other)).containsExactly("\"one\"", "completed: 1");
    other.emit(note("\"of the other\""));
    other.complete();
    rig.settle();
    assertThat(seenBy(ask("three")))
        .containsExactly("\"one\"", "completed: 1 note\"secret\"", "\"go\"", "completed:");
  }

  public void aNoteCountsForTheAgentThatWroteItAlone() {
    ScriptedAgent.Job job = ask("one");
    job.emit(note('"' + "n".repeat(500) + '"'));
    job.complete();
    rig.settle();
    ada.start("c" + ++commands, "t", "other");
    rig.settle();
    ScriptedAgent.Job other = rig.agent.job();
    assertThat(seenBy(other, 100)).containsExactly("\"one\"", "completed:");
    other.complete();
    rig.settle();
    ScriptedAgent.Job again = ask("two");
    assertThat(seenBy(again, 100)).containsExactly("...", "\"go\"", "completed:");
    assertThat(seenBy(again, 1000)).hasSize(4);
  }

  public void noClientSeesANote() {
    ScriptedAgent.Job job = ask("one");
    job.emit(note("\"secret\""));
    job.complete();
    rig.settle();
    assertThat(rig.log.eventsNow(RandomThread.KEY))
        .allSatisfy(event -> assertThat(event.hidden()).isNull())
        .allSatisfy(event -> assertThat(new String(event.body(), UTF_8)).doesNotContain("secret"));
    assertThat(ada.seen.frames())
        .isNotEmpty()
        .noneMatch(frame -> frame.toString().contains("secret"));
  }

  public void aToolWithoutAnEndIsUnknown() {
    ScriptedAgent.Job job = ask("one");
    job.emit(new AgentEvent.ToolStarted("k1", "look", RawJson.of("{}")));
    job.complete();
    rig.settle();
    assertThat(seenBy(ask("two"))).containsExactly("\"one\"", "completed: look{}=unknown null");
  }

  public void aFailedTurnSaysSo() {
    ScriptedAgent.Job job = ask("one");
    job.say("half");
    job.emit(new AgentEvent.Failed(ErrorCode.AGENT_ERROR, "broken", false));
    job.left.complete(null);
    rig.settle();
    assertThat(seenBy(ask("two"))).containsExactly("\"one\"", "failed: half");
  }

  public void aCancelledTurnSaysSo() {
    ScriptedAgent.Job job = ask("one");
    job.emit(new AgentEvent.ToolStarted("k1", "look", RawJson.of("{}")));
    rig.settle();
    ada.cancelRun("stop", ada.runOf("c1"));
    job.left.complete(null);
    rig.settle();
    assertThat(seenBy(ask("two"))).containsExactly("\"one\"", "cancelled: look{}=aborted null");
  }

  public void messagesWithoutAnAgentAreSeen() {
    ada.chat("c0", "t", "hello");
    askAndAnswer("one", "1");
    ada.chat("c9", "t", "there");
    assertThat(seenBy(ask("two")))
        .containsExactly("\"hello\"", "\"one\"", "completed: 1", "\"there\"");
  }

  public void aMessageThatCameMeanwhileStandsAfterTheAnswer() {
    ScriptedAgent.Job job = ask("one");
    ada.chat("c9", "t", "hurry");
    job.say("1");
    job.complete();
    rig.settle();
    assertThat(seenBy(ask("two"))).containsExactly("\"one\"", "completed: 1", "\"hurry\"");
  }

  public void queuedMessagesAreSeenOnceTheyAreAnswered() {
    ScriptedAgent.Job first = ask("one");
    ask("two");
    ask("three");
    first.say("1");
    first.complete();
    rig.settle();
    ScriptedAgent.Job second = rig.agent.job();
    assertThat(second.request.input()).hasToString("\"two\"");
    assertThat(seenBy(second)).containsExactly("\"one\"", "completed: 1");
    second.say("2");
    second.complete();
    rig.settle();
    assertThat(seenBy(rig.agent.job()))
        .containsExactly("\"one\"", "completed: 1", "\"two\"", "completed: 2");
  }

  public void messagesThatWereTakenBackAreNotSeen() {
    ScriptedAgent.Job first = ask("one");
    ask("two");
    ada.cancelCommand("back", "c2");
    ask("three");
    ada.ask("c9", "t", "four", WhenBusy.REPLACE);
    first.left.complete(null);
    rig.settle();
    ScriptedAgent.Job last = rig.agent.job();
    assertThat(last.request.input()).hasToString("\"four\"");
    assertThat(seenBy(last)).containsExactly("\"one\"", "cancelled:");
  }

  public void onlyTheNewestWholeTurnsThatFitAreGiven() {
    for (int i = 1; i <= 9; i++) {
      askAndAnswer("q" + i, "x".repeat(100) + i);
    }
    int turn = 4 + 101 + 2 * OpenTurn.ITEM_BYTES;
    ScriptedAgent.Job job = ask("now");
    assertThat(seenBy(job, 2 * turn)).hasSize(5).startsWith("...", "\"q8\"");
    assertThat(seenBy(job, 2 * turn - 1)).hasSize(3).startsWith("...", "\"q9\"");
    assertThat(seenBy(job, turn - 1)).containsExactly("...");
    assertThat(seenBy(job, 9 * turn)).hasSize(18);
  }

  public void aLongThreadIsNotReadToItsBeginning() {
    for (int i = 1; i <= 300; i++) {
      askAndAnswer("q" + i, "x".repeat(5000));
    }
    rig.log.bytesRead.set(0);
    assertThat(seenBy(ask("now"), ENOUGH)).hasSizeBetween(23, 27).startsWith("...");
    assertThat(rig.log.bytesRead.get()).isLessThan(1_000_000);
  }

  public void theNextRunReadsOnlyWhatIsNew() {
    for (int i = 1; i <= 20; i++) {
      askAndAnswer("q" + i, "x".repeat(1000));
    }
    ScriptedAgent.Job job = ask("now");
    seenBy(job);
    job.complete();
    rig.settle();
    rig.log.bytesRead.set(0);
    assertThat(seenBy(ask("then"))).hasSize(42);
    assertThat(rig.log.bytesRead.get()).isLessThan(1500);
  }

  public void whatRetentionTakesIsNotToldFromMemory() {
    askAndAnswer("one", "1");
    long first = ada.headOf(new ThreadId("t")).head();
    askAndAnswer("two", "2");
    ScriptedAgent.Job job = ask("three");
    assertThat(seenBy(job)).hasSize(4);
    job.say("3");
    job.complete();
    rig.settle();
    rig.log.oldest = first + 1;
    assertThat(seenBy(ask("four")))
        .containsExactly("...", "\"two\"", "completed: 2", "\"three\"", "completed: 3");
  }

  public void aMessageThatWasQueuedBeforeWhatIsKeptIsFound() {
    ScriptedAgent.Job first = ask("one");
    ask("two");
    ask("three");
    for (int i = 0; i < 100; i++) {
      first.say("x".repeat(50));
      rig.settle();
    }
    first.complete();
    rig.settle();
    ScriptedAgent.Job second = rig.agent.job();
    assertThat(seenBy(second, 1000)).containsExactly("...");
    second.say("2");
    second.complete();
    rig.settle();
    assertThat(seenBy(rig.agent.job(), 1000)).containsExactly("...", "\"two\"", "completed: 2");
  }

  public void whatIsKeptEndsWithTheUseOfTheThread() {
    askAndAnswer("one", "x".repeat(5000));
    ScriptedAgent.Job job = ask("two");
    seenBy(job);
    job.complete();
    ada.close();
    ada = rig.connect();
    rig.log.bytesRead.set(0);
    assertThat(seenBy(ask("three"))).hasSize(4);
    assertThat(rig.log.bytesRead.get()).isGreaterThan(5000);
  }

  public void aDeletedThreadLeavesNothing() {
    askAndAnswer("one", "1");
    ScriptedAgent.Job before = ask("two");
    seenBy(before);
    before.complete();
    rig.settle();
    ThreadKey key = new ThreadKey(new UserId("default", "ada"), new ThreadId("t"));
    var ignored = rig.contexts.delete(ada.reader.principal(), key.thread());
    rig.settle();
    ScriptedAgent.Job after = ask("three");
    assertThat(seenBy(after)).isEmpty();
    assertThat(seenBy(before)).containsExactly("...");
    assertThat(after.request.conversation()).isNotEqualTo(before.request.conversation());
  }

  public void usersWithThreadsOfOneNameDoNotMeet() {
    askAndAnswer("one", "1");
    ConversationId own = rig.agent.job().request.conversation();
    Peer eve = rig.connect("eve", "enterprise");
    eve.ask("c1", "t", "hi", WhenBusy.QUEUE);
    assertThat(seenBy(rig.agent.job())).isEmpty();
    assertThat(rig.agent.job().request.conversation()).isNotEqualTo(own);
  }

  public void theNextProcessTellsTheSame() {
    askAndAnswer("one", "1");
    ConversationId own = rig.agent.job().request.conversation();
    UserRig next = new UserRig(rig.log.behind(), 1000);
    Peer again = next.connect();
    again.ask("c9", "t", "two", WhenBusy.QUEUE);
    CompletableFuture<History> history =
        next.agent.job().request.history().read(ENOUGH).toCompletableFuture();
    next.settle();
    assertThat(HistoryTexts.of(history.join())).containsExactly("\"one\"", "completed: 1");
    assertThat(next.agent.job().request.conversation()).isEqualTo(own);
  }

  public void aLogThatCannotBeReadFailsTheStage() {
    ScriptedAgent.Job job = ask("one");
    rig.log.read.fail();
    assertThat(read(job, ENOUGH))
        .isCompletedExceptionally()
        .failsWithin(java.time.Duration.ZERO)
        .withThrowableThat()
        .withRootCauseInstanceOf(LogException.class);
  }
}
