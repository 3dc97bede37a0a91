package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.RawSocket.frame;
import static dev.parley.gateway.transport.RawSocket.handshake;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limit.SocketSlots;
import dev.parley.gateway.protocol.CloseReason;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Tokens whose verification takes time: nothing is lost, and nothing overtakes. */
@Test(groups = "unit")
public class RawVerificationTest {

  private TestListener listener;

  @BeforeMethod(alwaysRun = true)
  public void listen() throws IOException {
    listener = new TestListener();
  }

  @AfterMethod(alwaysRun = true)
  public void stop() {
    listener.close();
  }

  private static byte[] joined(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] bytes = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, bytes, at, part.length);
      at += part.length;
    }
    return bytes;
  }

  private static byte[] text(String text) {
    return frame(0x81, text.getBytes(UTF_8));
  }

  private static byte[] ping(String id, int spaces) {
    return text("{\"type\":\"ping\",\"id\":\"" + id + "\"" + " ".repeat(spaces) + "}");
  }

  private static byte[] authenticate(String token) {
    return text("{\"type\":\"authenticate\",\"payload\":{\"token\":\"" + token + "\"}}");
  }

  private static byte[] bearer(String token) {
    return handshake("Authorization: Bearer " + token).getBytes(UTF_8);
  }

  private RawSocket unknown() throws IOException {
    RawSocket socket = listener.socket().send(handshake());
    assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
    return socket;
  }

  private static List<String> ids(FakeRouter.FakeRoute route) {
    synchronized (route.commands) {
      return route.commands.stream().map(command -> String.valueOf(command.id())).toList();
    }
  }

  @DataProvider
  public Object[][] placesOfTheToken() {
    return new Object[][] {{true}, {false}};
  }

  /** In the handshake or in the first frame; the frames come in one segment with it. */
  @Test(dataProvider = "placesOfTheToken")
  public void framesThatCameWithTheTokenFollowIt(boolean isInHandshake) throws Exception {
    byte[] frames = joined(ping("a", 0), ping("b", 40_000), ping("c", 0));
    try (RawSocket socket = isInHandshake ? listener.socket() : unknown()) {
      byte[] token = isInHandshake ? bearer("later.ada") : authenticate("later.ada");
      socket.send(joined(token, frames));
      Runnable verification = listener.verifier.next();
      listener.awaitLoops(); // all that came with the token was there before it was verified
      assertThat(listener.routes.opened).isEmpty();
      verification.run();
      if (isInHandshake) {
        assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
      }
      assertThat(socket.message().text()).isEqualTo("welcome");
      FakeRouter.FakeRoute route = listener.routes.next();
      Eventually.holds(() -> route.commands.size() >= 2); // then two are unanswered
      assertThat(ids(route)).startsWith("a", "b");
    }
  }

  @Test(dataProvider = "placesOfTheToken")
  public void anInvalidTokenIsRefusedLater(boolean isInHandshake) throws Exception {
    try (RawSocket socket = isInHandshake ? listener.socket() : unknown()) {
      byte[] token = isInHandshake ? bearer("later.forged") : authenticate("later.forged");
      socket.send(joined(token, ping("a", 40_000)));
      listener.verifier.next().run();
      if (isInHandshake) {
        assertThat(socket.rest()).startsWith("HTTP/1.1 401 ").contains("unauthenticated");
      } else {
        assertThat(socket.message().text()).contains("unauthenticated");
        assertThat(socket.closed()).isEqualTo(4401);
      }
    }
    assertThat(listener.routes.opened).isEmpty();
  }

  @Test(dataProvider = "placesOfTheToken")
  public void aSocketThatIsClosedMeanwhileLeavesNothing(boolean isInHandshake) throws Exception {
    RawSocket socket = isInHandshake ? listener.socket() : unknown();
    socket.send(isInHandshake ? bearer("later.ada") : authenticate("later.ada"));
    Runnable verification = listener.verifier.next();
    socket.reset();
    verification.run();
    listener.awaitNoConnection("ada");
    Eventually.holds(() -> listener.metrics.figure("parley_sockets") == 0);
    Eventually.holds(() -> listener.metrics.openConnections() == 0);
  }

  @Test(dataProvider = "placesOfTheToken")
  public void theDeadlineRunsOn(boolean isInHandshake) throws Exception {
    listener.close();
    listener = new TestListener("server.handshake_timeout", "300ms");
    try (RawSocket socket = isInHandshake ? listener.socket() : unknown()) {
      socket.send(isInHandshake ? bearer("later.ada") : authenticate("later.ada"));
      Runnable verification = listener.verifier.next();
      if (isInHandshake) {
        assertThat(socket.rest()).isEmpty();
      } else {
        assertThat(socket.closed()).isEqualTo(4408);
      }
      verification.run();
      listener.awaitNoConnection("ada");
    }
    assertThat(listener.routes.opened).isEmpty();
  }

  public void commandsAfterARefreshWaitForIt() throws Exception {
    try (RawSocket socket = listener.connected("ada")) {
      FakeRouter.FakeRoute route = listener.routes.next();
      byte[] refresh =
          text(
              "{\"type\":\"refresh_token\",\"id\":\"r\","
                  + "\"payload\":{\"token\":\"later.ada\"}}");
      socket.send(joined(ping("a", 0), refresh, ping("b", 0)));
      Runnable verification = listener.verifier.next();
      Eventually.holds(() -> ids(route).equals(List.of("a")));
      listener.atHome("ada", () -> route.subscriber.reply(FakeRouter.pong("a")));
      assertThat(socket.message().text()).isEqualTo(FakeRouter.pongText("a"));
      assertThat(ids(route)).containsExactly("a"); // an answer does not resume reading
      verification.run();
      assertThat(socket.message().text()).isEqualTo(FakeRouter.pongText("refreshed"));
      Eventually.holds(() -> ids(route).equals(List.of("a", "b")));
    }
  }

  public void aRefreshThatEndsAfterTheConnectionChangesNothing() throws Exception {
    RawSocket socket = listener.connected("ada");
    FakeRouter.FakeRoute route = listener.routes.next();
    socket.sendText(
        "{\"type\":\"refresh_token\",\"id\":\"r\",\"payload\":{\"token\":\"later.ada\"}}");
    Runnable verification = listener.verifier.next();
    listener.atHome("ada", () -> route.subscriber.close(CloseReason.DISCONNECTED));
    route.awaitEnd();
    verification.run();
    listener.awaitNoConnection("ada");
    assertThat(route.refreshes).isEmpty();
    socket.close();
  }

  /** Of a token in the handshake, in a refresh and in the first frame. */
  public void theClientIsItsAddress() throws Exception {
    Object address = SocketSlots.account(InetAddress.getLoopbackAddress());
    try (RawSocket known = listener.connected("ada");
        RawSocket unknown = unknown()) {
      known.sendText("{\"type\":\"refresh_token\",\"id\":\"r\",\"payload\":{\"token\":\"ada\"}}");
      unknown.send(authenticate("bob"));
      Eventually.holds(() -> listener.verifier.clients.size() == 3);
      assertThat(listener.verifier.clients).containsOnly(address);
    }
  }

  @DataProvider
  public Object[][] heads() {
    return new Object[][] {{"/open", "200"}, {"/closed", "401"}};
  }

  /** The body and the next request came with the head. */
  @Test(dataProvider = "heads")
  public void aBodyWaitsForTheCheckOfItsHead(String checkedAs, String status) throws Exception {
    String post = "POST /later HTTP/1.1\r\nHost: gateway\r\nContent-Length: 3\r\n\r\nabc";
    try (RawSocket socket = listener.socket()) {
      socket.send(post + "GET /next HTTP/1.1\r\nHost: gateway\r\n\r\n");
      listener.nextHead().complete(checkedAs);
      assertThat(socket.answer()).startsWith("HTTP/1.1 " + status);
      assertThat(socket.answer()).endsWith("path /next");
    }
  }

  public void aSocketThatIsClosedDuringTheCheckLeavesNothing() throws Exception {
    RawSocket socket = listener.socket();
    socket.send("POST /later HTTP/1.1\r\nHost: gateway\r\nContent-Length: 3\r\n\r\nabc");
    CompletableFuture<String> head = listener.nextHead();
    socket.reset();
    head.complete("/closed");
    Eventually.holds(() -> listener.metrics.figure("parley_sockets") == 0);
  }
}
