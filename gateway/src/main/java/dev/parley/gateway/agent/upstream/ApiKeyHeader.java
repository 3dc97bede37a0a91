package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The header in which a service expects its API key. */
public enum ApiKeyHeader {
  /** {@code Authorization: Bearer <key>} (RFC 6750, section 2.1). */
  BEARER("authorization", "Bearer "),

  /** {@code x-api-key: <key>}. */
  X_API_KEY("x-api-key", "");

  private final String header;
  private final String prefix;

  ApiKeyHeader(String header, String prefix) {
    this.header = header;
    this.prefix = prefix;
  }

  /** The header with this key; none where no key is set. */
  public Map<String, Secret> of(Optional<Secret> key) {
    return key.map(secret -> Map.of(header, prefixed(secret))).orElse(Map.of());
  }

  private Secret prefixed(Secret key) {
    return Secret.of(prefix + new String(key.bytes(), StandardCharsets.UTF_8));
  }
}
