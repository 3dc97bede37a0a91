package dev.parley.gateway.codec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.Deltas;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.time.Instant;
import java.util.Optional;

/** The deltas among stored events: pieces of a message, and of a thought. */
public final class DeltaCodec implements Deltas {

  /** A text of a run: a message, or without one the run's thinking. */
  private record Whole(String run, String message) {}

  @Override
  public Optional<Delta> read(EventType type, byte[] body) {
    if (type != EventType.AGENT_MESSAGE && type != EventType.AGENT_THINKING) {
      return Optional.empty();
    }
    JsonNode event = StoredBody.read(body);
    JsonNode payload = event.path("payload");
    JsonNode piece = payload.path(type == EventType.AGENT_MESSAGE ? "delta" : "text");
    boolean joins =
        type == EventType.AGENT_MESSAGE
            || payload.path("phase").asText().equals(ThinkingPhase.DELTA.wire());
    if (!joins || !piece.isTextual()) {
      return Optional.empty();
    }
    Whole whole = new Whole(event.path("run_id").asText(), payload.path("message_id").asText());
    return Optional.of(new Delta(whole, payload.path("offset").asLong(), piece.asText()));
  }

  @Override
  public byte[] with(EventType type, byte[] body, long offset, String piece) {
    JsonNode event = StoredBody.read(body);
    String message = event.path("payload").path("message_id").asText();
    ServerEvent changed =
        type == EventType.AGENT_MESSAGE
            ? new ServerEvent.AgentMessage(new MessageId(message), offset, piece)
            : new ServerEvent.AgentThinking(ThinkingPhase.DELTA, piece, offset, null, null);
    Instant time = Instant.parse(event.path("timestamp").asText());
    return EventCodec.body(changed, new RunId(event.path("run_id").asText()), time);
  }
}
