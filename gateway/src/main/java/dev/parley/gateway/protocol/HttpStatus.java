package dev.parley.gateway.protocol;

/** The HTTP statuses of refusals (RFC 9110, section 15; RFC 6585). */
public enum HttpStatus {
  BAD_REQUEST(400, "Bad Request"),
  UNAUTHORIZED(401, "Unauthorized"),
  FORBIDDEN(403, "Forbidden"),
  NOT_FOUND(404, "Not Found"),
  METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
  CONFLICT(409, "Conflict"),
  GONE(410, "Gone"),
  CONTENT_TOO_LARGE(413, "Content Too Large"),
  URI_TOO_LONG(414, "URI Too Long"),
  UNSUPPORTED_MEDIA_TYPE(415, "Unsupported Media Type"),
  EXPECTATION_FAILED(417, "Expectation Failed"),
  TOO_MANY_REQUESTS(429, "Too Many Requests"),
  REQUEST_HEADER_FIELDS_TOO_LARGE(431, "Request Header Fields Too Large"),
  INTERNAL_SERVER_ERROR(500, "Internal Server Error"),
  NOT_IMPLEMENTED(501, "Not Implemented"),
  SERVICE_UNAVAILABLE(503, "Service Unavailable");

  private final int code;
  private final String title;

  HttpStatus(int code, String title) {
    this.code = code;
    this.title = title;
  }

  /** The three digits. */
  public int code() {
    return code;
  }

  /** The status in words: the title of a problem of type {@code about:blank} (RFC 9457). */
  public String title() {
    return title;
  }
}
