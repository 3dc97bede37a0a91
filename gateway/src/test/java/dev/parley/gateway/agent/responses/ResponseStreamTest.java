package dev.parley.gateway.agent.responses;

import static dev.parley.gateway.agent.responses.Answers.added;
import static dev.parley.gateway.agent.responses.Answers.completed;
import static dev.parley.gateway.agent.responses.Answers.done;
import static dev.parley.gateway.agent.responses.Answers.event;
import static dev.parley.gateway.agent.responses.Answers.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What is shown of a stream, and how it ends. */
@Test(groups = "unit")
public class ResponseStreamTest {

  private static final String END = completed("[]");
  private static final String MESSAGE =
      "{'type':'message','id':'m','role':'assistant','content':[{'type':'output_text','text':'Yes.'}]}";

  private Answers run;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    run = Answers.begin();
  }

  /** Streams that say {@code Yes.}, each in another way. */
  @DataProvider
  public Object[][] yes() {
    String part = "'item_id':'m','output_index':0,'content_index':0";
    String whole = event("output_text.done", part + ",'text':'Yes.'");
    return new Object[][] {
      {text(0, "Ye"), text(0, "s."), whole, done(0, MESSAGE), completed("[" + MESSAGE + "]")},
      // The text comes whole only.
      {added(0, "{'type':'message','id':'m','content':[]}"), whole, END},
      {done(0, MESSAGE), END},
      {completed("[" + MESSAGE + "]")},
      {done(0, MESSAGE), completed("[" + MESSAGE + "]")},
      {done(0, MESSAGE), done(0, MESSAGE), whole, END},
      {completed("[{'type':'message','content':'Yes.'}]")},
      // Without places, and without ids.
      {event("output_text.delta", "'delta':'Yes.'"), END},
      {event("output_text.delta", "'delta':'Ye'"), event("output_text.delta", "'delta':'s.'"), END},
      // Another id in each event.
      {
        event("output_text.delta", "'output_index':0,'item_id':'a','delta':'Ye'"),
        event("output_text.delta", "'output_index':0,'item_id':'b','delta':'s.'"),
        done(0, MESSAGE),
        completed("[" + MESSAGE.replace("'m'", "'c'") + "]"),
      },
      {
        event("output_text.delta", "'item_id':'a','delta':'Ye'"),
        event("output_text.delta", "'item_id':'b','delta':'s.'"),
        event("output_item.done", "'item':" + MESSAGE),
        END,
      },
      // Empty pieces, nothing at all, and what nobody knows.
      {
        text(0, ""),
        "",
        "{}",
        "{'type':'keepalive'}".replace('\'', '"'),
        event("compaction.compacting", ""),
        event("output_item.added", ""),
        event("output_item.done", "'item':7"),
        event("output_text.delta", "'output_index':0"),
        text(0, "Yes."),
        event("something.new.delta", "'output_index':0,'delta':'No.'"),
        END,
      },
      // A refusal is what the model says.
      {event("refusal.delta", "'output_index':0,'delta':'Yes.'"), END},
      {event("refusal.done", "'output_index':0,'refusal':'Yes.'"), END},
      {done(0, "{'type':'message','content':[{'type':'refusal','refusal':'Yes.'}]}"), END},
    };
  }

  @Test(dataProvider = "yes")
  public void aTextIsShownOnce(String[] stream) throws UpstreamException {
    AgentEvent.Completed end = run.finished(stream);
    assertThat(run.text()).isEqualTo("Yes.");
    assertThat(end).isEqualTo(AgentEvent.Completed.stop());
    assertThat(run.shown).allMatch(AgentEvent.Message.class::isInstance);
  }

  public void theTypeMayStandInTheFieldOfTheStreamAlone() throws UpstreamException {
    String delta = "{\"output_index\":0,\"delta\":\"Yes.\"}";
    run.session.take(new SseEvent("response.output_text.delta", delta, null), run.shown::add);
    assertThat(run.session.take(new SseEvent("response.completed", "{}", null), run.shown::add))
        .isTrue();
    run.end();
    assertThat(run.text()).isEqualTo("Yes.");
  }

  public void theLastEventIsTheEnd() throws UpstreamException {
    assertThat(run.take(text(0, "Yes."))).isFalse();
    assertThat(run.take(END)).isTrue();
  }

  public void betweenTwoMessagesIsABlankLine() throws UpstreamException {
    run.finished(text(0, "One"), text(0, " two."), text(1, "Three."), text(1, " Four."), END);
    assertThat(run.text()).isEqualTo("One two.\n\nThree. Four.");
  }

  public void thePartsOfAMessageAreOneText() throws UpstreamException {
    run.finished(
        text(0, "One "),
        event("output_text.delta", "'output_index':0,'content_index':1,'delta':'two.'"),
        END);
    assertThat(run.text()).isEqualTo("One two.");
  }

  private static String thought(String kind, String members) {
    return event("reasoning_" + kind, "'output_index':0," + members);
  }

  @DataProvider
  public Object[][] thoughts() {
    String begin = added(0, "{'type':'reasoning','id':'r','summary':[]}");
    String end = done(0, "{'type':'reasoning','summary':[{'type':'summary_text','text':'hm'}]}");
    String raw = "{'type':'reasoning','content':[{'type':'reasoning_text','text':'hm'}]}";
    return new Object[][] {
      {"(hm)", begin, thought("summary_text.delta", "'delta':'hm'"), end},
      {
        "(hm)",
        thought("summary_text.delta", "'delta':'h'"),
        thought("text.delta", "'delta':''"),
        thought("summary_text.delta", "'delta':'m'"),
        text(1, "So.")
      },
      {"(hm)", thought("text.delta", "'delta':'hm'"), thought("text.done", "'text':'hm'")},
      {"(hm)", begin, thought("summary_text.done", "'text':'hm'"), end},
      {"(hm)", begin, end},
      {"(hm)", end},
      {"(hm)", done(0, raw)},
      {"()", begin, done(0, "{'type':'reasoning','summary':[],'encrypted_content':'x'}")},
      {"", done(0, "{'type':'reasoning','summary':[]}")},
      {
        "(a\n\nb)",
        begin,
        thought("summary_text.delta", "'summary_index':0,'delta':'a'"),
        thought("summary_text.delta", "'summary_index':1,'delta':'b'")
      },
      {
        "(a)(b)",
        begin,
        thought("summary_text.delta", "'delta':'a'"),
        text(1, "So."),
        added(2, "{'type':'reasoning','summary':[]}"),
        event("reasoning_summary_text.delta", "'output_index':2,'delta':'b'")
      },
    };
  }

  @Test(dataProvider = "thoughts")
  public void aThoughtIsShownOnce(String shown, String[] stream) throws UpstreamException {
    run.take(stream);
    run.finished(END);
    assertThat(run.thoughts()).isEqualTo(shown);
  }

  /** Tools of the service: name, arguments, result, and the stream. */
  @DataProvider
  public Object[][] tools() {
    String search =
        "{'id':'x','type':'web_search_call','status':'completed','action':{'query':'q'}}";
    String mcp =
        "{'id':'x','type':'mcp_call','name':'roll','server_label':'dice','arguments':'{\\\"n\\\":6}',"
            + "'output':'4','error':null,'status':'completed'}";
    String python =
        "{'id':'x','type':'code_interpreter_call','status':'completed','code':'1+1',"
            + "'container_id':'c','outputs':[{'type':'logs','logs':'2'}]}";
    return new Object[][] {
      {
        "web_search",
        "{}",
        "{\"action\":{\"query\":\"q\"}}",
        added(0, "{'id':'x','type':'web_search_call','status':'in_progress'}"),
        done(0, search)
      },
      {
        "web_search",
        "{\"action\":{\"query\":\"q\"}}",
        "{\"action\":{\"query\":\"q\"}}",
        done(0, search)
      },
      {
        "file_search",
        "{\"queries\":[\"q\"]}",
        "{\"queries\":[\"q\"],\"results\":[]}",
        added(0, "{'id':'x','type':'file_search_call','queries':['q'],'results':null}"),
        done(0, "{'id':'x','type':'file_search_call','queries':['q'],'results':[]}")
      },
      {
        "dice.roll",
        "{\"n\":6}",
        "\"4\"",
        added(0, "{'id':'x','type':'mcp_call','name':'roll','server_label':'dice','arguments':''}"),
        event("mcp_call_arguments.delta", "'output_index':0,'item_id':'x','delta':'{'"),
        event("mcp_call.in_progress", "'output_index':0,'item_id':'x'"),
        event("mcp_call_arguments.done", "'output_index':0,'arguments':'{\\\"n\\\":6}'"),
        event("mcp_call.completed", "'output_index':0,'item_id':'x'"),
        done(0, mcp)
      },
      {"dice.roll", "{\"n\":6}", "\"4\"", done(0, mcp)},
      {
        "code_interpreter",
        "{\"code\":\"1+1\"}",
        "{\"code\":\"1+1\",\"container_id\":\"c\",\"outputs\":[{\"type\":\"logs\",\"logs\":\"2\"}]}",
        added(0, "{'id':'x','type':'code_interpreter_call','code':''}"),
        event("code_interpreter_call_code.done", "'output_index':0,'code':'1+1'"),
        event("code_interpreter_call.interpreting", "'output_index':0"),
        done(0, python)
      },
      // The item never comes whole.
      {
        "image_generation",
        "{}",
        "{}",
        added(0, "{'id':'x','type':'image_generation_call','status':'in_progress'}"),
        event("image_generation_call.generating", "'output_index':0"),
        event("image_generation_call.completed", "'output_index':0")
      },
    };
  }

  @Test(dataProvider = "tools")
  public void aToolOfTheServiceIsShown(
      String name, String arguments, String result, String[] stream) throws UpstreamException {
    run.take(stream);
    run.finished(END);
    assertThat(run.shown)
        .containsExactly(
            new AgentEvent.ToolStarted("x", name, RawJson.of(arguments)),
            AgentEvent.ToolEnded.ok("x", RawJson.of(result)));
  }

  @DataProvider
  public Object[][] failedTools() {
    return new Object[][] {
      {"{'id':'x','type':'web_search_call','status':'failed'}", "failed"},
      {"{'id':'x','type':'mcp_call','name':'n','error':'no such tool'}", "no such tool"},
      {"{'id':'x','type':'mcp_call','name':'n','error':{'message':'broken'}}", "broken"},
      {"{'id':'x','type':'computer_call'}", "tool: computer is not one of the tools of this agent"},
    };
  }

  @Test(dataProvider = "failedTools")
  public void aToolOfTheServiceThatFailsIsShown(String item, String error)
      throws UpstreamException {
    run.finished(done(0, item), END);
    assertThat(run.shown.get(1)).isEqualTo(AgentEvent.ToolEnded.error("x", error));
  }

  public void theIdOfAToolIsUsedOnce() throws UpstreamException {
    String item = "{'id':'x','type':'web_search_call'}";
    run.finished(done(0, item), done(1, item), done(2, item.replace("'id':'x',", "")), END);
    assertThat(run.shown)
        .filteredOn(AgentEvent.ToolStarted.class::isInstance)
        .extracting(event -> ((AgentEvent.ToolStarted) event).call())
        .hasSize(3)
        .doesNotHaveDuplicates();
  }

  public void aToolWithinAThoughtEndsIt() throws UpstreamException {
    run.finished(
        added(0, "{'type':'reasoning'}"), done(1, "{'id':'x','type':'web_search_call'}"), END);
    assertThat(run.shown)
        .startsWith(AgentEvent.Thinking.start(), AgentEvent.Thinking.end())
        .hasSize(4);
  }

  private static String ended(String type, String members) {
    return event(type, "'response':{'id':'resp_1'," + members + "}");
  }

  public void theMaximumOfTokensIsALength() throws UpstreamException {
    String reason = "'incomplete_details':{'reason':'max_output_tokens'},'usage':{'n':1}";
    AgentEvent.Completed end = run.finished(text(0, "Half"), ended("incomplete", reason));
    assertThat(end)
        .isEqualTo(new AgentEvent.Completed(Finish.LENGTH, RawJson.of("{\"n\":1}"), null));
  }

  /** What goes wrong, its code, and whether the same message may succeed later. */
  @DataProvider
  public Object[][] failures() {
    return new Object[][] {
      {
        ended("incomplete", "'incomplete_details':{'reason':'content_filter'}"),
        ErrorCode.CONTENT_FILTER,
        false
      },
      {
        ended("incomplete", "'incomplete_details':{'reason':'steered'}"),
        ErrorCode.UPSTREAM_TRUNCATED,
        false
      },
      {ended("incomplete", "'incomplete_details':null"), ErrorCode.UPSTREAM_TRUNCATED, false},
      {ended("completed", "'status':'incomplete'"), ErrorCode.UPSTREAM_TRUNCATED, false},
      {ended("cancelled", "'status':'cancelled'"), ErrorCode.UPSTREAM_TRUNCATED, false},
      {
        ended("failed", "'error':{'code':'server_error','message':'key sesame'}"),
        ErrorCode.UPSTREAM_ERROR,
        true
      },
      {
        ended("failed", "'error':{'code':'rate_limit_exceeded'}"),
        ErrorCode.UPSTREAM_RATE_LIMITED,
        true
      },
      {
        ended("failed", "'error':{'code':'vector_store_timeout'}"), ErrorCode.UPSTREAM_TIMEOUT, true
      },
      {ended("failed", "'error':{'code':'invalid_prompt'}"), ErrorCode.UPSTREAM_REJECTED, false},
      {ended("failed", "'error':{'code':'image_too_large'}"), ErrorCode.UPSTREAM_REJECTED, false},
      {
        ended("failed", "'error':{'code':'image_content_policy_violation'}"),
        ErrorCode.CONTENT_FILTER,
        false
      },
      {ended("failed", "'error':null"), ErrorCode.UPSTREAM_ERROR, false},
      {
        "{'type':'error','code':'server_error','message':'sesame','param':null}",
        ErrorCode.UPSTREAM_ERROR,
        true
      },
      {
        "{'type':'error','error':{'type':'invalid_request_error','code':null}}",
        ErrorCode.UPSTREAM_REJECTED,
        false
      },
      {"{'type':'error','error':{'code':'invalid_api_key'}}", ErrorCode.UPSTREAM_AUTH, false},
      {"{'error':{'message':'sesame','code':502}}", ErrorCode.UPSTREAM_ERROR, false},
      {"{'error':'sesame'}", ErrorCode.UPSTREAM_ERROR, false},
      {"{'type':'error','code':'Bad key sesame-1'}", ErrorCode.UPSTREAM_ERROR, false},
      {"[DONE]", ErrorCode.UPSTREAM_TRUNCATED, false},
      {"sesame", ErrorCode.UPSTREAM_PROTOCOL, false},
      {"[]", ErrorCode.UPSTREAM_PROTOCOL, false},
    };
  }

  @Test(dataProvider = "failures")
  public void aFailureHasItsCode(String event, ErrorCode code, boolean retryable) {
    AgentEvent.Failed failed = run.failed(text(0, "Half"), event.replace('\'', '"'));
    assertThat(failed.code()).isEqualTo(code);
    assertThat(failed.retryable()).isEqualTo(retryable);
    assertThat(failed.message()).hasSizeBetween(20, 300).doesNotContain("sesame");
    assertThat(run.text()).isEqualTo("Half");
  }

  public void aStreamWithoutItsLastEventIsCut() {
    assertThat(run.failed(text(0, "Half")).code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
    assertThat(Answers.begin().failed().code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
  }

  public void thereIsAMaximumOfItems() throws UpstreamException {
    for (int i = 0; i < OutputItems.MAX_ITEMS; i++) {
      run.take(added(i, "{'type':'message'}"));
    }
    assertThat(run.failed(added(1000, "{'type':'message'}")).code())
        .isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
  }

  public void thereIsAMaximumOfText() throws UpstreamException {
    String mebi = "x".repeat(1 << 20);
    for (int i = 0; i < 7; i++) {
      run.take(text(0, mebi));
    }
    assertThat(run.failed(text(0, mebi)).code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
  }

  public void aCallThatNeedsAnApprovalIsDenied() throws UpstreamException {
    String request =
        "{'id':'a1','type':'mcp_approval_request','name':'roll','server_label':'dice',"
            + "'arguments':'{}'}";
    assertThat(run.play(done(0, request), completed("[" + request + "]"))).hasToString("Paused[]");
    assertThat(run.shown)
        .isEqualTo(
            List.of(
                new AgentEvent.ToolStarted("a1", "dice.roll", RawJson.of("{}")),
                new AgentEvent.ToolEnded("a1", ToolStatus.DENIED, null, null)));
    run.next(List.of(), "");
    assertThat(run.input().get(1).path("type").asText()).isEqualTo("mcp_approval_request");
    assertThat(run.input().get(2))
        .isEqualTo(
            Answers.json(
                "{'type':'mcp_approval_response','approval_request_id':'a1','approve':false}"));
  }
}
