package dev.parley.gateway.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.jspecify.annotations.Nullable;

/** Reads a key in PEM form (RFC 7468): PKCS#8, encrypted or not, PKCS#1 or SEC 1. */
final class PemKey {

  static final String EXPECTED =
      "a readable PEM file with an RSA or EC key: PKCS#8, PKCS#1 or SEC 1";

  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ((?:ENCRYPTED |RSA |EC )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  /** About a second. Others would keep the start or a reload for as long as they say. */
  private static final int MAX_ITERATIONS = 2_000_000;

  /** Whether the text has a key that needs a password. */
  static boolean isEncrypted(String pem) {
    Matcher block = BLOCK.matcher(pem);
    return block.find() && block.group(1).startsWith("ENCRYPTED");
  }

  private PemKey() {}

  /** The first key of the text; empty if there is none that can be read with this password. */
  static Optional<PrivateKey> read(String pem, char @Nullable [] password) {
    Matcher block = BLOCK.matcher(pem);
    if (!block.find()) {
      return Optional.empty();
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(block.group(2));
      return switch (block.group(1)) {
        case "RSA PRIVATE KEY" -> key(new PKCS8EncodedKeySpec(PrivateKeyDer.ofRsa(der)));
        case "EC PRIVATE KEY" ->
            PrivateKeyDer.ofEc(der).map(PKCS8EncodedKeySpec::new).flatMap(PemKey::key);
        case "ENCRYPTED PRIVATE KEY" ->
            password == null ? Optional.empty() : key(decrypted(der, password));
        default -> key(new PKCS8EncodedKeySpec(der));
      };
    } catch (GeneralSecurityException | IOException | RuntimeException unreadable) {
      // The readers of Java have many ways to refuse what is malformed.
      return Optional.empty();
    }
  }

  private static PKCS8EncodedKeySpec decrypted(byte[] der, char[] password)
      throws GeneralSecurityException, IOException {
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
    // The parameters of PBES2 name the algorithm that the general name leaves open.
    AlgorithmParameters parameters = info.getAlgParameters();
    if (parameters == null) {
      throw new InvalidKeySpecException("the encryption of the key has no readable parameters");
    }
    String algorithm =
        info.getAlgName().equals("PBES2") ? parameters.toString() : info.getAlgName();
    if (parameters.getParameterSpec(PBEParameterSpec.class).getIterationCount() > MAX_ITERATIONS) {
      throw new InvalidKeySpecException("the encryption of the key takes too long to undo");
    }
    SecretKey key =
        SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password));
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(Cipher.DECRYPT_MODE, key, parameters);
    return info.getKeySpec(cipher);
  }

  private static Optional<PrivateKey> key(PKCS8EncodedKeySpec spec) {
    for (String algorithm : new String[] {"RSA", "EC"}) {
      try {
        return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(spec));
      } catch (InvalidKeySpecException other) {
        // The next algorithm is tried.
      } catch (GeneralSecurityException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
    return Optional.empty();
  }
}
