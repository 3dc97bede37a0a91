package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads back what {@link EventCodec#body} wrote. */
final class StoredBody {

  private static final ObjectMapper JSON = new ObjectMapper();

  private StoredBody() {}

  static JsonNode read(byte[] body) {
    try {
      return JSON.readTree(object(body));
    } catch (IOException e) {
      throw broken(e);
    }
  }

  static JsonParser parser(byte[] body) throws IOException {
    return JsonForm.STRICT.createParser(object(body));
  }

  /** The body as one JSON object. */
  static byte[] object(byte[] body) {
    byte[] object = new byte[body.length + 1];
    object[0] = '{';
    System.arraycopy(body, 0, object, 1, body.length);
    return object;
  }

  static UncheckedIOException broken(IOException e) {
    return new UncheckedIOException("event body: broken JSON (expected: what was stored)", e);
  }
}
