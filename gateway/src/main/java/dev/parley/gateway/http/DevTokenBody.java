package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.gateway.auth.JwtVerifier;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Problem;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.UserId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.util.Iterator;
import java.util.regex.Pattern;

/** For whom a development token is asked: both fields may be left out, and so may the body. */
record DevTokenBody(String sub, String tier) {

  private static final int MAX_BYTES = 4 * 1024;
  private static final Pattern TIER = Pattern.compile("[a-z0-9-]{1,64}");

  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  /**
   * Reads the body strictly.
   *
   * @throws RefusedException with 400 or 413, naming the field
   */
  static DevTokenBody read(ByteBuf content) {
    if (content.readableBytes() > MAX_BYTES) {
      String detail = Texts.expected("body", content.readableBytes() + " bytes", "at most 4 KiB");
      throw new RefusedException(Problem.of(413, ErrorCode.FRAME_TOO_LARGE, detail));
    }
    JsonNode body = parse(ByteBufUtil.getBytes(content));
    for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!name.equals("sub") && !name.equals("tier")) {
        throw refused(pointer(name), Texts.expected("field", name, "sub or tier"));
      }
    }
    return new DevTokenBody(sub(text(body, "sub", "dev")), tier(text(body, "tier", "early")));
  }

  private static JsonNode parse(byte[] bytes) {
    try {
      JsonNode body = JSON.readTree(bytes.length == 0 ? new byte[] {'{', '}'} : bytes);
      if (body.isObject()) {
        return body;
      }
    } catch (IOException notJson) {
      // The answer is the same
    }
    throw refused("", "body: no JSON object (expected: {\"sub\"?, \"tier\"?}, or no body)");
  }

  private static String text(JsonNode body, String name, String fallback) {
    JsonNode value = body.get(name);
    if (value == null) {
      return fallback;
    }
    if (!value.isTextual()) {
      throw refused("/" + name, Texts.expected(name, value.toString(), "a string"));
    }
    return value.textValue();
  }

  private static String sub(String sub) {
    try {
      return new UserId(JwtVerifier.DEFAULT_TENANT, sub).subject();
    } catch (IllegalArgumentException malformed) {
      throw refused("/sub", String.valueOf(malformed.getMessage()));
    }
  }

  private static String tier(String tier) {
    if (!TIER.matcher(tier).matches()) {
      throw refused("/tier", Texts.expected("tier", tier, "1 to 64 of a-z 0-9 -"));
    }
    return tier;
  }

  /** RFC 6901, section 3. */
  private static String pointer(String name) {
    return "/" + Texts.cut(name).replace("~", "~0").replace("/", "~1");
  }

  private static RefusedException refused(String field, String detail) {
    return new RefusedException(Problem.at(field, detail));
  }
}
