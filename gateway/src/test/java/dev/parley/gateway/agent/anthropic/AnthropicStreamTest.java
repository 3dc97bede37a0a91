package dev.parley.gateway.agent.anthropic;

import static dev.parley.gateway.agent.anthropic.Frames.PING;
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
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class AnthropicStreamTest {

  private Conversation run = Conversation.begin();

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    run = Conversation.begin();
  }

  public void aTextIsShownPieceByPiece() throws Exception {
    run.take(start(), text(0), PING, textDelta(0, "Hel"), textDelta(0, ""), textDelta(0, "lo"));
    assertThat(run.shown)
        .containsExactly(new AgentEvent.Message("Hel"), new AgentEvent.Message("lo"));
    assertThat(run.take(stop(0), end("end_turn"), STOP)).isTrue();
    assertThat(finish(run.end())).isEqualTo(Finish.STOP);
  }

  public void theThoughtsOfTheModelAreShownAndItsSignatureIsNot() throws Exception {
    run.play(
        start(),
        block(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
        delta(0, "thinking_delta", "thinking", "Hmm"),
        delta(0, "signature_delta", "signature", "c2ln"),
        stop(0),
        block(1, "{\"type\":\"redacted_thinking\",\"data\":\"ZW5j\"}"),
        stop(1),
        text(2),
        textDelta(2, "Yes."),
        stop(2),
        end("end_turn"),
        STOP);
    assertThat(run.shown)
        .containsExactly(
            AgentEvent.Thinking.start(),
            AgentEvent.Thinking.delta("Hmm"),
            AgentEvent.Thinking.end(),
            AgentEvent.Thinking.start(),
            AgentEvent.Thinking.end(),
            new AgentEvent.Message("Yes."));
  }

  public void aCallHasItsArgumentsWhole() throws Exception {
    StepEnd end =
        run.play(
            start(),
            tool(0, "toolu_1", "weather"),
            inputDelta(0, ""),
            inputDelta(0, "{\"city\": \"Os"),
            inputDelta(0, "lo\"}"),
            stop(0),
            tool(1, "toolu_2", "clock"),
            stop(1),
            end("tool_use"),
            STOP);
    assertThat(calls(end))
        .containsExactly(
            new ToolRequest("toolu_1", "weather", RawJson.of("{\"city\": \"Oslo\"}")),
            new ToolRequest("toolu_2", "clock", RawJson.of("{}")));
    assertThat(run.shown).isEmpty();
  }

  public void argumentsThatAreNoObjectStandInAString() throws Exception {
    StepEnd end =
        run.play(
            start(),
            tool(0, "toolu_1", "weather"),
            inputDelta(0, "{\"city"),
            stop(0),
            end("tool_use"),
            STOP);
    assertThat(calls(end))
        .containsExactly(new ToolRequest("toolu_1", "weather", RawJson.of("\"{\\\"city\"")));
  }

  public void aWholeCallInItsFirstEventIsTaken() throws Exception {
    String call =
        "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"clock\",\"input\":{\"zone\":\"UTC\"}}";
    StepEnd end = run.play(start(), block(0, call), end("end_turn"), STOP);
    assertThat(calls(end))
        .containsExactly(new ToolRequest("a", "clock", RawJson.of("{\"zone\":\"UTC\"}")));
  }

  public void twoCallsNeverShareAnId() throws Exception {
    String unnamed = "{\"type\":\"tool_use\",\"name\":\"clock\",\"input\":{}}";
    StepEnd end =
        run.play(
            start(),
            tool(0, "a", "clock"),
            tool(1, "a", "clock"),
            block(2, unnamed),
            end("tool_use"),
            STOP);
    assertThat(calls(end))
        .extracting(ToolRequest::call)
        .containsExactly("a", "parley_run_1", "parley_run_2");
  }

  public void aBlockMayBeginAtAnIndexThatIsInUse() throws Exception {
    run.play(
        start(),
        text(0),
        textDelta(0, "a"),
        text(0),
        textDelta(0, "b"),
        stop(0),
        end("end_turn"),
        STOP);
    assertThat(run.text()).isEqualTo("ab");
  }

  public void toolsOfTheServiceAreShownWithoutWhatIsEncrypted() throws Exception {
    run.play(
        start(),
        block(
            0, "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"web_search\",\"input\":{}}"),
        inputDelta(0, "{\"query\":\"x\"}"),
        stop(0),
        block(
            1,
            "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s1\",\"content\":["
                + "{\"url\":\"u\",\"encrypted_content\":\"secret\"}]}"),
        stop(1),
        end("end_turn"),
        STOP);
    assertThat(run.shown)
        .containsExactly(
            new AgentEvent.ToolStarted("s1", "web_search", RawJson.of("{\"query\":\"x\"}")),
            AgentEvent.ToolEnded.ok("s1", RawJson.of("[{\"url\":\"u\"}]")));
  }

  public void aToolOfTheServiceMayFail() throws Exception {
    run.play(
        start(),
        block(0, "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"code\"}"),
        stop(0),
        block(
            1,
            "{\"type\":\"code_tool_result\",\"tool_use_id\":\"s1\",\"content\":"
                + "{\"type\":\"code_tool_result_error\",\"error_code\":\"unavailable\"}}"),
        stop(1),
        block(
            2, "{\"type\":\"mcp_tool_use\",\"id\":\"m1\",\"name\":\"get\",\"server_name\":\"x\"}"),
        stop(2),
        block(
            3,
            "{\"type\":\"mcp_tool_result\",\"tool_use_id\":\"m1\",\"is_error\":true,"
                + "\"content\":\"no\"}"),
        stop(3),
        end("end_turn"),
        STOP);
    assertThat(run.shown)
        .containsExactly(
            new AgentEvent.ToolStarted("s1", "code", RawJson.of("{}")),
            AgentEvent.ToolEnded.error("s1", "unavailable"),
            new AgentEvent.ToolStarted("m1", "x.get", RawJson.of("{}")),
            AgentEvent.ToolEnded.error("m1", "no"));
  }

  public void aResultMayComeInALaterStep() throws Exception {
    run.play(
        start(),
        block(0, "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"web_search\"}"),
        stop(0),
        end("pause_turn"),
        STOP);
    run.next();
    run.take(
        start(),
        block(0, "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s1\",\"content\":[]}"),
        stop(0));
    assertThat(run.shown).last().isEqualTo(AgentEvent.ToolEnded.ok("s1", RawJson.of("[]")));
  }

  public void aCitationIsShownWithoutItsEncryptedIndex() throws Exception {
    run.take(
        start(),
        text(0),
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\","
            + "\"citation\":{\"url\":\"u\",\"encrypted_index\":\"e\"}}}");
    assertThat(run.shown)
        .containsExactly(new AgentEvent.Custom("citation", RawJson.of("{\"url\":\"u\"}")));
  }

  public void whatIsUnknownDoesNoHarm() throws Exception {
    run.play(
        PING,
        "{\"type\":\"message_queued\",\"position\":3}",
        "{}",
        "[DONE]",
        "",
        start(),
        block(0, "{\"type\":\"hologram\",\"data\":{\"x\":1}}"),
        delta(0, "hologram_delta", "light", "bright"),
        stop(0),
        stop(7),
        text(1),
        textDelta(1, "ok"),
        "{\"type\":\"message_delta\",\"delta\":null,\"usage\":null}",
        end("a_new_reason"),
        STOP);
    assertThat(run.text()).isEqualTo("ok");
  }

  @DataProvider
  public Object[][] finishes() {
    return new Object[][] {
      {"end_turn", Finish.STOP}, {"stop_sequence", Finish.STOP}, {"max_tokens", Finish.LENGTH},
    };
  }

  @Test(dataProvider = "finishes")
  public void theReasonOfTheStopIsTheFinish(String reason, Finish finish) throws Exception {
    assertThat(finish(run.play(start(), end(reason), STOP))).isEqualTo(finish);
  }

  public void aCallThatTheLimitCutIsNotMade() throws Exception {
    StepEnd end =
        run.play(
            start(),
            tool(0, "a", "clock"),
            inputDelta(0, "{\"zo"),
            stop(0),
            end("max_tokens"),
            STOP);
    assertThat(finish(end)).isEqualTo(Finish.LENGTH);
  }

  public void aRefusalIsAFailure() throws Exception {
    String refusal =
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\","
            + "\"stop_details\":{\"type\":\"refusal\",\"category\":\"cyber\"}}}";
    UpstreamException failure = failure(() -> run.play(start(), refusal, STOP));
    assertThat(failure.code()).isEqualTo(ErrorCode.CONTENT_FILTER);
    assertThat(failure).hasMessage("The model refused to answer (cyber).");
  }

  public void aFullContextWindowIsAFailure() {
    UpstreamException failure =
        failure(() -> run.play(start(), end("model_context_window_exceeded"), STOP));
    assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_REJECTED);
    assertThat(failure).hasMessageContaining("context window is full");
  }

  public void theUsageOfTheLastReportCountsAndStepsAreAdded() throws Exception {
    run.play(start(), tool(0, "a", "clock"), stop(0), end("tool_use"), STOP);
    run.next();
    StepEnd end = run.play(start(), end("max_tokens"), end("end_turn"), STOP);
    assertThat(((StepEnd.Finished) end).event().usage())
        .isEqualTo(
            RawJson.of("{\"input_tokens\":50,\"output_tokens\":30,\"service_tier\":\"standard\"}"));
  }

  @DataProvider
  public Object[][] cut() {
    return new Object[][] {
      {new String[] {}},
      {new String[] {start()}},
      {new String[] {start(), text(0), textDelta(0, "a"), stop(0)}},
      {new String[] {start(), text(0), textDelta(0, "a"), stop(0), end("end_turn")}},
      {new String[] {STOP}},
      {new String[] {start(), STOP}},
    };
  }

  @Test(dataProvider = "cut")
  public void anAnswerThatIsNotWholeIsTruncated(String[] events) {
    assertThat(failure(() -> run.play(events)).code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
  }

  @DataProvider
  public Object[][] errors() {
    return new Object[][] {
      {"overloaded_error", ErrorCode.UPSTREAM_RATE_LIMITED, true},
      {"rate_limit_error", ErrorCode.UPSTREAM_RATE_LIMITED, true},
      {"conflict_error", ErrorCode.UPSTREAM_RATE_LIMITED, true},
      {"authentication_error", ErrorCode.UPSTREAM_AUTH, false},
      {"permission_error", ErrorCode.UPSTREAM_AUTH, false},
      {"billing_error", ErrorCode.UPSTREAM_REJECTED, false},
      {"invalid_request_error", ErrorCode.UPSTREAM_REJECTED, false},
      {"not_found_error", ErrorCode.UPSTREAM_REJECTED, false},
      {"request_too_large", ErrorCode.UPSTREAM_REJECTED, false},
      {"timeout_error", ErrorCode.UPSTREAM_TIMEOUT, true},
      {"api_error", ErrorCode.UPSTREAM_ERROR, true},
      {"a_new_error", ErrorCode.UPSTREAM_ERROR, false},
    };
  }

  @Test(dataProvider = "errors")
  public void anErrorInTheStreamHasItsCodeAndNoSentence(
      String type, ErrorCode code, boolean retryable) {
    UpstreamException failure =
        failure(() -> run.play(start(), Frames.error(type, "sk-key is wrong")));
    assertThat(failure.toEvent())
        .isEqualTo(
            new AgentEvent.Failed(
                code, "The service reported " + type + " (request req_1).", retryable));
  }

  public void anErrorWithoutATypeIsOneToo() {
    for (String event : List.of("{\"error\":\"no\"}", Frames.error("not a word", ""))) {
      UpstreamException failure = failure(() -> run.play(event));
      assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_ERROR);
      assertThat(failure).hasMessageStartingWith("The service reported an error");
    }
  }

  @DataProvider
  public Object[][] broken() {
    return new Object[][] {
      {"no JSON"},
      {"{\"type\":\"message_st"},
      {"[1]"},
      {"{\"type\":\"message_start\",\"message\":{\"usage\":{\"n\":" + "9".repeat(2000) + "}}}"},
      {"{\"type\":\"ping\",\"x\":" + "[".repeat(2000) + "}"},
      {"{\"type\":\"message_start\",\"message\":7}"},
      {"{\"type\":\"content_block_start\",\"index\":0}"},
      {"{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{}}"},
      {textDelta(3, "no block")},
    };
  }

  @Test(dataProvider = "broken")
  public void whatIsAgainstTheRulesEndsTheRun(String event) {
    UpstreamException failure = failure(() -> run.take(event));
    assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
    assertThat(failure.getMessage()).doesNotContain("no JSON").contains("expected: ");
  }

  public void aStopForToolsWithoutACallIsAgainstTheRules() {
    assertThat(failure(() -> run.play(start(), end("tool_use"), STOP)).code())
        .isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
  }

  public void tenThousandCallsAreTooMany() {
    String[] calls =
        IntStream.range(0, 10_000).mapToObj(i -> tool(i, "t" + i, "x")).toArray(String[]::new);
    assertThat(failure(() -> run.play(calls)).code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
  }

  public void anAnswerThatNeverEndsIsBoundedOverAllItsSteps() throws Exception {
    String piece = delta(0, "thinking_delta", "thinking", "x".repeat(1 << 20));
    String[] pieces = Collections.nCopies(5, piece).toArray(String[]::new);
    run.take(start(), block(0, "{\"type\":\"thinking\",\"thinking\":\"\"}"));
    run.take(pieces);
    run.play(end("pause_turn"), STOP);
    run.next();
    run.take(start(), block(0, "{\"type\":\"thinking\",\"thinking\":\"\"}"));
    assertThat(failure(() -> run.take(pieces)).code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
  }

  private static UpstreamException failure(ThrowingCallable action) {
    return catchThrowableOfType(UpstreamException.class, action);
  }

  private static Finish finish(StepEnd end) {
    return ((StepEnd.Finished) end).event().finish();
  }

  private static List<ToolRequest> calls(StepEnd end) {
    return ((StepEnd.Calls) end).calls();
  }
}
