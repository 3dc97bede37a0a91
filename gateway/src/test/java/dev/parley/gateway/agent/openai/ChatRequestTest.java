package dev.parley.gateway.agent.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ModelEndpoint;
import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.RandomHistories;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ToolStatus;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What a service is asked. */
@Test(groups = "unit")
public class ChatRequestTest {

  private static Chat of(String input) {
    try {
      return Chat.begin(Chat.endpoint(), History.EMPTY, input);
    } catch (UpstreamException e) {
      throw new AssertionError(e);
    }
  }

  private static ModelEndpoint endpoint(String url, String parameters) {
    return new ModelEndpoint(
        URI.create(url), Optional.empty(), Optional.empty(), Optional.of(RawJson.of(parameters)));
  }

  public void theWholeRequest() {
    assertThat(of("\"hi\"").body())
        .isEqualTo(
            Chat.json(
                """
                {"model":"gpt-x","stream_options":{"include_usage":true},"stream":true,"messages":[
                {"role":"system","content":"Be kind."},{"role":"user","content":"hi"}]}"""));
  }

  @DataProvider
  public Object[][] urls() {
    return new Object[][] {
      {"https://h/v1", "https://h/v1/chat/completions"},
      {"https://h/v1/", "https://h/v1/chat/completions"},
      {"http://127.0.0.1:11434", "http://127.0.0.1:11434/chat/completions"},
      {"https://h/v1/chat/completions", "https://h/v1/chat/completions"},
      {
        "https://h/openai/deployments/x%20y?api-version=1&a=%2F",
        "https://h/openai/deployments/x%20y/chat/completions?api-version=1&a=%2F"
      },
    };
  }

  @Test(dataProvider = "urls")
  public void theUrlIsTheBaseOrTheWholeOne(String given, String asked) throws UpstreamException {
    Chat chat = Chat.begin(endpoint(given, "{}"), History.EMPTY, "\"hi\"");
    assertThat(chat.call().uri()).hasToString(asked);
  }

  public void parametersReplaceWhatTheGatewaySaysButTheStreamAndTheMessages()
      throws UpstreamException {
    ModelEndpoint endpoint =
        endpoint(
            "http://h",
            """
            {"model":"mine","temperature":0.70,"stream":false,"messages":[],
            "stream_options":{"include_usage":false}}""");
    Chat chat = Chat.begin(endpoint, History.EMPTY, "\"hi\"");
    assertThat(chat.body())
        .isEqualTo(
            Chat.json(
                """
                {"model":"mine","temperature":0.70,"stream":true,
                "stream_options":{"include_usage":false},"messages":[{"role":"user","content":"hi"}]}"""));
    assertThat(chat.call().body().toString()).contains("0.70");
  }

  public void parametersAreAnObject() {
    assertThatThrownBy(() -> endpoint("http://h", "[1]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parameters: [1] (expected: a JSON object)");
  }

  public void whatRejectsTheQuestionForTheUsageIsNotAskedAgain() throws UpstreamException {
    OpenAiDialect dialect = new OpenAiDialect(Chat.endpoint());
    ChatMessages messages =
        new ChatMessages(Optional.empty(), new ModelNotes(URI.create("https://api.example"), ""));
    UpstreamException other = rejection("unknown model");
    assertThat(dialect.callWithoutUsage(messages, List.of(), other)).isEmpty();
    assertThat(dialect.callWithoutUsage(messages, List.of(), rejection("extra: include_usage")))
        .isPresent();
    assertThat(dialect.call(messages, List.of()).body().toString())
        .doesNotContain("stream_options");
    assertThat(dialect.callWithoutUsage(messages, List.of(), rejection("include_usage"))).isEmpty();
  }

  private static UpstreamException rejection(String answer) {
    return new UpstreamException(ErrorCode.UPSTREAM_REJECTED, "No.", false, null, answer);
  }

  @DataProvider
  public Object[][] parts() {
    return new Object[][] {
      {"[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]", "\"a\\n\\nb\""},
      {
        "[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image\",\"url\":\"https://x/y.png\"}]",
        """
        [{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://x/y.png"}}]"""
      },
      {
        "[{\"type\":\"image\",\"data\":\"AAAA\",\"media_type\":\"image/png\"}]",
        """
        [{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]"""
      },
      {
        "[{\"type\":\"file\",\"url\":\"https://x/y\",\"media_type\":\"image/png\"}]",
        """
        [{"type":"image_url","image_url":{"url":"https://x/y"}}]"""
      },
      {
        "[{\"type\":\"file\",\"data\":\"AAAA\",\"media_type\":\"application/pdf\",\"name\":\"a.pdf\"}]",
        """
        [{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AAAA"}}]"""
      },
      {
        "[{\"type\":\"file\",\"data\":\"AAAA\",\"media_type\":\"audio/mpeg\"}]",
        """
        [{"type":"input_audio","input_audio":{"data":"AAAA","format":"mp3"}}]"""
      },
    };
  }

  @Test(dataProvider = "parts")
  public void partsAreMapped(String input, String content) {
    assertThat(of(input).lastMessage().get("content")).isEqualTo(Chat.json(content));
  }

  @DataProvider
  public Object[][] refusedParts() {
    return new Object[][] {
      {
        "[{\"type\":\"file\",\"url\":\"https://x/y.pdf\",\"media_type\":\"application/pdf\"}]",
        "input[0].url: https://x/y.pdf (expected: data; Chat Completions take no file by its url)"
      },
      {
        "[\"a\",{\"type\":\"image\",\"data\":\"AAAA\"}]",
        "input[1].media_type: missing (expected: a media type, because of data)"
      },
      {
        "[{\"type\":\"file\",\"data\":\"AAAA\"}]",
        "input[0].media_type: missing (expected: a media type, because of data)"
      },
      {
        "[{\"type\":\"file\",\"data\":\"AAAA\",\"media_type\":\"video/mp4\"}]",
        "input[0].media_type: video/mp4 (expected: a document, image, audio/wav or audio/mpeg)"
      },
      {"[{\"type\":\"point\",\"x\":1}]", "input[0].type: point (expected: text, image or file)"},
    };
  }

  @Test(dataProvider = "refusedParts")
  public void aPartThatCannotBeMappedIsNamed(String input, String problem) {
    AgentEvent.Failed failed =
        catchThrowableOfType(
                UpstreamException.class, () -> Chat.begin(Chat.endpoint(), History.EMPTY, input))
            .toEvent();
    assertThat(failed)
        .isEqualTo(new AgentEvent.Failed(ErrorCode.UPSTREAM_REJECTED, problem, false));
  }

  @Test(dataProvider = "refusedParts")
  public void anEarlierPartThatCannotBeMappedIsTold(String input, String problem)
      throws UpstreamException {
    History history = new History(List.of(new History.PastMessage(RawJson.of(input))), false);
    Chat chat = Chat.begin(Chat.endpoint(), history, "\"and now?\"");
    assertThat(chat.body().toString()).contains("[A part is left out: ").contains("and now?");
  }

  public void theThreadIsToldInItsOrder() throws UpstreamException {
    History history =
        new History(
            List.of(
                new History.PastMessage(RawJson.of("\"weather?\"")),
                new History.PastAnswer(
                    new RunId("r_1"),
                    new AgentName("model"),
                    RunState.COMPLETED,
                    List.of(
                        new History.AnswerText("Let me see."),
                        new History.PastToolCall(
                            "k/1",
                            "mcp.look",
                            RawJson.of("{\"city\":\"Rome\"}"),
                            ToolStatus.OK,
                            RawJson.of("\"21 C\""),
                            null),
                        new History.PastToolCall(
                            "k/2", "find", RawJson.of("\"x\""), ToolStatus.UNKNOWN, null, null),
                        new History.AnswerText("21 degrees.")))),
            false);
    Chat chat = Chat.begin(Chat.endpoint(), history, "\"thanks\"");
    assertThat(chat.messages())
        .isEqualTo(
            Chat.json(
                """
                [{"role":"system","content":"Be kind."},
                {"role":"user","content":"weather?"},
                {"role":"assistant","content":"Let me see.","tool_calls":[
                {"id":"past00000","type":"function",
                "function":{"name":"mcp_look","arguments":"{\\"city\\":\\"Rome\\"}"}},
                {"id":"past00001","type":"function","function":{"name":"find","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"past00000","content":"21 C"},
                {"role":"tool","tool_call_id":"past00001",
                "content":"It is not known how the call ended."},
                {"role":"assistant","content":"21 degrees."},
                {"role":"user","content":"thanks"}]"""));
  }

  public void everyThreadBecomesMessagesThatServicesTake() throws UpstreamException {
    for (int seed = 0; seed < 3000; seed++) {
      Chat chat = Chat.begin(Chat.endpoint(), new RandomHistories(seed).next(), "\"now\"");
      check(chat.messages(), seed);
      assertThat(chat.lastMessage().path("content").toString()).contains("now");
    }
  }

  /** The rules of the strictest services together. */
  private static void check(JsonNode messages, int seed) {
    Set<String> ids = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    String before = "";
    for (JsonNode message : messages) {
      String role = message.path("role").asText();
      String where = "seed " + seed + ": " + message;
      assertThat(open.isEmpty()).as(where).isEqualTo(!role.equals("tool"));
      if (role.equals("tool")) {
        assertThat(message.path("tool_call_id").asText()).as(where).isEqualTo(open.remove());
        assertThat(message.path("content").isTextual()).as(where).isTrue();
      } else {
        assertThat(role).as(where).isNotEqualTo("system".equals(role) ? "" : before);
      }
      for (JsonNode call : message.path("tool_calls")) {
        assertThat(call.path("id").asText()).as(where).matches("[a-zA-Z0-9]{9}");
        assertThat(ids.add(call.path("id").asText())).as(where).isTrue();
        assertThat(call.at("/function/name").asText()).as(where).matches("[a-zA-Z0-9_-]{1,64}");
        String arguments = call.at("/function/arguments").asText();
        assertThat(Chat.json(arguments).isObject()).as(where).isTrue();
        open.add(call.path("id").asText());
      }
      boolean isSaid = message.has("tool_calls") || !message.path("content").isNull();
      assertThat(isSaid).as(where).isTrue();
      assertThat(message.path("content").asText("x")).as(where).isNotNull();
      before = role;
    }
    assertThat(messages.get(0).path("role").asText()).isEqualTo("system");
    assertThat(messages.get(1).path("role").asText()).isEqualTo("user");
    assertThat(before).isEqualTo("user");
  }
}
