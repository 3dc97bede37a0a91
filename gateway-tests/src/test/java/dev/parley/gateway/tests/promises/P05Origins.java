package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import java.util.Arrays;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone who uses a browser",
    goal = "Trust",
    valueImpact = "A foreign page in another tab cannot act for the person who is signed in",
    strategicImpact = "One allowlist for WebSocket and HTTP; every other origin is refused")
@Test(groups = "security")
public class P05Origins extends GatewayTest {
  @Override
  protected Map<String, String> settings() {
    return Map.of("origins.allowed", "https://app.example,https://other.example:8443");
  }

  @DataProvider
  public Object[] allowed() {
    return new Object[] {"https://app.example", "https://other.example:8443"};
  }

  @Test(dataProvider = "allowed")
  public void anAllowedOriginIsAccepted(String origin) {
    assertThat(handshake("Origin: " + origin).status()).isEqualTo(101);
  }

  public void aRequestWithoutAnOriginIsAcceptedBecauseATokenIsNotAmbientAuthority() {
    assertThat(handshake("X-Nothing: here").status()).isEqualTo(101);
  }

  @DataProvider
  public Object[] lookAlikes() {
    return new Object[] {
      "null",
      "",
      "http://app.example",
      "https://app.example:444",
      "https://app.example:443",
      "https://app.example/",
      "https://app.example.",
      "https://app.example.evil.example",
      "https://evil-app.example",
      "https://app.example@evil.example",
      "https://sub.app.example",
      "https://other.example",
      "HTTPS://APP.EXAMPLE",
      "https://app.example https://evil.example",
      "https://app.example,https://other.example:8443",
      "file://",
      "*",
      "http://127.0.0.1",
      "http://localhost"
    };
  }

  @Test(dataProvider = "lookAlikes")
  public void aLookAlikeIsRefusedWithAProblem(String origin) {
    assertRefused(handshake("Origin: " + origin));
  }

  public void theGatewaysOwnOriginIsNoExceptionOutsideDevelopmentMode() {
    assertRefused(handshake("Origin: http://127.0.0.1:" + gateway.address().getPort()));
    assertRefused(handshake("Origin: http://localhost:" + gateway.address().getPort()));
  }

  public void theSameAllowlistAppliesToHttp() {
    String token = "Authorization: Bearer " + gateway.tokens().of(ada) + "\r\n";
    String call = "GET /v1/threads HTTP/1.1\r\nHost: gateway\r\n" + token + "Origin: ";
    RawClient.RawAnswer allowed = rawSocket().request(call + "https://app.example\r\n\r\n");
    assertThat(allowed.status()).isEqualTo(200);
    assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
    assertThat(allowed.header("Access-Control-Expose-Headers"))
        .isEqualToIgnoringCase("retry-after");
    assertThat(allowed.header("Vary")).isEqualToIgnoringCase("origin");
    for (Object lookAlike : lookAlikes()) {
      assertRefused(rawSocket().request(call + lookAlike + "\r\n\r\n"));
    }
  }

  public void aPreflightIsAnsweredForAllowedOriginsOnly() {
    String preflight =
        "OPTIONS /v1/commands HTTP/1.1\r\nHost: gateway\r\n"
            + "Access-Control-Request-Method: POST\r\nOrigin: ";
    RawClient.RawAnswer allowed = rawSocket().request(preflight + "https://app.example\r\n\r\n");
    assertThat(allowed.status()).isEqualTo(204);
    assertThat(allowed.header("Access-Control-Allow-Methods")).contains("POST", "DELETE");
    assertThat(allowed.header("Access-Control-Allow-Headers"))
        .contains("authorization", "cache-control", "last-event-id", "x-requested-with")
        .contains("traceparent", "tracestate", "baggage", "sentry-trace", "request-id");
    assertRefused(rawSocket().request(preflight + "https://evil.example\r\n\r\n"));
  }

  public void refusalsCarryCorsHeadersWhicheverStageRefuses() {
    String origin = "Host: gateway\r\nOrigin: https://app.example\r\n";
    String token = "Authorization: Bearer " + gateway.tokens().of(ada) + "\r\n";
    Map<String, Integer> calls =
        Map.of(
            "GET /v1/threads HTTP/1.1\r\n" + origin, 401,
            "GET /v1/nothing HTTP/1.1\r\n" + token + origin, 404,
            "POST /v1/commands HTTP/1.1\r\nContent-Length: 9000000\r\n" + token + origin, 413);
    calls.forEach(
        (call, status) -> {
          RawClient.RawAnswer answer = rawSocket().request(call + "\r\n");
          assertThat(answer.status()).isEqualTo(status);
          assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        });
  }

  public void twoOriginsAreRefused() {
    RawClient.RawAnswer answer =
        handshake("Origin: https://app.example", "Origin: https://app.example");
    assertThat(answer.status()).isEqualTo(400);
  }

  private static void assertRefused(RawClient.RawAnswer answer) {
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(Json.parse(answer.body()).path("code").asText()).isEqualTo("forbidden");
    assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
  }

  private RawClient.RawAnswer handshake(String... lines) {
    String[] all = Arrays.copyOf(lines, lines.length + 1);
    all[lines.length] = "Authorization: Bearer " + gateway.tokens().of(ada);
    return rawSocket().request(RawClient.upgrade(all));
  }

  @DataProvider
  public Object[] queries() {
    return new Object[] {"/ws?", "/ws?token=", "/ws?token=eyJ.a.b", "/ws?a=b&c=d"};
  }

  @Test(dataProvider = "queries")
  public void aQueryStringIsRefusedWithTheThreeWaysToSendAToken(String target) {
    String token = "Authorization: Bearer " + gateway.tokens().of(ada);
    RawClient.RawAnswer answer = rawSocket().request(RawClient.upgradeTo(target, token));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body())
        .contains("Authorization", "Sec-WebSocket-Protocol", "authenticate")
        .doesNotContain("eyJ.a.b");
  }
}
