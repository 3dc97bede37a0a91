package dev.parley.gateway.agent.responses;

import static dev.parley.gateway.agent.responses.Answers.added;
import static dev.parley.gateway.agent.responses.Answers.completed;
import static dev.parley.gateway.agent.responses.Answers.done;
import static dev.parley.gateway.agent.responses.Answers.event;
import static dev.parley.gateway.agent.responses.Answers.json;
import static dev.parley.gateway.agent.responses.Answers.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Calls of functions, and the next request with their results. */
@Test(groups = "unit")
public class ResponseToolsTest {

  private static final String F =
      "{'id':'fc_1','type':'function_call','call_id':'a','name':'f','arguments':'{\\\"n\\\":1}',"
          + "'status':'completed'}";
  private static final String G =
      "{'id':'fc_2','type':'function_call','call_id':'b','name':'g','arguments':'{\\\"n\\\":2}',"
          + "'status':'completed'}";
  private static final String BOTH = completed("[" + F + "," + G + "]");

  private Answers run;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    run = Answers.begin();
  }

  private static String begun(String item) {
    return item.replaceAll("'arguments':'[^']*'", "'arguments':''");
  }

  private static String piece(int index, String delta) {
    return event(
        "function_call_arguments.delta", "'output_index':" + index + ",'delta':'" + delta + "'");
  }

  private static String whole(int index, String arguments) {
    return event(
        "function_call_arguments.done",
        "'output_index':" + index + ",'arguments':'" + arguments + "'");
  }

  /** Streams of the same two calls. */
  @DataProvider
  public Object[][] pairs() {
    return new Object[][] {
      {
        added(0, begun(F)),
        piece(0, "{\\\"n\\\""),
        piece(0, ":1}"),
        whole(0, "{\\\"n\\\":1}"),
        done(0, F),
        added(1, begun(G)),
        piece(1, "{\\\"n\\\":2}"),
        done(1, G),
        BOTH
      },
      // Interleaved.
      {
        added(0, begun(F)),
        added(1, begun(G)),
        piece(1, "{\\\"n\\\""),
        piece(0, "{\\\"n\\\""),
        piece(1, ":2}"),
        piece(0, ":1}"),
        done(1, G),
        done(0, F),
        BOTH
      },
      // Nothing but the end, nothing but the items, nothing but the pieces.
      {BOTH},
      {done(0, F), done(1, G), completed("[]")},
      {
        added(0, begun(F)),
        added(1, begun(G)),
        piece(0, "{\\\"n\\\":1}"),
        whole(1, "{\\\"n\\\":2}"),
        event("completed", "")
      },
    };
  }

  @Test(dataProvider = "pairs")
  public void twoCallsAreTwo(String[] stream) throws UpstreamException {
    assertThat(run.calls(stream))
        .containsExactly(
            new ToolRequest("a", "f", RawJson.of("{\"n\":1}")),
            new ToolRequest("b", "g", RawJson.of("{\"n\":2}")));
    assertThat(run.shown).isEmpty();
  }

  public void theResultsFollowTheAnswer() throws UpstreamException {
    String thought =
        "{'id':'rs_1','type':'reasoning','summary':[],'content':null,'encrypted_content':'gA=='}";
    String said =
        "{'id':'m_1','type':'message','role':'assistant','status':'completed','phase':'commentary',"
            + "'content':[{'type':'output_text','text':'Wait.','annotations':[]}]}";
    List<ToolRequest> calls =
        run.calls(completed("[" + thought + "," + said + "," + F + "," + G + "]"));
    run.next(calls, "{\"t\":21.50}");
    assertThat(run.input())
        .isEqualTo(
            json(
                "[{'type':'message','role':'user','content':'hi'},"
                    + "{'id':'rs_1','type':'reasoning','summary':[],'encrypted_content':'gA=='},"
                    + "{'type':'message','role':'assistant','phase':'commentary',"
                    + "'content':[{'type':'output_text','text':'Wait.','annotations':[]}]},"
                    + "{'type':'function_call','call_id':'a','name':'f','arguments':'{\\\"n\\\":1}'},"
                    + "{'type':'function_call','call_id':'b','name':'g','arguments':'{\\\"n\\\":2}'},"
                    + "{'type':'function_call_output','call_id':'a','output':'{\\\"t\\\":21.50}'},"
                    + "{'type':'function_call_output','call_id':'b','output':'{\\\"t\\\":21.50}'}]"));
    assertThat(run.body().has("previous_response_id")).isFalse();
  }

  public void theThoughtBeforeACallIsANote() throws UpstreamException {
    String thought = "{'id':'rs_1','type':'reasoning','content':null,'encrypted_content':'gA=='}";
    run.calls(completed("[" + thought + "," + F + "]"));
    assertThat(run.emitted).hasSize(1);
    RawJson note = ((AgentEvent.Note) run.emitted.get(0)).value();
    assertThat(json(note.toString()))
        .isEqualTo(
            json(
                "{'service':'api.example','model':'gpt-x','items':[{'id':'rs_1','type':'reasoning',"
                    + "'encrypted_content':'gA=='}]}"));
  }

  public void aThoughtBeforeATextIsNoNote() throws UpstreamException {
    run.finished(text(0, "So."), completed("[{'type':'reasoning','encrypted_content':'gA=='}]"));
    assertThat(run.shown).hasSize(1);
  }

  public void aThoughtThatTheServiceWouldLookUpIsLeftOut() throws UpstreamException {
    String thought = "{'id':'rs_1','type':'reasoning','summary':[],'encrypted_content':null}";
    String open = "{'type':'reasoning','content':[{'type':'reasoning_text','text':'hm'}]}";
    run.next(run.calls(completed("[" + thought + "," + open + "," + F + "]")), "1");
    assertThat(run.input().get(1).path("content").get(0).path("text").asText()).isEqualTo("hm");
    assertThat(run.input().get(2).path("call_id").asText()).isEqualTo("a");
  }

  @DataProvider
  public Object[] keeping() {
    return new Object[] {"{'store':true}", "{'background':true}"};
  }

  @Test(dataProvider = "keeping")
  public void aServiceThatKeepsItsAnswersIsToldTheResultsAlone(String parameters)
      throws UpstreamException {
    run = Answers.begin(parameters);
    run.next(run.calls(BOTH), "\"done\"");
    assertThat(run.body().path("previous_response_id").asText()).isEqualTo("resp_1");
    assertThat(run.body().path("instructions").asText()).isEqualTo("Be kind.");
    assertThat(run.input())
        .isEqualTo(
            json(
                "[{'type':'function_call_output','call_id':'a','output':'done'},"
                    + "{'type':'function_call_output','call_id':'b','output':'done'}]"));
  }

  public void anAnswerWithoutAnIdGoesBackWhole() throws UpstreamException {
    run = Answers.begin("{'store':true}");
    run.next(run.calls(event("completed", "'response':{'output':[" + F + "]}")), "1");
    assertThat(run.body().has("previous_response_id")).isFalse();
    assertThat(run.input()).hasSize(3);
  }

  public void whatWasSaidInPiecesGoesBackToo() throws UpstreamException {
    run.next(run.calls(text(0, "Wa"), text(0, "it."), done(1, F), completed("[]")), "1");
    assertThat(run.input().get(1))
        .isEqualTo(json("{'type':'message','role':'assistant','content':'Wait.'}"));
  }

  public void argumentsThatAreNoObjectAreToldAndRepaired() throws UpstreamException {
    String bad = F.replaceAll("'arguments':'[^']*'", "'arguments':'oops'");
    List<ToolRequest> calls = run.calls(completed("[" + bad + "]"));
    assertThat(calls.get(0).arguments()).isEqualTo(RawJson.of("\"oops\""));
    run.next(calls, "1");
    assertThat(run.input().get(1).path("arguments").asText()).isEqualTo("{}");
  }

  public void emptyArgumentsAreAnObject() throws UpstreamException {
    assertThat(run.calls(completed("[" + begun(F) + "]")).get(0).arguments())
        .isEqualTo(RawJson.of("{}"));
  }

  public void aCustomToolGetsItsOutput() throws UpstreamException {
    String custom = "{'id':'c','type':'custom_tool_call','call_id':'a','name':'sql','input':'x y'}";
    List<ToolRequest> calls = run.calls(completed("[" + custom + "]"));
    assertThat(calls).containsExactly(new ToolRequest("a", "sql", RawJson.of("\"x y\"")));
    run.next(calls, "1");
    assertThat(run.input().get(1).path("input").asText()).isEqualTo("x y");
    assertThat(run.input().get(2))
        .isEqualTo(json("{'type':'custom_tool_call_output','call_id':'a','output':'1'}"));
  }

  public void anIdThatIsMissingOrUsedIsReplaced() throws UpstreamException {
    String none = F.replace("'call_id':'a',", "");
    List<ToolRequest> calls = run.calls(completed("[" + F + "," + F + "," + none + "]"));
    assertThat(calls).extracting(ToolRequest::call).hasSize(3).doesNotHaveDuplicates();
    run.next(calls, "1");
    for (int i = 0; i < 3; i++) {
      String call = calls.get(i).call();
      assertThat(run.input().get(1 + i).path("call_id").asText()).isEqualTo(call);
      assertThat(run.input().get(4 + i).path("call_id").asText()).isEqualTo(call);
    }
    assertThat(run.calls(completed("[" + F + "]")).get(0).call()).isNotEqualTo("a");
  }

  public void aFailedCallIsToldWithItsError() throws UpstreamException {
    ToolRequest call = run.calls(completed("[" + F + "]")).get(0);
    run.session.nextCall(
        List.of(new ToolResult(call, AgentEvent.ToolEnded.error("a", "no such tool"))));
    run.next(List.of(), "");
    assertThat(run.input().get(2).path("output").asText()).isEqualTo("Error: no such tool");
  }

  public void theUsageOfAllStepsIsAdded() throws UpstreamException {
    String usage = "'usage':{'input_tokens':1,'details':{'cached':2}}";
    run.next(run.calls(event("completed", "'response':{'output':[" + F + "]," + usage + "}")), "1");
    assertThat(run.finished(event("completed", "'response':{" + usage + "}")).usage())
        .hasToString("{\"input_tokens\":2,\"details\":{\"cached\":4}}");
  }

  public void thereIsAMaximumOfCalls() {
    StringBuilder all = new StringBuilder("[" + F);
    for (int i = 0; i < ResponsesSession.MAX_CALLS; i++) {
      all.append(',').append(F.replace("'a'", "'c" + i + "'"));
    }
    AgentEvent.Failed failed = run.failed(completed(all.append(']').toString()));
    assertThat(failed.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
    assertThat(failed.message())
        .isEqualTo("tool calls: one more (expected: at most 128 in a step)");
  }
}
