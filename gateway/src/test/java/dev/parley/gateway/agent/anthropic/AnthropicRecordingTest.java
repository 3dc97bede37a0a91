package dev.parley.gateway.agent.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.upstream.RecordedStreamTest;
import dev.parley.gateway.agent.upstream.UpstreamException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.testng.annotations.Test;

/** A whole answer as the service streams it, cut and split at every byte. */
@Test(groups = "unit")
public class AnthropicRecordingTest extends RecordedStreamTest {

  public AnthropicRecordingTest() {
    super("answer.sse");
  }

  public void theWholeAnswerIsShown() {
    assertThat(whole).hasSize(12).last().isInstanceOf(AgentEvent.Completed.class);
    assertThat(whole)
        .contains(new AgentEvent.Message("sagt\n\"Wetter\" 👍🏽."))
        .contains(AgentEvent.Thinking.delta("日本 😀"));
    assertThat(whole.toString()).contains("output_tokens\":42").doesNotContain("encrypted");
  }

  public void cutAnywhereItShowsAPrefixAndFailsOnce() {
    assertCutsBefore(recording.length - 2);
  }

  public void onlyTheBlankLineAtItsEndMayBeMissing() {
    assertThat(events(Arrays.copyOf(recording, recording.length - 2))).isEqualTo(whole);
  }

  public void damagedAnywayItEndsOnce() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = recording.clone();
      for (int left = 1 + random.nextInt(4); left > 0; left--) {
        int at = random.nextInt(damaged.length);
        damaged[at] = (byte) "{}[]\",:\\0-e\n x".charAt(random.nextInt(14));
      }
      List<AgentEvent> shown = events(Arrays.copyOf(damaged, random.nextInt(damaged.length + 1)));
      assertThat(shown).filteredOn(AnthropicRecordingTest::isEnd).hasSize(1);
    }
  }

  public void eventsInAnyOrderEndOnce() {
    Random random = new Random(4);
    List<String> all = List.of(new String(recording, UTF_8).split("(?<=\n\n|\r\r|\r\n\r\n)"));
    for (int i = 0; i < 20_000; i++) {
      StringBuilder mixed = new StringBuilder();
      for (int left = random.nextInt(40); left > 0; left--) {
        mixed.append(all.get(random.nextInt(all.size())));
      }
      assertThat(events(mixed.toString().getBytes(UTF_8)))
          .filteredOn(AnthropicRecordingTest::isEnd)
          .hasSize(1);
    }
  }

  private static boolean isEnd(AgentEvent event) {
    return event instanceof AgentEvent.Completed || event instanceof AgentEvent.Failed;
  }

  @Override
  protected List<AgentEvent> events(byte[]... pieces) {
    Conversation run = Conversation.begin();
    try {
      feed(event -> run.take(event.data()), pieces);
      StepEnd end = run.end();
      if (end instanceof StepEnd.Finished finished) {
        run.shown.add(finished.event());
      } else {
        run.next();
        run.shown.add(AgentEvent.Completed.stop());
      }
    } catch (UpstreamException e) {
      run.shown.add(e.toEvent());
    }
    return run.shown;
  }
}
