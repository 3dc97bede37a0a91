package dev.parley.gateway.agent.agui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent.Completed;
import dev.parley.gateway.agent.AgentEvent.Failed;
import dev.parley.gateway.agent.AgentEvent.ToolEnded;
import dev.parley.gateway.agent.AgentEvent.ToolStarted;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Streams that tell other runs too, that restate the thread, or that have no measure. */
@Test(groups = "unit")
public class AguiRunsTest {

  private static final String OLD = AguiPlay.started(AguiPlay.THREAD, "r_old");

  private static String snapshot(String messages) {
    return "{'type':'MESSAGES_SNAPSHOT','messages':[" + messages + "]}";
  }

  private static String message(String id, String role, String content) {
    return "{'id':'" + id + "','role':'" + role + "','content':'" + content + "'}";
  }

  public void runsBeforeOursAreSkipped() {
    AguiPlay play = AguiPlay.begin();
    play.take(OLD, AguiPlay.text("a", "old"), AguiPlay.finished(""));
    play.take(OLD, AguiPlay.text("b", "older"), "{'type':'RUN_ERROR','message':'x'}");
    play.take(AguiPlay.started(), AguiPlay.text("c", "new"), AguiPlay.finished(""));

    assertThat(play.end()).isEqualTo(Completed.stop());
    assertThat(play.answer()).isEqualTo("new");
  }

  public void aRunOfAnotherNameIsOursWhereNoneFollows() {
    AguiPlay play = AguiPlay.begin();
    play.take(OLD, AguiPlay.text("a", "Hi"), AguiPlay.finished(""));

    assertThat(play.answer()).isEmpty();
    assertThat(play.end()).isEqualTo(Completed.stop());
    assertThat(play.answer()).isEqualTo("Hi");
  }

  public void aRunOfAnotherNameIsNotOursWhereItWasToldBefore() {
    AguiPlay play = AguiPlay.begin(AguiPlay.said("Hi"));
    play.take(OLD, AguiPlay.text("a", "Hi"), AguiPlay.finished(""));

    checkTruncated(play);
  }

  public void severalRunsOfOtherNamesAreNotOurs() {
    AguiPlay play = AguiPlay.begin();
    play.take(OLD, AguiPlay.text("a", "Hi"), AguiPlay.finished(""));
    play.take(OLD, AguiPlay.text("b", "Ho"), AguiPlay.finished(""));

    checkTruncated(play);
  }

  private static void checkTruncated(AguiPlay play) {
    assertThat(((Failed) play.end()).code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
    assertThat(play.shown).isEmpty();
  }

  public void anErrorAfterOtherRunsIsOurs() {
    AguiPlay play = AguiPlay.begin();
    play.take(OLD, AguiPlay.text("a", "old"), AguiPlay.finished(""));
    play.take("{'type':'RUN_ERROR','message':'x'}");

    assertThat(((Failed) play.end()).code()).isEqualTo(ErrorCode.UPSTREAM_ERROR);
    assertThat(play.answer()).isEmpty();
  }

  @DataProvider
  public Object[][] strangeStarts() {
    return new Object[][] {
      {"{'type':'RUN_STARTED'}"},
      {"{'type':'RUN_STARTED','threadId':null,'runId':null}"},
      {AguiPlay.started("their-thread", "their-run")},
      {AguiPlay.started("", "their-run")},
      {"{'type':'STEP_STARTED','stepName':'no start at all'}"},
    };
  }

  @Test(dataProvider = "strangeStarts")
  public void aRunWithoutOurIdsIsShownAtOnce(String start) {
    AguiPlay play = AguiPlay.begin().take(start, AguiPlay.text("a", "Hi"));

    assertThat(play.answer()).isEqualTo("Hi");
    assertThat(play.take(AguiPlay.finished("")).end()).isEqualTo(Completed.stop());
  }

  public void nothingAfterTheEndCounts() {
    AguiPlay play = AguiPlay.begin().take(AguiPlay.started(), AguiPlay.finished(""));

    assertThat(play.isOver()).isTrue();
  }

  @DataProvider
  public Object[][] snapshots() {
    String question = message("q", "user", "hi") + ",";
    return new Object[][] {
      {"shown under this id", question + message("a", "assistant", "Hi"), "Hi"},
      {"shown under another id", question + message("z", "assistant", "Hi"), "Hi"},
      {"shown in part", question + message("a", "assistant", "Hi you"), "Hi you"},
      {"written again", question + message("a", "assistant", "Bye"), "Hi"},
      {
        "more than was shown",
        question + message("a", "assistant", "Hi") + "," + message("b", "assistant", "More"),
        "Hi\n\nMore"
      },
      {
        "the thread before",
        message("p", "user", "x")
            + ","
            + message("o", "assistant", "Old")
            + ","
            + question
            + message("a", "assistant", "Hi"),
        "Hi"
      },
      {"nothing of ours", message("o", "assistant", "Said before"), "Hi"},
      {"only the answer", message("a", "assistant", "Hi"), "Hi"},
      {"no text", question + "{'id':'n','role':'assistant','content':null},7", "Hi"},
    };
  }

  @Test(dataProvider = "snapshots")
  public void aSnapshotShowsOnlyWhatWasNotShown(String name, String messages, String answer) {
    AguiPlay play = AguiPlay.begin(AguiPlay.said("Said before"));
    play.take(AguiPlay.started(), AguiPlay.text("a", "Hi"), snapshot(messages));
    play.take(snapshot(messages));

    assertThat(play.answer()).as(name).isEqualTo(answer);
  }

  public void aSnapshotShowsCallsAndResultsThatWereNotShown() {
    AguiPlay play = AguiPlay.begin();
    String call = "{'id':'c','type':'function','function':{'name':'look','arguments':'[1]'}}";
    String messages =
        message("q", "user", "hi")
            + ",{'id':'a','role':'assistant','toolCalls':["
            + call
            + "]},{'id':'t','role':'tool','toolCallId':'c','content':'','error':'broken'}";
    play.take(AguiPlay.started(), snapshot(messages), snapshot(messages));

    assertThat(play.shown)
        .containsExactly(
            new ToolStarted("c", "look", RawJson.of("[1]")), ToolEnded.error("c", "broken"));
  }

  public void tooManyCallsEndTheRun() {
    AguiPlay play = AguiPlay.begin().take(AguiPlay.started());
    for (int i = 0; i <= ServiceMistake.MAX_ITEMS; i++) {
      play.take(
          "{'type':'TOOL_CALL_START','toolCallId':'" + i + "'}",
          "{'type':'TOOL_CALL_END','toolCallId':'" + i + "'}");
    }

    assertThat(play.shown).hasSize(ServiceMistake.MAX_ITEMS);
    checkProtocol(play, "tool calls: one more (expected: at most 10000 in a run)");
  }

  public void argumentsWithoutAnEndEndTheRun() {
    AguiPlay play = AguiPlay.begin().take(AguiPlay.started());
    play.take("{'type':'TOOL_CALL_START','toolCallId':'c'}");
    String piece = "x".repeat(AguiCalls.MAX_UNITS / 2 + 1);
    play.take("{'type':'TOOL_CALL_ARGS','toolCallId':'c','delta':'" + piece + "'}");
    assertThat(play.isOver()).isFalse();
    play.take("{'type':'TOOL_CALL_ARGS','toolCallId':'c','delta':'" + piece + "'}");

    checkProtocol(play, "arguments: 4194306 characters (expected: at most 4194304)");
  }

  public void argumentsThatAreWholeDoNotCount() {
    AguiPlay play = AguiPlay.begin().take(AguiPlay.started());
    String piece = "x".repeat(AguiCalls.MAX_UNITS / 2 + 1);
    for (String id : List.of("c", "d")) {
      play.take(
          "{'type':'TOOL_CALL_START','toolCallId':'" + id + "'}",
          "{'type':'TOOL_CALL_ARGS','toolCallId':'" + id + "','delta':'" + piece + "'}",
          "{'type':'TOOL_CALL_END','toolCallId':'" + id + "'}");
    }

    assertThat(play.shown).hasSize(2);
  }

  public void tooMuchOfAnotherRunEndsTheRun() {
    AguiPlay play = AguiPlay.begin().take(OLD);
    String half = AguiPlay.text("a", "x".repeat(AguiSession.MAX_HELD / 2));
    play.take(half, half);

    checkProtocol(play, "runId: of another run (expected: the one of the request)");
  }

  private static void checkProtocol(AguiPlay play, String message) {
    Failed end = (Failed) play.end();
    assertThat(end.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
    assertThat(end.message()).isEqualTo(message);
  }
}
