package dev.parley.gateway.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A refusal over HTTP (RFC 9457, type {@code about:blank}): of a handshake or of any other request.
 *
 * @param status the HTTP status
 * @param detail for a person; no part of a token and nothing unchecked in it
 * @param field a JSON Pointer into the body of the request
 * @param retryAfterSeconds when the same request may succeed; also the header {@code Retry-After}
 */
public record Problem(
    int status,
    ErrorCode code,
    String detail,
    @Nullable String field,
    @Nullable Integer retryAfterSeconds) {

  /** A problem of the whole request. */
  public static Problem of(int status, ErrorCode code, String detail) {
    return new Problem(status, code, detail, null, null);
  }

  /** A problem of one field of the body: 400. */
  public static Problem at(String field, String detail) {
    return new Problem(400, ErrorCode.INVALID_ARGUMENT, detail, field, null);
  }

  /** A problem that passes by itself. */
  public static Problem retryAfter(int status, ErrorCode code, String detail, int seconds) {
    return new Problem(status, code, detail, null, seconds);
  }

  /** The status in words (RFC 9110, section 15; RFC 6585): what {@code about:blank} demands. */
  public String title() {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 409 -> "Conflict";
      case 411 -> "Length Required";
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 415 -> "Unsupported Media Type";
      case 417 -> "Expectation Failed";
      case 426 -> "Upgrade Required";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 501 -> "Not Implemented";
      case 503 -> "Service Unavailable";
      case 505 -> "HTTP Version Not Supported";
      default -> "Refused";
    };
  }
}
