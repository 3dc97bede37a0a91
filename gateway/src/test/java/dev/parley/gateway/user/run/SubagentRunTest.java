package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.Thinking;
import dev.parley.gateway.codec.SavedCheckpoint;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import dev.parley.gateway.protocol.ToolStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What the sub-agents of a run think and call. */
@Test(groups = "unit")
public class SubagentRunTest {

  private static final RawJson JSON = RawJson.of("{}");
  private static final Subagent ONE = new Subagent("1", "one");
  private static final Subagent TWO = new Subagent("2", "two", "1");

  private final List<String> repairs = new ArrayList<>();
  private RunGrammar grammar = new RunGrammar(new MessageId("m_1"), repairs::add);

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    repairs.clear();
    grammar = new RunGrammar(new MessageId("m_1"), repairs::add);
  }

  private List<ServerEvent> take(AgentEvent... events) {
    List<ServerEvent> out = new ArrayList<>();
    for (AgentEvent event : events) {
      out.addAll(grammar.take(event, 0));
    }
    return out;
  }

  private static Thinking said(@Nullable Subagent by, String text) {
    return Thinking.delta(text).by(by);
  }

  private static ServerEvent phase(ThinkingPhase phase, @Nullable Subagent by) {
    return new ServerEvent.AgentThinking(phase, null, 0, null, null, by);
  }

  private static ServerEvent piece(@Nullable Subagent by, long offset, String text) {
    return new ServerEvent.AgentThinking(ThinkingPhase.DELTA, text, offset, null, null, by);
  }

  public void eachHasStretchesAndOffsetsOfItsOwn() {
    assertThat(
            take(
                Thinking.start(),
                said(null, "hm "),
                Thinking.start().by(ONE),
                said(ONE, "a"),
                Thinking.start().by(TWO),
                said(TWO, "bb"),
                said(null, "so"),
                said(ONE, "c"),
                Thinking.end().by(ONE),
                said(TWO, "d")))
        .containsExactly(
            phase(ThinkingPhase.START, null),
            piece(null, 0, "hm "),
            phase(ThinkingPhase.START, ONE),
            piece(ONE, 0, "a"),
            phase(ThinkingPhase.START, TWO),
            piece(TWO, 0, "bb"),
            piece(null, 3, "so"),
            piece(ONE, 1, "c"),
            phase(ThinkingPhase.END, ONE),
            piece(TWO, 2, "d"));
    assertThat(repairs).isEmpty();
  }

  public void aStretchThatNothingBeganHasABeginning() {
    assertThat(take(said(ONE, ""), said(ONE, "a"), Thinking.end().by(ONE), said(ONE, "b")))
        .containsExactly(
            phase(ThinkingPhase.START, ONE),
            piece(ONE, 0, "a"),
            phase(ThinkingPhase.END, ONE),
            phase(ThinkingPhase.START, ONE),
            piece(ONE, 0, "b"));
  }

  public void theBeginningAndEndOfOneDoNotPairWithThoseOfAnother() {
    assertThat(
            take(
                Thinking.start().by(ONE),
                Thinking.start().by(ONE),
                Thinking.end().by(TWO),
                Thinking.end()))
        .containsExactly(phase(ThinkingPhase.START, ONE));
    assertThat(repairs)
        .containsExactly("thinking_unpaired", "thinking_unpaired", "thinking_unpaired");
  }

  public void halfAPairDoesNotWaitForAnother() {
    assertThat(take(said(ONE, "a\uD83D"), said(TWO, "b"), said(ONE, "\uDE00")))
        .containsExactly(
            phase(ThinkingPhase.START, ONE),
            piece(ONE, 0, "a"),
            piece(ONE, 1, "\uFFFD"),
            phase(ThinkingPhase.START, TWO),
            piece(TWO, 0, "b"),
            piece(ONE, 2, "\uFFFD"));
    assertThat(take(said(ONE, "\uD83D"), said(TWO, "c"), said(null, "\uD83D"), said(ONE, "d")))
        .containsExactly(
            piece(ONE, 3, "\uFFFD"),
            piece(TWO, 1, "c"),
            piece(null, 0, "\uFFFD"),
            piece(ONE, 4, "d"));
    assertThat(take(said(TWO, "\uD83D"), said(TWO, "\uDE00")))
        .containsExactly(piece(TWO, 2, "\uD83D\uDE00"));
  }

  public void aToolEndsAsThatOfTheSubagentThatCalledIt() {
    assertThat(
            take(
                new AgentEvent.ToolStarted("k1", "look", JSON, ONE),
                new AgentEvent.ToolStarted("k2", "look", JSON, TWO),
                AgentEvent.ToolEnded.error("k1", "no")))
        .containsExactly(
            new ServerEvent.ToolExecuting("k1", "look", JSON, ONE),
            new ServerEvent.ToolExecuting("k2", "look", JSON, TWO),
            new ServerEvent.ToolCompleted(
                "k1", "look", ToolStatus.ERROR, null, "no", false, 0, ONE));
    assertThat(grammar.cancel(CancelledBy.USER, true, 0))
        .startsWith(
            new ServerEvent.ToolCompleted(
                "k2", "look", ToolStatus.ABORTED, null, null, false, 0, TWO));
  }

  public void aStepIsThatOfItsSubagent() {
    assertThat(take(Thinking.step("read").by(ONE)))
        .containsExactly(
            new ServerEvent.AgentThinking(ThinkingPhase.STEP, null, 0, "read", null, ONE));
  }

  public void theOneThatWasSilentTheLongestEndsWhenThereAreTooMany() {
    for (int i = 0; i < Thoughts.MAX_OPEN; i++) {
      take(said(subagent(i), "a"));
    }
    take(said(subagent(0), "b"));
    assertThat(take(said(ONE, "a")))
        .containsExactly(
            phase(ThinkingPhase.END, subagent(1)),
            phase(ThinkingPhase.START, ONE),
            piece(ONE, 0, "a"));
    assertThat(repairs).containsExactly("thinking_left_open");
    assertThat(take(said(subagent(0), "c"))).containsExactly(piece(subagent(0), 2, "c"));
  }

  private static Subagent subagent(int number) {
    return new Subagent("n" + number, "n");
  }

  public void whatIsRestoredGoesOnForEachOfThem() {
    List<ServerEvent> before =
        take(
            Thinking.start(),
            said(null, "hm"),
            said(ONE, "a"),
            new AgentEvent.ToolStarted("k1", "look", JSON, TWO),
            said(TWO, "b\uD83D"));
    RunGrammar next = new RunGrammar(new MessageId("m_1"), repairs::add);
    before.forEach(event -> next.restore(event, 0));
    RawJson place = RawJson.checked("1".getBytes(StandardCharsets.UTF_8));
    next.restore(SavedCheckpoint.read(grammar.checkpoint(place).toJson()));
    grammar = next;
    assertThat(
            take(
                said(TWO, "\uDE00"),
                said(ONE, "c"),
                said(null, "!"),
                AgentEvent.ToolEnded.ok("k1", JSON)))
        .containsExactly(
            piece(TWO, 1, "\uD83D\uDE00"),
            piece(ONE, 1, "c"),
            piece(null, 2, "!"),
            new ServerEvent.ToolCompleted("k1", "look", ToolStatus.OK, JSON, null, false, 0, TWO));
  }
}
