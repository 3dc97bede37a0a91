package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.ToolEnded;
import dev.parley.gateway.agent.AgentEvent.ToolStarted;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What a run may hold, whatever its agent does. */
@Test(groups = "unit")
public class RunBoundsTest {

  private static final RawJson NOTHING = RawJson.of("{}");

  private RunGrammar grammar;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    grammar = new RunGrammar(new MessageId("m_1"), repair -> {});
  }

  private List<ServerEvent> start(int tool) {
    return grammar.take(new ToolStarted("call-" + tool, "tool", NOTHING), 0);
  }

  private static final String KIB = "x".repeat(1024);

  private static ServerEvent last(List<ServerEvent> events) {
    return events.get(events.size() - 1);
  }

  /** Takes the event until the run has ended; the events of the last time. */
  private List<ServerEvent> takeToTheEnd(AgentEvent event, int mostTimes) {
    List<ServerEvent> out = List.of();
    for (int i = 0; i < mostTimes && !grammar.hasEnded(); i++) {
      out = grammar.take(event, 0);
    }
    assertThat(grammar.hasEnded()).isTrue();
    return out;
  }

  private static boolean isTooLarge(ServerEvent event) {
    return event instanceof ServerEvent.AgentFailed failed
        && failed.code() == ErrorCode.UPSTREAM_PROTOCOL
        && failed.message().equals("run: one more event (expected: at most 8388608 bytes)");
  }

  public void textAndThoughtsTogetherAreCutAtTheBound() {
    for (int i = 0; i < 4096; i++) {
      assertThat(grammar.take(AgentEvent.Thinking.delta(KIB), 0)).isNotEmpty();
      assertThat(grammar.take(new AgentEvent.Message(KIB), 0)).isNotEmpty();
    }
    assertThat(grammar.hasEnded()).isFalse();
    ServerEvent end = last(grammar.take(new AgentEvent.Message("é"), 0));
    assertThat(end)
        .isInstanceOfSatisfying(
            ServerEvent.AgentCompleted.class,
            completed -> {
              assertThat(completed.finish()).isEqualTo(Finish.LENGTH);
              assertThat(completed.text()).hasSize(4096 * 1024);
            });
  }

  public void thoughtsWithoutEndEndTheRun() {
    ServerEvent end = last(takeToTheEnd(AgentEvent.Thinking.delta(KIB), 8193));
    assertThat(end).isInstanceOf(ServerEvent.AgentCompleted.class);
  }

  public void stateAndCustomEventsWithoutEndFailTheRun() {
    RawJson large = RawJson.of('"' + KIB.repeat(200) + '"');
    assertThat(last(takeToTheEnd(new AgentEvent.State(false, large), 41)))
        .matches(RunBoundsTest::isTooLarge);
  }

  public void eventsThatSayNothingCountToo() {
    assertThat(last(takeToTheEnd(AgentEvent.Thinking.step("x"), 65_536)))
        .matches(RunBoundsTest::isTooLarge);
  }

  public void toolsWithoutEndFailTheRun() {
    RawJson large = RawJson.of('"' + KIB.repeat(200) + '"');
    for (int i = 0; i < 41 && !grammar.hasEnded(); i++) {
      start(i);
      var ignored = grammar.take(ToolEnded.ok("call-" + i, large), 0);
    }
    assertThat(grammar.hasEnded()).isTrue();
  }

  public void aFullRunStillEndsAsItsAgentSays() {
    for (int i = 0; i < 8192; i++) {
      var ignored = grammar.take(new AgentEvent.Message(KIB), 0);
    }
    ServerEvent end =
        last(grammar.take(new AgentEvent.Completed(Finish.STOP, NOTHING, NOTHING), 0));
    assertThat(end)
        .isInstanceOfSatisfying(
            ServerEvent.AgentCompleted.class,
            completed -> assertThat(completed.finish()).isEqualTo(Finish.STOP));
  }

  public void oneToolTooManyClosesAllAndFailsTheRun() {
    for (int i = 0; i < 128; i++) {
      start(i);
    }
    var ignored = grammar.take(ToolEnded.ok("call-0", NOTHING), 0);
    assertThat(start(128)).hasSize(1);
    List<ServerEvent> end = start(129);
    assertThat(end).hasSize(129);
    assertThat(end.get(end.size() - 1))
        .isInstanceOfSatisfying(
            ServerEvent.AgentFailed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL));
    assertThat(grammar.hasEnded()).isTrue();
  }
}
