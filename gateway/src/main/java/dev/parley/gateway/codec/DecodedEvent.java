package dev.parley.gateway.codec;

import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * The body of a stored event, read back by {@link EventCodec#read}.
 *
 * @param timestamp as it is on the wire; only few readers need it parsed
 */
public record DecodedEvent(@Nullable RunId run, String timestamp, ServerEvent event) {

  /**
   * The time of the event, to the millisecond.
   *
   * @throws IllegalArgumentException when the timestamp is none
   */
  public Instant time() {
    try {
      return Instant.parse(timestamp);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("timestamp: broken (expected: what was stored)", e);
    }
  }
}
