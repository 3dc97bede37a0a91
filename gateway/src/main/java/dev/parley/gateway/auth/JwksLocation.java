package dev.parley.gateway.auth;

import java.net.URI;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Where the key set of an issuer is (RFC 7517, section 5).
 *
 * @param name of the section of the settings, for logs and metrics
 * @param url of the settings; never one from a token
 * @param algorithms that tokens may be signed with; not empty
 */
public record JwksLocation(String name, URI url, Set<PublicKeyAlgorithm> algorithms)
    implements KeyConfig {

  public JwksLocation {
    algorithms = Collections.unmodifiableSet(EnumSet.copyOf(algorithms));
  }

  /** Shows no query, which may have a key of the service. */
  @Override
  public String toString() {
    return "JwksLocation[" + name + ", " + url.getHost() + ", " + algorithms + "]";
  }
}
