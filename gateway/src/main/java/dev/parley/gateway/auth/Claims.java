package dev.parley.gateway.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A JSON object of a token. A claim of the wrong type is refused, and the refusal names it. */
record Claims(JsonNode object) {

  /** 9999-12-31T23:59:59Z, which every date type can represent. */
  static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  boolean has(String name) {
    return object.has(name);
  }

  /** An optional text claim. */
  Optional<String> text(String name) {
    return find(name).map(node -> textOf(name, node));
  }

  /** The claim {@code jti} if it has the form of a {@link TokenId}. */
  @Nullable String tokenId() {
    JsonNode id = object.get("jti");
    return id != null && id.isTextual() && TokenId.isValid(id.textValue()) ? id.textValue() : null;
  }

  /** A date in seconds (NumericDate, RFC 7519, section 2); a fraction of a second is dropped. */
  Optional<Instant> date(String name) {
    return find(name)
        .map(
            node -> {
              double seconds = node.isNumber() ? node.doubleValue() : Double.NaN;
              if (!(seconds >= 0 && seconds <= LATEST.getEpochSecond())) {
                throw refused(name, typeOf(node), "seconds since 1970 up to the year 9999");
              }
              return Instant.ofEpochSecond((long) seconds);
            });
  }

  /** An array of texts, or one text with spaces between the values (RFC 8693, section 4.2). */
  List<String> words(String name) {
    return find(name)
        .map(
            node -> node.isArray() ? texts(name, node) : List.of(textOf(name, node).split(" ", -1)))
        .orElse(List.of());
  }

  /** An array of texts, or one text. */
  List<String> texts(String name) {
    return find(name)
        .map(node -> node.isArray() ? texts(name, node) : List.of(textOf(name, node)))
        .orElse(List.of());
  }

  static RefusedException missing(String name, String expectation) {
    return refused(name, "missing", expectation);
  }

  static RefusedException refused(String name, String found, String expectation) {
    return RefusedException.of(ErrorCode.UNAUTHENTICATED, Texts.expected(name, found, expectation));
  }

  private Optional<JsonNode> find(String name) {
    return Optional.ofNullable(object.get(name));
  }

  private static List<String> texts(String name, JsonNode array) {
    List<String> texts = new ArrayList<>(array.size());
    array.forEach(node -> texts.add(textOf(name, node)));
    return texts;
  }

  private static String textOf(String name, JsonNode node) {
    if (!node.isTextual()) {
      throw refused(name, typeOf(node), "a string");
    }
    return node.textValue();
  }

  /** The type of a claim, for a refusal; a refusal never contains a part of the token. */
  private static String typeOf(JsonNode node) {
    return switch (node.getNodeType()) {
      case NUMBER -> "a number";
      case STRING -> "a string";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      case ARRAY -> "an array";
      default -> "an object";
    };
  }
}
