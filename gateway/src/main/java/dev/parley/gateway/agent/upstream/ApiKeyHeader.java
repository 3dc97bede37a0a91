package dev.parley.gateway.agent.upstream;

/** The header in which a service expects its API key. */
public enum ApiKeyHeader {
  /** {@code Authorization: Bearer <key>} (RFC 6750, section 2.1). */
  BEARER("Authorization", "Bearer "),

  /** {@code x-api-key: <key>}. */
  X_API_KEY("x-api-key", "");

  private final String header;
  private final String prefix;

  ApiKeyHeader(String header, String prefix) {
    this.header = header;
    this.prefix = prefix;
  }

  /** The name of the header. */
  public String header() {
    return header;
  }

  /** The value of the header for this key. */
  public String value(String key) {
    return prefix + key;
  }
}
