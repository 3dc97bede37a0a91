package dev.parley.gateway.agent.openai;

import static dev.parley.gateway.agent.openai.Chat.DONE;
import static dev.parley.gateway.agent.openai.Chat.content;
import static dev.parley.gateway.agent.openai.Chat.delta;
import static dev.parley.gateway.agent.openai.Chat.finish;
import static dev.parley.gateway.agent.openai.Chat.tools;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Tool calls as the services stream them, and as they want them back. */
@Test(groups = "unit")
public class ChatToolsTest {

  private static final String END = finish("tool_calls");

  private Chat chat;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    chat = Chat.begin();
  }

  private static String call(String members, String name, String arguments) {
    return "{"
        + members
        + "\"function\":{\"name\":\""
        + name
        + "\",\"arguments\":"
        + arguments
        + "}}";
  }

  private static String more(String members, String arguments) {
    return "{" + members + "\"function\":{\"arguments\":" + arguments + "}}";
  }

  /** Streams of the same two calls: {@code f} of 1 and {@code g} of 2, with the ids a and b. */
  @DataProvider
  public Object[][] pairs() {
    String f = "\"{\\\"n\\\":1}\"";
    String g = "\"{\\\"n\\\":2}\"";
    return new Object[][] {
      // OpenAI: a piece for the head, and some for the arguments.
      {
        tools(call("\"index\":0,\"id\":\"a\",\"type\":\"function\",", "f", "\"\"")),
        tools(more("\"index\":0,", "\"{\\\"n\\\"\"")),
        tools(more("\"index\":0,", "\":1}\"")),
        tools(call("\"index\":1,\"id\":\"b\",\"type\":\"function\",", "g", "\"\"")),
        tools(more("\"index\":1,", g)),
      },
      // Interleaved.
      {
        tools(call("\"index\":1,\"id\":\"x\",", "f", "\"\"")).replace("\"x\"", "\"a\""),
        tools(call("\"index\":2,\"id\":\"b\",", "g", "\"\"")),
        tools(
            more("\"index\":1,", "\"{\\\"n\\\"\"") + "," + more("\"index\":2,", "\"{\\\"n\\\"\"")),
        tools(more("\"index\":2,", "\":2}\"")),
        tools(more("\"index\":1,", "\":1}\"")),
      },
      // Gemini: whole calls in one delta, without index.
      {tools(call("\"id\":\"a\",", "f", f) + "," + call("\"id\":\"b\",", "g", g))},
      // Mistral: the index is null.
      {
        tools(call("\"index\":null,\"id\":\"a\",", "f", f)),
        tools(call("\"index\":null,\"id\":\"b\",", "g", g))
      },
      // All with index 0.
      {
        tools(call("\"index\":0,\"id\":\"a\",", "f", f)),
        tools(call("\"index\":0,\"id\":\"b\",", "g", g))
      },
      {
        tools(call("\"index\":0,\"id\":\"a\",", "f", "\"\"")),
        tools(call("\"index\":0,\"id\":\"b\",", "g", "\"\"")),
        tools(more("\"index\":0,\"id\":\"a\",", f)),
        tools(more("\"index\":0,", g)),
      },
      // No index, pieces of the arguments without an id.
      {
        tools(call("\"id\":\"a\",", "f", "\"{\\\"n\"")),
        tools(more("", "\"\\\":1}\"")),
        tools(call("\"id\":\"b\",", "g", "null")),
        tools(more("", g)),
      },
      // The id and the name in each piece.
      {
        tools(call("\"index\":0,\"id\":\"a\",", "f", "\"{\\\"n\\\"\"")),
        tools(call("\"index\":0,\"id\":\"a\",", "f", "\":1}\"")),
        tools(call("\"index\":0,\"id\":\"a\",", "f", "\"\"")),
        tools(call("\"index\":1,\"id\":\"b\",", "g", g)),
      },
      // The name comes late, and once more the id.
      {
        tools("{\"index\":0,\"id\":\"a\"}"),
        tools(call("\"index\":0,\"id\":\"\",", "f", f)),
        tools("{\"index\":1,\"function\":{\"name\":\"g\",\"arguments\":\"\"}}"),
        tools("{\"index\":1,\"id\":\"b\",\"function\":{\"name\":null,\"arguments\":" + g + "}}"),
      },
      // The arguments as an object.
      {
        tools(
            call("\"id\":\"a\",", "f", "{\"n\":1}") + "," + call("\"id\":\"b\",", "g", "{\"n\":2}"))
      },
    };
  }

  @Test(dataProvider = "pairs")
  public void twoCallsAreTwo(String[] stream) throws UpstreamException {
    chat.take(stream);
    assertThat(chat.calls(END, DONE))
        .containsExactly(
            new ToolRequest("a", "f", RawJson.of("{\"n\":1}")),
            new ToolRequest("b", "g", RawJson.of("{\"n\":2}")));
    assertThat(chat.shown).isEmpty();
  }

  @DataProvider
  public Object[][] withoutIds() {
    String one = call("", "f", "\"{\\\"n\\\":1}\"");
    String two = call("", "f", "\"{\\\"n\\\":2}\"");
    return new Object[][] {
      {tools(one + "," + two)},
      {tools(one), tools(two)},
      {
        tools(one.replace("{\"function\"", "{\"index\":0,\"function\"")),
        tools(two.replace("{\"function\"", "{\"index\":0,\"function\""))
      },
      {
        tools(one.replace("{\"function\"", "{\"index\":0,\"id\":\"\",\"function\"")),
        tools(two.replace("{\"function\"", "{\"index\":1,\"id\":null,\"function\""))
      },
    };
  }

  @Test(dataProvider = "withoutIds")
  public void callsWithoutIdsGetOnes(String[] stream) throws UpstreamException {
    chat.take(stream);
    List<ToolRequest> calls = chat.calls(END, DONE);
    assertThat(calls).extracting(ToolRequest::tool).containsExactly("f", "f");
    assertThat(calls)
        .extracting(ToolRequest::arguments)
        .containsExactly(RawJson.of("{\"n\":1}"), RawJson.of("{\"n\":2}"));
    assertThat(calls).extracting(ToolRequest::call).doesNotHaveDuplicates();
    assertThat(calls).extracting(ToolRequest::call).allMatch(id -> id.matches("[a-z0-9]{9}"));
  }

  public void anIdThatTheRunHasUsedIsReplaced() throws UpstreamException {
    String same = tools(call("\"index\":0,\"id\":\"call_0\",", "f", "\"\""));
    ToolRequest first = chat.calls(same, END, DONE).get(0);
    chat.next(results(List.of(first)));
    ToolRequest second = chat.calls(same, END, DONE).get(0);
    assertThat(first.call()).isEqualTo("call_0");
    assertThat(second.call()).isNotEqualTo("call_0");
    chat.next(results(List.of(second)));
    assertThat(chat.lastMessage().path("tool_call_id").asText()).isEqualTo(second.call());
    JsonNode answer = chat.messages().get(chat.messages().size() - 2);
    assertThat(answer.at("/tool_calls/0/id").asText()).isEqualTo(second.call());
  }

  public void callsCountWhateverTheReason() throws UpstreamException {
    String tools = tools(call("\"id\":\"a\",", "f", "\"\""));
    assertThat(chat.calls(tools, finish("stop"), DONE)).hasSize(1);
    assertThat(Chat.begin().calls(tools, DONE)).hasSize(1);
    assertThat(Chat.begin().calls(tools, finish("function_call"))).hasSize(1);
  }

  public void callsThatWereCutByTheLimitOfTokensAreNotMade() throws UpstreamException {
    AgentEvent.Completed end =
        chat.finished(tools(call("\"id\":\"a\",", "f", "\"{\\\"n\"")), finish("length"), DONE);
    assertThat(end.finish()).isEqualTo(Finish.LENGTH);
  }

  public void theFormBeforeToolsIsACall() throws UpstreamException {
    List<ToolRequest> calls =
        chat.calls(
            delta("{\"function_call\":{\"name\":\"f\",\"arguments\":\"{\\\"n\\\"\"}}"),
            delta("{\"function_call\":{\"arguments\":\":1}\"}}"),
            finish("function_call"),
            DONE);
    assertThat(calls).hasSize(1);
    assertThat(calls.get(0).arguments()).isEqualTo(RawJson.of("{\"n\":1}"));
  }

  @DataProvider
  public Object[][] arguments() {
    return new Object[][] {
      {"\"\"", "{}"},
      {"\" \"", "{}"},
      {"null", "{}"},
      {"\"{\\\"a\\\":1.50,\\\"a\\\":2e3}\"", "{\"a\":2E+3}"},
      {"\"{city\"", "\"{city\""},
      {"\"[1]\"", "\"[1]\""},
      {"\"null\"", "\"null\""},
      {"\"" + "[".repeat(70) + "\"", "\"" + "[".repeat(70) + "\""},
    };
  }

  @Test(dataProvider = "arguments")
  public void argumentsAreAnObjectOrTheTextInItsPlace(String given, String read)
      throws UpstreamException {
    List<ToolRequest> calls = chat.calls(tools(call("\"id\":\"a\",", "f", given)), END, DONE);
    assertThat(calls.get(0).arguments()).isEqualTo(RawJson.of(read));
  }

  public void aCallWithoutANameIsOneOfNoTool() throws UpstreamException {
    List<ToolRequest> calls = chat.calls(tools("{\"id\":\"a\"}"), END, DONE);
    assertThat(calls.get(0).tool()).isEqualTo("unnamed");
  }

  public void theAnswerGoesBackWithItsCallsAndResults() throws UpstreamException {
    int before = chat.messages().size();
    List<ToolRequest> calls =
        chat.calls(
            delta("{\"reasoning_content\":\"hm\"}"),
            content("Let me see."),
            tools(
                call(
                    "\"index\":0,\"id\":\"a\",\"type\":\"function\",", "f", "\"{ \\\"n\\\": 1}\"")),
            tools(call("\"index\":1,\"id\":\"b\",", "g", "\"{broken\"")),
            END,
            DONE);
    chat.next(
        List.of(
            new ToolResult(
                calls.get(0), AgentEvent.ToolEnded.ok("a", RawJson.of("\"21 \\u00b0C\""))),
            new ToolResult(calls.get(1), AgentEvent.ToolEnded.error("b", "arguments: no"))));
    JsonNode messages = chat.messages();
    assertThat(messages.size()).isEqualTo(before + 3);
    assertThat(messages.get(before))
        .isEqualTo(
            Chat.json(
                """
                {"role":"assistant","content":"Let me see.","reasoning_content":"hm","tool_calls":[
                {"id":"a","type":"function","function":{"name":"f","arguments":"{ \\"n\\": 1}"}},
                {"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]}"""));
    assertThat(messages.get(before + 1))
        .isEqualTo(
            Chat.json("{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"21 \u00b0C\"}"));
    assertThat(messages.get(before + 2))
        .isEqualTo(
            Chat.json(
                "{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":\"Error: arguments: no\"}"));
  }

  public void unknownMembersOfACallGoBackUnchanged() throws UpstreamException {
    String google = "{\"google\":{\"thought_signature\":\"Ck/+a==\",\"n\":1.50}}";
    List<ToolRequest> calls =
        chat.calls(
            tools(
                "{\"extra_content\":"
                    + google
                    + ",\"function\":{\"arguments\":\"{}\",\"name\":\"f\",\"strict\":true},"
                    + "\"id\":\"a\",\"type\":\"function\"}"),
            finish("stop"),
            DONE);
    chat.next(results(calls));
    assertThat(chat.call().body().toString())
        .contains("\"extra_content\":" + google)
        .contains("\"strict\":true");
  }

  public void unknownMembersMayComeInAnyPiece() throws UpstreamException {
    List<ToolRequest> calls =
        chat.calls(
            tools(call("\"index\":0,\"id\":\"a\",\"x\":null,", "f", "\"\"")),
            tools("{\"index\":0,\"extra_content\":{\"s\":\"1\"}}"),
            tools(more("\"index\":0,\"extra_content\":null,", "\"{}\"")),
            END,
            DONE);
    chat.next(results(calls));
    assertThat(chat.call().body().toString())
        .contains("\"extra_content\":{\"s\":\"1\"}")
        .doesNotContain("\"x\"")
        .doesNotContain("\"index\"");
  }

  public void anAnswerOfCallsAloneHasNoContent() throws UpstreamException {
    chat.next(results(chat.calls(tools(call("\"id\":\"a\",", "f", "\"\"")), END, DONE)));
    JsonNode answer = chat.messages().get(chat.messages().size() - 2);
    assertThat(answer.get("content").isNull()).isTrue();
    assertThat(answer.has("reasoning_content")).isFalse();
  }

  @DataProvider
  public Object[][] ends() {
    return new Object[][] {
      {new AgentEvent.ToolEnded("a", ToolStatus.OK, null, null), ""},
      {AgentEvent.ToolEnded.ok("a", RawJson.of("{\"n\":1}")), "{\"n\":1}"},
      {new AgentEvent.ToolEnded("a", ToolStatus.ERROR, RawJson.of("7"), null), "Error: 7"},
      {new AgentEvent.ToolEnded("a", ToolStatus.DENIED, null, null), "The call was denied."},
      {
        new AgentEvent.ToolEnded("a", ToolStatus.UNKNOWN, null, null),
        "It is not known how the call ended."
      },
    };
  }

  @Test(dataProvider = "ends")
  public void howACallEndedIsTold(AgentEvent.ToolEnded end, String told) throws UpstreamException {
    List<ToolRequest> calls = chat.calls(tools(call("\"id\":\"a\",", "f", "\"\"")), END, DONE);
    chat.next(List.of(new ToolResult(calls.get(0), end)));
    assertThat(chat.lastMessage().path("content").asText()).isEqualTo(told);
  }

  public void thereIsAMaximumOfCalls() throws UpstreamException {
    for (int i = 0; i < ToolSlots.MAX_CALLS; i++) {
      chat.take(tools(call("\"index\":" + i + ",\"id\":\"c" + i + "\",", "f", "\"\"")));
    }
    AgentEvent.Failed failed = chat.failed(tools(call("\"id\":\"more\",", "f", "\"\"")));
    assertThat(failed.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
    assertThat(failed.message())
        .isEqualTo("tool calls: one more (expected: at most 128 in a step)");
  }

  public void thereIsAMaximumOfArguments() throws UpstreamException {
    String piece = tools(more("\"index\":0,", "\"" + "x".repeat(1 << 18) + "\""));
    chat.take(piece, piece, piece, piece);
    assertThat(chat.failed(piece).code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
    Chat other = Chat.begin();
    String extra = tools("{\"index\":0,\"extra\":\"" + "x".repeat(1 << 18) + "\"}");
    other.take(extra, extra, extra);
    assertThat(other.failed(extra).code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
  }

  private static List<ToolResult> results(List<ToolRequest> calls) {
    return calls.stream()
        .map(
            call ->
                new ToolResult(call, AgentEvent.ToolEnded.ok(call.call(), RawJson.of("\"done\""))))
        .toList();
  }
}
