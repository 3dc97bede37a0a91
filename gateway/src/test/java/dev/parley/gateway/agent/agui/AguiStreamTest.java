package dev.parley.gateway.agent.agui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.Custom;
import dev.parley.gateway.agent.AgentEvent.Message;
import dev.parley.gateway.agent.AgentEvent.State;
import dev.parley.gateway.agent.AgentEvent.Thinking;
import dev.parley.gateway.agent.AgentEvent.ToolEnded;
import dev.parley.gateway.agent.AgentEvent.ToolStarted;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What is shown of each event of AG-UI. */
@Test(groups = "unit")
public class AguiStreamTest {

  private static AgentEvent done(String step) {
    return new Thinking(ThinkingPhase.STEP, null, step, 1.0);
  }

  private static AgentEvent tool(String id, String arguments) {
    return new ToolStarted(id, "look", RawJson.of(AguiPlay.json(arguments)));
  }

  private static AgentEvent result(String id, String json) {
    return ToolEnded.ok(id, RawJson.of(AguiPlay.json(json)));
  }

  private static Object[] row(String name, List<String> events, AgentEvent... shown) {
    return new Object[] {name, events, List.of(shown)};
  }

  private static String start(String id) {
    return "{'type':'TOOL_CALL_START','toolCallId':'" + id + "','toolCallName':'look'}";
  }

  private static String arguments(String id, String delta) {
    return "{'type':'TOOL_CALL_ARGS','toolCallId':'" + id + "','delta':'" + delta + "'}";
  }

  private static String stop(String id) {
    return "{'type':'TOOL_CALL_END','toolCallId':'" + id + "'}";
  }

  private static String answered(String id, String content) {
    return "{'type':'TOOL_CALL_RESULT','messageId':'m','toolCallId':'"
        + id
        + "','content':"
        + content
        + "}";
  }

  @DataProvider
  public Object[][] texts() {
    return new Object[][] {
      row(
          "a message",
          List.of(
              "{'type':'TEXT_MESSAGE_START','messageId':'a','role':'assistant'}",
              AguiPlay.text("a", "Hi"),
              AguiPlay.text("a", ""),
              AguiPlay.text("a", " you"),
              "{'type':'TEXT_MESSAGE_END','messageId':'a'}"),
          new Message("Hi"),
          new Message(" you")),
      row(
          "chunks of a message",
          List.of(
              "{'type':'TEXT_MESSAGE_CHUNK','messageId':'a','role':'assistant','delta':'Hi'}",
              "{'type':'TEXT_MESSAGE_CHUNK','delta':' you'}",
              "{'type':'TEXT_MESSAGE_CHUNK','messageId':'b','delta':'Bye'}"),
          new Message("Hi"),
          new Message(" you"),
          new Message("\n\nBye")),
      row(
          "a message of another role",
          List.of(
              "{'type':'TEXT_MESSAGE_START','messageId':'u','role':'user'}",
              AguiPlay.text("u", "hi"))),
      row("a piece that nothing began", List.of(AguiPlay.text("a", "Hi")), new Message("Hi")),
    };
  }

  @DataProvider
  public Object[][] tools() {
    return new Object[][] {
      row(
          "a call is shown when its arguments are whole",
          List.of(start("c"), arguments("c", "{\\'a\\':"), arguments("c", "1}"))),
      row(
          "a call with a result in text",
          List.of(
              start("c"),
              arguments("c", "{\\'a\\':"),
              arguments("c", "1.0}"),
              stop("c"),
              answered("c", "'21C'")),
          tool("c", "{'a':1.0}"),
          result("c", "'21C'")),
      row(
          "two calls at once, results in JSON and parts",
          List.of(
              start("c"),
              start("d"),
              arguments("d", "[2]"),
              arguments("c", "[1]"),
              stop("c"),
              stop("d"),
              answered("d", "'{\\'t\\':2}'"),
              answered("c", "[{'type':'text','text':'x'}]")),
          tool("c", "[1]"),
          tool("d", "[2]"),
          result("d", "{'t':2}"),
          result("c", "[{'type':'text','text':'x'}]")),
      row(
          "no arguments, broken ones, a name twice",
          List.of(
              start("c"),
              stop("c"),
              start("d"),
              arguments("d", "{\\'a\\'"),
              stop("d"),
              start("e"),
              arguments("e", "{\\'a\\':1,\\'a\\':2}"),
              stop("e")),
          tool("c", "{}"),
          new ToolStarted("d", "look", RawJson.of("\"{\\\"a\\\"\"")),
          tool("e", "{'a':2}")),
      row(
          "chunks of two calls; text between them",
          List.of(
              "{'type':'TOOL_CALL_CHUNK','toolCallId':'c','toolCallName':'look','delta':'{'}",
              "{'type':'RAW','event':1}",
              "{'type':'TOOL_CALL_CHUNK','delta':'}'}",
              "{'type':'TOOL_CALL_CHUNK','toolCallId':'d','toolCallName':'look'}",
              AguiPlay.text("a", "Hi")),
          new Custom("agui.raw", RawJson.of("1")),
          tool("c", "{}"),
          tool("d", "{}"),
          new Message("Hi")),
      row(
          "a result before the end of the arguments; a second one",
          List.of(start("c"), answered("c", "null"), answered("c", "'x'"), stop("c")),
          tool("c", "{}"),
          result("c", "null")),
      row("a result of a call that nobody made", List.of(answered("c", "'x'"))),
      row(
          "a call without an id",
          List.of(
              "{'type':'TOOL_CALL_START','toolCallName':'look'}",
              "{'type':'TOOL_CALL_END'}",
              "{'type':'TOOL_CALL_RESULT','content':'x'}"),
          tool("call-1", "{}"),
          result("call-1", "'x'")),
    };
  }

  @DataProvider
  public Object[][] thoughts() {
    return new Object[][] {
      row(
          "reasoning of version 1",
          List.of(
              "{'type':'REASONING_START','messageId':'r'}",
              "{'type':'REASONING_MESSAGE_START','messageId':'r','role':'reasoning'}",
              "{'type':'REASONING_MESSAGE_CONTENT','messageId':'r','delta':'hm'}",
              "{'type':'REASONING_MESSAGE_END','messageId':'r'}",
              "{'type':'REASONING_MESSAGE_CHUNK','messageId':'s','delta':'so'}",
              "{'type':'REASONING_ENCRYPTED_VALUE','subtype':'message','entityId':'r',"
                  + "'encryptedValue':'x'}",
              "{'type':'REASONING_END','messageId':'r'}"),
          Thinking.start(),
          Thinking.delta("hm"),
          Thinking.delta("\n\nso"),
          Thinking.end()),
      row(
          "thinking of the versions before it",
          List.of(
              "{'type':'THINKING_START','title':'plan'}",
              "{'type':'THINKING_TEXT_MESSAGE_START'}",
              "{'type':'THINKING_TEXT_MESSAGE_CONTENT','delta':'hm'}",
              "{'type':'THINKING_TEXT_MESSAGE_END'}",
              "{'type':'THINKING_END'}"),
          Thinking.start(),
          Thinking.step("plan"),
          done("plan"),
          Thinking.delta("hm"),
          Thinking.end()),
      row(
          "thoughts that nothing began end with the answer",
          List.of(
              "{'type':'REASONING_MESSAGE_CHUNK','messageId':'r','delta':'hm'}",
              AguiPlay.text("a", "Hi")),
          Thinking.start(),
          Thinking.delta("hm"),
          Thinking.end(),
          new Message("Hi")),
      row(
          "steps",
          List.of(
              "{'type':'STEP_STARTED','stepName':'plan'}",
              "{'type':'STEP_FINISHED','stepName':'plan'}",
              "{'type':'STEP_FINISHED','stepName':'other'}"),
          Thinking.step("plan"),
          done("plan")),
    };
  }

  @DataProvider
  public Object[][] others() {
    return new Object[][] {
      row(
          "state",
          List.of(
              "{'type':'STATE_SNAPSHOT','snapshot':{'a':1.50}}",
              "{'type':'STATE_DELTA','delta':[{'op':'remove','path':'/a'}]}"),
          new State(false, RawJson.of(AguiPlay.json("{'a':1.50}"))),
          new State(true, RawJson.of(AguiPlay.json("[{'op':'remove','path':'/a'}]")))),
      row(
          "custom and activity",
          List.of(
              "{'type':'CUSTOM','name':'x','value':{'a':1}}",
              "{'type':'CUSTOM','name':'y'}",
              "{'type':'ACTIVITY_SNAPSHOT','messageId':'m'}",
              "{'type':'ACTIVITY_DELTA','messageId':'m'}"),
          new Custom("x", RawJson.of(AguiPlay.json("{'a':1}"))),
          new Custom("y", RawJson.of("null")),
          new Custom(
              "agui.activity_snapshot",
              RawJson.of(AguiPlay.json("{'type':'ACTIVITY_SNAPSHOT','messageId':'m'}"))),
          new Custom(
              "agui.activity_delta",
              RawJson.of(AguiPlay.json("{'type':'ACTIVITY_DELTA','messageId':'m'}")))),
      row(
          "raw events deeper than what can be stored",
          List.of("{'type':'RAW','event':" + "[".repeat(200) + "]".repeat(200) + "}")),
      row(
          "events of a later version",
          List.of(
              "{'type':'HOLOGRAM','x':1}",
              "{'type':'TEXT_MESSAGE_HOLOGRAM'}",
              "{'type':'TOOL_CALL_HOLOGRAM'}",
              "{'type':'RUN_HOLOGRAM'}",
              "{}",
              "{'type':null}")),
    };
  }

  @Test(dataProvider = "texts")
  public void aTextIsShown(String name, List<String> events, List<AgentEvent> shown) {
    check(name, events, shown);
  }

  @Test(dataProvider = "tools")
  public void aToolIsShown(String name, List<String> events, List<AgentEvent> shown) {
    check(name, events, shown);
  }

  @Test(dataProvider = "thoughts")
  public void aThoughtIsShown(String name, List<String> events, List<AgentEvent> shown) {
    check(name, events, shown);
  }

  @Test(dataProvider = "others")
  public void anythingElseIsShown(String name, List<String> events, List<AgentEvent> shown) {
    check(name, events, shown);
  }

  private static void check(String name, List<String> events, List<AgentEvent> shown) {
    AguiPlay play = AguiPlay.begin().take(AguiPlay.started());
    play.take(events.toArray(String[]::new));

    assertThat(play.shown).as(name).isEqualTo(shown);
    assertThat(play.isOver()).as(name).isFalse();
  }

  public void whatWasLeftOpenIsEndedWithTheRun() {
    AguiPlay play =
        AguiPlay.begin()
            .take(
                AguiPlay.started(),
                "{'type':'STEP_STARTED','stepName':'plan'}",
                "{'type':'REASONING_START'}",
                start("c"),
                AguiPlay.finished(""));

    assertThat(play.shown)
        .containsExactly(
            Thinking.step("plan"), Thinking.start(), Thinking.end(), tool("c", "{}"), done("plan"));
  }

  public void rawEventsArePassedOnUpToABound() {
    String half = "{'type':'RAW','event':'" + "x".repeat(AguiStream.MAX_RAW / 2 - 2) + "'}";
    AguiPlay play = AguiPlay.begin().take(AguiPlay.started(), half, half, half);

    assertThat(play.shown).hasSize(2);
  }
}
