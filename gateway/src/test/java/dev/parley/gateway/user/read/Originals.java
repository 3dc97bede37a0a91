package dev.parley.gateway.user.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.JsonFrames;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import java.util.ArrayList;
import java.util.List;

/** The events of a thread one by one, to hold against what a reader was given of them. */
public final class Originals {

  private final List<JsonNode> events = new ArrayList<>();

  public static Originals of(UserRig rig, Peer peer, String thread) {
    Originals originals = new Originals();
    ThreadId id = new ThreadId(thread);
    for (StoredEvent event : rig.log.eventsNow(new ThreadKey(peer.context.user(), id))) {
      byte[] head = EventCodec.head(event.type(), id, event.seq());
      String frame = new String(head, UTF_8) + new String(event.body(), UTF_8);
      originals.events.add(JsonFrames.read(frame.getBytes(UTF_8)));
    }
    return originals;
  }

  /** The events one by one. */
  public List<JsonNode> events() {
    return events;
  }

  /** Fails unless the frame has the content of the events that it replaces. */
  public void require(JsonNode frame) {
    long last = frame.path("seq").asLong();
    JsonNode expected = joined(frame.path("seq_from").asLong(last), last);
    if (!frame.equals(expected)) {
      throw new AssertionError("frame: " + frame + " (expected: " + expected + ")");
    }
  }

  /** Fails unless the frames are all the events, in order and without a hole. */
  public void requireAll(List<JsonNode> frames) {
    long next = 1;
    for (JsonNode frame : frames) {
      require(frame);
      long last = frame.path("seq").asLong();
      if (frame.path("seq_from").asLong(last) != next) {
        throw new AssertionError(
            "frame: " + frame + " (expected: one that begins at " + next + ")");
      }
      next = last + 1;
    }
    if (next != events.size() + 1) {
      throw new AssertionError(
          "frames: up to " + (next - 1) + " (expected: " + events.size() + ")");
    }
  }

  private JsonNode joined(long first, long last) {
    ObjectNode whole = events.get((int) last - 1).deepCopy();
    if (first == last) {
      return whole;
    }
    boolean message = whole.path("type").asText().equals("agent_message");
    String field = message ? "delta" : "text";
    StringBuilder text = new StringBuilder();
    for (JsonNode event : events.subList((int) first - 1, (int) last)) {
      text.append(event.path("payload").path(field).textValue());
      if (!event.path("payload").path("subagent").equals(whole.at("/payload/subagent"))) {
        throw new AssertionError("frame: of " + event + " too (expected: one sub-agent)");
      }
    }
    whole.put("seq_from", (int) first); // as a parser reads it
    ((ObjectNode) whole.path("payload"))
        .put(field, text.toString())
        .set("offset", events.get((int) first - 1).path("payload").path("offset"));
    return whole;
  }
}
