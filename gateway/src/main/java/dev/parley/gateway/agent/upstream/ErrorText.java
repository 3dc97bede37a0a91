package dev.parley.gateway.agent.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A short text out of the body of an error, fit to show: without control characters, and without
 * the credentials of the request. Callable from any thread.
 */
final class ErrorText {

  /** Kept in the place of a credential. */
  private static final String HIDDEN = "***";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern WORDS = Pattern.compile("[\\s:]+");
  private static final Pattern SCHEME =
      Pattern.compile("(?:bearer|basic|token|apikey)\\s+(?=\\S+$)", Pattern.CASE_INSENSITIVE);
  private static final int MIN_CREDENTIAL = 4;
  private static final int MAX_SHOWN = 200;

  private final List<String> credentials;
  private final List<String> wholeValues;

  /** Hides these values, and the words in them. */
  ErrorText(Collection<Secret> secrets) {
    List<String> values =
        secrets.stream().map(secret -> new String(secret.bytes(), StandardCharsets.UTF_8)).toList();
    credentials =
        longestFirst(
            values.stream()
                .flatMap(text -> Stream.concat(Stream.of(text), WORDS.splitAsStream(text)))
                .filter(text -> !text.equalsIgnoreCase("Bearer")));
    wholeValues =
        longestFirst(
            values.stream()
                .flatMap(text -> Stream.of(text, SCHEME.matcher(text).replaceFirst("")))
                .flatMap(ErrorText::withJsonForms));
  }

  private static List<String> longestFirst(Stream<String> texts) {
    return texts
        .filter(text -> text.length() >= MIN_CREDENTIAL)
        .distinct()
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }

  /** The text, and how it is written in JSON strings. */
  private static Stream<String> withJsonForms(String text) {
    String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"");
    return Stream.of(text, escaped, escaped.replace("/", "\\/"));
  }

  /** The text without the credentials of the request; their single words stay. */
  String hidden(String text) {
    return without(wholeValues, text);
  }

  private static String without(List<String> hidden, String text) {
    String left = text;
    for (String each : hidden) {
      left = left.replace(each, HIDDEN);
    }
    return left;
  }

  /** The message in a JSON body; empty if it has none. */
  String of(byte[] body) {
    try {
      return shown(message(JSON.readTree(body)));
    } catch (IOException e) {
      return "";
    }
  }

  /** {@code error.message}, {@code error}, {@code message} or {@code detail}. */
  private static String message(JsonNode body) {
    JsonNode error = body.path("error");
    return Stream.of(error.path("message"), error, body.path("message"), body.path("detail"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .findFirst()
        .orElse("");
  }

  String shown(String text) {
    String clean =
        Texts.whole(without(credentials, text))
            .replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\s]+", " ")
            .strip();
    return clean.codePointCount(0, clean.length()) <= MAX_SHOWN
        ? clean
        : clean.substring(0, clean.offsetByCodePoints(0, MAX_SHOWN)) + "…";
  }
}
