package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.Deltas;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** The deltas among stored events: pieces of a message, and of a thought. */
public final class DeltaCodec implements Deltas {

  private static final byte[] PAYLOAD = ascii("\"payload\":{");
  private static final byte[] THOUGHT = ascii("\"phase\":\"" + ThinkingPhase.DELTA.wire() + "\"");

  /** A text of a run: a message, or without one the run's thinking. */
  private record Whole(String run, String message) {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether the event is one that {@link #read} finds a piece in, by a look at its beginning. */
  public static boolean isDelta(EventType type, byte[] body) {
    return type == EventType.AGENT_MESSAGE || (type == EventType.AGENT_THINKING && isThought(body));
  }

  // No id that stands before the payload has a quote in it.
  private static boolean isThought(byte[] body) {
    int last = body.length - PAYLOAD.length - THOUGHT.length;
    for (int at = 0; at <= last; at++) {
      if (body[at] == '"' && stands(PAYLOAD, body, at)) {
        return stands(THOUGHT, body, at + PAYLOAD.length);
      }
    }
    return false;
  }

  private static boolean stands(byte[] text, byte[] body, int at) {
    return Arrays.equals(body, at, at + text.length, text, 0, text.length);
  }

  @Override
  public Optional<Delta> read(EventType type, byte[] body) {
    if (!isDelta(type, body)) {
      return Optional.empty();
    }
    String run = "";
    String message = "";
    String piece = null;
    long offset = 0;
    try (JsonParser json = StoredBody.parser(body)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token != JsonToken.FIELD_NAME) {
          continue;
        }
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "run_id" -> run = json.getText();
          case "message_id" -> message = json.getText();
          case "offset" -> offset = json.getLongValue();
          case "delta", "text" -> piece = json.getText();
          default -> {}
        }
      }
    } catch (IOException e) {
      throw StoredBody.broken(e);
    }
    return piece == null
        ? Optional.empty()
        : Optional.of(new Delta(new Whole(run, message), offset, piece));
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
