package dev.parley.gateway.agent.agui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.History.AnswerText;
import dev.parley.gateway.agent.History.PastAnswer;
import dev.parley.gateway.agent.History.PastMessage;
import dev.parley.gateway.agent.History.PastToolCall;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What an AG-UI agent is asked. */
@Test(groups = "unit")
public class AguiRequestTest {

  private static final RunId PAST = new RunId("r_0vlAJ3SJ6WdYcFVZBIpt");

  private static HttpCall call(
      String parameters, History history, String input, @Nullable String context)
      throws UpstreamException {
    return AguiPlay.dialect(parameters)
        .begin(AguiPlay.request(AguiPlay.json(input), context), history)
        .nextCall(List.of());
  }

  private static JsonNode body(String input) throws UpstreamException {
    return AguiJson.event(call("{}", History.EMPTY, input, null).body().toString()).orElseThrow();
  }

  private static PastAnswer answer(RunState state, History.AnswerPart... parts) {
    return new PastAnswer(PAST, new AgentName("helper"), state, List.of(parts));
  }

  private static RawJson json(String text) {
    return RawJson.of(AguiPlay.json(text));
  }

  public void aRequestHasAllMembersThatOldAgentsNeed() throws UpstreamException {
    HttpCall call = call("{}", History.EMPTY, "'hello'", null);

    assertThat(call.uri()).isEqualTo(AguiPlay.URL);
    assertThat(call.body())
        .isEqualTo(
            json(
                "{'threadId':'"
                    + AguiPlay.THREAD
                    + "','runId':'"
                    + AguiPlay.RUN
                    + "','state':{},'messages':[{'id':'"
                    + AguiPlay.RUN
                    + "-input','role':'user','content':'hello'}],"
                    + "'tools':[],'context':[],'forwardedProps':{}}"));
    assertThat(call.body().toString()).doesNotContain("secret-name", "ada");
  }

  public void parametersAreForwardedAndTheVersionIsTold() throws UpstreamException {
    String body =
        call(
                AguiPlay.json("{'protocolVersion':'1.0','a':{'b':1.50}}"),
                History.EMPTY,
                "'hello'",
                null)
            .body()
            .toString();

    assertThat(body)
        .contains("\"protocolVersion\":\"1.0\",\"state\"")
        .endsWith("\"forwardedProps\":{\"a\":{\"b\":1.50}}}");
  }

  public void theThreadIsToldWithIdsThatStay() throws UpstreamException {
    History history =
        new History(
            List.of(
                new PastMessage(json("'what is it?'")),
                answer(
                    RunState.COMPLETED,
                    new AnswerText("Let me see."),
                    new PastToolCall(
                        "c", "look", json("{'a':1}"), ToolStatus.OK, json("'21C'"), null),
                    new PastToolCall("d", "look", json("{}"), ToolStatus.UNKNOWN, null, null),
                    new AnswerText("It is 21C."))),
            false);
    JsonNode messages =
        AguiJson.event(call("{}", history, "'thanks'", null).body().toString())
            .orElseThrow()
            .get("messages");

    String run = PAST.value();
    assertThat(messages.toString())
        .isEqualTo(
            AguiPlay.json(
                "[{'id':'"
                    + run
                    + "-input','role':'user','content':'what is it?'},"
                    + "{'id':'"
                    + run
                    + "-1','role':'assistant','content':'Let me see.',"
                    + "'toolCalls':[{'id':'c','type':'function','function':"
                    + "{'name':'look','arguments':'{\\'a\\':1}'}},"
                    + "{'id':'d','type':'function','function':{'name':'look','arguments':'{}'}}]},"
                    + "{'id':'"
                    + run
                    + "-2','role':'tool','toolCallId':'c','content':'21C'},"
                    + "{'id':'"
                    + run
                    + "-3','role':'tool','toolCallId':'d','content':"
                    + "'The call ended without a result: unknown.','error':"
                    + "'The call ended without a result: unknown.'},"
                    + "{'id':'"
                    + run
                    + "-4','role':'assistant','content':'It is 21C.'},"
                    + "{'id':'"
                    + AguiPlay.RUN
                    + "-input','role':'user','content':'thanks'}]"));
  }

  public void messagesThatNoAgentAnswersKeepTheirIdsToo() throws UpstreamException {
    List<History.Item> items =
        List.of(
            new PastMessage(json("'note'")),
            new PastMessage(json("'one'")),
            answer(RunState.COMPLETED, new AnswerText("1")),
            new PastMessage(json("'note'")));
    String whole = call("{}", new History(items, false), "'two'", null).body().toString();
    String cut =
        call("{}", new History(items.subList(1, 4), true), "'two'", null).body().toString();

    assertThat(whole)
        .contains("\"id\":\"" + PAST + "-before-1\",\"role\":\"user\",\"content\":\"note\"")
        .contains("\"id\":\"" + PAST + "-input\",\"role\":\"user\",\"content\":\"one\"")
        .contains(AguiPlay.RUN + "-before-1");
    assertThat(whole).endsWith(cut.substring(cut.indexOf(PAST + "-input")));
  }

  public void whatWasCutShortSaysSo() throws UpstreamException {
    History history =
        new History(
            List.of(
                new PastMessage(json("'one'")),
                answer(RunState.CANCELLED, new AnswerText("Half")),
                answer(RunState.FAILED)),
            true);
    String body = call("{}", history, "'two'", null).body().toString();

    assertThat(body)
        .contains("\"Half\\n\\n[This answer was cancelled before it was complete.]\"")
        .contains("\"content\":\"[This answer failed before it was complete.]\"");
  }

  @DataProvider
  public Object[][] contexts() {
    return new Object[][] {
      {null, "[]"},
      {
        "{'page':'/pricing','cart':{'n':1}}",
        "[{'description':'page','value':'/pricing'},"
            + "{'description':'cart','value':'{\\'n\\':1}'}]"
      },
      {
        "[{'description':'a','value':'b'},7]",
        "[{'description':'a','value':'b'},{'description':'context','value':'7'}]"
      },
      {"'here'", "[{'description':'context','value':'here'}]"},
    };
  }

  @Test(dataProvider = "contexts")
  public void theContextIsToldInEntries(@Nullable String context, String entries)
      throws UpstreamException {
    String given = context == null ? null : AguiPlay.json(context);
    String body = call("{}", History.EMPTY, "'hello'", given).body().toString();

    assertThat(body).contains("\"context\":" + AguiPlay.json(entries) + ',');
  }

  @DataProvider
  public Object[][] parts() {
    return new Object[][] {
      {
        "{'type':'image','url':'https://x.example/a.png'}",
        "{'type':'image','source':{'type':'url','value':'https://x.example/a.png'}}"
      },
      {
        "{'type':'image','data':'AAAA','media_type':'image/png'}",
        "{'type':'image','source':{'type':'data','value':'AAAA','mimeType':'image/png'}}"
      },
      {
        "{'type':'file','data':'AAAA','media_type':'application/pdf'}",
        "{'type':'document','source':{'type':'data','value':'AAAA',"
            + "'mimeType':'application/pdf'}}"
      },
      {
        "{'type':'file','url':'https://x.example/a','media_type':'audio/wav'}",
        "{'type':'audio','source':{'type':'url','value':'https://x.example/a',"
            + "'mimeType':'audio/wav'}}"
      },
      {
        "{'type':'file','data':'AAAA','media_type':'video/mp4'}",
        "{'type':'video','source':{'type':'data','value':'AAAA','mimeType':'video/mp4'}}"
      },
    };
  }

  @Test(dataProvider = "parts")
  public void aPartHasItsForm(String part, String mapped) throws UpstreamException {
    JsonNode message = body("['see',{'type':'text','text':'this'}," + part + "]").at("/messages/0");

    String text = "{'type':'text','text':'see'},{'type':'text','text':'this'},";
    assertThat(message.get("content").toString())
        .isEqualTo(AguiPlay.json("[" + text + mapped + "]"));
  }

  public void aPartWithoutAFormIsNamed() {
    assertThatThrownBy(() -> body("['see',{'type':'image','data':'AAAA'}]"))
        .isInstanceOfSatisfying(
            UpstreamException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_REJECTED))
        .hasMessage("input[1].media_type: missing (expected: the media type of the data)");
  }

  public void anOlderPartWithoutAFormIsToldInWords() throws UpstreamException {
    History history =
        new History(
            List.of(
                new PastMessage(json("['see',{'type':'image','data':'AAAA'}]")),
                answer(RunState.COMPLETED, new AnswerText("no"))),
            false);

    assertThat(call("{}", history, "'two'", null).body().toString())
        .contains("[A part is left out: message[1].media_type: missing");
  }
}
