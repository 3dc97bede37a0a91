package dev.parley.gateway.tls;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.tls.TlsConfig.Keystore;
import dev.parley.gateway.tls.TlsConfig.PemFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Reads the files that {@link TlsConfig} names, and checks that key and certificate belong
 * together. Blocks; called by the starting thread and by that of reloads. Every mistake becomes a
 * problem that names its setting; no content of a file is shown.
 */
public final class TlsFiles {

  private static final int MAX_BYTES = 1024 * 1024;
  private static final int MIN_RSA_BITS = 2048;
  private static final String PKCS12 = "a readable PKCS#12 file, for the password in ";

  private final Problems problems;

  private TlsFiles(Problems problems) {
    this.problems = problems;
  }

  /** Empty if there are problems. */
  public static Optional<TlsIdentity> read(TlsConfig config, Problems problems) {
    TlsFiles files = new TlsFiles(problems);
    return config.source() instanceof PemFiles pem
        ? files.pem(pem)
        : files.keystore((Keystore) config.source());
  }

  private Optional<TlsIdentity> pem(PemFiles files) {
    List<X509Certificate> chain = chain(files.certificate());
    Optional<PrivateKey> key = key(files);
    if (chain.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    return checked(
        TlsConfig.KEY, files.key(), TlsConfig.CERTIFICATE, files.certificate(), key.get(), chain);
  }

  private List<X509Certificate> chain(Path file) {
    Optional<byte[]> bytes = bytes(file);
    List<X509Certificate> chain = bytes.map(TlsFiles::certificates).orElse(List.of());
    if (chain.isEmpty()) {
      refuse(TlsConfig.CERTIFICATE, file, "a readable PEM file with certificates");
    }
    return chain;
  }

  static List<X509Certificate> certificates(byte[] bytes) {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(bytes))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException | RuntimeException unreadable) {
      // The reader of Java has many ways to refuse what is malformed.
      return List.of();
    }
  }

  private Optional<PrivateKey> key(PemFiles files) {
    Optional<String> pem =
        bytes(files.key()).map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
    boolean isEncrypted = pem.map(PemKey::isEncrypted).orElse(false);
    if (isEncrypted && files.password().isEmpty()) {
      problems.add(
          TlsConfig.KEY_PASSWORD.name(), "not set", "a file, as server.tls.key_file is encrypted");
      return Optional.empty();
    }
    Optional<char[]> password =
        files.password().flatMap(file -> password(TlsConfig.KEY_PASSWORD, file));
    if (files.password().isPresent() && password.isEmpty()) {
      return Optional.empty();
    }
    Optional<PrivateKey> key = pem.flatMap(text -> PemKey.read(text, password.orElse(null)));
    if (key.isEmpty()) {
      refuse(
          TlsConfig.KEY,
          files.key(),
          PemKey.EXPECTED
              + (isEncrypted ? ", for the password in server.tls.key_password_file" : ""));
    }
    return key;
  }

  private Optional<TlsIdentity> keystore(Keystore files) {
    Optional<char[]> password = password(TlsConfig.KEYSTORE_PASSWORD, files.password());
    Optional<byte[]> bytes = bytes(files.file());
    if (bytes.isEmpty()) {
      refuse(TlsConfig.KEYSTORE, files.file(), PKCS12 + TlsConfig.KEYSTORE_PASSWORD.name());
    }
    if (password.isEmpty() || bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes.get()), password.get());
      return keystore(files, store, password.get());
    } catch (IOException | GeneralSecurityException | RuntimeException wrong) {
      refuse(TlsConfig.KEYSTORE, files.file(), PKCS12 + TlsConfig.KEYSTORE_PASSWORD.name());
      return Optional.empty();
    }
  }

  private Optional<TlsIdentity> keystore(Keystore files, KeyStore store, char[] password)
      throws GeneralSecurityException {
    List<String> keys = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        keys.add(alias);
      }
    }
    Certificate[] chain = keys.size() == 1 ? store.getCertificateChain(keys.get(0)) : null;
    if (chain == null || !(store.getKey(keys.get(0), password) instanceof PrivateKey key)) {
      refuse(TlsConfig.KEYSTORE, files.file(), "exactly one key, with its certificate");
      return Optional.empty();
    }
    List<X509Certificate> certificates =
        Arrays.stream(chain).map(X509Certificate.class::cast).toList();
    return checked(
        TlsConfig.KEYSTORE, files.file(), TlsConfig.KEYSTORE, files.file(), key, certificates);
  }

  private Optional<TlsIdentity> checked(
      Setting<Optional<Path>> keySetting,
      Path keyFile,
      Setting<Optional<Path>> chainSetting,
      Path chainFile,
      PrivateKey key,
      List<X509Certificate> chain) {
    boolean isGood = true;
    if (!isPair(key, chain.get(0))) {
      refuse(keySetting, keyFile, "the key of the first certificate of " + chainSetting.name());
      isGood = false;
    }
    if (chain.get(0).getPublicKey() instanceof RSAPublicKey rsa
        && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
      refuse(chainSetting, chainFile, "an RSA key of at least " + MIN_RSA_BITS + " bits");
      isGood = false;
    }
    if (!isInOrder(chain)) {
      refuse(
          chainSetting,
          chainFile,
          "the certificate of the gateway first, then each with that of its issuer after it");
      isGood = false;
    }
    return isGood ? Optional.of(new TlsIdentity(key, chain)) : Optional.empty();
  }

  /** Signs something with one, and checks it with the other. */
  private static boolean isPair(PrivateKey key, X509Certificate certificate) {
    try {
      Signature signature = Signature.getInstance("SHA256with" + (isRsa(key) ? "RSA" : "ECDSA"));
      byte[] text = certificate.getEncoded();
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException otherKind) {
      return false;
    }
  }

  private static boolean isRsa(PrivateKey key) {
    return key.getAlgorithm().equals("RSA");
  }

  private static boolean isInOrder(List<X509Certificate> chain) {
    for (int i = 1; i < chain.size(); i++) {
      X509Certificate issued = chain.get(i - 1);
      if (!issued.getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
        return false;
      }
    }
    return true;
  }

  /**
   * The first line as it is, without its end; empty, with a problem, if the file cannot be read.
   */
  private Optional<char[]> password(Setting<Optional<Path>> setting, Path file) {
    Optional<char[]> password =
        bytes(file)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8).split("\\R", 2)[0])
            .map(String::toCharArray);
    if (password.isEmpty()) {
      refuse(setting, file, "a readable file with a password");
    }
    return password;
  }

  /** Reads in sequence, so that the file may be a pipe. */
  private static Optional<byte[]> bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      return Optional.of(bytes).filter(read -> read.length <= MAX_BYTES);
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private void refuse(Setting<Optional<Path>> setting, Path file, String expectation) {
    problems.add(setting.name(), file.toString(), expectation);
  }
}
