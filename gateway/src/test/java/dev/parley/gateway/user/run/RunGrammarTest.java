package dev.parley.gateway.user.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.codec.JsonFrames;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ThinkingPhase;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.TitledBy;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What an agent may get wrong, and what becomes of it. */
@Test(groups = "unit")
public class RunGrammarTest {

  private static final MessageId MESSAGE = new MessageId("m_1");
  private static final RawJson JSON = RawJson.of("{\"a\":1}");
  private static final long MILLI = 1_000_000;

  private List<String> repairs;
  private RunGrammar grammar;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    repairs = new ArrayList<>();
    grammar = new RunGrammar(MESSAGE, repairs::add);
  }

  private List<ServerEvent> take(AgentEvent... events) {
    List<ServerEvent> out = new ArrayList<>();
    for (AgentEvent event : events) {
      out.addAll(grammar.take(event, 0));
    }
    return out;
  }

  private static AgentEvent tool(String call) {
    return new AgentEvent.ToolStarted(call, "calculator", JSON);
  }

  private static ServerEvent toolEnd(String call, ToolStatus status) {
    return new ServerEvent.ToolCompleted(call, "calculator", status, null, null, false, 0);
  }

  private static ServerEvent completed(String text) {
    return new ServerEvent.AgentCompleted(text, Finish.STOP, null, null);
  }

  private static ServerEvent failed(List<ServerEvent> events) {
    return events.get(events.size() - 1);
  }

  public void aWellBehavedRunIsLeftAsItIs() {
    List<ServerEvent> out =
        take(
            AgentEvent.Thinking.start(),
            AgentEvent.Thinking.delta("hm"),
            AgentEvent.Thinking.step("look"),
            AgentEvent.Thinking.end(),
            tool("k1"),
            AgentEvent.ToolEnded.ok("k1", JSON),
            new AgentEvent.Message("done"),
            new AgentEvent.Titled("Sums"),
            new AgentEvent.State(false, JSON),
            new AgentEvent.Custom("chart", JSON),
            new AgentEvent.Completed(Finish.STOP, JSON, JSON));
    assertThat(out).hasSize(11);
    assertThat(out.get(10))
        .isEqualTo(new ServerEvent.AgentCompleted("done", Finish.STOP, JSON, JSON));
    assertThat(repairs).isEmpty();
    assertThat(grammar.hasEnded()).isTrue();
  }

  public void aTitleIsCleanedAndCutAndOneThatIsEmptyIsLeftOut() {
    assertThat(
            take(
                new AgentEvent.Titled(" A\nb "),
                new AgentEvent.Titled("é".repeat(201)),
                new AgentEvent.Titled("\t")))
        .containsExactly(
            new ServerEvent.ThreadTitled(new Title("A b"), TitledBy.AGENT),
            new ServerEvent.ThreadTitled(new Title("é".repeat(200)), TitledBy.AGENT));
    assertThat(repairs).containsExactly("title_form", "title_form", "title_form");
  }

  public void theTextOfTheEndIsAllDeltasTogether() {
    assertThat(
            take(
                new AgentEvent.Message("a"),
                tool("k1"),
                AgentEvent.ToolEnded.ok("k1", JSON),
                new AgentEvent.Message("b"),
                AgentEvent.Completed.stop()))
        .endsWith(new ServerEvent.AgentMessage(MESSAGE, 1, "b"), completed("ab"));
  }

  public void aToolKnowsHowLongItTookAndItsName() {
    grammar.take(tool("k1"), 5 * MILLI);
    assertThat(grammar.take(AgentEvent.ToolEnded.error("k1", "no"), 12 * MILLI))
        .containsExactly(
            new ServerEvent.ToolCompleted(
                "k1", "calculator", ToolStatus.ERROR, null, "no", false, 7));
  }

  public void toolsLeftOpenAreClosedBeforeTheEnd() {
    assertThat(take(tool("k1"), tool("k2"), AgentEvent.Completed.stop()))
        .endsWith(
            toolEnd("k1", ToolStatus.UNKNOWN), toolEnd("k2", ToolStatus.UNKNOWN), completed(""));
    assertThat(repairs).containsExactly("tool_left_open");
  }

  public void toolsAreClosedWhenTheRunFails() {
    List<ServerEvent> out =
        take(tool("k1"), new AgentEvent.Failed(ErrorCode.AGENT_ERROR, "no", true));
    assertThat(out)
        .endsWith(
            toolEnd("k1", ToolStatus.UNKNOWN),
            new ServerEvent.AgentFailed(ErrorCode.AGENT_ERROR, "no", true, null, null));
  }

  public void toolsAreAbortedWhenTheRunIsCancelled() {
    take(new AgentEvent.Message("so"), tool("k1"));
    assertThat(grammar.cancel(CancelledBy.USER, true, 0))
        .containsExactly(
            toolEnd("k1", ToolStatus.ABORTED),
            new ServerEvent.AgentCancelled(CancelledBy.USER, true, "so"));
  }

  public void halfASurrogatePairIsWrittenWhenTheRunIsCancelled() {
    take(new AgentEvent.Message("so\uD83D"));
    List<ServerEvent> end = grammar.cancel(CancelledBy.USER, true, 0);
    assertThat(end.get(end.size() - 1))
        .isEqualTo(new ServerEvent.AgentCancelled(CancelledBy.USER, true, "so\uFFFD"));
  }

  public void longWordsAboutAFailureAreCut() {
    take(tool("k1"));
    List<ServerEvent> tool = take(AgentEvent.ToolEnded.error("k1", "e".repeat(3000)));
    assertThat(((ServerEvent.ToolCompleted) tool.get(0)).error()).hasSize(2000);
    List<ServerEvent> end =
        take(new AgentEvent.Failed(ErrorCode.AGENT_ERROR, "f".repeat(3000), true));
    assertThat(((ServerEvent.AgentFailed) end.get(0)).message()).hasSize(2000);
  }

  public void aToolThatNeverStartedDoesNotEnd() {
    assertThat(take(AgentEvent.ToolEnded.ok("k1", JSON))).isEmpty();
    assertThat(repairs).containsExactly("tool_never_started");
  }

  public void aToolStartsOnceAndEndsOnce() {
    assertThat(take(tool("k1"), tool("k1"))).hasSize(1);
    assertThat(take(AgentEvent.ToolEnded.ok("k1", JSON), AgentEvent.ToolEnded.ok("k1", JSON)))
        .hasSize(1);
    assertThat(repairs).containsExactly("tool_started_twice", "tool_never_started");
  }

  public void nothingComesAfterTheEnd() {
    take(AgentEvent.Completed.stop());
    assertThat(take(new AgentEvent.Message("x"), AgentEvent.Completed.stop())).isEmpty();
    assertThat(repairs).containsExactly("event_after_end", "event_after_end");
    assertThat(grammar.complete(0)).isEmpty();
    assertThat(grammar.fail(ErrorCode.INTERNAL, "x", true, 0)).isEmpty();
    assertThat(grammar.cancel(CancelledBy.USER, true, 0)).isEmpty();
  }

  public void aRunWhoseAgentLeftIsCompleted() {
    take(new AgentEvent.Message("all"));
    assertThat(grammar.complete(0)).containsExactly(completed("all"));
  }

  public void aFailedRunKeepsWhatWasSaid() {
    take(new AgentEvent.Message("part"));
    assertThat(grammar.fail(ErrorCode.RUN_TIMEOUT, "too long", true, 0))
        .containsExactly(
            new ServerEvent.AgentFailed(ErrorCode.RUN_TIMEOUT, "too long", true, null, "part"));
  }

  public void whatIsNotJsonFailsTheRunWithoutShowingIt() {
    List<ServerEvent> out = take(tool("k1"), AgentEvent.ToolEnded.ok("k1", RawJson.of("{secret")));
    assertThat(out)
        .endsWith(
            toolEnd("k1", ToolStatus.UNKNOWN),
            new ServerEvent.AgentFailed(
                ErrorCode.UPSTREAM_PROTOCOL,
                "result: 7 bytes (expected: one JSON value)",
                false,
                null,
                null));
    assertThat(repairs).containsExactly("value_unusable");
  }

  public void eachValueOfAnAgentIsChecked() {
    RawJson broken = RawJson.of("[1,");
    List<AgentEvent> events =
        List.of(
            new AgentEvent.ToolStarted("k", "t", broken),
            new AgentEvent.State(true, broken),
            new AgentEvent.Custom("n", broken),
            new AgentEvent.Completed(Finish.STOP, broken, null),
            new AgentEvent.Completed(Finish.STOP, null, broken));
    for (AgentEvent event : events) {
      begin();
      assertThat(failed(take(event))).isInstanceOf(ServerEvent.AgentFailed.class);
      assertThat(grammar.hasEnded()).isTrue();
    }
  }

  public void onlySoManyToolsAreOpenAtATime() {
    for (int i = 0; i < OpenTools.MAX_OPEN; i++) {
      take(tool("k" + i));
    }
    assertThat(grammar.hasEnded()).isFalse();
    assertThat(take(tool("one-more"))).hasSize(OpenTools.MAX_OPEN + 1);
    assertThat(grammar.hasEnded()).isTrue();
  }

  public void aStateThatIsTooLargeFailsTheRun() {
    RawJson large = RawJson.of('"' + "x".repeat(RunGrammar.MAX_VALUE_BYTES) + '"');
    assertThat(failed(take(new AgentEvent.State(false, large))))
        .isEqualTo(
            new ServerEvent.AgentFailed(
                ErrorCode.UPSTREAM_PROTOCOL,
                "state: 262146 bytes (expected: at most 262144)",
                false,
                null,
                null));
  }

  public void aResultThatIsTooLargeIsCut() {
    String large = "[\"" + "\uD83D\uDE00".repeat(RunGrammar.MAX_VALUE_BYTES) + "\"]";
    List<ServerEvent> out = take(tool("k1"), AgentEvent.ToolEnded.ok("k1", RawJson.of(large)));
    ServerEvent.ToolCompleted end = (ServerEvent.ToolCompleted) out.get(1);
    assertThat(end.truncated()).isTrue();
    assertThat(JsonFrames.read(requireNonNull(end.result()).bytes()).asText())
        .isEqualTo(large.substring(0, 16 * 1024));
    assertThat(repairs).containsExactly("result_cut");
    assertThat(grammar.hasEnded()).isFalse();
  }

  public void aTextThatIsTooLongEndsTheRunWithWhatFits() {
    String piece = "x".repeat(1 << 20);
    for (int i = 0; i < 8; i++) {
      take(new AgentEvent.Message(piece));
    }
    assertThat(grammar.hasEnded()).isFalse();
    List<ServerEvent> out = take(new AgentEvent.Message("y"));
    ServerEvent.AgentCompleted end = (ServerEvent.AgentCompleted) out.get(0);
    assertThat(end.finish()).isEqualTo(Finish.LENGTH);
    assertThat(end.text()).hasSize(8 << 20);
    assertThat(repairs).containsExactly("text_too_long");
  }

  public void aNoteWaitsForAnEventThatIsNoTextDelta() {
    assertThat(take(new AgentEvent.Note(JSON))).isEmpty();
    take(new AgentEvent.Message("a"));
    assertThat(grammar.takeNotes()).isEmpty();
    take(new AgentEvent.Note(RawJson.of("2")));
    List<ServerEvent> end = take(AgentEvent.Completed.stop());
    assertThat(grammar.takeNotes())
        .containsExactly(Map.entry(end.get(0), List.of(JSON, RawJson.of("2"))));
    assertThat(grammar.takeNotes()).isEmpty();
    assertThat(take(new AgentEvent.Note(JSON))).isEmpty();
    assertThat(grammar.takeNotes()).isEmpty();
    assertThat(repairs).containsExactly("event_after_end");
  }

  public void aNoteGoesWithAnEventThatComesAfterIt() {
    List<ServerEvent> out =
        take(
            new AgentEvent.Custom("a", JSON),
            new AgentEvent.Note(JSON),
            new AgentEvent.Custom("a", JSON),
            new AgentEvent.Note(JSON));
    IdentityHashMap<ServerEvent, List<RawJson>> notes = grammar.takeNotes();
    assertThat(notes).hasSize(1);
    assertThat(notes.get(out.get(0))).isNull();
    assertThat(notes.get(out.get(1))).containsExactly(JSON);
  }

  public void aNoteDoesNotPartATextOrOpenOne() {
    take(new AgentEvent.Message("a"), new AgentEvent.Note(JSON), new AgentEvent.Message("b"));
    assertThat(take(AgentEvent.Completed.stop())).containsExactly(completed("ab"));
  }

  public void theNotesOfARunHaveABound() {
    RawJson half = RawJson.of('"' + "n".repeat(AgentEvent.Note.MAX_BYTES_OF_RUN / 2 - 6) + '"');
    assertThat(take(new AgentEvent.Note(half), new AgentEvent.Note(half))).isEmpty();
    List<ServerEvent> out = take(new AgentEvent.Note(RawJson.of("1")));
    assertThat(failed(out).toString())
        .contains("UPSTREAM_PROTOCOL")
        .contains("notes: 1048581 bytes (expected: at most 1048576 a run)");
    assertThat(grammar.takeNotes().values()).containsExactly(List.of(half, half));
    assertThat(repairs).containsExactly("value_unusable");
  }

  public void aNoteThatIsNoJsonFailsTheRun() {
    assertThat(failed(take(new AgentEvent.Note(RawJson.of("{")))).toString())
        .contains("UPSTREAM_PROTOCOL")
        .contains("note: ");
  }

  public void namesAreMadeToFitAndCountedOnce() {
    String longName = "n".repeat(300);
    assertThat(take(new AgentEvent.ToolStarted("k1", longName, JSON)))
        .containsExactly(new ServerEvent.ToolExecuting("k1", "n".repeat(255), JSON));
    assertThat(take(new AgentEvent.Custom("", JSON)))
        .containsExactly(new ServerEvent.CustomEvent("unnamed", JSON));
    assertThat(repairs).containsExactly("name_length", "name_length");
  }

  public void aStepHasAName() {
    assertThat(take(AgentEvent.Thinking.step(""))).isEmpty();
    assertThat(repairs).containsExactly("step_without_name");
  }

  public void progressIsBetweenNothingAndAll() {
    for (double progress : new double[] {-0.1, 1.1, Double.NaN}) {
      List<ServerEvent> out =
          take(new AgentEvent.Thinking(ThinkingPhase.STEP, null, "s", progress));
      assertThat(out)
          .containsExactly(new ServerEvent.AgentThinking(ThinkingPhase.STEP, null, 0, "s", null));
    }
    assertThat(take(new AgentEvent.Thinking(ThinkingPhase.STEP, null, "s", 0.5)))
        .containsExactly(new ServerEvent.AgentThinking(ThinkingPhase.STEP, null, 0, "s", 0.5));
  }

  public void eachStretchOfThinkingCountsItsTextFromTheStart() {
    take(AgentEvent.Thinking.start(), AgentEvent.Thinking.delta("first"));
    take(AgentEvent.Thinking.end(), AgentEvent.Thinking.start());
    assertThat(take(AgentEvent.Thinking.delta("second")))
        .containsExactly(
            new ServerEvent.AgentThinking(ThinkingPhase.DELTA, "second", 0, null, null));
  }

  public void aStretchOfThinkingBeginsOnceAndEndsOnce() {
    assertThat(take(AgentEvent.Thinking.end())).isEmpty();
    assertThat(take(AgentEvent.Thinking.start(), AgentEvent.Thinking.start())).hasSize(1);
    assertThat(take(AgentEvent.Thinking.end(), AgentEvent.Thinking.end())).hasSize(1);
    assertThat(repairs).hasSize(3).allMatch(repair -> repair.equals("thinking_unpaired"));
  }
}
