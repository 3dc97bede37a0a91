package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.gateway.protocol.Deltas;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.util.Arrays;
import java.util.Optional;

/** The text deltas among stored events: pieces of a message, and of a run's thinking. */
public final class DeltaCodec implements Deltas {

  private static final byte[] PAYLOAD = ascii("\"payload\":{");
  private static final byte[] THOUGHT = ascii("\"phase\":\"" + ThinkingPhase.DELTA.wire() + "\"");

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /** Looks at the beginning of the body only. */
  @Override
  public boolean isTextDelta(EventType type, byte[] body) {
    return type == EventType.AGENT_MESSAGE || (type == EventType.AGENT_THINKING && isThought(body));
  }

  // No field before the payload has a quote in its value.
  private static boolean isThought(byte[] body) {
    int last = body.length - PAYLOAD.length - THOUGHT.length;
    for (int at = 0; at <= last; at++) {
      if (body[at] == '"' && isAt(PAYLOAD, body, at)) {
        return isAt(THOUGHT, body, at + PAYLOAD.length);
      }
    }
    return false;
  }

  private static boolean isAt(byte[] text, byte[] body, int at) {
    return Arrays.equals(body, at, at + text.length, text, 0, text.length);
  }

  @Override
  public Optional<Delta> read(EventType type, byte[] body) {
    if (type != EventType.AGENT_MESSAGE && type != EventType.AGENT_THINKING) {
      return Optional.empty();
    }
    DecodedEvent decoded = EventCodec.read(type, body);
    return Optional.ofNullable(Deltas.of(decoded.run(), decoded.event()));
  }

  @Override
  public byte[] with(EventType type, byte[] body, long offset, String piece) {
    DecodedEvent decoded = EventCodec.read(type, body);
    ServerEvent changed = Deltas.with(decoded.event(), offset, piece);
    return EventCodec.body(changed, decoded.run(), decoded.time());
  }
}
