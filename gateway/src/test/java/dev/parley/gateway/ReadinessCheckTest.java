package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tls.TestTls;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 60_000)
public class ReadinessCheckTest {

  /** Answers one client over TLS. */
  private static boolean isReady(String answer) throws Exception {
    try (TestTls tls = TestTls.make();
        SSLServerSocket server = listening(tls)) {
      CompletableFuture<Void> answered =
          CompletableFuture.runAsync(() -> answerOne(server, answer));
      boolean isReady = ReadinessCheck.isReady(server.getLocalPort());
      answered.join();
      return isReady;
    }
  }

  private static SSLServerSocket listening(TestTls tls)
      throws IOException, GeneralSecurityException {
    char[] password = TestTls.PASSWORD.toCharArray();
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(KeyStore.getInstance(tls.keystore().toFile(), password), password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return (SSLServerSocket)
        context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static void answerOne(SSLServerSocket server, String answer) {
    try (SSLSocket client = (SSLSocket) server.accept();
        OutputStream out = client.getOutputStream()) {
      client.getInputStream().read();
      out.write(answer.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @DataProvider
  public Object[][] answers() {
    return new Object[][] {
      {"HTTP/1.1 200 OK\r\n\r\n", true},
      {"HTTP/1.1 503 Service Unavailable\r\n\r\n", false},
      {"", false},
    };
  }

  @Test(dataProvider = "answers")
  public void theStatusDecides(String answer, boolean isReady) throws Exception {
    assertThat(isReady(answer)).isEqualTo(isReady);
  }

  public void nobodyThereIsNotReady() {
    assertThat(ReadinessCheck.isReady(1)).isFalse();
  }
}
