package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.parley.gateway.protocol.FieldWriter;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object to bytes. Not to be shared between threads. */
public final class JsonOut implements FieldWriter {

  /** Writes the fields of the object. */
  @FunctionalInterface
  public interface Content {
    void write(JsonOut out) throws IOException;
  }

  private final JsonGenerator json;

  private JsonOut(JsonGenerator json) {
    this.json = json;
  }

  /** The whole object, with its braces. */
  public static byte[] object(Content content) {
    return write(content).from(0);
  }

  /** The object without its first brace. */
  static byte[] tail(Content content) {
    return write(content).from(1);
  }

  private static Bytes write(Content content) {
    Bytes bytes = new Bytes();
    try (JsonGenerator json = JsonForm.STRICT.createGenerator(bytes)) {
      json.writeStartObject();
      content.write(new JsonOut(json));
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  /** The text as a JSON string. */
  static byte[] quoted(String text) {
    Bytes bytes = new Bytes();
    try (JsonGenerator json = JsonForm.STRICT.createGenerator(bytes)) {
      json.writeString(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.from(0);
  }

  /** RFC 3339, section 5.6, in UTC with milliseconds; the year has four digits at least. */
  public static String timestamp(Instant instant) {
    return Timestamp.of(instant);
  }

  public JsonGenerator json() {
    return json;
  }

  @Override
  public void text(String name, @Nullable String value) throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }

  @Override
  public void number(String name, long value) throws IOException {
    json.writeNumberField(name, value);
  }

  @Override
  public void optionalNumber(String name, @Nullable Long value) throws IOException {
    if (value != null) {
      number(name, value);
    }
  }

  @Override
  public void decimal(String name, @Nullable Double value) throws IOException {
    if (value != null) {
      json.writeNumberField(name, value);
    }
  }

  @Override
  public void flag(String name, boolean value) throws IOException {
    json.writeBooleanField(name, value);
  }

  @Override
  public void object(String name, @Nullable ObjectContent content) throws IOException {
    if (content != null) {
      json.writeObjectFieldStart(name);
      content.write(this);
      json.writeEndObject();
    }
  }

  @Override
  public void raw(String name, @Nullable RawJson value) throws IOException {
    if (value != null) {
      json.writeFieldName(name);
      json.writeRawValue(new RawUtf8(value.bytes()));
    }
  }

  /** An array of these values. */
  void rawList(String name, List<RawJson> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (RawJson value : values) {
      json.writeRawValue(new RawUtf8(value.bytes()));
    }
    json.writeEndArray();
  }

  /** Checks that the bytes are one JSON value within the limits of {@link JsonForm#STRICT}. */
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
      // The parser's message is not passed on: it may quote the payload.
    }
    throw new IllegalArgumentException(
        Texts.expected(name, value.length() + " bytes", "one JSON value"));
  }

  /** What was written, copied once. */
  private static final class Bytes extends ByteArrayOutputStream {

    Bytes() {
      super(256);
    }

    byte[] from(int start) {
      return Arrays.copyOfRange(buf, start, count);
    }
  }

  /** UTF-8 that the generator copies as it is, without a {@code String} in between. */
  private static final class RawUtf8 extends SerializedString {

    private static final long serialVersionUID = 1L;

    RawUtf8(byte[] utf8) {
      super("");
      _unquotedUTF8Ref = utf8;
    }
  }
}
