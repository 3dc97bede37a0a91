package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.protocol.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Encodes a {@link Refusal} as {@code application/problem+json}. Callable from any thread. */
public final class ProblemJson {

  /** The media type of the body. */
  public static final String CONTENT_TYPE = "application/problem+json";

  private static final JsonFactory JSON = new JsonFactory();

  private ProblemJson() {}

  /** The body as UTF-8. */
  public static byte[] encode(Refusal refusal) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("type", "about:blank");
      json.writeStringField("title", refusal.status().title());
      json.writeNumberField("status", refusal.status().code());
      json.writeStringField("code", refusal.code().wire());
      json.writeStringField("detail", refusal.message());
      if (refusal.field() != null) {
        json.writeStringField("field", refusal.field());
      }
      if (refusal.retryAfter() != null) {
        json.writeNumberField("retry_after_ms", refusal.retryAfter().toMillis());
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
