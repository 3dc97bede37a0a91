package dev.parley.gateway.agent.agui;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.SseReader;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A stream with every type of event, cut and split at every byte. */
@Test(groups = "unit")
public class AguiRecordingTest {

  private byte[] recording = {};
  private List<AgentEvent> whole = List.of();

  @BeforeClass(alwaysRun = true)
  public void read() throws IOException {
    try (InputStream in = requireNonNull(AguiRecordingTest.class.getResourceAsStream("run.sse"))) {
      recording = in.readAllBytes();
    }
    whole = events(recording);
  }

  public void theWholeRunIsShown() {
    String usage = AguiPlay.json("{'inputTokens':6,'outputTokens':9}");
    RawJson result = RawJson.of(AguiPlay.json("{'ok':true}"));
    assertThat(whole)
        .hasSize(32)
        .endsWith(new AgentEvent.Completed(Finish.STOP, RawJson.of(usage), result))
        .contains(new AgentEvent.Message("21 °C 👍🏽."), new AgentEvent.Message("\n\nEnde."))
        .doesNotContain(new AgentEvent.Message("Alt"));
    assertThat(whole.toString()).doesNotContain("c2VjcmV0");
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

  /** All that is shown of a stream in these pieces, with its one end. */
  private static List<AgentEvent> events(byte[]... pieces) {
    AguiPlay run = AguiPlay.begin(AguiPlay.said("Alt"));
    try {
      take(run, pieces);
      run.shown.add(run.end());
    } catch (UpstreamException e) {
      run.shown.add(e.toEvent());
    }
    return run.shown;
  }

  private static void take(AguiPlay run, byte[]... pieces) throws UpstreamException {
    SseReader reader = new SseReader();
    for (byte[] piece : pieces) {
      ByteBuf in = Unpooled.wrappedBuffer(piece);
      for (SseEvent event = reader.next(in); event != null; event = reader.next(in)) {
        run.takeSse(event);
      }
    }
    SseEvent last = reader.end();
    if (last != null) {
      run.takeSse(last);
    }
  }
}
