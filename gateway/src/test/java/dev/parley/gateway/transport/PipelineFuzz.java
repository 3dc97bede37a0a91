package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.parley.gateway.GatewayConfig;
import dev.parley.gateway.auth.RevocationConfig;
import dev.parley.gateway.auth.Revocations;
import dev.parley.gateway.fuzz.FuzzTarget;
import dev.parley.gateway.http.DocumentEndpoint;
import dev.parley.gateway.http.EndpointIndex;
import dev.parley.gateway.http.HealthEndpoint;
import dev.parley.gateway.http.HttpHandler;
import dev.parley.gateway.http.ReadinessEndpoint;
import dev.parley.gateway.http.TokenCheck;
import dev.parley.gateway.limit.ConnectionPolicy;
import dev.parley.gateway.live.LiveConnections;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.protocol.IdSource;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The pipeline of a new socket with its real stages: any bytes after accept, or any after a valid
 * handshake, cut at any place. Every buffer must be released, and what is written must be well
 * formed.
 */
public final class PipelineFuzz implements FuzzTarget {

  private static final Pattern ANSWER =
      Pattern.compile("(?s)HTTP/1\\.1 (100|2\\d\\d|3\\d\\d|4\\d\\d|501|503|505) .*");
  private static final String UPGRADED = "HTTP/1.1 101 ";
  private static final String MASK_AND_PING = "{\"type\":\"ping\",\"id\":\"c1\"}";
  private static final String PROXY = "PROXY TCP4 203.0.113.9 127.0.0.1 50000 8080\r\n";

  private static final List<String> HANDSHAKES =
      List.of(
          RawSocket.handshake("Authorization: Bearer ada"),
          RawSocket.handshake(),
          RawSocket.handshake(
              "Authorization: Bearer ada", "Sec-WebSocket-Extensions: permessage-deflate"));

  private final boolean isUpgraded;
  private SlowChannel channel = new SlowChannel();
  private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false);
  private final FakeRouter routes = new FakeRouter();
  private final Metrics directMetrics = new Metrics();
  private final Metrics proxiedMetrics = new Metrics();
  private final GatewayInitializer direct = initializer(directMetrics, Map.of());
  private final GatewayInitializer proxied =
      initializer(
          proxiedMetrics,
          Map.of(
              "server.proxy_protocol",
              "required",
              "server.trusted_proxies",
              "127.0.0.1",
              "auth.jwt.secret",
              "a secret of thirty-two bytes ok!"));

  private PipelineFuzz(boolean isUpgraded) {
    this.isUpgraded = isUpgraded;
  }

  /** Any bytes after accept. */
  public static FuzzTarget handshake() {
    return new PipelineFuzz(false);
  }

  /** Any bytes after a valid handshake. */
  public static FuzzTarget frames() {
    return new PipelineFuzz(true);
  }

  private GatewayInitializer initializer(Metrics metrics, Map<String, String> settings) {
    Phases phases = new Phases(() -> 0L);
    phases.begin(Phases.Phase.READY);
    EndpointIndex paths =
        new EndpointIndex(
            List.of(
                new HealthEndpoint(),
                new ReadinessEndpoint(phases),
                DocumentEndpoint.asyncApi("0")));
    HttpHandler http =
        new HttpHandler(
            () -> paths,
            new TokenCheck(new FakeVerifier(), channel -> "client"),
            phases,
            Clock.systemUTC(),
            (ctx, user, position) -> Optional.empty(),
            new Metrics());
    return new GatewayInitializer(
        GatewayConfig.of(Map.of("server.compression", "true")).listener(),
        GatewayConfig.of(settings).proxies(),
        new Origins(Set.of("https://app.example"), false, false),
        user -> channel.eventLoop(),
        new ListenerServices(
            services(routes, metrics), Optional::empty, new HttpService(http, http::answerHead)),
        new DefaultChannelGroup(GlobalEventExecutor.INSTANCE),
        Optional.empty());
  }

  /** What connections use, without a store. */
  static ConnectionServices services(FakeRouter routes, Metrics metrics) {
    return new ConnectionServices(
        routes,
        new FakeVerifier(),
        new Revocations(
            new RevocationConfig(1, Duration.ofHours(1)), Duration.ofSeconds(5), Clock.systemUTC()),
        new Admission(principal -> Integer.MAX_VALUE, Integer.MAX_VALUE, ConnectionPolicy.REFUSE),
        new LiveConnections(Clock.systemUTC()),
        IdSource.random(),
        metrics,
        Clock.systemUTC());
  }

  @Override
  public String name() {
    return isUpgraded ? "frames" : "handshake";
  }

  @Override
  public int inputs() {
    return 3_000;
  }

  @Override
  public List<byte[]> examples() {
    return isUpgraded ? frameExamples() : handshakeExamples();
  }

  private static List<byte[]> handshakeExamples() {
    List<byte[]> examples = new ArrayList<>();
    String upgrade = RawSocket.handshake("Authorization: Bearer ada");
    String first = RawSocket.handshake();
    byte[] ping = RawSocket.frame(0x81, MASK_AND_PING.getBytes(UTF_8));
    examples.add(joined(0, upgrade, ping));
    examples.add(joined(0, RawSocket.handshake("Origin: https://app.example"), ping));
    examples.add(joined(1, PROXY + upgrade, ping));
    examples.add(joined(1, proxyVersion2() + upgrade, ping));
    examples.add(joined(0, first, RawSocket.frame(0x81, authenticate())));
    for (String request :
        List.of(
            request("GET /healthz"),
            request("HEAD /readyz", "X-Forwarded-For: 203.0.113.9, 127.0.0.1"),
            request("GET /v1/asyncapi.json", "If-None-Match: \"x\""),
            request(
                "OPTIONS /healthz",
                "Origin: https://app.example",
                "Access-Control-Request-Method: GET"),
            request("POST /healthz", "Content-Length: 2", "Expect: 100-continue") + "{}",
            request("POST /healthz", "Transfer-Encoding: chunked") + "2\r\n{}\r\n0\r\n\r\n",
            "GET /healthz HTTP/1.0\r\n\r\n")) {
      examples.add(FuzzTarget.of(0, request));
      examples.add(FuzzTarget.of(0, request + request("GET /healthz")));
    }
    return examples;
  }

  private static String request(String methodAndPath, String... headers) {
    String lines = Stream.of(headers).map(line -> line + "\r\n").collect(joining());
    return methodAndPath + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
  }

  private static byte[] authenticate() {
    return "{\"type\":\"authenticate\",\"payload\":{\"token\":\"ada\"}}".getBytes(UTF_8);
  }

  private static String proxyVersion2() {
    byte[] header = {
      0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 12, 127,
      0, 0, 9, 127, 0, 0, 1, 0x31, 0x31, 0x1F, 0x40
    };
    return new String(header, ISO_8859_1);
  }

  private static List<byte[]> frameExamples() {
    byte[] ping = RawSocket.frame(0x81, MASK_AND_PING.getBytes(UTF_8));
    byte[] start =
        RawSocket.frame(
            0x81,
            ("{\"type\":\"start_agent\",\"id\":\"c1\",\"thread_id\":\"t1\","
                    + "\"payload\":{\"agent\":\"builtin\",\"input\":\"é\"}}")
                .getBytes(UTF_8));
    byte[] parts =
        all(
            RawSocket.frame(0x01, "{\"type\":".getBytes(UTF_8)),
            RawSocket.frame(0x89, new byte[0]),
            RawSocket.frame(0x80, "\"ping\",\"id\":\"c2\"}".getBytes(UTF_8)));
    byte[] close = RawSocket.frame(0x88, new byte[] {0x03, (byte) 0xE8, 'o', 'k'});
    return List.of(
        FuzzTarget.of(0, all(ping, start, close)),
        FuzzTarget.of(0, all(parts, ping, RawSocket.frame(0x8A, "x".getBytes(UTF_8)))),
        FuzzTarget.of(0, RawSocket.frame(0x82, new byte[300])),
        FuzzTarget.of(1, all(RawSocket.frame(0x81, authenticate()), ping, close)),
        FuzzTarget.of(1, all(close, ping)),
        FuzzTarget.of(2, all(compressed(), ping, close)),
        FuzzTarget.of(2, all(ping, RawSocket.frame(0xC1, Deflated.of("x".repeat(70_000), 9)))));
  }

  /** A compressed message in one piece, and one in two. */
  private static byte[] compressed() {
    byte[] ping = Deflated.of(MASK_AND_PING.repeat(3), 6);
    return all(
        RawSocket.frame(0xC1, Deflated.of(MASK_AND_PING, 6)),
        RawSocket.frame(0x41, Arrays.copyOf(ping, 9)),
        RawSocket.frame(0x89, new byte[0]),
        RawSocket.frame(0x80, Arrays.copyOfRange(ping, 9, ping.length)));
  }

  private static byte[] joined(int variant, String head, byte[] frames) {
    return FuzzTarget.of(variant, all(head.getBytes(ISO_8859_1), frames));
  }

  private static byte[] all(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Override
  public List<String> words() {
    return List.of(
        "\r\nHost: b",
        "\r\nContent-Length: 5",
        "\r\nTransfer-Encoding: chunked",
        "\r\nUpgrade: websocket",
        "\r\nConnection: Upgrade",
        "\r\nSec-WebSocket-Extensions: permessage-deflate",
        "\r\nSec-WebSocket-Protocol: parley.v1, bearer.ada",
        "\r\nAuthorization: Bearer ada",
        "\r\nX-Forwarded-For: ",
        "\r\nCookie: a=b",
        " HTTP/1.0",
        PROXY,
        "\u0081\u0080",
        "\u0081\u00FE",
        "\u0081\u00FF",
        "\u0001\u0080",
        "\u0000\u0080",
        "\u0088\u0082",
        "\u00C1\u0080",
        "A\u0080");
  }

  @Override
  public void take(byte[] input) {
    int variant = FuzzTarget.variant(input, isUpgraded ? HANDSHAKES.size() : 2);
    byte[] bytes = FuzzTarget.rest(input);
    channel = new SlowChannel();
    channel.config().setAllocator(buffers);
    channel.pipeline().addLast(variant == 1 && !isUpgraded ? proxied : direct);
    channel.pipeline().fireChannelActive();
    if (isUpgraded) {
      String head = HANDSHAKES.get(variant);
      give(head.getBytes(ISO_8859_1), 0, head.length());
    }
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(bytes));
    int at = 0;
    while (at < bytes.length && channel.isOpen()) {
      int end = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 8 : 2_000));
      give(bytes, at, end);
      at = end;
    }
    channel.finishAndReleaseAll();
    check(channel.taken());
  }

  private void give(byte[] bytes, int from, int to) {
    ByteBuf buffer = buffers.heapBuffer(to - from);
    buffer.writeBytes(bytes, from, to - from);
    try {
      channel.writeInbound(buffer);
    } catch (Exception e) {
      // An answer that is written after the close has nowhere to go.
      if (channel.isOpen() || !(e instanceof ClosedChannelException)) {
        throw e;
      }
    }
  }

  private void check(byte[] written) {
    expect(problem(written).isEmpty(), problem(written));
    expect(buffers.metric().usedHeapMemory() == 0, "a buffer was not released");
    expect(buffers.metric().usedDirectMemory() == 0, "a direct buffer was not released");
    check(directMetrics);
    check(proxiedMetrics);
    while (!routes.opened.isEmpty()) {
      expect(routes.opened.remove().ends.size() == 1, "a route has no single end");
    }
  }

  private static void check(Metrics metrics) {
    expect(metrics.openConnections() == 0, "a connection is still counted");
    expect(
        metrics.count("parley_connections_closed_total", "reason", "fault") == 0,
        "a stage has failed");
  }

  private static void expect(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalStateException(problem);
    }
  }

  /** The fault in the bytes written; empty for answers, or an upgrade and frames. */
  private static String problem(byte[] written) {
    String text = new String(written, ISO_8859_1);
    int upgrade = text.indexOf(UPGRADED);
    if (upgrade < 0) {
      return text.isEmpty() || ANSWER.matcher(text).matches() ? "" : "written: " + text;
    }
    return problemOfFrames(written, text.indexOf("\r\n\r\n", upgrade) + 4);
  }

  /**
   * The fault in the frames from here on; empty if they are well formed and none follows a Close.
   */
  static String problemOfFrames(byte[] written, int from) {
    ByteBuffer left = ByteBuffer.wrap(written, from, written.length - from);
    boolean isClosed = false;
    while (left.hasRemaining() && !isClosed) {
      int first = left.get() & 0xFF;
      isClosed = first == 0x88;
      int length = left.get();
      length = length == 126 ? left.getShort() & 0xFFFF : length;
      if (length < 0 || length > left.remaining() || (first & 0x70) != 0) {
        return "not a frame of a server: " + first + ", " + length;
      }
      left.position(left.position() + length);
    }
    return left.hasRemaining() ? "after the Close frame: " + left.remaining() + " bytes" : "";
  }
}
