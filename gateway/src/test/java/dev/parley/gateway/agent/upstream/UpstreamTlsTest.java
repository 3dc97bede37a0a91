package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ErrorCode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** TLS and proxies, alone and together. */
@Test(groups = "unit", timeOut = 60_000)
public class UpstreamTlsTest extends UpstreamTest {

  private TestCertificate certificate;

  @BeforeClass(alwaysRun = true)
  void createCertificate() throws Exception {
    certificate = new TestCertificate("ip:127.0.0.1");
  }

  @AfterClass(alwaysRun = true)
  void deleteCertificate() throws Exception {
    certificate.close();
  }

  @BeforeMethod(alwaysRun = true)
  void open() {
    client.configure("retries", "0");
  }

  private static ScriptedService.Script stream(String... chunks) {
    return dialogue -> {
      dialogue.readRequest();
      dialogue.beginStream();
      for (String chunk : chunks) {
        dialogue.chunk(chunk);
      }
      dialogue.endStream();
    };
  }

  private ScriptedService secure(ScriptedService.Script script) throws Exception {
    return ScriptedService.secure(certificate.sockets(), script);
  }

  public void aServiceWhoseAuthorityIsConfiguredIsTrusted() throws Exception {
    client.configure("ca_file", certificate.pem().toString());
    try (ScriptedService service = secure(stream("data: 1\n\n", "data: 2\n\n"))) {
      assertThat(Collector.end(client.stream(service))).isEqualTo(StreamEnd.CLEAN);
      assertThat(client.events()).containsExactly("1", "2");
    }
  }

  public void anotherAuthorityIsNotTrusted() throws Exception {
    try (ScriptedService service = secure(stream("data: 1\n\n"))) {
      UpstreamException failure = Collector.failure(client.stream(service));
      assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
      assertThat(failure)
          .hasMessage("The service cannot be reached: its certificate is not trusted.");
      assertThat(service.dialogues()).isEmpty();
    }
  }

  public void aCertificateOfAnotherHostIsNotTrusted() throws Exception {
    try (TestCertificate other = new TestCertificate("ip:127.0.0.9");
        ScriptedService service = ScriptedService.secure(other.sockets(), stream("data: 1\n\n"))) {
      client.configure("ca_file", other.pem().toString());
      assertThat(Collector.failure(client.stream(service)).code())
          .isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
      assertThat(service.dialogues()).isEmpty();
    }
  }

  public void aBodyThatEndsWithTheConnectionNeedsTheEndOfTls() throws Exception {
    client.configure("ca_file", certificate.pem().toString());
    String answer = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {}\n\n";
    try (ScriptedService service =
        secure(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send(answer);
            })) {
      assertThat(Collector.end(client.stream(service))).isEqualTo(StreamEnd.CLEAN);
    }
  }

  public void theSameBodyWithoutTheEndOfTlsIsCut() throws Exception {
    client.configure("ca_file", certificate.pem().toString());
    CountDownLatch cut = new CountDownLatch(1);
    try (ScriptedService service =
            secure(
                dialogue -> {
                  dialogue.readRequest();
                  dialogue.send(
                      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {}\n\n");
                  dialogue.awaitClose();
                });
        ScriptedService proxy = ScriptedService.of(ScriptedProxy.tunnel(cut))) {
      client.configure("proxy", "http://127.0.0.1:" + proxy.port());
      CompletionStage<StreamEnd> stream =
          client.upstream(service.uri()).stream(
              client.run.request(),
              TestClient.call(service.uri()),
              event -> {
                cut.countDown();
                return client.collector.take(event);
              });
      assertThat(Collector.failure(stream).code()).isEqualTo(ErrorCode.UPSTREAM_DISCONNECTED);
      assertThat(client.events()).containsExactly("{}");
    }
  }

  public void aServiceWithoutTlsIsUnreachable() {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.send("HTTP/1.1 400 x\r\n\r\n");
              dialogue.finish();
            })) {
      URI secure = URI.create("https://127.0.0.1:" + service.port() + "/");
      UpstreamException failure = Collector.failure(client.stream(secure));
      assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
      assertThat(failure).hasMessage("The service cannot be reached: the TLS handshake failed.");
    }
  }

  public void httpGoesToTheProxyWithTheWholeUrl() {
    try (ScriptedService proxy = ScriptedService.streaming("data: [DONE]\n\n")) {
      client.configure("proxy", "http://me:pass@127.0.0.1:" + proxy.port());
      Collector.end(client.stream(URI.create("http://service.invalid:81/v1?x=1")));
      Dialogue seen = proxy.dialogues().get(0);
      assertThat(seen.requestLine()).isEqualTo("POST http://service.invalid:81/v1?x=1 HTTP/1.1");
      assertThat(seen.header("host")).isEqualTo("service.invalid:81");
      assertThat(seen.header("proxy-authorization")).isEqualTo("Basic " + basic("me:pass"));
    }
  }

  public void httpsGoesThroughATunnel() throws Exception {
    client.configure("ca_file", certificate.pem().toString());
    try (ScriptedService service = secure(stream("data: 1\n\n"));
        ScriptedService proxy = ScriptedService.of(ScriptedProxy.tunnel())) {
      client.configure("proxy", "http://me:pass@127.0.0.1:" + proxy.port());
      assertThat(Collector.end(client.stream(service))).isEqualTo(StreamEnd.CLEAN);
      assertThat(client.events()).containsExactly("1");
      Dialogue seen = proxy.dialogues().get(0);
      assertThat(seen.requestLine()).isEqualTo("CONNECT 127.0.0.1:" + service.port() + " HTTP/1.1");
      assertThat(seen.header("proxy-authorization"))
          .isEqualToIgnoringCase("basic " + basic("me:pass"));
      assertThat(service.dialogues().get(0).header("proxy-authorization")).isEmpty();
    }
  }

  public void aProxyThatRefusesIsUnreachable() {
    try (ScriptedService proxy = ScriptedService.answering(ScriptedService.answer(407, "", "no"))) {
      client.configure("proxy", "http://me:pass@127.0.0.1:" + proxy.port());
      UpstreamException failure =
          Collector.failure(client.stream(URI.create("https://service.invalid/")));
      assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
      assertThat(failure).hasMessage("The service cannot be reached: the proxy refuses it.");
    }
  }

  private static String basic(String credentials) {
    return Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }
}
