package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes one JSON object to bytes; {@link RawJson} goes in as it is. */
public final class JsonOut {

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** What goes into the object. */
  @FunctionalInterface
  public interface Content {
    void write(JsonOut out) throws IOException;
  }

  private final ByteArrayOutputStream bytes;
  private final JsonGenerator json;

  private JsonOut(ByteArrayOutputStream bytes, JsonGenerator json) {
    this.bytes = bytes;
    this.json = json;
  }

  /** The whole object, braces included. */
  public static byte[] object(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JsonForm.STRICT.createGenerator(bytes)) {
      json.writeStartObject();
      content.write(new JsonOut(bytes, json));
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  public static String timestamp(Instant instant) {
    return TIMESTAMP.format(instant);
  }

  public JsonGenerator json() {
    return json;
  }

  /** A field whose value is passed on as it is. */
  void raw(String name, RawJson value) throws IOException {
    json.writeFieldName(name);
    // An empty raw value writes the colon; the bytes then go around the generator, uncopied.
    json.writeRawValue("");
    json.flush();
    bytes.write(value.bytes());
  }

  /** Fails when the value is no JSON value. */
  static void check(String name, RawJson value) {
    try (JsonParser parser = JsonForm.STRICT.createParser(value.bytes())) {
      if (parser.nextToken() != null) {
        parser.skipChildren();
        // A scalar is read lazily: asking for its text reads it to the end.
        if (parser.currentToken().isScalarValue()) {
          parser.getText();
        }
        if (parser.nextToken() == null) {
          return;
        }
      }
    } catch (IOException e) {
      // Said below, without the parser's words: they may quote the payload.
    }
    throw new IllegalArgumentException(
        Texts.expected(name, value.length() + " bytes", "one JSON value"));
  }
}
