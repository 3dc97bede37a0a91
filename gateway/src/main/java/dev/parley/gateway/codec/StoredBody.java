package dev.parley.gateway.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads back what {@link EventCodec#body} wrote. */
final class StoredBody {

  private static final ObjectMapper JSON = new ObjectMapper();

  private StoredBody() {}

  static JsonNode read(byte[] body) {
    byte[] object = new byte[body.length + 1];
    object[0] = '{';
    System.arraycopy(body, 0, object, 1, body.length);
    try {
      return JSON.readTree(object);
    } catch (IOException e) {
      throw new UncheckedIOException("event body: broken JSON (expected: what was stored)", e);
    }
  }
}
