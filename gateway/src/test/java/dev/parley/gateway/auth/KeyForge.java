package dev.parley.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** Key pairs, and tokens that they sign, byte by byte. */
public final class KeyForge {

  public static final KeyPair RSA = rsa(2048);
  public static final KeyPair OTHER_RSA = rsa(2048);
  public static final KeyPair P256 = ec("secp256r1");
  public static final KeyPair P384 = ec("secp384r1");
  public static final KeyPair P521 = ec("secp521r1");

  private KeyForge() {}

  static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static KeyPair ec(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The pair whose keys fit this algorithm. */
  public static KeyPair of(PublicKeyAlgorithm algorithm) {
    return switch (algorithm) {
      case ES256 -> P256;
      case ES384 -> P384;
      case ES512 -> P521;
      default -> RSA;
    };
  }

  public static String pem(PublicKey key) {
    return block("PUBLIC KEY", key.getEncoded());
  }

  public static String block(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  public static String signed(PublicKeyAlgorithm algorithm, String claims) {
    return signed(algorithm, of(algorithm), "", claims);
  }

  /**
   * A token that a key pair signs.
   *
   * @param more members of the header, each with a comma before it
   */
  public static String signed(
      PublicKeyAlgorithm algorithm, KeyPair pair, String more, String claims) {
    return signed("{\"alg\":\"" + algorithm.name() + "\"" + more + "}", algorithm, pair, claims);
  }

  /** The same with a header that may name another algorithm. */
  public static String signed(
      String header, PublicKeyAlgorithm algorithm, KeyPair pair, String claims) {
    String content = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
    return content + "." + base64(signature(algorithm, pair, content));
  }

  /**
   * A key of a key set.
   *
   * @param more members, each with a comma before it
   */
  public static String jwk(PublicKey key, String kid, String more) {
    String members;
    if (key instanceof RSAPublicKey rsa) {
      members =
          "\"kty\":\"RSA\",\"n\":\""
              + base64(unsigned(rsa.getModulus()))
              + "\",\"e\":\""
              + base64(unsigned(rsa.getPublicExponent()))
              + "\"";
    } else {
      ECPublicKey ec = (ECPublicKey) key;
      int bits = ec.getParams().getCurve().getField().getFieldSize();
      members =
          "\"kty\":\"EC\",\"crv\":\"P-"
              + bits
              + "\",\"x\":\""
              + base64(padded(ec.getW().getAffineX(), bits))
              + "\",\"y\":\""
              + base64(padded(ec.getW().getAffineY(), bits))
              + "\"";
    }
    return "{" + members + ",\"kid\":\"" + kid + "\"" + more + "}";
  }

  /** A key set of these keys. */
  public static String jwks(String... keys) {
    return "{\"keys\":[" + String.join(",", keys) + "]}";
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static byte[] padded(BigInteger number, int bits) {
    byte[] bytes = unsigned(number);
    byte[] padded = new byte[(bits + Byte.SIZE - 1) / Byte.SIZE];
    System.arraycopy(bytes, 0, padded, padded.length - bytes.length, bytes.length);
    return padded;
  }

  public static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] signature(PublicKeyAlgorithm algorithm, KeyPair pair, String content) {
    String bits = algorithm.name().substring(2);
    try {
      Signature signature =
          switch (algorithm.name().substring(0, 2)) {
            case "RS" -> Signature.getInstance("SHA" + bits + "withRSA");
            case "PS" -> Signature.getInstance("RSASSA-PSS");
            default -> Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
          };
      if (algorithm.name().startsWith("PS")) {
        int salt = Integer.parseInt(bits) / Byte.SIZE;
        signature.setParameter(
            new PSSParameterSpec(
                "SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), salt, 1));
      }
      signature.initSign(pair.getPrivate());
      signature.update(content.getBytes(UTF_8));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
