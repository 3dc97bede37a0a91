package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Requests as proxies, health checks and small clients send them. */
@Test(groups = "unit")
public class RawHttpTest {

  private static final String GET = "GET /x HTTP/1.1\r\nHost: gateway\r\n\r\n";
  private static final String POST =
      "POST /x HTTP/1.1\r\nHost: gateway\r\nContent-Length: 3\r\n\r\n";
  private static final String CLOSED =
      "POST /closed HTTP/1.1\r\nHost: gateway\r\nContent-Length: 60000\r\n";

  private TestListener listener;

  @BeforeClass(alwaysRun = true)
  public void listen() throws IOException {
    listener = new TestListener("server.handshake_timeout", "5m", "limits.frames_burst", "2000");
  }

  @AfterClass(alwaysRun = true)
  public void stop() {
    listener.close();
  }

  @DataProvider
  public Object[][] oldRequests() {
    return new Object[][] {
      {"GET /x HTTP/1.0\r\n\r\n"},
      {"GET /x HTTP/1.0\r\nHost: gateway\r\nConnection: close\r\n\r\n"},
      {"HEAD /x HTTP/1.0\r\n\r\n"},
      {"OPTIONS /x HTTP/1.0\r\n\r\n"},
      {"GET /x HTTP/1.0\r\nContent-Length: 0\r\n\r\n"},
    };
  }

  @Test(dataProvider = "oldRequests")
  public void anOldRequestIsAnsweredAndItsSocketEnds(String request) throws IOException {
    assertThat(listener.answer(request))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .containsIgnoringCase("connection: close\r\n")
        .doesNotContainIgnoringCase("keep-alive");
  }

  public void anOldRequestMayAskForItsSocketToBeKept() throws IOException {
    String request = "GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    try (RawSocket socket = listener.socket()) {
      assertThat(socket.send(request).answer()).containsIgnoringCase("keep-alive: timeout=75\r\n");
      assertThat(socket.send(request).answer()).endsWith("path /x");
    }
  }

  @DataProvider
  public Object[][] tooOldRequests() {
    return new Object[][] {
      {"POST /x HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"},
      {"POST /x HTTP/1.0\r\n\r\n"},
      {"GET /x HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"},
      {"GET /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"GET /x HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"},
      {"GET /x HTTP/0.9\r\n\r\n"},
      {"GET /x HTTP/1.1\r\n\r\n"},
      {RawSocket.handshake("Authorization: Bearer ada").replace("HTTP/1.1", "HTTP/1.0")},
    };
  }

  @Test(dataProvider = "tooOldRequests")
  public void anOldRequestThatIsMoreThanAQuestionIsRefused(String request) throws IOException {
    assertThat(listener.answer(request)).startsWith("HTTP/1.1 400 ");
  }

  @DataProvider
  public Object[][] lastRequests() {
    return new Object[][] {{GET, 1}, {POST + "abc", 1}, {(POST + "abc").repeat(9) + GET, 10}};
  }

  @Test(dataProvider = "lastRequests")
  public void whoEndsItsSideIsAnsweredFirst(String requests, int answers) throws IOException {
    try (RawSocket socket = listener.socket()) {
      String all = socket.send(requests).endOutput().rest();
      assertThat(all.split("path /x", -1)).hasSize(answers + 1);
    }
  }

  @DataProvider
  public Object[][] halves() {
    return new Object[][] {{""}, {"GET /x HT"}, {POST + "ab"}, {GET + POST + "ab"}};
  }

  @Test(dataProvider = "halves")
  public void whoEndsItsSideWithinARequestIsNotWaitedFor(String half) throws IOException {
    try (RawSocket socket = listener.socket()) {
      assertThat(socket.send(half).endOutput().rest()).doesNotContain("abc");
    }
  }

  public void aRefusalIsReadByWhoHasEndedItsSide() throws IOException {
    try (RawSocket socket = listener.socket()) {
      String request = "POST /x HTTP/1.1\r\nHost: gateway\r\nContent-Length: 70000\r\n\r\n";
      assertThat(socket.send(request).endOutput().rest()).startsWith("HTTP/1.1 413 ");
    }
  }

  public void aWebSocketEndsWithTheClientsSide() throws IOException {
    try (RawSocket socket = listener.connected("ada")) {
      assertThat(socket.endOutput().rest()).isEmpty();
    }
    try (RawSocket socket = listener.socket()) {
      String handshake = RawSocket.handshake("Authorization: Bearer ada");
      assertThat(socket.send(GET + handshake).endOutput().rest()).contains("HTTP/1.1 101 ");
    }
    Eventually.holds(() -> listener.metrics.openConnections() == 0);
  }

  public void whoMayNotSendABodyIsToldBeforeItComes() throws IOException {
    try (RawSocket socket = listener.socket()) {
      assertThat(socket.send(CLOSED + "\r\n").answer()).startsWith("HTTP/1.1 401 ");
      assertThat(socket.send("a".repeat(60_000) + GET).answer()).endsWith("path /x");
    }
  }

  public void whoAsksForLeaveToSendABodyIsRefusedItAndTheSocketEnds() throws IOException {
    assertThat(listener.answer(CLOSED + "Expect: 100-continue\r\n\r\n"))
        .startsWith("HTTP/1.1 401 ")
        .containsIgnoringCase("connection: close\r\n")
        .doesNotContain("100 Continue");
  }

  public void aRefusedBodyWithoutEndIsCutOff() throws IOException {
    String head = CLOSED.replace("Content-Length: 60000", "Transfer-Encoding: chunked");
    try (RawSocket socket = listener.socket()) {
      socket.send(head + "\r\n" + ("4000\r\n" + "a".repeat(0x4000) + "\r\n").repeat(5));
      assertThat(socket.rest()).startsWith("HTTP/1.1 401 ");
    }
  }
}
