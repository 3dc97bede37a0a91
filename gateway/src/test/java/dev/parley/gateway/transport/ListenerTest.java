package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ListenerTest {

  private static final String GET = "GET /x HTTP/1.1\r\nHost: gateway\r\n";

  private TestListener listener;

  @BeforeMethod(alwaysRun = true)
  public void listen() throws IOException {
    listener =
        new TestListener(
            "origins.allowed", "https://app.example.com",
            "limits.unauthenticated_per_address", "3",
            "limits.frames_per_second", "1");
  }

  @AfterMethod(alwaysRun = true)
  public void stop() {
    listener.close();
  }

  public void aPortThatIsTakenIsNamed() {
    String port = Integer.toString(listener.port());
    assertThatThrownBy(() -> new TestListener("server.port", port))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("server.port: 127.0.0.1:" + port + " (expected: ");
  }

  public void itsEndClosesEveryConnection() throws Exception {
    try (RawSocket socket = listener.connected("ada")) {
      listener.stopListening();
      assertThat(socket.closed()).isEqualTo(1001);
    }
    assertThat(listener.metrics.openConnections()).isZero();
  }

  public void aRequestForAnotherPathIsAnsweredOverHttp() throws IOException {
    assertThat(listener.answer(GET + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .endsWith("\r\n\r\npath /x");
  }

  public void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    String requests = (GET + "\r\n").repeat(20) + GET.replace("/x", "/last");
    String answers = listener.answer(requests + "Connection: close\r\n\r\n");
    assertThat(answers.split("path /x", -1)).hasSize(21);
    assertThat(answers).endsWith("path /last");
  }

  public void aBodyThatIsTooLargeIsRefused() throws IOException {
    String head = GET.replace("GET", "POST") + "Content-Length: 70000\r\n\r\n";
    assertThat(listener.answer(head + "a".repeat(70000)))
        .startsWith("HTTP/1.1 413 ")
        .contains("frame_too_large");
  }

  @DataProvider
  public Object[][] expectations() {
    return new Object[][] {
      {"Expect: 100-continue\r\nContent-Length: 70000", 413, "frame_too_large"},
      {"Expect: a miracle\r\nContent-Length: 2", 417, "invalid_argument"},
    };
  }

  @Test(dataProvider = "expectations")
  public void anExpectationThatIsNotMetIsAnsweredWithTheReason(
      String headers, int status, String code) throws IOException {
    String head = GET.replace("GET", "POST") + headers + "\r\nConnection: close\r\n\r\n";
    assertThat(listener.answer(head))
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("application/problem+json", code);
  }

  public void moreRequestsOfOneSocketThanItMaySendAreRefused() throws IOException {
    String answers = listener.answer((GET + "\r\n").repeat(500));
    assertThat(answers.split("path /x", -1)).hasSizeBetween(400, 480);
    assertThat(answers).contains("HTTP/1.1 429 ", "rate_limited");
    assertThat(answers).containsIgnoringCase("retry-after: 1\r\n");
  }

  public void moreSocketsOfUnknownUsersThanOneAddressMayHaveAreClosed() throws IOException {
    try (RawSocket first = stranger();
        RawSocket second = stranger();
        RawSocket third = stranger();
        RawSocket fourth = listener.socket()) {
      assertThat(fourth.rest()).isEmpty();
      assertThat(listener.answer(GET + "\r\n"))
          .startsWith("HTTP/1.1 429 ")
          .contains("quota_exceeded");
      first.sendText("{\"type\":\"authenticate\",\"payload\":{\"token\":\"ada\"}}").frame();
      assertThat(listener.answer(GET + "Connection: close\r\n\r\n")).contains("path /x");
      assertThat(second).isNotSameAs(third);
    }
  }

  /** An open WebSocket that has not sent its first frame. */
  private RawSocket stranger() throws IOException {
    RawSocket socket = listener.socket().send(RawSocket.handshake());
    assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
    return socket;
  }

  @DataProvider
  public Object[][] allowedOrigins() {
    return new Object[][] {
      {"https://app.example.com"}, {"http://127.0.0.1:PORT"}, {"http://localhost:PORT"}
    };
  }

  @Test(dataProvider = "allowedOrigins")
  public void aPageOfAnAllowedOriginIsLetInAndTold(String origin) throws IOException {
    String own = origin.replace("PORT", Integer.toString(listener.port()));
    try (RawSocket socket = listener.socket()) {
      socket.send(RawSocket.handshake("Authorization: Bearer ada", "Origin: " + own));
      assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
    }
    assertThat(listener.answer(GET + "Connection: close\r\nOrigin: " + own + "\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("access-control-allow-origin: " + own + "\r\n")
        .containsIgnoringCase("vary: origin\r\n");
  }

  public void aPreflightOfAnAllowedPageIsAnswered() throws IOException {
    String preflight =
        GET.replace("GET", "OPTIONS")
            + "Origin: https://app.example.com\r\nAccess-Control-Request-Method: POST\r\n";
    assertThat(listener.answer(preflight + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 204 ")
        .containsIgnoringCase("access-control-allow-origin: https://app.example.com\r\n")
        .containsPattern(
            "(?i)access-control-allow-headers: authorization, baggage, cache-control, content-type,"
                + " last-event-id, request-id, sentry-trace, traceparent, tracestate, x-request-id,"
                + " x-requested-with\r\n");
  }

  public void aPreflightCountsAsARequestAndARefusalIsReadableForThePage() throws IOException {
    String preflight =
        GET.replace("GET", "OPTIONS")
            + "Origin: https://app.example.com\r\nAccess-Control-Request-Method: POST\r\n\r\n";
    String answers = listener.answer(preflight.repeat(1_000));
    assertThat(answers.substring(answers.lastIndexOf("HTTP/1.1 ")))
        .startsWith("HTTP/1.1 429 ")
        .containsIgnoringCase("access-control-allow-origin: https://app.example.com\r\n")
        .containsIgnoringCase("access-control-expose-headers: retry-after\r\n")
        .containsIgnoringCase("retry-after: 1\r\n");
  }

  @DataProvider
  public Object[][] otherOrigins() {
    return new Object[][] {
      {"null"},
      {"https://app.example.com.evil.org"},
      {"https://evil-app.example.com"},
      {"https://evil.org/https://app.example.com"},
      {"https://app.example.com:443"},
      {"https://app.example.com:8443"},
      {"https://app.example.com/"},
      {"https://APP.example.com"},
      {"http://app.example.com"},
      {"https://example.com"},
      {"http://127.0.0.1"},
      {"http://localhost:1"},
      {"https://app.example.com, https://evil.org"},
      {"*"},
    };
  }

  @Test(dataProvider = "otherOrigins")
  public void aPageOfAnyOtherOriginIsRefused(String origin) throws IOException {
    String header = "Origin: " + origin;
    assertThat(listener.answer(RawSocket.handshake("Authorization: Bearer ada", header)))
        .startsWith("HTTP/1.1 403 ")
        .contains("\"forbidden\"")
        .doesNotContainIgnoringCase("access-control");
    assertThat(listener.answer(GET + header + "\r\n\r\n")).startsWith("HTTP/1.1 403 ");
  }
}
