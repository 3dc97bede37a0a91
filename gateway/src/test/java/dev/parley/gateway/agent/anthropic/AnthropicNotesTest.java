package dev.parley.gateway.agent.anthropic;

import static dev.parley.gateway.agent.anthropic.Frames.STOP;
import static dev.parley.gateway.agent.anthropic.Frames.block;
import static dev.parley.gateway.agent.anthropic.Frames.delta;
import static dev.parley.gateway.agent.anthropic.Frames.end;
import static dev.parley.gateway.agent.anthropic.Frames.start;
import static dev.parley.gateway.agent.anthropic.Frames.stop;
import static dev.parley.gateway.agent.anthropic.Frames.text;
import static dev.parley.gateway.agent.anthropic.Frames.textDelta;
import static dev.parley.gateway.agent.anthropic.Frames.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.PastRun;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What goes back to the model in the later runs of a thread. */
@Test(groups = "unit")
public class AnthropicNotesTest {

  private static final String THOUGHT =
      "{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"c2ln/+==\", \"n\":1.50}";
  private static final String REDACTED = "{ \"type\":\"redacted_thinking\",\"data\":\"ZW5j\" }";
  private static final String CALL =
      "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"clock\",\"input\":{ }}";

  private Conversation run = Conversation.begin();
  private PastRun past = new PastRun();

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    run = Conversation.begin();
    past = new PastRun();
  }

  private void step(String... events) throws UpstreamException {
    StepEnd end = run.play(events);
    past.take(run.emitted);
    if (end instanceof StepEnd.Calls calls) {
      for (ToolRequest call : calls.calls()) {
        ToolResult result =
            new ToolResult(call, AgentEvent.ToolEnded.ok(call.call(), RawJson.of("\"noon\"")));
        past.take(result);
      }
    }
    if (!(end instanceof StepEnd.Finished)) {
      run.next();
    }
  }

  private void callAClock() throws UpstreamException {
    step(
        start(),
        block(0, THOUGHT),
        stop(0),
        block(1, REDACTED),
        stop(1),
        text(2),
        textDelta(2, "Let me see."),
        stop(2),
        block(3, CALL),
        stop(3),
        end("tool_use"),
        STOP);
  }

  private void sayNoon() throws UpstreamException {
    step(start(), block(0, THOUGHT), text(1), textDelta(1, "Noon."), end("end_turn"), STOP);
  }

  private Conversation next(String parameters) {
    return Conversation.of(Conversation.dialect(parameters), past.history(), "\"two\"");
  }

  private static String said(String text) {
    return "{\"type\":\"text\",\"text\":\"" + text + "\"}";
  }

  public void aNextRunHasTheBlocksAsTheyCame() throws UpstreamException {
    callAClock();
    sayNoon();
    assertThat(next("{}").call().body().toString())
        .contains(
            "\"messages\":[{\"role\":\"user\",\"content\":["
                + said("one")
                + "]},{\"role\":\"assistant\",\"content\":["
                + String.join(",", THOUGHT, REDACTED, said("Let me see."), CALL)
                + "]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
                + "\"tool_use_id\":\"toolu_1\",\"content\":\"noon\"}]},"
                + "{\"role\":\"assistant\",\"content\":["
                + THOUGHT
                + ","
                + said("Noon.")
                + "]},{\"role\":\"user\",\"content\":["
                + said("two")
                + "]}]");
  }

  public void theNextRunAfterItHasThemToo() throws UpstreamException {
    callAClock();
    sayNoon();
    Conversation second = next("{}");
    assertThat(second.messages()).hasSize(5);
    assertThat(second.body().get("tools")).hasSize(1);
    // An id of the thread is not given twice.
    StepEnd.Calls calls =
        (StepEnd.Calls) second.play(start(), tool(0, "toolu_1", "x"), end("tool_use"), STOP);
    assertThat(calls.calls().get(0).call()).isNotEqualTo("toolu_1");
  }

  public void anotherModelGetsTheTextsAlone() throws UpstreamException {
    callAClock();
    sayNoon();
    Conversation other = next("{\"model\":\"claude-other\"}");
    assertThat(other.call().body().toString())
        .contains(said("Let me see."), said("Noon."), "\"tool_use\"")
        .doesNotContain("signature", "redacted_thinking", "toolu_1");
    assertThat(other.messages()).hasSize(5);
  }

  public void textsAndCallsAloneAreNotNoted() throws UpstreamException {
    step(start(), text(0), textDelta(0, "a"), tool(1, "t1", "clock"), end("tool_use"), STOP);
    step(start(), text(0), textDelta(0, "b"), end("end_turn"), STOP);
    assertThat(run.emitted).noneMatch(AgentEvent.Note.class::isInstance);
  }

  public void toolsOfTheServiceAreNotToldTwice() throws UpstreamException {
    String search =
        "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{}}";
    String found =
        "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"srvtoolu_1\",\"content\":["
            + "{\"type\":\"web_search_result\",\"encrypted_content\":\"a+/=\"}]}";
    step(
        start(),
        text(0),
        textDelta(0, "First. "),
        stop(0),
        block(1, search),
        stop(1),
        end("pause_turn"),
        STOP);
    step(
        start(),
        block(0, found),
        stop(0),
        text(1),
        textDelta(1, "Then."),
        stop(1),
        end("end_turn"),
        STOP);
    assertThat(past.parts()).hasSize(4);
    assertThat(next("{}").call().body().toString())
        .contains(
            "{\"role\":\"assistant\",\"content\":["
                + String.join(",", said("First. "), search, found, said("Then."))
                + "]},{\"role\":\"user\",\"content\":["
                + said("two"));
  }

  public void aCallThatHasNoEndHasAResult() throws UpstreamException {
    run.play(start(), block(0, THOUGHT), block(1, CALL), end("tool_use"), STOP);
    past.take(run.emitted);
    assertThat(next("{}").call().body().toString())
        .contains(
            "{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_1\",\"content\":"
                + "\"It is not known how the call ended.\",\"is_error\":true},"
                + said("two"));
  }

  public void aNoteWithAnIdThatTheThreadHasIsLeftOut() throws UpstreamException {
    callAClock();
    sayNoon();
    List<History.Item> both = new ArrayList<>(past.history().items());
    both.addAll(past.history().items());
    History history = new History(both, false);
    Conversation twice = Conversation.of(Conversation.dialect("{}"), history, "\"two\"");
    assertThat(twice.call().body().toString()).containsOnlyOnce("\"id\":\"toolu_1\"");
    assertThat(twice.messages()).hasSize(9);
  }

  public void aServiceThatRefusesASignatureIsAskedWithoutNotes() throws UpstreamException {
    callAClock();
    sayNoon();
    Conversation second = next("{}");
    assertThat(second.without(rejection("messages.1.content.0: Invalid `signature` in `thinking`")))
        .hasValueSatisfying(
            call ->
                assertThat(call.body().toString())
                    .contains(said("Let me see."), said("two"))
                    .doesNotContain("signature", "toolu_1"));
    assertThat(second.without(rejection("signature"))).isEmpty();
    assertThat(next("{}").without(rejection("max_tokens"))).isEmpty();
    assertThat(Conversation.begin().without(rejection("signature"))).isEmpty();
  }

  private static UpstreamException rejection(String answer) {
    return new UpstreamException(ErrorCode.UPSTREAM_REJECTED, "rejected", false, null, answer);
  }

  public void whatIsTooLargeIsNotNoted() throws UpstreamException {
    step(
        start(),
        block(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"s\"}"),
        delta(0, "thinking_delta", "thinking", "x".repeat(AgentEvent.Note.MAX_BYTES_OF_RUN)),
        stop(0),
        text(1),
        textDelta(1, "a"),
        stop(1),
        end("end_turn"),
        STOP);
    assertThat(run.emitted).noneMatch(AgentEvent.Note.class::isInstance);
  }
}
