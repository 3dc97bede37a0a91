package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import dev.parley.gateway.tls.TestTls;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The headers that every answer has, whichever part of the gateway makes it. */
@Test(groups = "security")
public class SecurityHeadersTest extends GatewayTest {
  private static final String HSTS = "strict-transport-security";

  private final TestTls tls = TestTls.make();

  @Override
  protected Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(tls.settings());
    settings.put("server.tls.hsts", "24h");
    settings.put("origins.allowed", "https://app.example");
    return settings;
  }

  @AfterClass(alwaysRun = true)
  public void delete() {
    tls.close();
  }

  /** The head of a request without its first and last empty line; TOKEN stands for a header. */
  @DataProvider
  public Object[][] answers() {
    return new Object[][] {
      {"GET / HTTP/1.1|Host: a", 200},
      {"GET /parley.js HTTP/1.1|Host: a", 200},
      {"GET /parley.js HTTP/1.1|Host: a|If-None-Match: *", 304},
      {"GET /healthz HTTP/1.1|Host: a", 200},
      {"GET /v1/openapi.json HTTP/1.1|Host: a", 200},
      {"GET /v1/session HTTP/1.1|Host: a|TOKEN", 200},
      {"GET /v1/session HTTP/1.1|Host: a", 401},
      {"GET /v1/threads/t1/events HTTP/1.1|Host: a|TOKEN|Accept: text/event-stream", 200},
      {"GET /nothing HTTP/1.1|Host: a", 404},
      {"DELETE / HTTP/1.1|Host: a", 405},
      {"OPTIONS / HTTP/1.1|Host: a", 204},
      {
        "OPTIONS /v1/session HTTP/1.1|Host: a|Origin: https://app.example"
            + "|Access-Control-Request-Method: GET",
        204
      },
      {"GET / HTTP/1.1|Host: a|Origin: https://evil.example", 403},
      {"GET / HTTP/1.1|Host: a|Host: b", 400},
      {"GET /" + "x".repeat(5_000) + " HTTP/1.1|Host: a", 414},
      {"GET / HTTP/1.1|Host: a|X: " + "x".repeat(40_000), 431},
      {"POST /v1/session HTTP/1.1|Host: a|Content-Length: 3", 405},
      {"GET /ws HTTP/1.1|Host: a", 400},
    };
  }

  private RawAnswer ask(String head) {
    String token = "Authorization: Bearer " + gateway.tokens().of(ada);
    String text = head.replace("TOKEN", token).replace("|", "\r\n") + "\r\n\r\n";
    RawClient client = rawSocket();
    client.send(text);
    return client.readAnswer();
  }

  @Test(dataProvider = "answers")
  public void everyAnswerHasThem(String head, int status) {
    RawAnswer answer = ask(head);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(answer.header("referrer-policy")).isEqualTo("no-referrer");
    assertThat(answer.header("cross-origin-resource-policy")).isEqualTo("same-origin");
    assertThat(answer.header("content-security-policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'");
    assertThat(answer.header("cache-control")).containsAnyOf("no-store", "no-cache");
    assertThat(answer.header(HSTS)).isEqualTo("max-age=86400");
  }

  public void whatATokenReadsIsNeverCached() {
    assertThat(ask("GET /v1/session HTTP/1.1|Host: a|TOKEN").header("cache-control"))
        .isEqualTo("no-store");
  }

  public void aPageAsksForNoDeviceAndIsAlone() {
    RawAnswer page = ask("GET / HTTP/1.1|Host: a");
    assertThat(page.header("permissions-policy")).contains("camera=()", "microphone=()");
    assertThat(page.header("cross-origin-opener-policy")).isEqualTo("same-origin");
  }

  public void anUpgradeTellsToUseTls() {
    String token = "Authorization: Bearer " + gateway.tokens().of(ada);
    assertThat(rawSocket().request(RawClient.upgrade(token)).header(HSTS)).isNotEmpty();
  }

  /** RFC 6797, section 7.2. */
  public void plainHttpIsNotToldToUseTls() {
    URI plain = URI.create("http://" + gateway.address().getAuthority());
    RawClient client = closing(RawClient.open(plain));
    RawAnswer answer = client.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header(HSTS)).isEmpty();
    assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
  }

  public void withoutTheSettingNobodyIsTold() {
    URI own = another(Map.of("server.tls.hsts", "0s")).address();
    RawClient client = closing(RawClient.open(own));
    assertThat(client.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n").header(HSTS)).isEmpty();
  }
}
