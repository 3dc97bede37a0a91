package dev.parley.gateway.agent.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Errors within a stream that began with status 200. Of what a service says only words of a fixed
 * form are shown: its sentences may quote the conversation or a key.
 */
final class ResponseErrors {

  private static final Pattern WORD = Pattern.compile("[a-z][a-z_]{0,63}|[0-9]{1,6}");
  private static final Set<String> BUSY =
      Set.of("rate_limit_exceeded", "rate_limit_error", "overloaded_error", "server_overloaded");
  private static final Set<String> BROKEN = Set.of("server_error", "internal_error");
  private static final Set<String> LATE = Set.of("vector_store_timeout", "timeout");
  private static final Set<String> KEY =
      Set.of("invalid_api_key", "authentication_error", "permission_error");
  private static final Set<String> REJECTED =
      Set.of(
          "context_length_exceeded",
          "previous_response_not_found",
          "insufficient_quota",
          "string_above_max_length",
          "model_not_found");

  private ResponseErrors() {}

  /**
   * The error that a service reported.
   *
   * @param reports the objects that may have its {@code code} or {@code type}, the best first
   */
  static UpstreamException of(JsonNode... reports) {
    String word =
        Stream.of(reports)
            .flatMap(report -> Stream.of(report.path("code"), report.path("type")))
            .filter(given -> given.isTextual() || given.isNumber())
            .map(JsonNode::asText)
            .filter(text -> WORD.matcher(text).matches() && !text.equals("error"))
            .findFirst()
            .orElse("");
    String why = word.isEmpty() ? "" : ": " + word;
    String message = "The service reported an error in its answer" + why + ".";
    if (BUSY.contains(word)) {
      return new UpstreamException(ErrorCode.UPSTREAM_RATE_LIMITED, message, true, null);
    }
    if (BROKEN.contains(word)) {
      return new UpstreamException(ErrorCode.UPSTREAM_ERROR, message, true, null);
    }
    if (LATE.contains(word)) {
      return new UpstreamException(ErrorCode.UPSTREAM_TIMEOUT, message, true, null);
    }
    return UpstreamException.permanent(permanent(word), message);
  }

  private static ErrorCode permanent(String word) {
    if (word.equals("content_filter") || word.contains("policy")) {
      return ErrorCode.CONTENT_FILTER;
    }
    if (KEY.contains(word)) {
      return ErrorCode.UPSTREAM_AUTH;
    }
    // invalid_prompt, invalid_image_format, image_too_large, failed_to_download_image and others
    return REJECTED.contains(word) || word.startsWith("invalid_") || word.contains("image")
        ? ErrorCode.UPSTREAM_REJECTED
        : ErrorCode.UPSTREAM_ERROR;
  }

  /** The service stopped its answer, and perhaps said why in this word. */
  static UpstreamException stopped(String reason) {
    if (reason.equals("content_filter")) {
      return UpstreamException.permanent(
          ErrorCode.CONTENT_FILTER, "The service's filter stopped the answer.");
    }
    String why = WORD.matcher(reason).matches() ? ": " + reason : "";
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_TRUNCATED,
        "The service stopped its answer before it was whole" + why + ".");
  }

  /** The stream ended before the answer did. */
  static UpstreamException truncated() {
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_TRUNCATED, "The service ended the stream before its answer was whole.");
  }

  static UpstreamException malformed(String data) {
    return ServiceMistake.of(
        "stream", data.length() + " characters", "a JSON object of the Responses API");
  }
}
