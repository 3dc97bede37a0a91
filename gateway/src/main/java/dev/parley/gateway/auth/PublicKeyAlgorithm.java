package dev.parley.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An algorithm of a public key, by its name in tokens (RFC 7518, sections 3.3 to 3.5). */
@SuppressWarnings("ImmutableEnumChecker") // headers and curves of the library do not change
public enum PublicKeyAlgorithm {
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256(Curve.P_256),
  ES384(Curve.P_384),
  ES512(Curve.P_521);

  static final int MIN_RSA_BITS = 2048;
  static final int MAX_RSA_BITS = 8192;
  private static final int MAX_EXPONENT_BITS = 64;

  private final JWSHeader header = new JWSHeader(JWSAlgorithm.parse(name()));

  /** Null for RSA. */
  private final @Nullable Curve curve;

  PublicKeyAlgorithm() {
    this(null);
  }

  PublicKeyAlgorithm(@Nullable Curve curve) {
    this.curve = curve;
  }

  /** The algorithm of this name; names are compared to the letter. */
  static Optional<PublicKeyAlgorithm> of(String name) {
    return Arrays.stream(values()).filter(each -> each.name().equals(name)).findFirst();
  }

  /** Whether the key is of a kind and a strength that some algorithm here takes. */
  static boolean isUsable(PublicKey key) {
    return Arrays.stream(values()).anyMatch(each -> each.with(key).isPresent());
  }

  /** The check of signatures with this key; empty if the key is of another kind, or weak. */
  Optional<SignatureCheck> with(PublicKey key) {
    return verifier(key).map(verifier -> new JwsCheck(verifier, header));
  }

  private Optional<JWSVerifier> verifier(PublicKey key) {
    if (curve == null) {
      return key instanceof RSAPublicKey rsa && isStrong(rsa)
          ? Optional.of(new RSASSAVerifier(rsa))
          : Optional.empty();
    }
    try {
      return key instanceof ECPublicKey ec && curve.equals(Curve.forECParameterSpec(ec.getParams()))
          ? Optional.of(new ECDSAVerifier(ec))
          : Optional.empty();
    } catch (JOSEException notOnTheCurve) {
      return Optional.empty();
    }
  }

  /** The maximum bounds the work for a signature. */
  private static boolean isStrong(RSAPublicKey key) {
    int bits = key.getModulus().bitLength();
    return bits >= MIN_RSA_BITS
        && bits <= MAX_RSA_BITS
        && key.getModulus().testBit(0)
        && key.getPublicExponent().testBit(0)
        && key.getPublicExponent().bitLength() > 1
        && key.getPublicExponent().bitLength() <= MAX_EXPONENT_BITS;
  }
}
