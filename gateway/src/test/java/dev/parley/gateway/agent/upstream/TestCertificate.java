package dev.parley.gateway.agent.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate that signs itself, made by the JDK's {@code keytool}. */
final class TestCertificate implements AutoCloseable {

  private static final String PASSWORD = "changeit";

  private final Path folder;

  /**
   * A certificate for this name.
   *
   * @param name as {@code keytool} writes it: {@code ip:127.0.0.1}
   */
  TestCertificate(String name) throws IOException, InterruptedException {
    folder = Files.createTempDirectory("certificate");
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=" + name);
    keytool("-exportcert", "-rfc", "-file", pem().toString());
  }

  private void keytool(String... args) throws IOException, InterruptedException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    List<String> command = new ArrayList<>(List.of(tool.toString()));
    command.addAll(List.of(args));
    command.addAll(
        List.of("-alias", "test", "-storepass", PASSWORD, "-keystore", store().toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("keytool: exit " + process.exitValue());
    }
  }

  private Path store() {
    return folder.resolve("store.p12");
  }

  Path pem() {
    return folder.resolve("ca.pem");
  }

  /** Sockets of a server that shows this certificate. */
  ServerSocketFactory sockets() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store())) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context.getServerSocketFactory();
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(store());
    Files.deleteIfExists(pem());
    Files.delete(folder);
  }
}
