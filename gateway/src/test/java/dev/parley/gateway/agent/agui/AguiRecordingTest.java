package dev.parley.gateway.agent.agui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.upstream.RecordedStreamTest;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.Test;

/** A stream with every type of event, cut and split at every byte. */
@Test(groups = "unit")
public class AguiRecordingTest extends RecordedStreamTest {

  public AguiRecordingTest() {
    super("run.sse");
  }

  public void theWholeRunIsShown() {
    String usage = AguiPlay.json("{'inputTokens':6,'outputTokens':9}");
    RawJson result = RawJson.of(AguiPlay.json("{'ok':true}"));
    assertThat(whole)
        .hasSize(31)
        .endsWith(new AgentEvent.Completed(Finish.STOP, RawJson.of(usage), result))
        .contains(new AgentEvent.Message("21 °C 👍🏽."), new AgentEvent.Message("\n\nEnde."))
        .doesNotContain(new AgentEvent.Message("Alt"));
    assertThat(whole.toString()).doesNotContain("c2VjcmV0");
  }

  public void cutAnywhereItShowsAPrefixAndFailsOnce() {
    assertCutsBefore(recording.length - 2);
  }

  public void onlyTheBlankLineAtItsEndMayBeMissing() {
    assertThat(events(Arrays.copyOf(recording, recording.length - 2))).isEqualTo(whole);
  }

  @Override
  protected List<AgentEvent> events(byte[]... pieces) {
    AguiPlay run = AguiPlay.begin(AguiPlay.said("Alt"));
    try {
      feed(
          event -> {
            run.takeSse(event);
            return false;
          },
          pieces);
      run.shown.add(run.end());
    } catch (UpstreamException e) {
      run.shown.add(e.toEvent());
    }
    return run.shown;
  }
}
