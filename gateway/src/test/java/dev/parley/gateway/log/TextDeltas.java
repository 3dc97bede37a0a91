package dev.parley.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.protocol.Deltas;
import dev.parley.gateway.protocol.EventType;
import java.util.Optional;

/** Deltas whose bodies are {@code whole|offset|piece}. */
public final class TextDeltas implements Deltas {

  public static NewEvent delta(String whole, long offset, String piece) {
    return new NewEvent(EventType.AGENT_MESSAGE, true, encode(whole, offset, piece));
  }

  private static byte[] encode(String whole, long offset, String piece) {
    return (whole + "|" + offset + "|" + piece).getBytes(UTF_8);
  }

  @Override
  public boolean isTextDelta(EventType type, byte[] body) {
    return type == EventType.AGENT_MESSAGE;
  }

  @Override
  public Optional<Delta> read(EventType type, byte[] body) {
    if (type != EventType.AGENT_MESSAGE) {
      return Optional.empty();
    }
    String[] parts = new String(body, UTF_8).split("\\|", 3);
    return Optional.of(new Delta(parts[0], Long.parseLong(parts[1]), parts[2]));
  }

  @Override
  public byte[] with(EventType type, byte[] body, long offset, String piece) {
    return encode(new String(body, UTF_8).split("\\|", 2)[0], offset, piece);
  }
}
