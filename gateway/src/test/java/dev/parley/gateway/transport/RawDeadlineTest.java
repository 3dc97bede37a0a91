package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.RawSocket.handshake;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Sockets that send too slowly, with a short deadline. */
@Test(groups = "unit")
public class RawDeadlineTest {

  private TestListener listener;

  @BeforeClass(alwaysRun = true)
  public void listen() throws IOException {
    listener =
        new TestListener(
            "server.handshake_timeout", "200ms",
            "server.keep_alive", "1s",
            "server.heartbeat", "100ms");
  }

  @AfterClass(alwaysRun = true)
  public void stop() {
    listener.close();
  }

  public void aSocketThatSaysNothingIsClosed() throws IOException {
    try (RawSocket socket = listener.socket()) {
      assertThat(socket.rest()).isEmpty();
    }
  }

  public void halfARequestIsClosed() throws IOException {
    assertThat(listener.answer("GET /ws HTTP/1.1\r\nHost: gate")).isEmpty();
  }

  public void aBodyThatNeverComesIsClosed() throws IOException {
    String head = "POST /x HTTP/1.1\r\nHost: gateway\r\nContent-Length: 9\r\n\r\nabc";
    assertThat(listener.answer(head)).isEmpty();
  }

  public void anIdleSocketIsClosedAfterItsAnswers() throws IOException {
    String request = "GET /x HTTP/1.1\r\nHost: gateway\r\n\r\n";
    assertThat(listener.answer(request + request).split("200 OK", -1)).hasSize(3);
  }

  public void anUpgradeWhoseUserStaysUnknownIsTimedOut() throws IOException {
    try (RawSocket socket = listener.socket()) {
      assertThat(socket.send(handshake()).head()).startsWith("HTTP/1.1 101 ");
      assertThat(socket.closed()).isEqualTo(4408);
    }
    assertThat(listener.metrics.count("parley_authentications_failed_total", "reason", "timed_out"))
        .isEqualTo(1);
  }

  public void aUserIsNotHeldToTheDeadline() throws IOException {
    try (RawSocket user = listener.connected("ada");
        RawSocket silent = listener.socket()) {
      assertThat(silent.rest()).isEmpty();
      user.send(RawSocket.frame(0x89, new byte[] {7}));
      assertThat(user.message().opcode()).isEqualTo(10);
    }
  }

  public void aConnectionThatLetsTwoPingsGoUnansweredIsTimedOut() throws IOException {
    try (RawSocket socket = listener.connected("silent")) {
      assertThat(socket.closed()).isEqualTo(4408);
    }
  }

  public void aFrameThatNeverEndsIsNoSignOfLife() throws IOException {
    try (RawSocket socket = listener.connected("half")) {
      byte[] frame = RawSocket.frame(0x81, new byte[1000]);
      assertThat(socket.send(Arrays.copyOf(frame, 500)).closed()).isEqualTo(4408);
    }
  }

  public void aPongIsASignOfLife() throws IOException {
    try (RawSocket socket = listener.connected("alive")) {
      for (int beat = 0; beat < 4; beat++) {
        assertThat(socket.frame().opcode()).isEqualTo(9);
        socket.send(RawSocket.frame(0x8A, new byte[0]));
      }
    }
  }
}
