package dev.parley.gateway.agent.anthropic;

import static dev.parley.gateway.agent.anthropic.Frames.STOP;
import static dev.parley.gateway.agent.anthropic.Frames.end;
import static dev.parley.gateway.agent.anthropic.Frames.start;
import static dev.parley.gateway.agent.anthropic.Frames.stop;
import static dev.parley.gateway.agent.anthropic.Frames.text;
import static dev.parley.gateway.agent.anthropic.Frames.textDelta;
import static dev.parley.gateway.agent.anthropic.Frames.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.ModelAgent;
import dev.parley.gateway.agent.model.ModelAgent.ModelLimits;
import dev.parley.gateway.agent.model.ScriptedUpstream;
import dev.parley.gateway.agent.model.SeenRun;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The steps of a run with this dialect. */
@Test(groups = "unit")
public class AnthropicRunTest {

  private ScriptedUpstream service = new ScriptedUpstream();
  private SeenRun run = new SeenRun();
  private CompletionStage<Void> done = start3Steps();

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    service = new ScriptedUpstream();
    run = new SeenRun();
    done = start3Steps();
  }

  private CompletionStage<Void> start3Steps() {
    ModelAgent agent =
        new ModelAgent(
            "", Set.of(), Conversation.dialect("{}"), service, new ModelLimits(64 * 1024, 3));
    return agent.run(run.request(RawJson.of("\"hi\""), HistorySource.NONE), run);
  }

  public void aCallOfAToolThatIsNotThereIsToldToTheModel() {
    answer(tool(0, "a", "clock"), stop(0), end("tool_use"));
    answer(text(0), textDelta(0, "I have no clock."), stop(0), end("end_turn"));
    assertThat(service.last().call.body().toString())
        .contains("\"tool_use_id\":\"a\",\"content\":\"tool: clock", "\"is_error\":true");
    assertThat(run.events.get(0))
        .isEqualTo(new AgentEvent.ToolStarted("a", "clock", RawJson.of("{}")));
    assertThat(run.events.get(1)).isInstanceOf(AgentEvent.ToolEnded.class);
    assertThat(run.last()).isInstanceOf(AgentEvent.Completed.class);
    assertThat(done).isCompleted();
  }

  public void aPausedAnswerGoesOnInTheSameRun() {
    answer(text(0), textDelta(0, "One, "), stop(0), end("pause_turn"));
    answer(text(0), textDelta(0, "two."), stop(0), end("end_turn"));
    assertThat(service.all()).hasSize(2);
    assertThat(run.events.subList(0, 2))
        .containsExactly(new AgentEvent.Message("One, "), new AgentEvent.Message("two."));
    assertThat(run.last()).isInstanceOf(AgentEvent.Completed.class);
  }

  public void aModelThatPausesForEverIsEnded() {
    for (int step = 0; step < 3; step++) {
      answer(end("pause_turn"));
    }
    assertThat(service.all()).hasSize(3);
    assertThat(run.events).hasSize(1);
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.MAX_STEPS);
  }

  public void whatStoodBeforeAnErrorIsShown() {
    service.last().sendAll(List.of(start(), text(0), textDelta(0, "Well, ")));
    service.last().sendAll(List.of(Frames.error("overloaded_error", "busy")));
    assertThat(run.events.get(0)).isEqualTo(new AgentEvent.Message("Well, "));
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.UPSTREAM_RATE_LIMITED);
    assertThat(run.events).hasSize(2);
  }

  public void aStreamThatEndsTooSoonIsOneFailure() {
    service.last().sendAll(List.of(start(), text(0), textDelta(0, "Well, ")));
    service.last().close();
    assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
    assertThat(run.events).hasSize(2);
  }

  private void answer(String... events) {
    service.last().sendAll(List.of(start()));
    service.last().sendAll(List.of(events));
    service.last().sendAll(List.of(STOP));
  }
}
