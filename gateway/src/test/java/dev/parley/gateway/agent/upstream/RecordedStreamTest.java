package dev.parley.gateway.agent.upstream;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.protocol.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Base class of the tests that cut and split a whole stream of a dialect at every byte. */
@Test(groups = "unit")
public abstract class RecordedStreamTest {

  private final String resource;
  protected byte[] recording = {};
  protected List<AgentEvent> whole = List.of();

  /** Takes the next event, and returns whether it was the last. */
  @FunctionalInterface
  public interface EventTaker {
    boolean take(SseEvent event) throws UpstreamException;
  }

  /** The test of the recording with this name beside the subclass. */
  protected RecordedStreamTest(String resource) {
    this.resource = resource;
  }

  /** All that a new run shows of a stream in these pieces, with its one end. */
  protected abstract List<AgentEvent> events(byte[]... pieces);

  @BeforeClass(alwaysRun = true)
  public final void read() throws IOException {
    try (InputStream in = requireNonNull(getClass().getResourceAsStream(resource))) {
      recording = in.readAllBytes();
    }
    whole = events(recording);
  }

  /** Gives a run the events of a stream in these pieces. */
  protected static void feed(EventTaker run, byte[]... pieces) throws UpstreamException {
    feed(true, true, run, pieces);
  }

  /**
   * Gives a run the events of a stream in these pieces.
   *
   * @param isClean whether the stream ends after them; else it is lost there
   * @param takesUnended whether a last event without its blank line is taken
   */
  @Test(enabled = false) // A public method of a test class is a test, if nothing says otherwise.
  public static void feed(boolean isClean, boolean takesUnended, EventTaker run, byte[]... pieces)
      throws UpstreamException {
    SseReader reader = new SseReader();
    for (byte[] piece : pieces) {
      ByteBuf in = Unpooled.wrappedBuffer(piece);
      for (SseEvent event = reader.next(in); event != null; event = reader.next(in)) {
        if (run.take(event)) {
          return;
        }
      }
    }
    SseEvent last = isClean ? reader.end(takesUnended) : null;
    if (last != null) {
      run.take(last);
    }
  }

  /** What the stream shows when it is cut here; all but its end is what the whole one shows. */
  protected final AgentEvent endOfCut(int length) {
    List<AgentEvent> shown = events(Arrays.copyOf(recording, length));
    int last = shown.size() - 1;
    assertThat(shown.subList(0, last)).as("cut at %s", length).isEqualTo(whole.subList(0, last));
    return shown.get(last);
  }

  /** Cuts it everywhere up to here: each run fails once, as truncated. */
  protected final void assertCutsBefore(int length) {
    for (int end = 0; end < length; end++) {
      assertThat(endOfCut(end))
          .as("cut at %s", end)
          .isInstanceOfSatisfying(
              AgentEvent.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED));
    }
  }

  public final void splitAnywhereItShowsTheSame() {
    for (int at = 0; at <= recording.length; at++) {
      byte[] first = Arrays.copyOf(recording, at);
      byte[] second = Arrays.copyOfRange(recording, at, recording.length);
      assertThat(events(first, second)).as("split at %s", at).isEqualTo(whole);
    }
  }

  public final void byteByByteItShowsTheSame() {
    byte[][] bytes = new byte[recording.length][];
    Arrays.setAll(bytes, i -> new byte[] {recording[i]});
    assertThat(events(bytes)).isEqualTo(whole);
  }
}
