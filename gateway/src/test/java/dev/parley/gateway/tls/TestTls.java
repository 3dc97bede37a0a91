package dev.parley.gateway.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A certificate for 127.0.0.1 that signs itself, made by the JDK's {@code keytool}, with its key as
 * PEM and PKCS#12 files in a folder that {@link #close} deletes.
 */
public final class TestTls implements AutoCloseable {

  public static final String PASSWORD = "changeit";

  private static final int LINE = 64;

  /** All that were made in this process. */
  private static final Set<X509Certificate> MADE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final PrivateKey key;
  private final X509Certificate certificate;

  private TestTls(Path folder) throws IOException, GeneralSecurityException {
    this.folder = folder;
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keystore())) {
      store.load(in, PASSWORD.toCharArray());
    }
    key = (PrivateKey) store.getKey("test", PASSWORD.toCharArray());
    certificate = (X509Certificate) store.getCertificate("test");
    MADE.add(certificate);
    write("certificate.pem", pem("CERTIFICATE", certificate.getEncoded()));
    write("key.pem", pem("PRIVATE KEY", key.getEncoded()));
    write("password", PASSWORD + "\n");
  }

  /** With a key of P-256, valid now. */
  public static TestTls make() {
    return make("-keyalg", "EC", "-groupname", "secp256r1");
  }

  /** With these options of {@code keytool -genkeypair}. */
  public static TestTls make(String... options) {
    try {
      Path folder = Files.createTempDirectory("tls");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
      command.add("-genkeypair");
      command.addAll(List.of(options));
      if (!command.contains("-dname")) {
        command.addAll(List.of("-dname", "CN=test"));
      }
      command.addAll(List.of("-ext", "san=ip:127.0.0.1,dns:localhost"));
      command.addAll(List.of("-alias", "test", "-storetype", "PKCS12", "-storepass", PASSWORD));
      command.addAll(List.of("-keystore", folder.resolve("store.p12").toString()));
      Process keytool =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (keytool.waitFor() != 0) {
        throw new AssertionError("keytool: exit " + keytool.exitValue());
      }
      return new TestTls(folder);
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public Path certificateFile() {
    return folder.resolve("certificate.pem");
  }

  public Path keyFile() {
    return folder.resolve("key.pem");
  }

  public Path keystore() {
    return folder.resolve("store.p12");
  }

  public Path passwordFile() {
    return folder.resolve("password");
  }

  public PrivateKey key() {
    return key;
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** The settings that name the PEM files. */
  public Map<String, String> settings() {
    return Map.of(
        "server.tls.certificate_file", certificateFile().toString(),
        "server.tls.key_file", keyFile().toString());
  }

  /** Puts the certificate and the key of another in the place of these. */
  public void replaceWith(TestTls other) {
    try {
      Files.copy(other.certificateFile(), certificateFile(), StandardCopyOption.REPLACE_EXISTING);
      Files.copy(other.keyFile(), keyFile(), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes another file to the folder. */
  public Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text, US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A block of PEM. */
  public static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            label, Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der), label);
  }

  /** What clients use that trust these certificates alone. */
  public static SSLContext trusting(TestTls... trusted) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (TestTls each : trusted) {
        Certificate certificate = each.certificate;
        store.setCertificateEntry("trusted-" + store.size(), certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * What clients use that trust every certificate that this class has made, besides those that Java
   * trusts.
   */
  public static SSLContext trustingMade() {
    try {
      TrustManagerFactory standard =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      standard.init((KeyStore) null);
      SSLContext context = SSLContext.getInstance("TLS");
      X509ExtendedTrustManager java = (X509ExtendedTrustManager) standard.getTrustManagers()[0];
      context.init(null, new TrustManager[] {new MadeOrKnown(java)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static final class MadeOrKnown extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager known;

    MadeOrKnown(X509ExtendedTrustManager known) {
      this.known = known;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      if (!MADE.contains(chain[0])) {
        known.checkServerTrusted(chain, type, engine);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      if (!MADE.contains(chain[0])) {
        known.checkServerTrusted(chain, type, socket);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      known.checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      known.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      known.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      known.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return known.getAcceptedIssuers();
    }
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
