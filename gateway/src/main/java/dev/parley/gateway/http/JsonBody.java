package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A small JSON object in the body of a request. Duplicate and unknown fields are refused. */
final class JsonBody {

  private static final int MAX_BYTES = 4 * 1024;

  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.CHARSET_DETECTION)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private final JsonNode fields;

  private JsonBody(JsonNode fields) {
    this.fields = fields;
  }

  /**
   * Reads a body with fields of these names only. An empty body counts as an empty object.
   *
   * @param form the form of the whole body, for the error text
   * @throws RefusedException with 400 or 413, naming the field
   */
  static JsonBody read(ByteBuf content, List<String> names, String form) {
    if (content.readableBytes() > MAX_BYTES) {
      String detail = Texts.expected("body", content.readableBytes() + " bytes", "at most 4 KiB");
      throw RefusedException.of(ErrorCode.FRAME_TOO_LARGE, detail);
    }
    JsonNode body = parse(ByteBufUtil.getBytes(content), form);
    for (Iterator<String> found = body.fieldNames(); found.hasNext(); ) {
      String name = found.next();
      if (!names.contains(name)) {
        throw refused(pointer(name), Texts.expected("field", name, String.join(" or ", names)));
      }
    }
    return new JsonBody(body);
  }

  private static JsonNode parse(byte[] bytes, String form) {
    try {
      JsonNode body = JSON.readTree(bytes.length == 0 ? new byte[] {'{', '}'} : bytes);
      if (body.isObject()) {
        return body;
      }
    } catch (IOException notJson) {
      // Refused below.
    }
    throw refused("", "body: not a JSON object (expected: " + form + ")");
  }

  /** The text of an optional field. */
  Optional<String> text(String name) {
    JsonNode value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw refused("/" + name, Texts.expected(name, value.toString(), "a string"));
    }
    return Optional.of(value.textValue());
  }

  /** RFC 6901, section 3. */
  private static String pointer(String name) {
    return "/" + Texts.cut(name).replace("~", "~0").replace("/", "~1");
  }

  static RefusedException refused(String field, String detail) {
    return new RefusedException(Refusal.at(ErrorCode.INVALID_ARGUMENT, field, detail));
  }
}
