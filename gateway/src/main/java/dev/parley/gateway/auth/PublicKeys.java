package dev.parley.gateway.auth;

import java.security.PublicKey;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The public keys of an issuer. While an issuer changes to another key, both are here.
 *
 * @param keys not empty; each fits one of the algorithms
 * @param algorithms that tokens may be signed with; not empty
 */
public record PublicKeys(List<PublicKey> keys, Set<PublicKeyAlgorithm> algorithms)
    implements KeyConfig {

  /** RSA with the algorithm of most issuers; the curve of a key has one algorithm. */
  static final Set<PublicKeyAlgorithm> DEFAULT_ALGORITHMS =
      Collections.unmodifiableSet(
          EnumSet.of(
              PublicKeyAlgorithm.RS256,
              PublicKeyAlgorithm.ES256,
              PublicKeyAlgorithm.ES384,
              PublicKeyAlgorithm.ES512));

  public PublicKeys {
    keys = List.copyOf(keys);
    algorithms = Collections.unmodifiableSet(EnumSet.copyOf(algorithms));
  }

  /** Shows no key. */
  @Override
  public String toString() {
    return "PublicKeys[" + keys.size() + ", " + algorithms + "]";
  }
}
