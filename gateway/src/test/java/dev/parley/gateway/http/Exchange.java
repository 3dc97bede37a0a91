package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.monitor.Phases.Phase;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Sends single requests through the handler, by default from the loopback address. */
final class Exchange {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  static final Instant NOW = Instant.parse("2026-11-03T10:00:00Z");

  final Phases phases = new Phases(() -> 0L);
  final Metrics metrics = new Metrics();
  private final HttpHandler handler;
  private String peer = "127.0.0.1";

  /** What came back; headers by lower-case name. */
  record Answer(int status, Map<String, String> headers, String body, boolean open) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  Exchange(Endpoint... resources) {
    this(Exchange::nobody, resources);
  }

  private Exchange(Function<String, Principal> users, Endpoint... resources) {
    EndpointIndex known = new EndpointIndex(List.of(resources));
    handler = handler(users, () -> known);
  }

  /** Serves what these paths are at each request, from the phase before ready on. */
  Exchange(Function<Phases, EndpointIndex> paths) {
    handler = handler(Exchange::nobody, () -> paths.apply(phases));
  }

  private HttpHandler handler(Function<String, Principal> users, Supplier<EndpointIndex> paths) {
    return new HttpHandler(
        paths,
        new TokenCheck((token, client) -> verification(users, token), channel -> "client"),
        phases,
        Clock.fixed(NOW, ZoneOffset.UTC),
        (ctx, principal, position) -> Optional.empty(),
        metrics);
  }

  private static CompletionStage<Principal> verification(
      Function<String, Principal> users, String token) {
    try {
      return CompletableFuture.completedFuture(users.apply(token));
    } catch (RefusedException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private static Principal nobody(String token) {
    throw RefusedException.of(ErrorCode.UNAUTHENTICATED, "token: another");
  }

  static Exchange ready(Endpoint... resources) {
    Exchange exchange = new Exchange(resources);
    exchange.phases.begin(Phase.READY);
    return exchange;
  }

  /** The same with this user for a token. */
  static Exchange ready(Function<String, Principal> users, Endpoint... resources) {
    Exchange exchange = new Exchange(users, resources);
    exchange.phases.begin(Phase.READY);
    return exchange;
  }

  Exchange from(String address) {
    peer = address;
    return this;
  }

  Answer get(String path) {
    return send(request("GET", path, ""));
  }

  Answer send(FullHttpRequest request) {
    EmbeddedChannel channel = channel(peer);
    if (request.content().isReadable()) {
      // As the pipeline does before it keeps any of the body.
      handler
          .answerHead(channel.pipeline().firstContext(), request)
          .toCompletableFuture()
          .join()
          .ifPresentOrElse(
              refusal -> {
                request.release();
                channel.writeOutbound(refusal);
              },
              () -> channel.writeInbound(request));
    } else {
      channel.writeInbound(request);
    }
    FullHttpResponse response = await(channel);
    Map<String, String> headers = new TreeMap<>();
    response.headers().forEach(e -> headers.put(e.getKey().toLowerCase(Locale.ROOT), e.getValue()));
    Answer answer =
        new Answer(
            response.status().code(),
            headers,
            response.content().toString(UTF_8),
            channel.isOpen());
    response.release();
    if (request.refCnt() != 0 || channel.finish()) {
      throw new AssertionError("something was left over");
    }
    return answer;
  }

  /** Sends a request without a wait for its answer; the channel that has it, or will. */
  EmbeddedChannel begin(FullHttpRequest request) {
    EmbeddedChannel channel = channel(peer);
    channel.writeInbound(request);
    return channel;
  }

  /** The answer may be made on another thread, and passes the loop then. */
  private static FullHttpResponse await(EmbeddedChannel channel) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    FullHttpResponse response = channel.readOutbound();
    while (response == null && System.nanoTime() < end) {
      Thread.onSpinWait();
      channel.runPendingTasks();
      response = channel.readOutbound();
    }
    if (response == null) {
      throw new AssertionError("answer: none within " + PATIENCE);
    }
    return response;
  }

  private EmbeddedChannel channel(String address) {
    return new EmbeddedChannel(handler) {
      @Override
      protected SocketAddress remoteAddress0() {
        return new InetSocketAddress(address, 50_000);
      }
    };
  }

  static FullHttpRequest request(String method, String path, String body) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.valueOf(method),
            path,
            Unpooled.copiedBuffer(body, UTF_8));
    request.headers().set("host", "127.0.0.1:8080");
    return request;
  }
}
