package dev.parley.gateway.agent.agui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent.Message;
import dev.parley.gateway.agent.AgentEvent.Thinking;
import dev.parley.gateway.agent.AgentEvent.ToolEnded;
import dev.parley.gateway.agent.AgentEvent.ToolStarted;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import org.testng.annotations.Test;

/** What is shown of the sub-agents of an AG-UI agent. */
@Test(groups = "unit")
public class AguiSubagentTest {

  private static final Subagent WRITER = new Subagent("s", "writer");
  private static final Subagent CRITIC = new Subagent("t", "critic", "s");
  private static final String BEGIN_WRITER =
      "{'type':'SUBAGENT_STARTED','subagentRunId':'s','name':'writer','parentToolCallId':'c'}";
  private static final String BEGIN_CRITIC =
      "{'type':'SUBAGENT_STARTED','subagentRunId':'t','name':'critic','parentSubagentRunId':'s'}";

  private static AguiPlay play(String... events) {
    return AguiPlay.begin().take(AguiPlay.started()).take(events);
  }

  private static String said(String id, String subagent, String delta) {
    return "{'type':'TEXT_MESSAGE_CHUNK','messageId':'"
        + id
        + "','subagentRunId':'"
        + subagent
        + "','delta':'"
        + delta
        + "'}";
  }

  public void itsTextsAreThinkingOfItsOwnAsLongAsItWorks() {
    AguiPlay play =
        play(
            BEGIN_WRITER,
            "{'type':'TEXT_MESSAGE_START','messageId':'a','subagentRunId':'s'}",
            AguiPlay.text("a", "look"),
            AguiPlay.text("a", "ing"),
            said("b", "s", "more"),
            "{'type':'SUBAGENT_FINISHED','subagentRunId':'s'}",
            AguiPlay.text("m", "Found"));
    assertThat(play.shown)
        .containsExactly(
            Thinking.start().by(WRITER),
            Thinking.delta("look").by(WRITER),
            Thinking.delta("ing").by(WRITER),
            Thinking.delta("\n\nmore").by(WRITER),
            Thinking.end().by(WRITER),
            new Message("Found"));
  }

  public void severalWorkAtOnceBesideTheAgent() {
    AguiPlay play =
        play(
            "{'type':'REASONING_START'}",
            BEGIN_WRITER,
            BEGIN_CRITIC,
            said("a", "s", "one"),
            said("b", "t", "two"),
            "{'type':'REASONING_MESSAGE_CHUNK','messageId':'r','delta':'hm'}",
            said("a", "s", "three"),
            "{'type':'SUBAGENT_FINISHED','subagentRunId':'t'}",
            "{'type':'REASONING_END'}");
    assertThat(play.shown)
        .containsExactly(
            Thinking.start(),
            Thinking.start().by(WRITER),
            Thinking.start().by(CRITIC),
            Thinking.delta("one").by(WRITER),
            Thinking.delta("two").by(CRITIC),
            Thinking.delta("hm"),
            Thinking.delta("three").by(WRITER),
            Thinking.end().by(CRITIC),
            Thinking.end());
  }

  public void itsReasoningAndStepsAndToolsAreItsOwn() {
    AguiPlay play =
        play(
            "{'type':'STEP_STARTED','stepName':'plan'}",
            BEGIN_WRITER,
            "{'type':'REASONING_START','subagentRunId':'s'}",
            "{'type':'REASONING_MESSAGE_CHUNK','messageId':'r','delta':'hm','subagentRunId':'s'}",
            "{'type':'REASONING_END','subagentRunId':'s'}",
            "{'type':'STEP_STARTED','stepName':'plan','subagentRunId':'s'}",
            "{'type':'STEP_FINISHED','stepName':'plan','subagentRunId':'s'}",
            "{'type':'TOOL_CALL_START','toolCallId':'c','toolCallName':'look','subagentRunId':'s'}",
            "{'type':'TOOL_CALL_END','toolCallId':'c'}",
            "{'type':'TOOL_CALL_CHUNK','toolCallId':'d','toolCallName':'find','subagentRunId':'s'}",
            "{'type':'TOOL_CALL_RESULT','messageId':'x','toolCallId':'c','content':'1'}",
            "{'type':'STEP_FINISHED','stepName':'plan'}");
    RawJson none = RawJson.of("{}");
    assertThat(play.shown)
        .containsExactly(
            Thinking.step("plan"),
            Thinking.start().by(WRITER),
            Thinking.delta("hm").by(WRITER),
            Thinking.step("plan").by(WRITER),
            new Thinking(ThinkingPhase.STEP, null, "plan", 1.0, WRITER),
            new ToolStarted("c", "look", none, WRITER),
            new ToolStarted("d", "find", none, WRITER),
            ToolEnded.ok("c", RawJson.of("\"1\"")),
            new Thinking(ThinkingPhase.STEP, null, "plan", 1.0));
  }

  public void oneThatFailsEndsNoRun() {
    AguiPlay play =
        play(
            BEGIN_WRITER,
            "{'type':'SUBAGENT_ERROR','subagentRunId':'s','message':'key sk-1'}",
            AguiPlay.text("m", "Found"));
    assertThat(play.isOver()).isFalse();
    assertThat(play.shown)
        .containsExactly(
            Thinking.start().by(WRITER), Thinking.end().by(WRITER), new Message("Found"));
  }

  public void oneThatWasNotAnnouncedHasItsIdAsName() {
    Subagent unnamed = Subagent.of("run 7", "", "");
    assertThat(play(said("a", "run 7", "Hi"), AguiPlay.finished("")).shown)
        .containsExactly(
            Thinking.start().by(unnamed),
            Thinking.delta("Hi").by(unnamed),
            Thinking.end().by(unnamed));
  }

  public void whatItSaysIsNeverTheAnswer() {
    AguiPlay play = play(BEGIN_WRITER, said("a", "s", "Hi"), AguiPlay.finished(""));
    assertThat(play.answer()).isEmpty();
    assertThat(play.isOver()).isTrue();
  }

  public void aSnapshotShowsWhatWasNotShownYet() {
    AguiPlay play =
        play(
            BEGIN_WRITER,
            said("a", "s", "Hi"),
            "{'type':'MESSAGES_SNAPSHOT','messages':["
                + "{'id':'o','role':'assistant','content':'old','subagentRunId':'q'},"
                + "{'id':'u','role':'user','content':'x'},"
                + "{'id':'a','role':'assistant','content':'Hi','subagentRunId':'s'},"
                + "{'id':'b','role':'assistant','content':'new','subagentRunId':'s','toolCalls':"
                + "[{'id':'c','function':{'name':'look','arguments':'[]'}}]},"
                + "{'id':'m','role':'assistant','content':'Found'}]}");
    assertThat(play.shown)
        .containsExactly(
            Thinking.start().by(WRITER),
            Thinking.delta("Hi").by(WRITER),
            Thinking.delta("\n\nnew").by(WRITER),
            new ToolStarted("c", "look", RawJson.of("[]"), WRITER),
            new Message("Found"));
  }

  public void endlessSubagentsAreBounded() {
    AguiPlay play = play();
    for (int i = 0; i <= ServiceMistake.MAX_ITEMS; i++) {
      play.take("{'type':'SUBAGENT_STARTED','subagentRunId':'" + i + "','name':'x'}");
    }
    assertThat(play.end().toString()).contains("sub-agents: one more");
  }
}
