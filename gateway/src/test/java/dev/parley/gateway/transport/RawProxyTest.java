package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Sockets through proxies, by header or PROXY protocol, and the address that they count for. */
@Test(groups = "unit")
public class RawProxyTest {

  private static final String GET = "GET /x HTTP/1.1\r\nHost: gateway\r\n";
  private static final String HEALTH = "GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n";
  private static final byte[] SIGNATURE = {
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
  };

  private final List<RawSocket> open = new ArrayList<>();
  private TestListener listener;

  @BeforeMethod(alwaysRun = true)
  public void begin() throws IOException {
    listener = listening();
  }

  private void listen(String... settings) throws IOException {
    listener.close();
    listener = listening(settings);
  }

  private static TestListener listening(String... settings) throws IOException {
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(List.of("auth.jwt.secret", "a secret of the tests, longer than 32 bytes"));
    all.addAll(List.of("limits.unauthenticated_per_address", "2"));
    return new TestListener(all.toArray(String[]::new));
  }

  @AfterMethod(alwaysRun = true)
  public void stop() throws IOException {
    for (RawSocket socket : open) {
      socket.close();
    }
    open.clear();
    listener.close();
  }

  /** A socket that has sent this and waits. */
  private RawSocket waiting(String bytes) throws IOException {
    RawSocket socket = listener.socket();
    open.add(socket);
    return socket.send(bytes);
  }

  private static String from(String client) {
    return GET + "X-Forwarded-For: " + client + "\r\n";
  }

  private static String handshakeFrom(String client) {
    return RawSocket.handshake("X-Forwarded-For: " + client);
  }

  public void aTrustedProxyHasASharePerClient() throws IOException {
    listen("server.trusted_proxies", "127.0.0.0/8");
    for (int i = 0; i < 6; i++) {
      String client = "203.0.113.9, 192.0.2." + i / 2;
      assertThat(waiting(handshakeFrom(client)).head()).startsWith("HTTP/1.1 101 ");
    }
    assertThat(waiting(handshakeFrom("192.0.2.0")).head()).startsWith("HTTP/1.1 429 ");
    assertThat(waiting(from("192.0.2.0") + "\r\n").answer())
        .startsWith("HTTP/1.1 429 ")
        .contains("quota_exceeded");
    assertThat(waiting(handshakeFrom("192.0.2.7")).head()).startsWith("HTTP/1.1 101 ");
  }

  public void theSocketsOfATrustedProxyAreNoClients() throws IOException {
    listen("server.trusted_proxies", "127.0.0.1");
    for (int i = 0; i < 6; i++) {
      assertThat(waiting(from("192.0.2.1") + "\r\n").answer()).endsWith("path /x");
    }
  }

  public void nobodyElseIsBelieved() throws IOException {
    listen("server.trusted_proxies", "192.0.2.0/24");
    for (int i = 0; i < 2; i++) {
      assertThat(waiting(handshakeFrom("192.0.2." + i)).head()).startsWith("HTTP/1.1 101 ");
    }
    assertThat(waiting(handshakeFrom("192.0.2.2")).head()).startsWith("HTTP/1.1 429 ");
  }

  private static byte[] version2(int command, byte[] addresses, byte[] payload) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(SIGNATURE);
    header.writeBytes(
        ByteBuffer.allocate(4)
            .put((byte) command)
            .put((byte) (addresses.length == 0 ? 0 : 0x11))
            .putShort((short) addresses.length)
            .array());
    header.writeBytes(addresses);
    header.writeBytes(payload);
    return header.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  private static final byte[] FROM_192_0_2_1 = {
    (byte) 192, 0, 2, 1, 10, 0, 0, 1, 0x30, 0x39, 0x1F, (byte) 0x90
  };

  @DataProvider
  public Object[][] headers() {
    UnaryOperator<byte[]> v1 =
        rest -> join(ascii("PROXY TCP4 192.0.2.1 10.0.0.1 12345 8080\r\n"), rest);
    UnaryOperator<byte[]> v2 = rest -> version2(0x21, FROM_192_0_2_1, rest);
    UnaryOperator<byte[]> unknown = rest -> join(ascii("PROXY UNKNOWN\r\n"), rest);
    UnaryOperator<byte[]> local = rest -> version2(0x20, new byte[0], rest);
    return new Object[][] {{v1, true}, {v2, true}, {unknown, false}, {local, false}};
  }

  private static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }

  @Test(dataProvider = "headers")
  public void aRequiredHeaderSaysWhoseTheSocketIs(UnaryOperator<byte[]> header, boolean isClient)
      throws IOException {
    listen("server.trusted_proxies", "127.0.0.1", "server.proxy_protocol", "required");
    byte[] handshake = header.apply(ascii(RawSocket.handshake()));
    for (int i = 0; i < 2; i++) {
      assertThat(waiting("").send(handshake).head()).startsWith("HTTP/1.1 101 ");
    }
    assertThat(waiting("").send(handshake).head())
        .startsWith(isClient ? "HTTP/1.1 429 " : "HTTP/1.1 101 ");
    assertThat(waiting("").send(header.apply(ascii(HEALTH))).answer()).contains("path /healthz");
  }

  public void aRequiredHeaderMayComeByteByByte() throws IOException {
    listen("server.trusted_proxies", "127.0.0.1", "server.proxy_protocol", "required");
    RawSocket socket = waiting("");
    for (byte each : version2(0x21, FROM_192_0_2_1, ascii(HEALTH))) {
      socket.send(new byte[] {each});
    }
    assertThat(socket.answer()).contains("path /healthz");
  }

  @DataProvider
  public Object[][] noHeaders() {
    return new Object[][] {
      {GET + "\r\n"},
      {"PROXY TCP4 192.0.2.1 10.0.0.1 12345\r\n"},
      {"PROXY TCP4 " + "1".repeat(200) + "\r\n"},
      {"PROXY TCP9 192.0.2.1 10.0.0.1 1 2\r\n"},
    };
  }

  @Test(dataProvider = "noHeaders")
  public void aConnectionWithoutTheRequiredHeaderIsClosed(String bytes) throws IOException {
    listen("server.trusted_proxies", "127.0.0.1", "server.proxy_protocol", "required");
    assertThat(listener.answer(bytes)).isEmpty();
  }

  public void aConnectionOfAnotherThanATrustedProxyIsClosed() throws IOException {
    listen("server.trusted_proxies", "192.0.2.1", "server.proxy_protocol", "required");
    assertThat(listener.answer("")).isEmpty(); // before a byte of it is read
  }

  public void aHeaderIsNotGuessed() throws IOException {
    listen("server.trusted_proxies", "127.0.0.1");
    assertThat(listener.answer("PROXY TCP4 192.0.2.1 10.0.0.1 12345 8080\r\n" + HEALTH))
        .startsWith("HTTP/1.1 400 ");
  }

  public void withoutAPlaceAHealthCheckIsAnsweredAndNothingElse() throws IOException {
    for (int i = 0; i < 2; i++) {
      assertThat(waiting(RawSocket.handshake()).head()).startsWith("HTTP/1.1 101 ");
    }
    assertThat(waiting(GET + "\r\n").rest())
        .startsWith("HTTP/1.1 429 ")
        .contains("quota_exceeded", "without a user");
    for (int i = 0; i < 3 * AcceptBatchHandler.BATCH; i++) {
      waiting("");
    }
    assertThat(waiting(HEALTH).rest())
        .endsWith("path /healthz")
        .containsIgnoringCase("connection: close\r\n");
    assertThat(waiting(HEALTH.replace("healthz", "readyz")).rest()).endsWith("path /readyz");
    assertThat(waiting(HEALTH.replace("/healthz", "http://gateway/healthz")).rest())
        .endsWith("path /healthz");
  }

  public void whoTakesAPlaceOfHealthChecksAndSaysNothingIsClosedSoon() throws IOException {
    listen("server.handshake_timeout", "5m");
    for (int i = 0; i < 2; i++) {
      assertThat(waiting(RawSocket.handshake()).head()).startsWith("HTTP/1.1 101 ");
    }
    assertThat(waiting("").rest()).isEmpty();
  }
}
