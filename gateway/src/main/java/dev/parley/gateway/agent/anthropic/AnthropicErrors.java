package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Texts;
import java.io.IOException;

/** Errors within a stream that began with status 200 (Anthropic, "Errors"). */
final class AnthropicErrors {

  private AnthropicErrors() {}

  /** The error of an {@code error} event. */
  static UpstreamException of(RawMembers event) {
    RawMembers error = error(event);
    String type = error.text("type").orElse("an error");
    String request =
        event.text("request_id").map(id -> " (request " + Texts.cut(id) + ")").orElse("");
    String words = error.text("message").map(text -> ": " + Texts.cut(text)).orElse("");
    return of(type, "The service reported " + Texts.cut(type), words, request);
  }

  private static UpstreamException of(String type, String what, String words, String request) {
    return switch (type) {
      case "overloaded_error", "rate_limit_error", "conflict_error" ->
          new UpstreamException(ErrorCode.UPSTREAM_RATE_LIMITED, what + request, true, null);
      // The words may quote a key or an account.
      case "authentication_error", "permission_error" ->
          UpstreamException.permanent(ErrorCode.UPSTREAM_AUTH, what + request);
      case "billing_error" ->
          UpstreamException.permanent(ErrorCode.UPSTREAM_REJECTED, what + request);
      case "invalid_request_error", "not_found_error", "request_too_large" ->
          UpstreamException.permanent(ErrorCode.UPSTREAM_REJECTED, what + words + request);
      case "timeout_error" ->
          new UpstreamException(ErrorCode.UPSTREAM_TIMEOUT, what + request, true, null);
      case "api_error" ->
          new UpstreamException(ErrorCode.UPSTREAM_ERROR, what + words + request, true, null);
      default -> UpstreamException.permanent(ErrorCode.UPSTREAM_ERROR, what + words + request);
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

  /** Something that is against the rules of the API. */
  static UpstreamException protocol(String field, String value, String expectation) {
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_PROTOCOL, Texts.expected(field, value, expectation));
  }
}
