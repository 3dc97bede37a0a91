package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.auth0.jwt.algorithms.Algorithm;
import dev.parley.gateway.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a measured gateway speaks, and how its tokens are signed.
 *
 * @param algorithm HS256, ES256 on P-256 or RS256 with 2,048 bits
 * @param tls what its clients speak
 */
record Variant(String algorithm, ClientTls.Kind tls) {

  private static final int RSA_BITS = 2048;
  private static final int LINE = 64;
  private static final String PASSWORD = "changeit";

  /** As the flags say; HS256 without TLS if they are missing. */
  static Variant of(Options options) {
    String algorithm = options.optional("tokens");
    String tls = options.optional("tls");
    return new Variant(
        algorithm.isEmpty() ? "HS256" : algorithm,
        tls.isEmpty() ? ClientTls.Kind.OFF : ClientTls.Kind.valueOf(tls.toUpperCase(Locale.ROOT)));
  }

  Variant withoutTls() {
    return new Variant(algorithm, ClientTls.Kind.OFF);
  }

  /** The tokens, and the settings of a gateway that takes them and speaks this. */
  record Made(Tokens tokens, Map<String, String> settings) {}

  /** Makes the keys; those that the gateway reads are files in the folder. */
  Made make(Secret secret, Path folder) throws IOException {
    Map<String, String> settings = new HashMap<>();
    if (tls != ClientTls.Kind.OFF) {
      settings.put("server.tls.keystore_file", keystore(folder).toString());
      settings.put(
          "server.tls.keystore_password_file",
          Files.writeString(folder.resolve("tls.password"), PASSWORD).toString());
    }
    if (algorithm.equals("HS256")) {
      return new Made(Tokens.of(secret), settings);
    }
    KeyPair keys = keys();
    Path file = folder.resolve("token.pem");
    String der =
        Base64.getMimeEncoder(LINE, new byte[] {'\n'})
            .encodeToString(keys.getPublic().getEncoded());
    Files.writeString(
        file, "-----BEGIN PUBLIC KEY-----\n" + der + "\n-----END PUBLIC KEY-----\n", US_ASCII);
    settings.put("auth.jwt.public_key_file", file.toString());
    return new Made(new Tokens(signer(keys)), settings);
  }

  private KeyPair keys() {
    try {
      KeyPairGenerator maker =
          KeyPairGenerator.getInstance(algorithm.equals("ES256") ? "EC" : "RSA");
      maker.initialize(algorithm.equals("ES256") ? 256 : RSA_BITS);
      return maker.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Algorithm signer(KeyPair keys) {
    return keys.getPublic() instanceof ECPublicKey ec
        ? Algorithm.ECDSA256(ec, (ECPrivateKey) keys.getPrivate())
        : Algorithm.RSA256((RSAPublicKey) keys.getPublic(), (RSAPrivateKey) keys.getPrivate());
  }

  /** A certificate that signs itself, with a key on P-256. */
  private static Path keystore(Path folder) throws IOException {
    Path file = folder.resolve("tls.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=bench",
                "-alias",
                "bench",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (keytool.waitFor() != 0) {
        throw new IOException("keytool: exit code " + keytool.exitValue() + " (expected: 0)");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return file;
  }
}
