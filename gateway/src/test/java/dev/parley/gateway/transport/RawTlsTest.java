package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.RawSocket.handshake;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.limit.FairThreads;
import dev.parley.gateway.tls.TestTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The real listener with TLS, and clients that speak it well, badly or not at all. */
@Test(groups = "unit")
public class RawTlsTest {

  private static final String GET = "GET /x HTTP/1.1\r\nHost: gateway\r\n\r\n";
  private static final String LAST =
      "GET /x HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n";
  private static final int HANDSHAKE = 22;
  private static final int ALERT = 21;
  private static final int PROTOCOL_VERSION = 70;

  private final List<AutoCloseable> open = new ArrayList<>();
  private TestTls certificate;
  private SSLContext trusting;
  private TestListener listener;

  @BeforeClass(alwaysRun = true)
  public void listen() throws IOException {
    certificate = TestTls.make();
    trusting = TestTls.trusting(certificate);
    listener = listening(Map.of());
  }

  private TestListener listening(Map<String, String> settings) throws IOException {
    return listening(certificate, settings);
  }

  private static TestListener listening(TestTls tls, Map<String, String> settings)
      throws IOException {
    List<String> all = new ArrayList<>();
    tls.settings().forEach((name, value) -> all.addAll(List.of(name, value)));
    settings.forEach((name, value) -> all.addAll(List.of(name, value)));
    return new TestListener(all.toArray(String[]::new));
  }

  @AfterMethod(alwaysRun = true)
  public void closeClients() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    open.clear();
  }

  @AfterClass(alwaysRun = true)
  public void stop() {
    listener.close();
    certificate.close();
  }

  private <T extends AutoCloseable> T closing(T client) {
    open.add(0, client);
    return client;
  }

  private TlsClient client() throws IOException {
    return closing(new TlsClient(listener.port(), trusting));
  }

  private RawSocket plain() throws IOException {
    return closing(listener.socket());
  }

  private long ended(String outcome) {
    return listener.metrics.count("parley_tls_handshakes_total", "outcome", outcome);
  }

  private void awaitEnded(long before, String outcome) {
    Eventually.holds(() -> ended(outcome) == before + 1);
  }

  // -- what works

  @DataProvider
  public Object[][] versions() {
    return new Object[][] {{"TLSv1.2"}, {"TLSv1.3"}};
  }

  @Test(dataProvider = "versions")
  public void requestsAreAnswered(String version) throws IOException {
    long before = ended("done");
    TlsClient client = client().protocols(version).send(GET + LAST);
    assertThat(client.rest().split("HTTP/1.1 200 OK", -1)).hasSize(3);
    assertThat(client.tls.getSession().getProtocol()).isEqualTo(version);
    awaitEnded(before, "done");
    client.assertEndIsTold(); // though the last write closed
  }

  @Test(dataProvider = "versions")
  public void aWebSocketMovesToItsHomeWithTheFramesThatFollow(String version) throws Exception {
    for (String user : List.of("ada", "bob", "eve", "joe")) {
      TlsClient client = client().protocols(version);
      byte[] head = handshake("Authorization: Bearer " + user).getBytes(US_ASCII);
      byte[] frame = RawSocket.frame(0x89, new byte[] {'p'});
      byte[] both = Arrays.copyOf(head, head.length + frame.length);
      System.arraycopy(frame, 0, both, head.length, frame.length);
      assertThat(client.send(both).head()).startsWith("HTTP/1.1 101 ");
      assertThat(List.of(client.frame(), client.frame()))
          .containsExactlyInAnyOrder("1 welcome", "10 p");
      assertThat(client.send(RawSocket.frame(0x89, new byte[] {'q'})).frame()).isEqualTo("10 q");
    }
  }

  @Test(dataProvider = "versions")
  public void theEndIsToldInTls(String version) throws IOException {
    TlsClient client = client().protocols(version).upgraded("ada");
    client.send(RawSocket.close(1000));
    assertThat(client.frame()).startsWith("8 ");
    assertThat(client.rest()).isEmpty();
    client.assertEndIsTold();
  }

  public void aRefusalArrivesThoughInputIsUnread() throws IOException {
    TlsClient client = client().protocols("TLSv1.2");
    client.send("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + "x".repeat(200_000));
    assertThat(client.rest()).startsWith("HTTP/1.1 400 ");
    client.assertEndIsTold();
  }

  public void onlyHttp11IsAgreedUpon() throws IOException {
    TlsClient both = client().alpn("h2", "http/1.1").send(GET);
    assertThat(both.head()).startsWith("HTTP/1.1 200 ");
    assertThat(both.tls.getApplicationProtocol()).isEqualTo("http/1.1");
    TlsClient other = client().alpn("h2");
    assertThatThrownBy(() -> other.send(GET)).isInstanceOf(SSLException.class);
  }

  public void theEndOfTheGatewayIsToldInTls() throws IOException {
    try (TestListener ending = listening(Map.of())) {
      TlsClient client = closing(new TlsClient(ending.port(), trusting)).upgraded("ada");
      Thread end = new Thread(ending::stopListening);
      end.start();
      assertThat(client.frame()).startsWith("8 ");
      client.send(RawSocket.close(1001));
      assertThat(client.rest()).isEmpty();
    }
  }

  public void aProxyHeaderComesBeforeTls() throws IOException {
    Map<String, String> proxied =
        Map.of(
            "server.trusted_proxies", "127.0.0.1",
            "server.proxy_protocol", "required",
            "auth.jwt.secret", "a secret of the tests, longer than 32 bytes");
    try (TestListener behind = listening(proxied)) {
      byte[] header = "PROXY TCP4 192.0.2.7 127.0.0.1 4711 443\r\n".getBytes(US_ASCII);
      TlsClient client = closing(new TlsClient(behind.port(), trusting, header, 0));
      client.upgraded("ada");
      TlsClient without = closing(new TlsClient(behind.port(), trusting));
      assertThatThrownBy(() -> without.send(GET).head()).isInstanceOf(IOException.class);
    }
  }

  // -- half-closed

  public void aClientThatEndsItsSideOfTlsIsAnswered() throws IOException {
    TlsClient client = client().protocols("TLSv1.3").send(GET).endOutput();
    assertThat(client.rest()).startsWith("HTTP/1.1 200 ");
  }

  @Test(dataProvider = "versions")
  public void aWebSocketWhoseClientEndsItsSideOfTlsIsClosed(String version) throws Exception {
    client().protocols(version).upgraded("half-" + version).endOutput();
    listener.awaitNoConnection("half-" + version);
  }

  /** Its end may come with the handshake, before the socket is a WebSocket. */
  @Test(dataProvider = "versions")
  public void aClientThatEndsItsSideTogetherWithTheHandshakeIsClosed(String version)
      throws Exception {
    for (String user : List.of("ada", "bob", "eve", "joe")) {
      TlsClient client = client().protocols(version);
      client.tls.startHandshake();
      client.plain.hold();
      client.send(handshake("Authorization: Bearer early-" + user));
      client.tls.shutdownOutput();
      client.plain.release();
      client.rest(); // in TLS 1.2 the end of one side is that of both, so it may be empty
      listener.awaitNoConnection("early-" + user);
    }
  }

  // -- what is refused

  /**
   * A ClientHello that knows nothing newer than this version. Without signature_algorithms it would
   * ask for SHA-1 (RFC 5246, section 7.4.1.4.1), which newer versions of Java refuse.
   */
  private static byte[] clientHello(int minor) {
    byte[] ciphers = HexFormat.of().parseHex("c009c013c02bc02f");
    byte[] algorithms = HexFormat.of().parseHex("000d00080006040308040401");
    ByteBuffer hello = ByteBuffer.allocate(200);
    hello.put((byte) 3).put((byte) minor).put(new byte[32]).put((byte) 0);
    hello.putShort((short) ciphers.length).put(ciphers).put((byte) 1).put((byte) 0);
    hello.putShort((short) algorithms.length).put(algorithms);
    byte[] body = Arrays.copyOf(hello.array(), hello.position());
    ByteBuffer record = ByteBuffer.allocate(9 + body.length);
    record.put((byte) HANDSHAKE).put((byte) 3).put((byte) 1).putShort((short) (4 + body.length));
    record.put((byte) 1).put((byte) 0).putShort((short) body.length).put(body);
    return record.array();
  }

  @DataProvider
  public Object[][] oldVersions() {
    return new Object[][] {{0}, {1}, {2}};
  }

  @Test(dataProvider = "oldVersions")
  public void anOldVersionIsRefused(int minor) throws IOException {
    long before = ended("failed");
    byte[] answer = plain().send(clientHello(minor)).rest().getBytes(US_ASCII);
    assertThat(answer).hasSize(7).startsWith(ALERT, 3).endsWith(2, PROTOCOL_VERSION);
    awaitEnded(before, "failed");
  }

  @DataProvider
  public Object[][] weakCiphers() {
    return new Object[][] {
      {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"}, {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"},
    };
  }

  @Test(dataProvider = "weakCiphers")
  public void aWeakCipherIsRefused(String cipher) throws IOException {
    TlsClient client = client().protocols("TLSv1.2");
    client.tls.setEnabledCipherSuites(new String[] {cipher});
    assertThatThrownBy(() -> client.send(GET)).isInstanceOf(SSLException.class);
  }

  /** Only with an RSA key there are ciphers of that kind. */
  public void aCipherWithoutForwardSecrecyIsRefused() throws IOException {
    try (TestTls rsa = TestTls.make("-keyalg", "RSA", "-keysize", "2048");
        TestListener other = listening(rsa, Map.of())) {
      TlsClient good = rsaClient(other, rsa, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
      assertThat(good.send(GET).head()).startsWith("HTTP/1.1 200 ");
      TlsClient weak = rsaClient(other, rsa, "TLS_RSA_WITH_AES_128_GCM_SHA256");
      assertThatThrownBy(() -> weak.send(GET)).isInstanceOf(SSLException.class);
    }
  }

  private TlsClient rsaClient(TestListener to, TestTls rsa, String cipher) throws IOException {
    TlsClient client = closing(new TlsClient(to.port(), TestTls.trusting(rsa)));
    client.protocols("TLSv1.2").tls.setEnabledCipherSuites(new String[] {cipher});
    return client;
  }

  public void plainHttpIsToldToUseTls() throws IOException {
    long before = ended("plain_http");
    String answer = plain().send(GET).rest();
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("TLS: missing (expected: https)");
    awaitEnded(before, "plain_http");
  }

  @DataProvider
  public Object[][] garbage() {
    return new Object[][] {
      {"\0\0\0\0"},
      {"\r\n\r\n"},
      {"\u0080.\u0001\u0003\u0001\0\u0015\0\0\0\u0010"}, // SSL 2.0
      {"\u0016\u0003\u0001\u00ff\u00ff"}, // a record of 65,535 bytes
      {"\u0016\u0002\0\0\u0001x"},
      {"\u0016\u0003\u0001\0\u0001\0\u0018\u0003\u0003\0\u0003xyz"}, // a heartbeat
    };
  }

  @Test(dataProvider = "garbage")
  public void garbageIsClosed(String bytes) throws IOException {
    long before = ended("not_tls");
    assertThat(plain().send(bytes).rest()).isEmpty();
    awaitEnded(before, "not_tls");
  }

  private static byte[] records(int count, int size) {
    ByteBuffer records = ByteBuffer.allocate(count * (5 + size));
    for (int i = 0; i < count; i++) {
      records.put((byte) HANDSHAKE).put((byte) 3).put((byte) 1).putShort((short) size);
      byte[] content = new byte[size];
      if (i == 0 && size > 3) { // a ClientHello of 16 MiB
        content[0] = 1;
        Arrays.fill(content, 1, 4, (byte) 0xFF);
      }
      records.put(content);
    }
    return records.array();
  }

  public void aHugeClientHelloIsClosed() throws IOException {
    long before = ended("too_large") + ended("failed");
    plain().send(records(2, 16_000)).send(records(1, 16_000));
    Eventually.holds(() -> ended("too_large") + ended("failed") == before + 1);
  }

  public void aHandshakeOfManyTinyRecordsIsClosed() throws IOException {
    long before = ended("empty_records") + ended("failed");
    RawSocket socket = plain();
    socket.send(records(8_000, 0));
    Eventually.holds(() -> ended("empty_records") + ended("failed") == before + 1);
  }

  public void aSecondHandshakeIsRefused() throws IOException {
    long before = ended("renegotiation");
    TlsClient client = client().protocols("TLSv1.2").send(GET);
    assertThat(client.head()).startsWith("HTTP/1.1 200 ");
    assertThatThrownBy(
            () -> {
              client.tls.startHandshake();
              client.rest();
            })
        .isInstanceOf(IOException.class);
    awaitEnded(before, "renegotiation");
  }

  @DataProvider
  public Object[][] requests() {
    return new Object[][] {{"GET /x HT"}, {handshake()}, {handshake("Authorization: Bearer key")}};
  }

  /** Before a request, before the token of a WebSocket, and with a user. */
  @Test(dataProvider = "requests")
  public void aFloodOfKeyUpdatesIsClosed(String request) throws IOException {
    long before = ended("empty_records");
    TlsClient client = client().protocols("TLSv1.3").send(request);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100 * TlsGuardHandler.MAX_EMPTY_RECORDS; i++) {
                client.tls.startHandshake(); // in TLS 1.3 a key update
              }
            })
        .isInstanceOf(IOException.class);
    awaitEnded(before, "empty_records");
  }

  public void manySmallRecordsWithDataAreNoFlood() throws IOException {
    TlsClient client = client();
    for (byte each :
        ("GET /" + "x".repeat(3_000) + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(US_ASCII)) {
      client.send(new byte[] {each});
    }
    assertThat(client.head()).startsWith("HTTP/1.1 200 ");
  }

  public void aBrokenRecordAfterTheHandshakeEndsTheConnection() throws Exception {
    TlsClient client = client().upgraded("broken");
    client.plain.getOutputStream().write(new byte[] {23, 3, 3, 0, 40});
    client.plain.getOutputStream().write(new byte[40]);
    listener.awaitNoConnection("broken");
  }

  // -- handshakes take their turns on threads of their own

  /** Keeps the threads of handshakes until it is closed. */
  private final class Hold implements AutoCloseable {
    private final CountDownLatch end = new CountDownLatch(1);
    private final FairThreads threads = listener.tls.orElseThrow().handshakes();

    private final String name;

    Hold(String name) {
      this.name = name;
    }

    void begin() {
      awaitWaiting(0); // steps of tests before
      submit();
      awaitWaiting(0);
    }

    void submit() {
      int cores = Runtime.getRuntime().availableProcessors();
      for (int i = 0; i < Math.max(1, cores / 2); i++) {
        threads.submit(name + i, this::await);
      }
    }

    private void await() {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void awaitWaiting(int count) {
      Eventually.holds(() -> threads.waiting() == count);
    }

    @Override
    public void close() {
      end.countDown();
    }
  }

  @Test(dataProvider = "versions")
  public void noLoopComputesAHandshake(String version) throws Exception {
    TlsClient connected = client().upgraded("ada");
    TlsClient waiting = client().protocols(version);
    CompletableFuture<TlsClient> answered;
    try (Hold hold = new Hold("hold")) {
      hold.begin();
      answered = CompletableFuture.supplyAsync(() -> sent(waiting, GET));
      hold.awaitWaiting(1);
      assertThat(connected.send(RawSocket.frame(0x89, new byte[] {'q'})).frame()).isEqualTo("10 q");
    }
    assertThat(answered.get(10, TimeUnit.SECONDS).head()).startsWith("HTTP/1.1 200 ");
  }

  private static TlsClient sent(TlsClient client, String request) {
    try {
      return client.send(request);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void addressesTakeTurns() throws Exception {
    TlsClient other = client().protocols("TLSv1.3"); // one step
    CompletableFuture<TlsClient> answered;
    try (Hold later = new Hold("later")) {
      try (Hold first = new Hold("first")) {
        first.begin();
        for (int i = 1; i <= 10; i++) {
          closing(RawSocket.from("127.0.0.2", listener.port())).send(clientHello(3));
          first.awaitWaiting(i);
        }
        answered = CompletableFuture.supplyAsync(() -> sent(other, GET));
        first.awaitWaiting(11);
        later.submit();
      }
      assertThat(answered.get(10, TimeUnit.SECONDS).head()).startsWith("HTTP/1.1 200 ");
      later.awaitWaiting(9); // one step of each address came first
    }
  }

  // -- deadlines

  private static final Map<String, String> SHORT = Map.of("server.handshake_timeout", "200ms");

  @DataProvider
  public Object[][] slowHandshakes() {
    byte[] hello = clientHello(3);
    return new Object[][] {
      {new byte[0]}, {Arrays.copyOf(hello, 3)}, {Arrays.copyOf(hello, hello.length - 1)}, {hello},
    };
  }

  /** The last of them does not answer the certificate. */
  @Test(dataProvider = "slowHandshakes")
  public void aSlowHandshakeIsClosed(byte[] bytes) throws IOException {
    try (TestListener impatient = listening(SHORT);
        RawSocket socket = impatient.socket()) {
      socket.send(bytes).rest();
      assertThat(impatient.metrics.count("parley_socket_deadlines_missed_total")).isEqualTo(1);
      Eventually.holds(
          () ->
              impatient.metrics.count("parley_tls_handshakes_total", "outcome", "lost")
                      + impatient.metrics.count("parley_tls_handshakes_total", "outcome", "failed")
                  == 1);
    }
  }

  public void aRequestThatIsSlowAfterTheHandshakeIsClosed() throws IOException {
    try (TestListener impatient = listening(SHORT)) {
      TlsClient client = closing(new TlsClient(impatient.port(), trusting));
      assertThat(client.send("GET /x HTTP/1.1\r\nHo").rest()).isEmpty();
    }
  }

  public void socketsInTheirHandshakeCountAsSocketsWithoutAUser() throws IOException {
    try (TestListener few =
        listening(
            Map.of("limits.unauthenticated_per_address", "2", "server.handshake_timeout", "60s"))) {
      closing(few.socket()).send(Arrays.copyOf(clientHello(3), 9));
      closing(few.socket()).send(Arrays.copyOf(clientHello(3), 9));
      Eventually.holds(() -> few.metrics.figure("parley_sockets_without_user") == 2);
      TlsClient third = closing(new TlsClient(few.port(), trusting));
      assertThat(third.send(GET).head()).startsWith("HTTP/1.1 429 ");
    }
  }
}
