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

  public void stepsWhoseNamesLookAlikeAreToldApart() {
    AguiPlay play =
        play(
            BEGIN_WRITER,
            "{'type':'STEP_STARTED','stepName':'s look'}",
            "{'type':'STEP_STARTED','stepName':'look','subagentRunId':'s'}",
            "{'type':'STEP_FINISHED','stepName':'look','subagentRunId':'s'}",
            "{'type':'STEP_FINISHED','stepName':'s look'}");
    assertThat(play.shown)
        .containsExactly(
            Thinking.start().by(WRITER),
            Thinking.step("s look"),
            Thinking.step("look").by(WRITER),
            new Thinking(ThinkingPhase.STEP, null, "look", 1.0, WRITER),
            new Thinking(ThinkingPhase.STEP, null, "s look", 1.0));
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

  private static String chunk(String subagent, String delta) {
    String by = subagent.isEmpty() ? "" : ",'subagentRunId':'" + subagent + "'";
    return "{'type':'TEXT_MESSAGE_CHUNK','delta':'" + delta + "'" + by + "}";
  }

  private static String call(String subagent, String more) {
    String by = subagent.isEmpty() ? "" : ",'subagentRunId':'" + subagent + "'";
    return "{'type':'TOOL_CALL_CHUNK'," + more + by + "}";
  }

  public void piecesWithoutAnIdBelongToTheAgentThatTheyAreOf() {
    AguiPlay play =
        play(
            BEGIN_WRITER,
            "{'type':'TEXT_MESSAGE_CHUNK','messageId':'m','delta':'Fou'}",
            chunk("s", "one"),
            chunk("", "nd"),
            said("a", "s", "two"),
            chunk("t", "other"),
            chunk("", " it"),
            chunk("s", "three"));
    assertThat(play.answer()).isEqualTo("Found it");
    assertThat(play.shown)
        .contains(
            Thinking.delta("one").by(WRITER),
            Thinking.delta("\n\ntwo").by(WRITER),
            Thinking.delta("other").by(Subagent.of("t", "", "")),
            Thinking.delta("three").by(WRITER));
  }

  public void agentsThatGiveNoIdsAreToldApart() {
    AguiPlay play =
        play(
            chunk("s", "secret"),
            chunk("", "Fou"),
            chunk("s", "thought"),
            chunk("", "nd"),
            "{'type':'MESSAGES_SNAPSHOT','messages':["
                + "{'id':'u','role':'user','content':'x'},"
                + "{'role':'assistant','content':'Found it'},"
                + "{'id':'b','role':'assistant','content':'so','subagentRunId':'s'}]}",
            chunk("s", "!"));
    assertThat(play.answer()).isEqualTo("Found it");
    Subagent s = Subagent.of("s", "", "");
    assertThat(play.shown)
        .contains(
            Thinking.delta("secret").by(s),
            Thinking.delta("thought").by(s),
            Thinking.delta("\n\nso").by(s),
            Thinking.delta("\n\n!").by(s));
  }

  public void itsCallInChunksGoesOnWhileOthersWork() {
    Subagent other = Subagent.of("t", "", "");
    AguiPlay play =
        play(
            BEGIN_WRITER,
            call("s", "'toolCallId':'c','toolCallName':'look','delta':'{\\'q\\':'"),
            said("b", "t", "two"),
            call("t", "'toolCallId':'d','toolCallName':'find','delta':'['"),
            call("", "'toolCallId':'e','toolCallName':'call','delta':'3'"),
            call("s", "'delta':'1}'"),
            call("t", "'delta':'2]'"),
            AguiPlay.text("m", "Hi"),
            AguiPlay.text("b", "three"),
            "{'type':'SUBAGENT_FINISHED','subagentRunId':'s'}");
    assertThat(play.shown)
        .containsExactly(
            Thinking.start().by(WRITER),
            Thinking.start().by(other),
            Thinking.delta("two").by(other),
            new ToolStarted("e", "call", RawJson.of("3"), null),
            new Message("Hi"),
            new ToolStarted("d", "find", RawJson.of("[2]"), other),
            Thinking.delta("three").by(other),
            new ToolStarted("c", "look", RawJson.of("{\"q\":1}"), WRITER),
            Thinking.end().by(WRITER));
  }

  public void itsCallInChunksEndsWhenItAsksAnotherOrHasAResult() {
    AguiPlay play =
        play(
            BEGIN_WRITER,
            call("s", "'toolCallId':'c','toolCallName':'ask','delta':'[1]'"),
            BEGIN_CRITIC,
            call("s", "'toolCallId':'d','toolCallName':'look','delta':'[2]'"),
            "{'type':'TOOL_CALL_RESULT','messageId':'x','toolCallId':'d','content':'1'}",
            call("s", "'toolCallName':'find','delta':'[3]'"),
            AguiPlay.finished(""));
    assertThat(play.shown)
        .containsExactly(
            Thinking.start().by(WRITER),
            new ToolStarted("c", "ask", RawJson.of("[1]"), WRITER),
            Thinking.start().by(CRITIC),
            new ToolStarted("d", "look", RawJson.of("[2]"), WRITER),
            ToolEnded.ok("d", RawJson.of("\"1\"")),
            new ToolStarted("call-3", "find", RawJson.of("[3]"), WRITER),
            Thinking.end().by(WRITER),
            Thinking.end().by(CRITIC));
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
