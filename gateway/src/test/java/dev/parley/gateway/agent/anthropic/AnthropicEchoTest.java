package dev.parley.gateway.agent.anthropic;

import static dev.parley.gateway.agent.anthropic.Frames.STOP;
import static dev.parley.gateway.agent.anthropic.Frames.block;
import static dev.parley.gateway.agent.anthropic.Frames.delta;
import static dev.parley.gateway.agent.anthropic.Frames.end;
import static dev.parley.gateway.agent.anthropic.Frames.inputDelta;
import static dev.parley.gateway.agent.anthropic.Frames.start;
import static dev.parley.gateway.agent.anthropic.Frames.stop;
import static dev.parley.gateway.agent.anthropic.Frames.text;
import static dev.parley.gateway.agent.anthropic.Frames.textDelta;
import static dev.parley.gateway.agent.anthropic.Frames.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.protocol.RawJson;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What goes back to the model within a run. */
@Test(groups = "unit")
public class AnthropicEchoTest {

  private static final String FIRST =
      "{\"role\":\"user\",\"content\":[{\"type\":\"text\"," + "\"text\":\"hi\"}]}";

  private Conversation run = Conversation.begin();

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    run = Conversation.begin();
  }

  @DataProvider
  public Object[][] blocks() {
    return new Object[][] {
      {"{ \"type\" : \"redacted_thinking\", \"data\":\"RW1\\u002bA==\" }"},
      {
        "{\"type\":\"hologram\",\"x\":[1.50, 2e3 ,-0.0],\"\\u00e4\":{\"n\":null,\"e\":\"\\ud83d\"}}"
      },
      {
        "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s\",\"content\":["
            + "{\"encrypted_content\":\"a\\/b\",\"page_age\":null}]}"
      },
      {"{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"c2ln\"}"},
    };
  }

  @Test(dataProvider = "blocks")
  public void aBlockWithoutDeltasGoesBackByteByByte(String block) throws Exception {
    run.play(start(), block(0, block), stop(0), end("pause_turn"), STOP);
    run.next();
    assertThat(bodyMessages())
        .isEqualTo("[" + FIRST + ",{\"role\":\"assistant\",\"content\":[" + block + "]}]");
  }

  public void deltasAreWrittenIntoTheirBlocks() throws Exception {
    run.play(
        start(),
        block(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\",\"extra\":1.0}"),
        delta(0, "thinking_delta", "thinking", "a \"b\"\n"),
        delta(0, "thinking_delta", "thinking", "ü😀"),
        delta(0, "signature_delta", "signature", "c2ln/+=="),
        stop(0),
        block(1, "{\"type\":\"text\",\"text\":\"\",\"citations\":null}"),
        textDelta(1, "Let me see."),
        "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"citations_delta\","
            + "\"citation\":{\"encrypted_index\":\"e\", \"n\":1.0}}}",
        stop(1),
        tool(2, "toolu_1", "weather"),
        inputDelta(2, "{\"city\": \"Oslo\", "),
        inputDelta(2, "\"t\":1.50}"),
        stop(2),
        end("tool_use"),
        STOP);
    run.next();
    assertThat(bodyMessages())
        .contains(
            "{\"role\":\"assistant\",\"content\":["
                + "{\"type\":\"thinking\",\"thinking\":\"a \\\"b\\\"\\nü😀\","
                + "\"signature\":\"c2ln/+==\",\"extra\":1.0},"
                + "{\"type\":\"text\",\"text\":\"Let me see.\","
                + "\"citations\":[{\"encrypted_index\":\"e\", \"n\":1.0}]},"
                + "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"weather\","
                + "\"input\":{\"city\": \"Oslo\", \"t\":1.50}}]}");
  }

  public void allResultsStandInTheNextMessage() throws Exception {
    StepEnd end =
        run.play(
            start(),
            tool(0, "a", "x"),
            tool(1, "b", "y"),
            tool(2, "c", "z"),
            end("tool_use"),
            STOP);
    ToolRequest first = ((StepEnd.Calls) end).calls().get(0);
    ToolRequest second = ((StepEnd.Calls) end).calls().get(1);
    run.next(
        new ToolResult(second, AgentEvent.ToolEnded.error("b", "broken")),
        new ToolResult(first, AgentEvent.ToolEnded.ok("a", RawJson.of("\"21 C\""))));
    assertThat(run.messages()).hasSize(3);
    assertThat(run.messages().get(2))
        .hasToString(
            "{\"role\":\"user\",\"content\":["
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":\"21 C\"},"
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"b\",\"content\":\"broken\","
                + "\"is_error\":true},"
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"c\","
                + "\"content\":\"The call has no result.\",\"is_error\":true}]}");
  }

  public void aPausedAnswerAndItsRestAreOneMessage() throws Exception {
    assertThat(run.play(start(), text(0), textDelta(0, "a"), end("pause_turn"), STOP))
        .isEqualTo(new StepEnd.Paused());
    run.next();
    assertThat(roles()).isEqualTo("user assistant");
    run.play(start(), text(0), textDelta(0, "b"), tool(1, "a", "x"), end("tool_use"), STOP);
    run.next();
    assertThat(roles()).isEqualTo("user assistant user");
    assertThat(run.messages().get(1).get("content")).hasSize(3);
  }

  public void blankTextsDoNotGoBack() throws Exception {
    run.play(
        start(), text(0), textDelta(0, "\n\n"), stop(0), tool(1, "a", "x"), end("tool_use"), STOP);
    run.next();
    assertThat(run.messages().get(1).get("content")).hasSize(1);
  }

  public void argumentsThatAreNoObjectGoBackInOne() throws Exception {
    run.play(start(), tool(0, "a", "x"), inputDelta(0, "{\"b"), end("tool_use"), STOP);
    run.next();
    assertThat(run.messages().get(1).get("content").get(0).get("input"))
        .hasToString("{\"INVALID_JSON\":\"{\\\"b\"}");
  }

  public void argumentsWithANameTwiceGoBackInAString() throws Exception {
    StepEnd end =
        run.play(
            start(), tool(0, "a", "x"), inputDelta(0, "{\"b\":1,\"b\":2}"), end("tool_use"), STOP);
    assertThat(((StepEnd.Calls) end).calls().get(0).arguments())
        .isEqualTo(RawJson.of("\"{\\\"b\\\":1,\\\"b\\\":2}\""));
  }

  public void theContainerOfTheServiceIsNamedFromThenOn() throws Exception {
    assertThat(run.body().has("container")).isFalse();
    run.play(
        start(),
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"pause_turn\","
            + "\"container\":{\"id\":\"container_1\"}}}",
        STOP);
    run.next();
    run.play(start(), tool(0, "a", "x"), end("tool_use"), STOP);
    run.next();
    assertThat(run.body().get("container").textValue()).isEqualTo("container_1");
  }

  private String bodyMessages() {
    String body = run.call().body().toString();
    return body.substring(
        body.indexOf("\"messages\":") + "\"messages\":".length(), body.length() - 1);
  }

  private String roles() {
    return String.join(" ", run.messages().findValuesAsText("role"));
  }
}
