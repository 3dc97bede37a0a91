package dev.parley.gateway.tests.security;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tls.TestTls;
import java.io.IOException;
import java.net.URI;
import java.security.cert.Certificate;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** Operators replace the certificate while connections are open. */
@Test(groups = "security")
public class ReloadTest extends GatewayTest {
  private final TestTls tls = TestTls.make();

  @Override
  protected Map<String, String> settings() {
    return tls.settings();
  }

  @AfterClass(alwaysRun = true)
  public void delete() {
    tls.close();
  }

  private HttpCaller caller(String scope) {
    return new HttpCaller(gateway.address(), gateway.tokens().withScope("op", scope));
  }

  private HttpAnswer reload() {
    return caller("operator").postWithoutBody("/v1/reload");
  }

  private static Certificate shown(URI gateway, TestTls... trusted) throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            TestTls.trusting(trusted)
                .getSocketFactory()
                .createSocket(gateway.getHost(), gateway.getPort())) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  public void newHandshakesGetTheNewCertificateAndConnectionsStay() throws IOException {
    WsClient client = connect(ada);
    client.barrier();
    try (TestTls next = TestTls.make()) {
      tls.replaceWith(next);
      JsonNode reloaded = reload().json().path("reloaded").path(0);
      assertThat(reloaded.path("name").asText()).isEqualTo("server.tls");
      assertThat(reloaded.path("changed").asBoolean()).isTrue();
      assertThat(reloaded.path("fingerprint").asText()).hasSize(64);
      assertThat(shown(gateway.address(), next)).isEqualTo(next.certificate());
    }
    client.runToEnd("t1", "what is 6*7?");
    connect(ada).barrier();
    assertThat(reload().json().path("reloaded").path(0).path("changed").asBoolean()).isFalse();
  }

  public void aMistakeIsNamedAndNothingChanges() throws IOException {
    long before = gateway.metrics().count("parley_reloads_total", "outcome", "refused");
    try (TestTls good = TestTls.make();
        TestTls other = TestTls.make()) {
      tls.replaceWith(good);
      assertThat(reload().status()).isEqualTo(200);
      tls.write("key.pem", "no key");
      HttpAnswer refused = reload();
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.text("detail"))
          .startsWith("Nothing has changed. server.tls.key_file: ")
          .doesNotContain("no key");
      tls.replaceWith(other);
      tls.write("certificate.pem", TestTls.pem("CERTIFICATE", new byte[] {1}));
      assertThat(reload().text("detail")).contains("server.tls.certificate_file: ");
      assertThat(shown(gateway.address(), good)).isEqualTo(good.certificate());
      tls.replaceWith(good);
    }
    gateway.awaitCount(before + 2, "parley_reloads_total", "outcome", "refused");
  }

  public void anExpiredCertificateDoesNotReplaceTheOneInUse() {
    try (TestTls good = TestTls.make();
        TestTls expired = TestTls.make("-keyalg", "EC", "-startdate", "-9d", "-validity", "3")) {
      tls.replaceWith(expired);
      assertThat(reload().text("detail")).contains("a certificate that is valid now");
      tls.replaceWith(good);
      assertThat(reload().status()).isEqualTo(200);
    }
  }

  public void theAlertOfACertificateThatEndsSoonIsOverAfterAReload() {
    try (TestTls soon = TestTls.make("-keyalg", "EC", "-validity", "13");
        TestTls good = TestTls.make()) {
      Map<String, String> settings = new HashMap<>(soon.settings());
      settings.put("alerts.clear_after", "0ms");
      RunningGateway own = closing(RunningGateway.start(settings));
      HttpCaller operator = new HttpCaller(own.address(), own.tokens().withScope("op", "operator"));
      await()
          .until(
              () ->
                  operator
                      .get("/v1/alerts")
                      .json()
                      .path("firing")
                      .toString()
                      .contains("\"certificate\""));
      assertThat(own.metrics().figure("parley_tls_certificate_remaining_seconds"))
          .isBetween(12 * 86_400L, 13 * 86_400L);
      soon.replaceWith(good);
      assertThat(operator.postWithoutBody("/v1/reload").status()).isEqualTo(200);
      await()
          .until(
              () ->
                  !operator
                      .get("/v1/alerts")
                      .json()
                      .path("firing")
                      .toString()
                      .contains("\"certificate\""));
    }
  }

  public void onlyOperatorsMay() {
    assertThat(caller("admin chat").postWithoutBody("/v1/reload").status()).isEqualTo(403);
    HttpCaller nobody = new HttpCaller(gateway.address(), "x.y.z");
    assertThat(nobody.postWithoutBody("/v1/reload").status()).isEqualTo(401);
  }

  public void itIsInTheAuditLog() {
    reload();
    JsonNode entry = caller("operator").get("/v1/audit?limit=1").json().path("entries").path(0);
    assertThat(entry.path("action").asText()).isEqualTo("reload");
    assertThat(entry.path("outcome").asText()).isEqualTo("done");
  }

  public void withoutTlsThereAreTheKeysOfTokensAlone() {
    RunningGateway plain = closing(RunningGateway.start(Map.of()));
    HttpCaller caller = new HttpCaller(plain.address(), plain.tokens().withScope("op", "operator"));
    assertThat(caller.postWithoutBody("/v1/reload").json())
        .isEqualTo(Json.parse("{\"reloaded\":[{\"name\":\"auth\",\"changed\":false}]}"));
  }
}
