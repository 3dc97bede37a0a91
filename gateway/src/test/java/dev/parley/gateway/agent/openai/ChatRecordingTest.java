package dev.parley.gateway.agent.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.upstream.RecordedStreamTest;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.testng.annotations.Test;

/** A whole answer as services stream it, cut and split at every byte. */
@Test(groups = "unit")
public class ChatRecordingTest extends RecordedStreamTest {

  public ChatRecordingTest() {
    super("answer.sse");
  }

  public void theWholeAnswerIsShown() {
    assertThat(whole)
        .startsWith(
            AgentEvent.Thinking.start(),
            AgentEvent.Thinking.delta("Überlegen… "),
            AgentEvent.Thinking.delta("日本 😀"),
            AgentEvent.Thinking.end(),
            new AgentEvent.Message("Es ist 21 °C, "),
            new AgentEvent.Message("sagt\n\"Wetter\" 👍🏽."))
        .hasSize(7)
        .last()
        .hasToString(
            "Completed[finish=STOP, usage={\"prompt_tokens\":25,\"completion_tokens\":42},"
                + " result=null]");
  }

  public void cutAnywhereItShowsAPrefixAndEndsOnce() {
    int reason = endOf("\"finish_reason\":\"stop\"}]}");
    int usage = endOf("\"completion_tokens\":42}}");
    int mark = endOf("[DONE]");
    for (int end = 0; end < recording.length; end++) {
      AgentEvent last = endOfCut(end);
      // After the reason the answer is whole, but not in the middle of an event.
      boolean isWhole = isSoonAfter(reason, end) || isSoonAfter(usage, end) || end >= mark;
      if (isWhole) {
        AgentEvent.Completed completed = (AgentEvent.Completed) last;
        assertThat(completed.finish()).as("cut at %s", end).isEqualTo(Finish.STOP);
        assertThat(events(Arrays.copyOf(recording, end))).hasSameSizeAs(whole);
        assertThat(completed.usage() != null).as("cut at %s", end).isEqualTo(end >= usage);
      } else {
        assertThat(((AgentEvent.Failed) last).code())
            .as("cut at %s", end)
            .isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
      }
    }
  }

  private static boolean isSoonAfter(int from, int end) {
    // The line feeds, and what of the next line does not name the field yet.
    return end >= from && end < from + "\n\ndata".length();
  }

  private int endOf(String text) {
    // Latin-1 keeps one character a byte.
    return new String(recording, StandardCharsets.ISO_8859_1).indexOf(text) + text.length();
  }

  public void splitInManyPiecesItShowsTheSame() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      byte[][] pieces = new byte[recording.length][];
      int from = 0;
      for (int i = 0; i < pieces.length; i++) {
        int to = Math.min(recording.length, from + random.nextInt(1 + seed));
        pieces[i] =
            Arrays.copyOfRange(recording, from, i == pieces.length - 1 ? recording.length : to);
        from = to;
      }
      assertThat(events(pieces)).as("seed %s", seed).isEqualTo(whole);
    }
  }

  @Override
  protected List<AgentEvent> events(byte[]... pieces) {
    Chat chat = Chat.begin();
    try {
      feed(event -> chat.take(event.data()), pieces);
      chat.shown.add(((StepEnd.Finished) chat.end()).event());
    } catch (UpstreamException e) {
      chat.shown.add(e.toEvent());
    }
    return chat.shown;
  }
}
