package dev.parley.gateway.user.thread;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.JsonFrames;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ThreadId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.testng.annotations.Test;

/** A text is merged the same way, however it was cut and wherever a reader begins. */
@Test(groups = "unit")
public class FrameMergerTest {

  private static final int TEXTS = 500;

  private static List<StoredEvent> cut(String text, Random random) {
    List<StoredEvent> events = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int to = Math.min(text.length(), from + 1 + random.nextInt(9));
      if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
        to++;
      }
      ServerEvent piece =
          new ServerEvent.AgentMessage(new MessageId("m_1"), from, text.substring(from, to));
      byte[] body = EventCodec.body(piece, new RunId("r_1"), Instant.ofEpochMilli(to));
      events.add(StoredEvent.of(events.size() + 1, NewEvent.of(piece, body)));
      from = to;
    }
    return events;
  }

  private static String random(Random random) {
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(300);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          random.nextInt(4) == 0 ? 0x1F600 + random.nextInt(60) : 'a' + random.nextInt(26));
    }
    return text.toString();
  }

  private static JsonNode json(Frame frame) {
    String text = new String(frame.head(), UTF_8) + new String(frame.body(), UTF_8);
    return JsonFrames.fromServer(text.getBytes(UTF_8));
  }

  public void aTextIsOneFrameHoweverItWasCut() {
    Random random = new Random(7);
    for (int i = 0; i < TEXTS; i++) {
      String text = random(random);
      List<StoredEvent> events = cut(text, random);
      int first = random.nextInt(events.size());
      FrameMerger merger = new FrameMerger(new ThreadId("t"), new Epoch("e"));
      events.subList(first, events.size()).forEach(event -> merger.add(event, null));
      List<Frame> frames = merger.frames();
      assertThat(frames).hasSize(1);
      JsonNode frame = json(frames.get(0));
      assertThat(frame.path("seq_from").asLong(frame.path("seq").asLong())).isEqualTo(first + 1);
      assertThat(frame.path("seq").asLong()).isEqualTo(events.size());
      int offset = frame.path("payload").path("offset").asInt();
      assertThat(frame.path("payload").path("delta").asText()).isEqualTo(text.substring(offset));
      assertThat(Instant.parse(frame.path("timestamp").asText()))
          .isEqualTo(Instant.ofEpochMilli(text.length()));
    }
  }

  public void anEventAloneKeepsTheFrameThatOthersShare() {
    StoredEvent event = cut("a", new Random(1)).get(0);
    Frame shared = Frame.event(new Epoch("e"), 1, new byte[0], event.body(), 0);
    FrameMerger merger = new FrameMerger(new ThreadId("t"), new Epoch("e"));
    merger.add(event, shared);
    assertThat(merger.frames()).containsExactly(shared);
  }
}
