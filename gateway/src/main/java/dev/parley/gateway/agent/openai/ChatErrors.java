package dev.parley.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Errors that services report inside a stream, after a status of 200. Of what a service says only
 * words of a fixed form are shown: its sentences may quote the conversation or a key.
 */
final class ChatErrors {

  private static final Pattern WORD = Pattern.compile("[a-z][a-z_]{0,63}|[0-9]{1,6}");
  private static final String ERROR = "error";
  private static final String CODE = "code";
  private static final String TYPE = "type";
  private static final String CONTENT_FILTER = "content_filter";

  private ChatErrors() {}

  /** The error that the chunk reports, or null if it reports none. */
  static @Nullable UpstreamException in(JsonNode chunk) {
    JsonNode error = chunk.path(ERROR);
    boolean isError =
        error.isObject() ? !error.isEmpty() : error.isTextual() && !error.textValue().isEmpty();
    // As vLLM did once: {"object":"error", "message", "type", "code"}.
    return isError || ERROR.equals(chunk.path("object").textValue())
        ? reported(error, chunk)
        : null;
  }

  private static UpstreamException reported(JsonNode error, JsonNode chunk) {
    String word =
        Stream.of(error.path(CODE), error.path(TYPE), chunk.path(CODE), chunk.path(TYPE))
            .filter(given -> given.isTextual() || given.isNumber())
            .map(JsonNode::asText)
            .filter(text -> WORD.matcher(text).matches())
            .findFirst()
            .orElse("");
    return word.equals(CONTENT_FILTER) ? filtered() : failed(word);
  }

  /** The service failed, and perhaps said why in this word. */
  static UpstreamException failed(String word) {
    String why = word.isEmpty() ? "" : ": " + word;
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_ERROR, "The service reported an error in its answer" + why + ".");
  }

  static UpstreamException filtered() {
    return UpstreamException.permanent(
        ErrorCode.CONTENT_FILTER, "The service's filter stopped the answer.");
  }

  /** The stream ended before the answer did. */
  static UpstreamException truncated() {
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_TRUNCATED, "The service ended the stream before its answer was whole.");
  }

  /** The answer ended, and there was none. */
  static UpstreamException empty() {
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_ERROR,
        "The service ended its answer without a text, a tool call or a reason.");
  }

  static UpstreamException malformed(String data) {
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_PROTOCOL,
        "stream: "
            + data.length()
            + " characters (expected: a JSON object of Chat Completions, or [DONE])");
  }
}
