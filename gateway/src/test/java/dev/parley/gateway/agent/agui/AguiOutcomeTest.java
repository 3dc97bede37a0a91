package dev.parley.gateway.agent.agui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.Completed;
import dev.parley.gateway.agent.AgentEvent.Failed;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** How runs end. */
@Test(groups = "unit")
public class AguiOutcomeTest {

  @DataProvider
  public Object[][] successes() {
    return new Object[][] {
      {""},
      {",'outcome':null,'result':null,'usage':null"},
      {",'outcome':'success'"},
      {",'outcome':{'type':'success'}"},
      {",'outcome':{'type':'success','pendingToolCallIds':[]}"},
    };
  }

  @Test(dataProvider = "successes")
  public void aSuccessCompletesTheRun(String more) {
    AguiPlay play = AguiPlay.begin().take(AguiPlay.started(), AguiPlay.finished(more));

    assertThat(play.isOver()).isTrue();
    assertThat(play.end()).isEqualTo(Completed.stop());
  }

  public void usageIsAddedAndTheResultIsKept() {
    String more =
        ",'usage':[{'model':'a','inputTokens':3},{'model':'b','inputTokens':4,'outputTokens':1}],"
            + "'result':{'x':1.0}";
    AgentEvent end = AguiPlay.begin().take(AguiPlay.started(), AguiPlay.finished(more)).end();

    String usage = AguiPlay.json("{'model':'b','inputTokens':7,'outputTokens':1}");
    String result = AguiPlay.json("{'x':1.0}");
    assertThat(end).isEqualTo(new Completed(Finish.STOP, RawJson.of(usage), RawJson.of(result)));
  }

  @DataProvider
  public Object[][] failures() {
    return new Object[][] {
      {
        AguiPlay.finished(",'outcome':{'type':'success','pendingToolCallIds':['c','d']}"),
        ErrorCode.APPROVAL_UNSUPPORTED,
        "The agent waits for results of tools of the front end: 2."
      },
      {
        AguiPlay.finished(",'outcome':{'type':'interrupt','interrupts':[{'id':'i','reason':'r'}]}"),
        ErrorCode.APPROVAL_UNSUPPORTED,
        "The agent waits for an approval: r."
      },
      {
        AguiPlay.finished(",'outcome':'interrupt','interrupt':{'id':'i'}"),
        ErrorCode.APPROVAL_UNSUPPORTED,
        "The agent waits for an approval."
      },
      {
        AguiPlay.finished(",'outcome':{'type':'cancelled'}"),
        ErrorCode.UPSTREAM_ERROR,
        "The agent cancelled the run."
      },
      {
        AguiPlay.finished(",'outcome':{'type':'lost'}"),
        ErrorCode.UPSTREAM_PROTOCOL,
        "outcome.type: lost (expected: success, interrupt or cancelled)"
      },
      {
        "{'type':'RUN_ERROR','message':'no model','code':'x'}",
        ErrorCode.UPSTREAM_ERROR,
        "The agent reported an error: x."
      },
      {"{'type':'RUN_ERROR'}", ErrorCode.UPSTREAM_ERROR, "The agent reported an error."},
      {
        "no JSON",
        ErrorCode.UPSTREAM_PROTOCOL,
        "event: no JSON object (expected: an event of AG-UI)"
      },
      {"[]", ErrorCode.UPSTREAM_PROTOCOL, "event: no JSON object (expected: an event of AG-UI)"},
    };
  }

  @Test(dataProvider = "failures")
  public void aFailureHasACodeAndWhatWasShownStays(String event, ErrorCode code, String message) {
    AguiPlay play = AguiPlay.begin();
    play.take(AguiPlay.started(), AguiPlay.text("a", "Hi"), event);

    Failed end = (Failed) play.end();
    assertThat(end.code()).isEqualTo(code);
    assertThat(end.message()).isEqualTo(message);
    assertThat(play.answer()).isEqualTo("Hi");
  }

  public void theOlderAdapterOfLangGraphAsksByAnEventOfItsOwn() {
    AguiPlay play = AguiPlay.begin();
    play.take(
        AguiPlay.started(),
        "{'type':'CUSTOM','name':'on_interrupt','value':'ok?'}",
        AguiPlay.finished(""));

    assertThat(((Failed) play.end()).code()).isEqualTo(ErrorCode.APPROVAL_UNSUPPORTED);
  }

  public void anErrorMayComeFirst() {
    AguiPlay play = AguiPlay.begin().take("{'type':'RUN_ERROR','message':'no'}");

    assertThat(((Failed) play.end()).code()).isEqualTo(ErrorCode.UPSTREAM_ERROR);
  }

  @DataProvider
  public Object[][] cuts() {
    return new Object[][] {
      {new String[] {}},
      {new String[] {AguiPlay.started()}},
      {new String[] {AguiPlay.started(), AguiPlay.text("a", "Hi"), "[DONE]"}},
      {new String[] {AguiPlay.started(AguiPlay.THREAD, "other"), AguiPlay.text("a", "Hi")}},
    };
  }

  @Test(dataProvider = "cuts")
  public void aStreamWithoutAnEndIsTruncated(String[] events) {
    AguiPlay play = AguiPlay.begin().take(events);

    assertThat(((Failed) play.end()).code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
  }
}
