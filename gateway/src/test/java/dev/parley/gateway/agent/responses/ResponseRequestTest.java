package dev.parley.gateway.agent.responses;

import static dev.parley.gateway.agent.responses.Answers.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ModelEndpoint;
import dev.parley.gateway.agent.model.RandomHistories;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ToolStatus;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What the service is asked. */
@Test(groups = "unit")
public class ResponseRequestTest {

  private static Answers of(History history, String input) {
    try {
      ResponsesDialect dialect = new ResponsesDialect(Answers.endpoint("{}"));
      return Answers.begin(dialect, history, input.replace('\'', '"'));
    } catch (UpstreamException e) {
      throw new AssertionError(e);
    }
  }

  public void theWholeRequest() {
    assertThat(of(History.EMPTY, "'hi'").body())
        .isEqualTo(
            json(
                """
                {"model":"gpt-x","instructions":"Be kind.","store":false,
                "stream_options":{"include_obfuscation":false},
                "include":["reasoning.encrypted_content"],"stream":true,
                "input":[{"type":"message","role":"user","content":"hi"}]}"""));
  }

  public void theParametersReplaceWhatIsNotFixed() {
    JsonNode body =
        Answers.begin(
                "{'model':'other','temperature':0.20,'stream':false,'input':'no','store':true,"
                    + "'include':['web_search_call.action.sources'],'tools':[{'type':'web_search'}]}")
            .body();
    assertThat(body.path("model").asText()).isEqualTo("other");
    assertThat(body.path("store").asBoolean()).isTrue();
    assertThat(body.path("stream").asBoolean()).isTrue();
    assertThat(body.path("input")).hasSize(1);
    assertThat(body.path("tools").get(0).path("type").asText()).isEqualTo("web_search");
    assertThat(body.path("include"))
        .isEqualTo(json("['web_search_call.action.sources','reasoning.encrypted_content']"));
    assertThat(body.toString()).contains("\"temperature\":0.20");
  }

  public void theServiceKeepsWhatItWorksOnInTheBackground() {
    JsonNode body = Answers.begin("{'background':true}").body();
    assertThat(body.path("background").asBoolean()).isTrue();
    assertThat(body.path("store").asBoolean()).isTrue();
  }

  public void whatWorksInTheBackgroundMustBeKept() {
    assertThatThrownBy(() -> Answers.begin("{'background':true,'store':false}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parameters.store: false (expected: true, because of background)");
  }

  @DataProvider
  public Object[][] urls() {
    return new Object[][] {
      {"https://h/v1", "https://h/v1/responses"},
      {"https://h/v1/responses", "https://h/v1/responses"},
      {"https://h/openai?api-version=1", "https://h/openai/responses?api-version=1"},
    };
  }

  @Test(dataProvider = "urls")
  public void thePathIsAddedWhereItIsMissing(String url, String asked) throws UpstreamException {
    ModelEndpoint endpoint =
        new ModelEndpoint(URI.create(url), Optional.empty(), Optional.empty(), Optional.empty());
    Answers run = Answers.begin(new ResponsesDialect(endpoint), History.EMPTY, "\"hi\"");
    assertThat(run.call().uri()).isEqualTo(URI.create(asked));
    assertThat(run.body().has("model")).isFalse();
  }

  private static UpstreamException rejection(String answer) {
    return new UpstreamException(ErrorCode.UPSTREAM_REJECTED, "no", false, null, answer);
  }

  @DataProvider
  public Object[] rejections() {
    return new Object[] {
      "Unknown parameter: 'include[0]'.",
      "Encrypted content is not supported with this model.",
      "stream_options: extra fields not permitted",
      "store is not supported",
    };
  }

  @Test(dataProvider = "rejections")
  public void aServiceIsAskedWithoutWhatItDoesNotKnow(String answer) throws UpstreamException {
    ResponsesDialect dialect = new ResponsesDialect(Answers.endpoint("{}"));
    Answers run = Answers.begin(dialect, History.EMPTY, "\"hi\"");
    String plain = run.session.callWithout(rejection(answer)).orElseThrow().body().toString();
    assertThat(plain).doesNotContain("include", "stream_options", "store");
    assertThat(run.session.callWithout(rejection(answer))).isEmpty();
    assertThat(Answers.begin(dialect, History.EMPTY, "\"hi\"").body()).isEqualTo(json(plain));
  }

  public void anotherRejectionIsTheEnd() {
    Answers run = Answers.begin();
    assertThat(run.session.callWithout(rejection("no such model"))).isEmpty();
    assertThat(
            run.session.callWithout(
                UpstreamException.permanent(ErrorCode.UPSTREAM_ERROR, "include")))
        .isEmpty();
  }

  /** Parts of a message, and what they become. */
  @DataProvider
  public Object[][] parts() {
    return new Object[][] {
      {"['a',{'type':'text','text':'b'}]", "'a\\n\\nb'"},
      {
        "['look',{'type':'image','url':'https://e.org/a.png'}]",
        "[{'type':'input_text','text':'look'},"
            + "{'type':'input_image','detail':'auto','image_url':'https://e.org/a.png'}]"
      },
      {
        "[{'type':'image','media_type':'image/png','data':'AAAA'}]",
        "[{'type':'input_image','detail':'auto','image_url':'data:image/png;base64,AAAA'}]"
      },
      {
        "[{'type':'file','media_type':'image/png','data':'AAAA'}]",
        "[{'type':'input_image','detail':'auto','image_url':'data:image/png;base64,AAAA'}]"
      },
      {
        "[{'type':'file','media_type':'application/pdf','data':'AAAA','name':'a.pdf'}]",
        "[{'type':'input_file','filename':'a.pdf','file_data':'data:application/pdf;base64,AAAA'}]"
      },
      {
        "[{'type':'file','url':'https://e.org/a.pdf'}]",
        "[{'type':'input_file','file_url':'https://e.org/a.pdf'}]"
      },
    };
  }

  @Test(dataProvider = "parts")
  public void aPartIsMapped(String input, String content) {
    assertThat(of(History.EMPTY, input).input().get(0).get("content")).isEqualTo(json(content));
  }

  @DataProvider
  public Object[][] refusedParts() {
    return new Object[][] {
      {
        "[{'type':'file','media_type':'audio/wav','data':'AAAA'}]",
        "input[0].media_type: audio/wav (expected: a document or an image)"
      },
      {
        "['a',{'type':'image','data':'AAAA'}]",
        "input[1].media_type: missing (expected: a media type, because of data)"
      },
      {"[{'type':'sound'}]", "input[0].type: sound (expected: text, image or file)"},
    };
  }

  @Test(dataProvider = "refusedParts")
  public void aPartThatIsNotTakenIsNamed(String input, String problem) {
    UpstreamException refusal =
        catchThrowableOfType(
            UpstreamException.class,
            () ->
                Answers.begin(
                    new ResponsesDialect(Answers.endpoint("{}")),
                    History.EMPTY,
                    input.replace('\'', '"')));
    assertThat(refusal.toEvent())
        .isEqualTo(new AgentEvent.Failed(ErrorCode.UPSTREAM_REJECTED, problem, false));
  }

  public void theThreadIsTold() {
    RawJson arguments = RawJson.of("{\"n\":1}");
    History.PastToolCall call =
        new History.PastToolCall(
            "x", "my.tool", arguments, ToolStatus.OK, RawJson.of("\"21\""), null);
    History.PastToolCall lost =
        new History.PastToolCall("y", "f", RawJson.of("7"), ToolStatus.UNKNOWN, null, null);
    History history =
        new History(
            List.of(
                new History.PastMessage(RawJson.of("\"one\"")),
                new History.PastAnswer(
                    new RunId("r_1"),
                    new AgentName("a"),
                    RunState.COMPLETED,
                    List.of(call, lost, new History.AnswerText("It is 21.")))),
            false);
    assertThat(of(history, "'two'").input())
        .isEqualTo(
            json(
                "[{'type':'message','role':'user','content':'one'},"
                    + "{'type':'function_call','call_id':'past00000','name':'my_tool',"
                    + "'arguments':'{\\\"n\\\":1}'},"
                    + "{'type':'function_call','call_id':'past00001','name':'f','arguments':'{}'},"
                    + "{'type':'function_call_output','call_id':'past00000','output':'21'},"
                    + "{'type':'function_call_output','call_id':'past00001',"
                    + "'output':'It is not known how the call ended.'},"
                    + "{'type':'message','role':'assistant','content':'It is 21.'},"
                    + "{'type':'message','role':'user','content':'two'}]"));
  }

  private static History.PastNote note(String model, String content) {
    return new History.PastNote(
        RawJson.of(
            "{\"service\":\"api.example\",\"model\":\""
                + model
                + "\",\"items\":[{\"type\":\"reasoning\",\"encrypted_content\":\""
                + content
                + "\"}]}"));
  }

  private static History.PastToolCall call(String id) {
    return new History.PastToolCall(
        id, "f", RawJson.of("{}"), ToolStatus.OK, RawJson.of("1"), null);
  }

  private static List<String> told(History.AnswerPart... parts) {
    History.PastAnswer answer =
        new History.PastAnswer(
            new RunId("r_1"), new AgentName("a"), RunState.COMPLETED, List.of(parts));
    List<String> told = new ArrayList<>();
    of(new History(List.of(new History.PastMessage(RawJson.of("1")), answer), false), "'two'")
        .input()
        .forEach(
            item -> {
              String type = item.path("type").asText();
              told.add(type + ' ' + item.path("encrypted_content").asText());
            });
    return told;
  }

  public void thoughtsGoBackBeforeTheirCalls() {
    History.AnswerText text = new History.AnswerText("Wait.");
    String call = "function_call ";
    String output = "function_call_output ";
    String message = "message ";
    assertThat(told(text, note("gpt-x", "A"), call("1"), call("2"), note("gpt-x", "B"), call("3")))
        .containsExactly(
            message,
            "reasoning A",
            message,
            call,
            call,
            output,
            output,
            "reasoning B",
            call,
            output,
            message,
            message);
  }

  public void thoughtsThatTheServiceRejectsAreLeftOut() throws UpstreamException {
    History.PastAnswer answer =
        new History.PastAnswer(
            new RunId("r_1"),
            new AgentName("a"),
            RunState.COMPLETED,
            List.of(note("gpt-x", "A"), call("1")));
    History history = new History(List.of(new History.PastMessage(RawJson.of("1")), answer), false);
    Answers run = of(history, "'two'");
    assertThat(run.call().body().toString()).contains("\"reasoning\"");
    HttpCall plain =
        run.session
            .callWithout(rejection("The encrypted content could not be verified."))
            .orElseThrow();
    assertThat(plain.body().toString())
        .contains("reasoning.encrypted_content", "function_call")
        .doesNotContain("\"reasoning\"");
  }

  public void thoughtsThatCannotBeReadAreLeftOut() {
    History.PastNote other = new History.PastNote(RawJson.of("{\"signature\":1}"));
    History.AnswerText text = new History.AnswerText("So.");
    assertThat(told(note("gpt-y", "A"), call("1"), other, call("2"), text, note("gpt-x", "B")))
        .noneMatch(item -> item.startsWith("reasoning"));
  }

  /** Every call has one output after it, and no id is used twice. */
  public void anyHistoryIsOneThatTheApiTakes() {
    RandomHistories histories = new RandomHistories(7);
    for (int i = 0; i < 3000; i++) {
      History history = histories.next();
      assertThatCode(() -> check(of(history, "'now'").input()))
          .as(history.toString())
          .doesNotThrowAnyException();
    }
  }

  private static void check(JsonNode input) {
    Set<String> open = new HashSet<>();
    Set<String> used = new HashSet<>();
    for (JsonNode item : input) {
      switch (item.path("type").asText()) {
        case "function_call" -> {
          assertThat(used.add(item.path("call_id").asText())).isTrue();
          open.add(item.path("call_id").asText());
          assertThat(item.path("name").asText()).matches("[a-zA-Z0-9_-]{1,64}");
        }
        case "function_call_output" ->
            assertThat(open.remove(item.path("call_id").asText())).isTrue();
        default -> {
          assertThat(open).isEmpty();
          JsonNode content = item.path("content");
          assertThat(content.isTextual() ? content.textValue().isBlank() : content.isEmpty())
              .isFalse();
        }
      }
    }
    assertThat(open).isEmpty();
  }
}
