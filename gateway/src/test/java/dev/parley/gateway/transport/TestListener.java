package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.GatewayConfig;
import dev.parley.gateway.auth.RevocationConfig;
import dev.parley.gateway.auth.Revocations;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.live.LiveConnections;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.tls.TlsConfig;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The real listener on a free loopback port, with fake users and fake HTTP endpoints. */
final class TestListener implements AutoCloseable {

  static final int CONNECTIONS = 2;
  private static final Refusal NOT_READY =
      Refusal.temporary(ErrorCode.DRAINING, "not ready", Duration.ofSeconds(1));

  final FakeRouter routes = new FakeRouter();
  final Metrics metrics = new Metrics();
  final FakeVerifier verifier = new FakeVerifier();
  private final BlockingQueue<CompletableFuture<String>> heads = new LinkedBlockingQueue<>();
  volatile boolean ready = true;
  final Revocations revocations =
      new Revocations(
          new RevocationConfig(9, Duration.ofHours(1)), Duration.ofSeconds(5), Clock.systemUTC());
  final LiveConnections live = new LiveConnections(Clock.systemUTC());
  private final Admission admission;
  private final Loops loops;
  final Optional<ServerTls> tls;
  private final Listener listener;

  /** Overrides defaults: names and values in turn. */
  TestListener(String... settings) throws IOException {
    Map<String, String> overrides = new HashMap<>(Map.of("server.port", "0", "server.loops", "3"));
    for (int i = 0; i < settings.length; i += 2) {
      overrides.put(settings[i], settings[i + 1]);
    }
    GatewayConfig config = GatewayConfig.of(overrides);
    admission =
        new Admission(
            principal -> CONNECTIONS,
            config.listener().sockets().tenantConnections(),
            config.listener().sockets().policy());
    tls = config.tls().flatMap(TestListener::tls);
    loops = new Loops(config.listener().binding().loops(), Clock.systemUTC());
    try {
      listener =
          new Listener(
              config.listener(), config.proxies(), config.origins(), true, loops, services(), tls);
    } catch (IOException e) {
      loops.close();
      throw e;
    }
  }

  private static Optional<ServerTls> tls(TlsConfig files) {
    Problems problems = new Problems();
    Optional<ServerTls> tls = ServerTls.start(files, Clock.systemUTC(), problems);
    assertThat(problems.lines()).isEmpty();
    return tls;
  }

  private ListenerServices services() {
    return new ListenerServices(
        new ConnectionServices(
            routes,
            verifier,
            revocations,
            admission,
            live,
            IdSource.random(),
            metrics,
            Clock.systemUTC()),
        () -> ready ? Optional.empty() : Optional.of(NOT_READY),
        new HttpService(new PathEcho(), this::answerHead));
  }

  /** Runs the task on the home loop of this user. */
  void atHome(String user, Runnable task) {
    loops.of(FakeVerifier.named(user).user()).execute(task);
  }

  /** Returns once each loop has ended what it was at. */
  void awaitLoops() {
    for (EventExecutor loop : loops.workers()) {
      assertThat(loop.submit(() -> {}).awaitUninterruptibly(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** The next request whose path begins with {@code /later}: its head is checked as this path. */
  CompletableFuture<String> nextHead() throws InterruptedException {
    CompletableFuture<String> next = heads.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no head is checked");
    }
    return next;
  }

  /** A request whose path begins with {@code /closed} may not have a body. */
  private CompletionStage<Optional<FullHttpResponse>> answerHead(
      ChannelHandlerContext ctx, HttpRequest head) {
    if (head.uri().startsWith("/later")) {
      CompletableFuture<String> path = new CompletableFuture<>();
      heads.add(path);
      return path.thenApplyAsync(TestListener::refusal, ctx.executor());
    }
    return CompletableFuture.completedStage(refusal(head.uri()));
  }

  private static Optional<FullHttpResponse> refusal(String path) {
    return path.startsWith("/closed")
        ? Optional.of(Refusals.response(Refusal.of(ErrorCode.UNAUTHENTICATED, "no token")))
            .map(TestListener::kept)
        : Optional.empty();
  }

  private static FullHttpResponse kept(FullHttpResponse response) {
    HttpUtil.setKeepAlive(response, true);
    return response;
  }

  int port() {
    return listener.port();
  }

  RawSocket socket() throws IOException {
    return new RawSocket(port());
  }

  /** An upgraded connection whose welcome is read. */
  RawSocket connected(String user) throws IOException {
    RawSocket socket = RawSocket.upgraded(port(), user);
    socket.frame();
    return socket;
  }

  /** The answer to a request, until the socket closes. */
  String answer(String request) throws IOException {
    try (RawSocket socket = socket()) {
      return socket.send(request).rest();
    }
  }

  /** Waits until the gateway has seen that every connection of the user is closed. */
  void awaitNoConnection(String user) {
    Eventually.holds(() -> admission.connections(FakeVerifier.named(user).user()) == 0);
  }

  void stopListening() {
    listener.close();
  }

  @Override
  public void close() {
    listener.close();
    tls.ifPresent(ServerTls::close);
    loops.close();
  }

  /** Answers every request with its path. */
  @Sharable
  private static final class PathEcho extends SimpleChannelInboundHandler<FullHttpRequest> {

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      byte[] body = ("path " + request.uri()).getBytes(UTF_8);
      HttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(body));
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
      ctx.writeAndFlush(response);
    }
  }
}
