package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.protocol.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Encodes a {@link Problem} as {@code application/problem+json}. Callable from any thread. */
public final class ProblemJson {

  /** The media type of every body made here. */
  public static final String CONTENT_TYPE = "application/problem+json";

  private static final JsonFactory JSON = new JsonFactory();

  private ProblemJson() {}

  /** The body as UTF-8. */
  public static byte[] encode(Problem problem) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("type", "about:blank");
      json.writeStringField("title", problem.title());
      json.writeNumberField("status", problem.status());
      json.writeStringField("code", problem.code().wire());
      json.writeStringField("detail", problem.detail());
      if (problem.field() != null) {
        json.writeStringField("field", problem.field());
      }
      if (problem.retryAfterSeconds() != null) {
        json.writeNumberField("retry_after_ms", problem.retryAfterSeconds() * 1000L);
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
