package dev.parley.gateway.auth;

import static java.util.stream.Collectors.toUnmodifiableMap;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.Texts;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** An algorithm of a shared secret, by its name in tokens (RFC 7518, section 3.2). */
@SuppressWarnings("ImmutableEnumChecker") // headers of the library do not change
public enum HmacAlgorithm {
  HS256(32),
  HS384(48),
  HS512(64);

  private static final Map<String, HmacAlgorithm> BY_NAME =
      Arrays.stream(values()).collect(toUnmodifiableMap(HmacAlgorithm::name, each -> each));

  private final int minBytes;

  private final JWSHeader header =
      new JWSHeader.Builder(JWSAlgorithm.parse(name())).type(JOSEObjectType.JWT).build();

  HmacAlgorithm(int minBytes) {
    this.minBytes = minBytes;
  }

  /** The algorithm of this name; names are compared to the letter. */
  static Optional<HmacAlgorithm> of(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** The length of the hash, which a secret must have at least. */
  int minBytes() {
    return minBytes;
  }

  /**
   * The check of signatures with this secret.
   *
   * @throws IllegalArgumentException if it is too short
   */
  SignatureCheck with(Secret secret) {
    try {
      return new JwsCheck(new MACVerifier(bytes(secret)), header);
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible); // only a short secret is refused
    }
  }

  /**
   * A token with these claims, signed with this secret.
   *
   * @throws IllegalArgumentException if it is too short
   */
  String sign(JWTClaimsSet claims, Secret secret) {
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(new MACSigner(bytes(secret)));
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible); // only a short secret is refused
    }
    return token.serialize();
  }

  private byte[] bytes(Secret secret) {
    if (secret.length() < minBytes) {
      throw new IllegalArgumentException(
          Texts.expected("secret", secret.length() + " bytes", "at least " + minBytes + " bytes"));
    }
    return secret.bytes();
  }
}
