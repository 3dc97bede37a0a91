package dev.parley.gateway.agent.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.SseReader;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A whole answer as the service streams it, cut and split at every byte. */
@Test(groups = "unit")
public class AnthropicRecordingTest {

  private byte[] recording = {};
  private List<AgentEvent> whole = List.of();

  @BeforeClass(alwaysRun = true)
  public void read() throws IOException {
    try (InputStream in =
        requireNonNull(AnthropicRecordingTest.class.getResourceAsStream("answer.sse"))) {
      recording = in.readAllBytes();
    }
    whole = events(recording);
  }

  public void theWholeAnswerIsShown() {
    assertThat(whole).hasSize(12).last().isInstanceOf(AgentEvent.Completed.class);
    assertThat(whole)
        .contains(new AgentEvent.Message("sagt\n\"Wetter\" 👍🏽."))
        .contains(AgentEvent.Thinking.delta("日本 😀"));
    assertThat(whole.toString()).contains("output_tokens\":42").doesNotContain("encrypted");
  }

  public void cutAnywhereItShowsAPrefixAndFailsOnce() {
    for (int end = 0; end < recording.length - 2; end++) {
      List<AgentEvent> shown = events(Arrays.copyOf(recording, end));
      int last = shown.size() - 1;
      assertThat(shown.subList(0, last)).as("cut at %s", end).isEqualTo(whole.subList(0, last));
      assertThat(shown.get(last))
          .as("cut at %s", end)
          .isInstanceOfSatisfying(
              AgentEvent.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED));
    }
  }

  public void onlyTheBlankLineAtItsEndMayBeMissing() {
    assertThat(events(Arrays.copyOf(recording, recording.length - 2))).isEqualTo(whole);
  }

  public void splitAnywhereItShowsTheSame() {
    for (int at = 0; at <= recording.length; at++) {
      byte[] first = Arrays.copyOf(recording, at);
      byte[] second = Arrays.copyOfRange(recording, at, recording.length);
      assertThat(events(first, second)).as("split at %s", at).isEqualTo(whole);
    }
  }

  public void byteByByteItShowsTheSame() {
    byte[][] bytes = new byte[recording.length][];
    Arrays.setAll(bytes, i -> new byte[] {recording[i]});
    assertThat(events(bytes)).isEqualTo(whole);
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

  /** All that is shown of a stream in these pieces, with its one end. */
  private static List<AgentEvent> events(byte[]... pieces) {
    Conversation run = Conversation.begin();
    try {
      take(run, pieces);
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

  private static void take(Conversation run, byte[]... pieces) throws UpstreamException {
    SseReader reader = new SseReader();
    for (byte[] piece : pieces) {
      ByteBuf in = Unpooled.wrappedBuffer(piece);
      for (SseEvent event = reader.next(in); event != null; event = reader.next(in)) {
        if (run.take(event.data())) {
          return;
        }
      }
    }
    SseEvent last = reader.end();
    if (last != null) {
      run.take(last.data());
    }
  }
}
