package dev.parley.gateway.agent.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.upstream.RecordedStreamTest;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.testng.annotations.Test;

/** A whole answer, cut and split at every byte. */
@Test(groups = "unit")
public class ResponseRecordingTest extends RecordedStreamTest {

  public ResponseRecordingTest() {
    super("answer.sse");
  }

  public void theWholeAnswerIsShownOnce() {
    assertThat(whole)
        .startsWith(
            AgentEvent.Thinking.start(),
            AgentEvent.Thinking.delta("Überlegen… "),
            AgentEvent.Thinking.delta("日本 😀"),
            AgentEvent.Thinking.end(),
            new AgentEvent.ToolStarted("ws_1", "web_search", RawJson.of("{}")),
            AgentEvent.ToolEnded.ok(
                "ws_1", RawJson.of("{\"action\":{\"type\":\"search\",\"query\":\"Wetter\"}}")),
            new AgentEvent.Message("Es ist 21 °C, "),
            new AgentEvent.Message("sagt\n\"Wetter\" 👍🏽."))
        .hasSize(9)
        .last()
        .hasToString(
            "Completed[finish=STOP, usage={\"input_tokens\":25,\"output_tokens\":42,"
                + "\"output_tokens_details\":{\"reasoning_tokens\":9}}, result=null]");
  }

  public void cutBeforeItsLastEventItFailsOnce() {
    String text = new String(recording, StandardCharsets.ISO_8859_1);
    assertCutsBefore(text.lastIndexOf("}}}}") + 4);
  }

  public void cutInTheLineFeedsAfterItItIsWhole() {
    int end = new String(recording, StandardCharsets.ISO_8859_1).lastIndexOf("}}}}") + 4;
    assertThat(endOfCut(end)).isEqualTo(whole.get(8));
    assertThat(endOfCut(end + 1)).isEqualTo(whole.get(8));
  }

  @Override
  protected List<AgentEvent> events(byte[]... pieces) {
    Answers run = Answers.begin();
    try {
      feed(event -> run.session.take(event, run.shown::add), pieces);
      run.shown.add(((StepEnd.Finished) run.end()).event());
    } catch (UpstreamException e) {
      run.shown.add(e.toEvent());
    }
    return run.shown;
  }
}
