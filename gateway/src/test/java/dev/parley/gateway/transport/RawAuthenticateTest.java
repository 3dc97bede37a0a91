package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.RawSocket.frame;
import static dev.parley.gateway.transport.RawSocket.handshake;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The token in the first frame, and the maximum number of connections of a user. */
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
      // The pong may come first: the channel has not moved to the user's loop yet.
      assertThat(List.of(socket.message().opcode(), socket.message().opcode()))
          .containsExactlyInAnyOrder(1, 10);
      FakeRouter.FakeRoute route = listener.routes.next();
      Eventually.holds(() -> route.commands.size() == 1);
    }
  }

  public void aLargeFirstFrameIsRefusedByItsHeadAndNotKept() throws Exception {
    try (RawSocket socket = unknown()) {
      byte[] frame = frame(0x81, new byte[60_000]);
      socket.send(Arrays.copyOf(frame, 14));
      assertThat(socket.closed()).isEqualTo(1009);
    }
  }

  public void framesThatFollowTheTokenMayBeAsLargeAsAnyOther() throws Exception {
    try (RawSocket socket = unknown()) {
      String large = "{\"type\":\"ping\",\"id\":\"p\"" + " ".repeat(60_000) + "}";
      byte[] first = frame(0x81, authenticate("ada").getBytes(UTF_8));
      byte[] second = frame(0x81, large.getBytes(UTF_8));
      byte[] both = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, both, first.length, second.length);
      socket.send(both);
      FakeRouter.FakeRoute route = listener.routes.next();
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
      {
        "bad id to replace",
        4401,
        "invalid_argument",
        "{\"type\":\"authenticate\",\"payload\":{\"token\":\"ada\",\"replaces\":\"r_1\"}}"
      },
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
          // Three heartbeats and the close timeout
          .containsPattern("(?i)retry-after: (5[5-9]|6[0-3])\r\n")
          .contains("quota_exceeded");
      assertThat(third.sendText(authenticate("ada")).message().text())
          .contains("quota_exceeded")
          .containsPattern("\"retry_after_ms\":(5[5-9]|6[0-3])000");
      assertThat(third.closed()).isEqualTo(1013);
      assertThat(first).isNotSameAs(second);
    }
  }

  @DataProvider
  public Object[][] waysToReplace() {
    return new Object[][] {{false}, {true}};
  }

  /** At the maximum of connections; named in the first frame or in the handshake. */
  @Test(dataProvider = "waysToReplace")
  public void aConnectionTakesThePlaceOfTheOneItNames(boolean byFrame) throws Exception {
    try (RawSocket old = listener.connected("ada")) {
      String id = listener.routes.next().subscriber.id().value();
      try (RawSocket other = listener.connected("ada");
          RawSocket newer = replacing("ada", id, byFrame)) {
        assertThat(newer.message().text()).isEqualTo("welcome");
        assertThat(old.closed()).isEqualTo(4409);
        byte[] ping = frame(0x89, new byte[] {7});
        assertThat(other.send(ping).frame().opcode()).isEqualTo(10);
        assertThat(newer.send(ping).frame().opcode()).isEqualTo(10);
      }
    }
  }

  @Test(dataProvider = "waysToReplace")
  public void aConnectionThatIsUnknownOrForeignIsPassedOver(boolean byFrame) throws Exception {
    try (RawSocket bob = listener.connected("bob")) {
      String foreign = listener.routes.next().subscriber.id().value();
      for (String id : List.of(foreign, "c_unknown")) {
        try (RawSocket ada = replacing("ada", id, byFrame)) {
          assertThat(ada.message().text()).isEqualTo("welcome");
          ada.reset();
        }
        Eventually.holds(() -> listener.metrics.openConnections() == 1);
      }
      assertThat(bob.send(frame(0x89, new byte[] {7})).frame().opcode()).isEqualTo(10);
    }
  }

  @Test(dataProvider = "waysToReplace")
  public void atTheCapAForeignOneIsAnsweredAsAnUnknownOne(boolean byFrame) throws Exception {
    try (RawSocket bob = listener.connected("bob")) {
      String foreign = listener.routes.next().subscriber.id().value();
      try (RawSocket first = listener.connected("ada");
          RawSocket second = listener.connected("ada")) {
        assertThat(first).isNotSameAs(second);
        assertThat(refusal(foreign, byFrame))
            .contains("quota_exceeded")
            .contains(refusal("c_unknown", byFrame));
      }
      assertThat(bob.send(frame(0x89, new byte[] {7})).frame().opcode()).isEqualTo(10);
    }
  }

  /** The refusal without its retry time. */
  private String refusal(String id, boolean byFrame) throws IOException {
    if (!byFrame) {
      return withoutTimes(listener.answer(handshakeReplacing("ada", id)));
    }
    try (RawSocket socket = replacing("ada", id, true)) {
      return withoutTimes(socket.message().text());
    }
  }

  private static String withoutTimes(String answer) {
    return answer.replaceAll("(retry-after: |retry_after_ms\":)\\d+", "");
  }

  private static String handshakeReplacing(String token, String id) {
    return handshake("Sec-WebSocket-Protocol: bearer." + token + ", replaces." + id);
  }

  private RawSocket replacing(String token, String id, boolean byFrame) throws IOException {
    if (byFrame) {
      return unknown()
          .sendText(authenticate(token).replace("}}", ",\"replaces\":\"" + id + "\"}}"));
    }
    RawSocket socket = listener.socket().send(handshakeReplacing(token, id));
    assertThat(socket.head()).startsWith("HTTP/1.1 101 ").doesNotContain("replaces");
    return socket;
  }

  public void aResetSocketFreesItsPlace() throws Exception {
    for (int i = 0; i < 5 * TestListener.CONNECTIONS; i++) {
      listener.connected("ada").reset();
      listener.routes.next().awaitEnd();
      Eventually.holds(() -> listener.metrics.openConnections() == 0);
    }
    assertThat(listener.metrics.count("parley_connections_closed_total", "reason", "lost"))
        .isPositive();
  }
}
