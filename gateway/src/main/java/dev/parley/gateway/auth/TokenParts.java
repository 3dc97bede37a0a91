package dev.parley.gateway.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.gateway.protocol.RefusedException;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Header and claims of a compact JWS (RFC 7515, section 7.1), not verified. Parsing is strict: a
 * repeated name, data after the end, deep nesting, a byte order mark or another character set than
 * UTF-8 make it malformed.
 */
record TokenParts(Claims header, Claims claims) {

  /** In practice a compact JWT has at most 2 KiB. This bounds the work for a forged one. */
  static final int MAX_CHARACTERS = 16 * 1024;

  private static final int MAX_DEPTH = 20;

  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.CHARSET_DETECTION)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  static void checkLength(String token) {
    if (token.length() > MAX_CHARACTERS) {
      throw Claims.refused("token", "longer than allowed", "at most 16 KiB");
    }
  }

  static TokenParts read(String token) {
    checkLength(token);
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw malformed();
    }
    TokenParts parts =
        new TokenParts(
            object(token.substring(0, first)), object(token.substring(first + 1, second)));
    if (decoded(token.substring(second + 1)) == null) {
      throw malformed();
    }
    return parts;
  }

  static RefusedException malformed() {
    return Claims.refused("token", "malformed", "a signed JWT, header.claims.signature");
  }

  private static Claims object(String base64) {
    JsonNode node = parse(base64);
    if (node == null || !node.isObject()) {
      throw malformed();
    }
    return new Claims(node);
  }

  private static @Nullable JsonNode parse(String base64) {
    byte[] json = decoded(base64);
    try {
      return json == null ? null : JSON.readTree(json);
    } catch (IOException notJson) {
      return null;
    }
  }

  /**
   * The decoded bytes, if the text is their canonical form (RFC 7515, section 2; RFC 4648, section
   * 3.5): without padding, and with unused bits zero. Otherwise one token had several texts.
   */
  private static byte @Nullable [] decoded(String base64) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(base64);
      String again = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      return again.equals(base64) ? bytes : null;
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }
}
