package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Errors within a stream that began with status 200 (Anthropic, "Errors"). Of what the service says
 * only words of a fixed form are shown: its sentences may quote the conversation or a key.
 */
final class AnthropicErrors {

  private static final Pattern WORD = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  private AnthropicErrors() {}

  /** The error of an {@code error} event. */
  static UpstreamException of(RawMembers event) {
    String type = word(error(event).text("type")).orElse("");
    String request = word(event.text("request_id")).map(id -> " (request " + id + ")").orElse("");
    String message = "The service reported " + (type.isEmpty() ? "an error" : type) + request + '.';
    return switch (type) {
      case "overloaded_error", "rate_limit_error", "conflict_error" ->
          new UpstreamException(ErrorCode.UPSTREAM_RATE_LIMITED, message, true, null);
      case "authentication_error", "permission_error" ->
          UpstreamException.permanent(ErrorCode.UPSTREAM_AUTH, message);
      case "billing_error", "invalid_request_error", "not_found_error", "request_too_large" ->
          UpstreamException.permanent(ErrorCode.UPSTREAM_REJECTED, message);
      case "timeout_error" ->
          new UpstreamException(ErrorCode.UPSTREAM_TIMEOUT, message, true, null);
      case "api_error" -> new UpstreamException(ErrorCode.UPSTREAM_ERROR, message, true, null);
      default -> UpstreamException.permanent(ErrorCode.UPSTREAM_ERROR, message);
    };
  }

  private static RawMembers error(RawMembers event) {
    String error = event.get("error");
    try {
      return error == null ? new RawMembers() : RawMembers.parse(error);
    } catch (IOException noObject) {
      return new RawMembers();
    }
  }

  /** The text, if it is one word that is safe to show. */
  static Optional<String> word(Optional<String> text) {
    return text.filter(word -> WORD.matcher(word).matches());
  }
}
