package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.RawSocket.frame;
import static dev.parley.gateway.transport.RawSocket.handshake;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The token in the first frame, and how many connections a user gets. */
@Test(groups = "unit")
public class RawAuthenticateTest {

  private TestListener listener;

  @BeforeMethod(alwaysRun = true)
  public void listen() throws IOException {
    listener = new TestListener();
  }

  @AfterMethod(alwaysRun = true)
  public void stop() {
    listener.close();
  }

  private RawSocket unknown() throws IOException {
    RawSocket socket = listener.socket().send(handshake());
    assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
    return socket;
  }

  private static String authenticate(String token) {
    return "{\"type\":\"authenticate\",\"payload\":{\"token\":\"" + token + "\"}}";
  }

  public void theFirstFrameMayBringTheToken() throws Exception {
    try (RawSocket socket = unknown()) {
      assertThat(socket.sendText(authenticate("ada")).message().text()).isEqualTo("welcome");
      assertThat(listener.routes.next().principal.user().subject()).isEqualTo("ada");
    }
  }

  public void whatFollowsTheTokenAtOnceIsDispatched() throws Exception {
    try (RawSocket socket = unknown()) {
      byte[] ping = frame(0x81, "{\"type\":\"ping\"}".getBytes(UTF_8));
      socket.sendText(authenticate("ada")).send(ping).send(frame(0x89, ping));
      // The pong may be the first: the channel is still on its way to the user's home.
      assertThat(List.of(socket.message().opcode(), socket.message().opcode()))
          .containsExactlyInAnyOrder(1, 10);
      FakeRoutes.FakeRoute route = listener.routes.next();
      Eventually.holds(() -> route.commands.size() == 1);
    }
  }

  @DataProvider
  public Object[][] refusedFrames() {
    return new Object[][] {
      {"forged", 4401, "unauthenticated", authenticate("forged")},
      {"expired", 4401, "token_expired", authenticate("expired")},
      {"stranger", 4403, "forbidden", authenticate("stranger")},
      {"another command", 4401, "unauthenticated", "{\"type\":\"ping\"}"},
      {"no JSON", 4401, "bad_frame", "hello"},
      {"too long", 4401, "frame_too_large", authenticate("a".repeat(16 * 1024))},
    };
  }

  @Test(dataProvider = "refusedFrames")
  public void isToldWhyAndClosed(String name, int code, String error, String text)
      throws IOException {
    try (RawSocket socket = unknown()) {
      assertThat(socket.sendText(text).message().text())
          .startsWith("{\"type\":\"error\"")
          .contains("\"code\":\"" + error + "\"");
      assertThat(socket.closed()).isEqualTo(code);
    }
    assertThat(listener.routes.opened).isEmpty();
  }

  public void aTokenInFragmentsIsRefused() throws IOException {
    try (RawSocket socket = unknown()) {
      socket.send(frame(0x01, authenticate("ada").getBytes(UTF_8)));
      assertThat(socket.message().text()).contains("bad_frame");
      assertThat(socket.closed()).isEqualTo(4401);
    }
  }

  public void oneConnectionTooManyIsRefusedEitherWay() throws IOException {
    try (RawSocket first = listener.connected("ada");
        RawSocket second = listener.connected("ada");
        RawSocket third = unknown()) {
      assertThat(listener.answer(handshake("Authorization: Bearer ada")))
          .startsWith("HTTP/1.1 429 ")
          .containsIgnoringCase("retry-after: 5\r\n")
          .contains("quota_exceeded");
      assertThat(third.sendText(authenticate("ada")).message().text()).contains("quota_exceeded");
      assertThat(third.closed()).isEqualTo(1013);
      assertThat(first).isNotSameAs(second);
    }
  }

  public void aResetSocketFreesItsPlace() throws Exception {
    for (int i = 0; i < 5 * TestListener.CONNECTIONS; i++) {
      listener.connected("ada").reset();
      listener.routes.next().awaitEnd();
      Eventually.holds(() -> listener.metrics.openConnections() == 0);
    }
    assertThat(listener.metrics.count("connection_closed.lost")).isPositive();
  }
}
