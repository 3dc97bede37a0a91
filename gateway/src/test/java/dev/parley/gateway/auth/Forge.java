package dev.parley.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.protocol.Principal;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens of any kind byte by byte, so that no library forbids the bad ones. */
final class Forge {

  static final String KEY = "a secret of thirty-two bytes ok!";

  private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private Forge() {}

  /** A well signed token with these claims. */
  static String signed(String claims) {
    return signed(HS256, claims, KEY);
  }

  static String signed(String header, String claims, String key) {
    return signed(base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8)), key);
  }

  /** A token whose first two parts stand as they are, be they Base64 or not. */
  static String signed(String content, String key) {
    return content + "." + base64(hmac(content, key, "HmacSHA256"));
  }

  /** A token that is signed with another algorithm. */
  static String signed(HmacAlgorithm algorithm, String claims, String key) {
    String header = "{\"alg\":\"" + algorithm.name() + "\"}";
    String content = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
    return content + "." + base64(hmac(content, key, algorithm.name().replace("HS", "HmacSHA")));
  }

  /** The user of this token. */
  static Principal user(TokenVerifier verifier, String token) {
    return Verified.of(verifier.verify(token, "test")).join().require();
  }

  static String unsigned(String header, String claims) {
    return base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8)) + ".";
  }

  private static byte[] hmac(String content, String key, String algorithm) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), algorithm));
      return mac.doFinal(content.getBytes(UTF_8));
    } catch (java.security.GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
