package dev.parley.gateway.auth;

import dev.parley.gateway.config.MappingForm;
import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Secrets;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads public keys and certificates in PEM (RFC 7468). Used by the starting thread. */
final class PemKeys {

  /** During a change there are two; each one costs time for an invalid token. */
  private static final int MAX_KEYS = 4;

  private static final String EXPECTATION =
      "1 to "
          + MAX_KEYS
          + " blocks BEGIN PUBLIC KEY or BEGIN CERTIFICATE in PEM, each RSA of "
          + PublicKeyAlgorithm.MIN_RSA_BITS
          + " to "
          + PublicKeyAlgorithm.MAX_RSA_BITS
          + " bits or EC on P-256, P-384 or P-521";

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]++)-----([^-]*+)-----END \\1-----");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private PemKeys() {}

  /**
   * The keys themselves, with line ends as they are or as {@code \n}. Not shown: it may be a
   * private key by mistake.
   */
  static Parser<List<PublicKey>> text() {
    return new Parser<>(
        EXPECTATION, true, MappingForm.NONE, text -> parse(text.replace("\\n", "\n")));
  }

  /** The path of a file with the keys. */
  static Parser<List<PublicKey>> file() {
    return Secrets.file(text());
  }

  private static Optional<List<PublicKey>> parse(String text) {
    List<PublicKey> keys = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      Optional<PublicKey> key = key(blocks.group(1), blocks.group(2));
      if (key.filter(PublicKeyAlgorithm::isUsable).isEmpty() || keys.size() == MAX_KEYS) {
        return Optional.empty();
      }
      keys.add(key.get());
    }
    boolean isWhole = blocks.reset().replaceAll("").indexOf("-----BEGIN") < 0;
    return keys.isEmpty() || !isWhole ? Optional.empty() : Optional.of(List.copyOf(keys));
  }

  private static Optional<PublicKey> key(String label, String base64) {
    try {
      byte[] der = Base64.getDecoder().decode(SPACE.matcher(base64).replaceAll(""));
      return switch (label) {
        case "PUBLIC KEY" -> key("RSA", der).or(() -> key("EC", der));
        case "CERTIFICATE" ->
            Optional.of(
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der))
                    .getPublicKey());
        default -> Optional.empty();
      };
    } catch (GeneralSecurityException | RuntimeException malformed) {
      // The readers of Java have many ways to refuse what is malformed.
      return Optional.empty();
    }
  }

  private static Optional<PublicKey> key(String algorithm, byte[] der) {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der)));
    } catch (GeneralSecurityException another) {
      return Optional.empty();
    }
  }
}
