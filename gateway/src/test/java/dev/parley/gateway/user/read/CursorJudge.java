package dev.parley.gateway.user.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Reads what one connection was given as a client does, and fails at the first frame that a client
 * could not make sense of: events without a cursor, with a hole, twice, or out of order.
 */
public final class CursorJudge {

  private final Map<String, Long> cursors = new HashMap<>();
  private final Set<String> caughtUp = new HashSet<>();

  public static CursorJudge of(List<JsonNode> frames) {
    CursorJudge judge = new CursorJudge();
    frames.forEach(judge::read);
    return judge;
  }

  /** Where the connection is in each thread that it reads. */
  public Map<String, Long> cursors() {
    return cursors;
  }

  /** The threads whose replay has ended. */
  public Set<String> caughtUp() {
    return caughtUp;
  }

  private void read(JsonNode frame) {
    String thread = frame.path("thread_id").asText();
    JsonNode payload = frame.path("payload");
    switch (frame.path("type").asText()) {
      case "subscribed" -> {
        cursors.put(thread, payload.path("after").asLong());
        caughtUp.remove(thread);
      }
      case "gap" -> gap(thread, payload);
      case "caught_up" -> {
        require(payload.path("seq").asLong() == cursor(frame), frame);
        require(caughtUp.add(thread), frame);
      }
      case "accepted" -> accepted(frame.path("id").asText());
      case "heartbeat" -> payload.path("heads").properties().forEach(this::head);
      default -> event(frame, thread);
    }
  }

  private void gap(String thread, JsonNode payload) {
    cursors.put(thread, payload.path("oldest").asLong() - 1);
    if (payload.path("reason").asText().equals("epoch_changed")) {
      caughtUp.remove(thread);
    }
  }

  private void event(JsonNode frame, String thread) {
    if (frame.has("seq")) {
      long seq = frame.path("seq").asLong();
      long first = frame.path("seq_from").asLong(seq);
      require(first == cursor(frame) + 1 && first <= seq, frame);
      cursors.put(thread, seq);
    }
  }

  private void accepted(String id) {
    if (id.startsWith("u-")) {
      cursors.remove(id.substring(2));
    }
  }

  private void head(Map.Entry<String, JsonNode> head) {
    require(Objects.equals(head.getValue().asLong(), cursors.get(head.getKey())), head.getValue());
  }

  private long cursor(JsonNode frame) {
    Long cursor = cursors.get(frame.path("thread_id").asText());
    require(cursor != null, frame);
    return cursor == null ? 0 : cursor;
  }

  private void require(boolean holds, JsonNode frame) {
    if (!holds) {
      throw new AssertionError("frame: " + frame + " (expected: what follows " + cursors + ")");
    }
  }
}
