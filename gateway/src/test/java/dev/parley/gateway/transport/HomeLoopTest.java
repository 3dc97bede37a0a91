package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.transport.FakeRouter.FakeRoute;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Sockets of several users move to their home loops, for each way to send the token. */
@Test(groups = "unit")
public class HomeLoopTest {

  private static final int USERS = 24;
  private static final int PINGS = 20;
  private static final String AUTHENTICATE =
      "{\"type\":\"authenticate\",\"payload\":{\"token\":\"%s\"}}";

  private TestListener listener;

  @BeforeMethod(alwaysRun = true)
  public void listen() throws IOException {
    listener =
        new TestListener(
            "server.loops", "4",
            "server.handshake_timeout", "2s",
            "limits.unauthenticated_per_address", "1000");
  }

  @AfterMethod(alwaysRun = true)
  public void stop() {
    listener.close();
  }

  @DataProvider
  Object[][] ways() {
    return new Object[][] {{"header"}, {"first frame"}};
  }

  private static byte[] opening(String way, String user) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean header = way.equals("header");
    String more = header ? "Authorization: Bearer " + user : "X-None: 1";
    bytes.writeBytes(RawSocket.handshake(more).getBytes(ISO_8859_1));
    if (!header) {
      bytes.writeBytes(RawSocket.frame(0x81, AUTHENTICATE.formatted(user).getBytes(UTF_8)));
    }
    return bytes.toByteArray();
  }

  /** Frames and control frames in one packet with the handshake and the token. */
  private static byte[] all(String way, String user) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(opening(way, user));
    for (int i = 0; i < PINGS; i++) {
      bytes.writeBytes(
          RawSocket.frame(0x81, ("{\"type\":\"ping\",\"id\":\"p" + i + "\"}").getBytes(UTF_8)));
      bytes.writeBytes(RawSocket.frame(0x89, new byte[] {(byte) i}));
    }
    return bytes.toByteArray();
  }

  @Test(dataProvider = "ways")
  public void everythingOfAUserHappensOnOneLoop(String way) throws Exception {
    List<RawSocket> sockets = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      sockets.add(listener.socket().send(all(way, "u" + i)));
    }
    List<Thread> homes = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      FakeRoute route = listener.routes.next();
      Eventually.holds(() -> route.commands.size() == PINGS);
      assertThat(route.callers).containsExactly(route.home);
      assertThat(route.commands.stream().map(command -> String.valueOf(command.id())))
          .containsExactlyElementsOf(
              IntStream.range(0, PINGS).mapToObj(n -> new CommandId("p" + n).toString()).toList());
      homes.add(route.home);
    }
    assertThat(homes.stream().distinct()).hasSize(4);
    for (RawSocket socket : sockets) {
      assertThat(pongs(socket)).isEqualTo(PINGS);
      socket.close();
    }
  }

  /** One call of the system writes both, on whichever loop the user is. */
  public void theWelcomeComesWithTheAnswer() throws Exception {
    for (int i = 0; i < 200; i++) {
      try (RawSocket socket = listener.socket().send(opening("header", "u" + i))) {
        assertThat(socket.first()).startsWith("HTTP/1.1 101 ").endsWith("welcome");
      }
    }
  }

  private static int pongs(RawSocket socket) throws IOException {
    socket.head();
    int pongs = 0;
    while (pongs < PINGS) {
      RawSocket.ReceivedFrame frame = socket.frame();
      if (frame.opcode() == 10) {
        assertThat(frame.payload().get(0)).isEqualTo((byte) pongs++);
      }
    }
    return pongs;
  }

  @Test(dataProvider = "ways")
  public void peersThatGoOnTheWayLeaveNothing(String way) throws Exception {
    for (int i = 0; i < 200; i++) {
      RawSocket socket = listener.socket().send(all(way, "u" + i % 50));
      if (i % 2 == 0) {
        socket.reset();
      } else {
        socket.close();
      }
    }
    Eventually.holds(() -> listener.metrics.openConnections() == 0);
    for (int i = 0; i < 50; i++) { // all connections of the user are free again
      String user = "u" + i;
      Eventually.holds(() -> isWelcome(way, user));
    }
  }

  private boolean isWelcome(String way, String user) {
    try {
      RawSocket socket = listener.socket().send(opening(way, user));
      boolean isIn = socket.head().contains(" 101 ") && socket.message().text().equals("welcome");
      socket.close();
      return isIn;
    } catch (IOException e) {
      return false;
    }
  }

  @Test(dataProvider = "ways")
  public void noDeadlineOfTheHandshakeOutlivesTheMove(String way) throws Exception {
    List<RawSocket> sockets = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      sockets.add(listener.socket().send(opening(way, "u" + i)));
    }
    try (RawSocket silent = listener.socket()) {
      assertThat(silent.rest()).isEmpty(); // its deadline has passed, so all earlier ones have too
    }
    for (RawSocket socket : sockets) {
      socket.head();
      assertThat(socket.message().text()).isEqualTo("welcome");
      socket.send(RawSocket.frame(0x89, new byte[] {1}));
      assertThat(socket.message().opcode()).isEqualTo(10);
      socket.close();
    }
    assertThat(listener.metrics.count("parley_connections_closed_total", "reason", "timed_out"))
        .isZero();
  }
}
