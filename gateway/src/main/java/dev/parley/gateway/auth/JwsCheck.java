package dev.parley.gateway.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.util.Base64URL;

/**
 * Checks with a shared secret or a public key.
 *
 * @param header has the algorithm; that of a token is not used
 */
record JwsCheck(JWSVerifier verifier, JWSHeader header) implements SignatureCheck {

  @Override
  public boolean isSignatureOf(String token) {
    int dot = token.lastIndexOf('.');
    byte[] content = token.substring(0, dot).getBytes(US_ASCII);
    try {
      return verifier.verify(header, content, new Base64URL(token.substring(dot + 1)));
    } catch (JOSEException malformed) {
      return false;
    }
  }

  /** Shows no key. */
  @Override
  public String toString() {
    return "JwsCheck[" + header.getAlgorithm() + "]";
  }
}
