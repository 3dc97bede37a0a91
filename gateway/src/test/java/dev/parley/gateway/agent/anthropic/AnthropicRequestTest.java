package dev.parley.gateway.agent.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.RandomHistories;
import dev.parley.gateway.agent.model.RawMembers;
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
import java.util.Set;
import java.util.stream.IntStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class AnthropicRequestTest {

  public void theFirstRequestIsWhole() {
    Conversation run = Conversation.begin();
    assertThat(run.call().body())
        .hasToString(
            "{\"model\":\"claude\",\"max_tokens\":4096,\"system\":\"Be brief.\",\"stream\":true,"
                + "\"messages\":[{\"role\":\"user\",\"content\":"
                + "[{\"type\":\"text\",\"text\":\"hi\"}]}]}");
    assertThat(run.call().headers()).containsEntry("anthropic-version", "2023-06-01");
  }

  public void parametersAreMembersOfTheRequest() {
    Conversation run =
        Conversation.of(
            Conversation.dialect(
                "{\"max_tokens\":9,\"temperature\":0.10,\"stream\":false,\"messages\":[]}"),
            History.EMPTY,
            "\"hi\"");
    assertThat(run.call().body().toString())
        .contains("\"max_tokens\":9", "\"temperature\":0.10", "\"stream\":true", "\"hi\"");
  }

  public void aBlankSystemTextIsLeftOut() {
    URI url = URI.create("http://127.0.0.1");
    AnthropicDialect dialect = new AnthropicDialect(url, "claude", " ", new RawMembers());
    assertThat(Conversation.of(dialect, History.EMPTY, "\"hi\"").body().has("system")).isFalse();
  }

  @DataProvider
  public Object[][] urls() {
    return new Object[][] {
      {"https://a.example", "https://a.example/v1/messages"},
      {"https://a.example/", "https://a.example/v1/messages"},
      {"http://a.example:8/v1/", "http://a.example:8/v1/messages"},
      {"https://a.example/v1/messages", "https://a.example/v1/messages"},
      {
        "https://a.example/x%20y/anthropic?v=1", "https://a.example/x%20y/anthropic/v1/messages?v=1"
      },
    };
  }

  @Test(dataProvider = "urls")
  public void theUrlIsCompleted(String url, String expected) {
    AnthropicDialect dialect =
        new AnthropicDialect(URI.create(url), "claude", "", new RawMembers());
    assertThat(Conversation.of(dialect, History.EMPTY, "\"hi\"").call().uri())
        .hasToString(expected);
  }

  @DataProvider
  public Object[][] parts() {
    return new Object[][] {
      {
        "{\"type\":\"image\",\"url\":\"https://a/b\"}",
        "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://a/b\"}}"
      },
      {
        "{\"type\":\"image\",\"data\":\"AAAA\",\"media_type\":\"image/PNG\"}",
        "{\"type\":\"image\",\"source\":"
            + "{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}}"
      },
      {
        "{\"type\":\"file\",\"data\":\"AAAA\",\"media_type\":\"application/pdf\",\"name\":\"n\"}",
        "{\"type\":\"document\",\"source\":{\"type\":\"base64\","
            + "\"media_type\":\"application/pdf\",\"data\":\"AAAA\"},\"title\":\"n\"}"
      },
      {
        "{\"type\":\"file\",\"url\":\"https://a/b.pdf\"}",
        "{\"type\":\"document\",\"source\":{\"type\":\"url\",\"url\":\"https://a/b.pdf\"}}"
      },
      {
        "{\"type\":\"file\",\"data\":\"w7w=\",\"media_type\":\"text/csv; charset=utf-8\"}",
        "{\"type\":\"document\",\"source\":"
            + "{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"ü\"}}"
      },
    };
  }

  @Test(dataProvider = "parts")
  public void picturesAndFilesAreBlocks(String part, String block) {
    Conversation run = Conversation.of(Conversation.dialect("{}"), History.EMPTY, "[" + part + "]");
    assertThat(run.messages().get(0).get("content").get(0)).hasToString(block);
  }

  @DataProvider
  public Object[][] refused() {
    return new Object[][] {
      {"{\"type\":\"audio\"}", "input[0].type: audio (expected: text, image or file)"},
      {
        "{\"type\":\"image\",\"data\":\"AAAA\",\"media_type\":\"image/bmp\"}",
        "input[0].media_type: image/bmp"
            + " (expected: image/jpeg, image/png, image/gif or image/webp)"
      },
      {
        "{\"type\":\"image\",\"data\":\"AAAA\"}",
        "input[0].media_type: missing"
            + " (expected: image/jpeg, image/png, image/gif or image/webp)"
      },
      {
        "{\"type\":\"file\",\"url\":\"https://a\",\"media_type\":\"text/plain\"}",
        "input[0].media_type: text/plain (expected: application/pdf, or text/… with data)"
      },
      {
        "{\"type\":\"image\",\"data\":\"no base64\",\"media_type\":\"image/png\"}",
        "input[0].data: 9 characters (expected: base64)"
      },
    };
  }

  @Test(dataProvider = "refused")
  public void aPartThatTheModelDoesNotTakeIsNamed(String part, String message) {
    UpstreamException refusal =
        catchThrowableOfType(
            UpstreamException.class,
            () ->
                Conversation.dialect("{}")
                    .begin(Conversation.request("[" + part + "]"), History.EMPTY));
    assertThat(refusal.code()).isEqualTo(ErrorCode.UPSTREAM_REJECTED);
    assertThat(refusal).hasMessage(message);
  }

  public void anEarlierCallIsTwoBlocksAndItsToolIsDeclared() {
    Conversation run =
        Conversation.of(Conversation.dialect("{}"), called(ToolStatus.UNKNOWN), "\"go on\"");
    assertThat(run.messages().get(1).get("content").get(0))
        .hasToString(
            "{\"type\":\"tool_use\",\"id\":\"parley_1\",\"name\":\"mcp_get\",\"input\":{}}");
    assertThat(run.messages().get(2).get("content").get(0))
        .hasToString(
            "{\"type\":\"tool_result\",\"tool_use_id\":\"parley_1\","
                + "\"content\":\"It is not known how the call ended.\",\"is_error\":true}");
    assertThat(run.body().get("tools"))
        .hasToString("[{\"name\":\"mcp_get\",\"input_schema\":{\"type\":\"object\"}}]");
    assertThat(run.body().get("tool_choice")).hasToString("{\"type\":\"none\"}");
  }

  public void toolsOfTheParametersAreLeftAlone() {
    Conversation run =
        Conversation.of(
            Conversation.dialect("{\"tools\":[{\"type\":\"web_search_20250305\"}]}"),
            called(ToolStatus.OK),
            "\"go on\"");
    assertThat(run.body().get("tools")).hasToString("[{\"type\":\"web_search_20250305\"}]");
    assertThat(run.body().has("tool_choice")).isFalse();
  }

  public void anyHistoryKeepsTheRulesOfTheApi() {
    RandomHistories histories = new RandomHistories(11);
    IntStream.range(0, 5000)
        .forEach(
            i ->
                assertRules(
                    Conversation.of(Conversation.dialect("{}"), histories.next(), "\"now\"")
                        .messages()));
  }

  private static void assertRules(JsonNode messages) {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < messages.size(); i++) {
      JsonNode content = messages.get(i).get("content");
      String role = i % 2 == 0 ? "user" : "assistant";
      assertThat(messages.get(i).get("role").textValue()).isEqualTo(role);
      assertThat(content).isNotEmpty();
      List<String> calls = i == 0 ? List.of() : calls(messages.get(i - 1));
      assertThat(ids.addAll(calls)).isEqualTo(!calls.isEmpty());
      assertThat(results(messages.get(i))).isEqualTo(calls);
      for (int at = 0; at < content.size(); at++) {
        assertBlock(content.get(at), at < calls.size());
      }
    }
    assertThat(messages.size() % 2).isOne();
  }

  private static void assertBlock(JsonNode block, boolean isResult) {
    String type = block.get("type").textValue();
    assertThat(type.equals("tool_result")).isEqualTo(isResult);
    if (type.equals("text")) {
      assertThat(block.get("text").textValue()).isNotBlank();
    } else if (type.equals("tool_use")) {
      assertThat(block.get("name").textValue()).matches("[a-zA-Z0-9_-]{1,64}");
      assertThat(block.get("id").textValue()).matches("[a-zA-Z0-9_-]+");
      assertThat(block.get("input").isObject()).isTrue();
    } else if (isResult && block.path("is_error").booleanValue()) {
      assertThat(block.get("content").textValue()).isNotBlank();
    }
  }

  private static List<String> calls(JsonNode message) {
    return texts(message, "id");
  }

  private static List<String> results(JsonNode message) {
    return texts(message, "tool_use_id");
  }

  private static List<String> texts(JsonNode message, String name) {
    List<String> texts = new ArrayList<>();
    message.get("content").forEach(block -> texts.addAll(text(block.get(name))));
    return texts;
  }

  private static List<String> text(JsonNode value) {
    return value == null ? List.of() : List.of(value.textValue());
  }

  private static History called(ToolStatus status) {
    History.PastToolCall call =
        new History.PastToolCall("c1", "mcp.get", RawJson.of("{}"), status, null, null);
    History.PastAnswer answer =
        new History.PastAnswer(
            new RunId("r_XvlAJ3SJ6WdYcFVZBIpt"),
            new AgentName("model"),
            RunState.COMPLETED,
            List.of(call));
    return new History(List.of(new History.PastMessage(RawJson.of("\"get it\"")), answer), false);
  }
}
