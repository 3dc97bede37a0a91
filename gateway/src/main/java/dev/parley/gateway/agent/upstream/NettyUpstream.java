package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.config.Secret;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The service of one agent over HTTP/1.1, each request on a connection of its own. No redirect is
 * followed. Listeners are called on one of the two loops that all agents share.
 */
final class NettyUpstream implements Upstream {

  private static final String STREAM = "text/event-stream";
  private static final String ANY = "application/json, */*;q=0.5";
  private static final String EITHER = "application/json, text/event-stream";
  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

  private final AgentService service;
  private final EventLoopGroup loops;
  private final Map<String, Secret> credentials;
  private final IdentityHeaders identity;

  /** A service whose loops and resolver belong to the caller. */
  NettyUpstream(
      AgentService service,
      EventLoopGroup loops,
      Map<String, Secret> credentials,
      IdentityHeaders identity) {
    this.service = service;
    this.loops = loops;
    this.credentials = credentials;
    this.identity = identity;
  }

  @Override
  public CompletionStage<StreamEnd> stream(
      AgentRequest request, HttpCall call, SseListener listener) {
    return new StreamCall(
            service,
            loops.next(),
            request,
            call.uri(),
            () -> message(request, call, STREAM),
            listener)
        .begin();
  }

  @Override
  public CompletionStage<StreamEnd> follow(
      AgentRequest request, HttpCall call, JoinableListener listener) {
    return new JoinedStream(this, service, loops.next(), request, listener).begin(call);
  }

  @Override
  public CompletableFuture<HttpAnswer> send(AgentRequest request, HttpCall call, int maxBytes) {
    return new SendCall(service, loops.next(), call, maxBytes, null)
        .begin(() -> message(request, call, ANY));
  }

  @Override
  public CompletableFuture<HttpAnswer> exchange(
      AgentRequest request, HttpCall call, int maxBytes, SseListener listener) {
    return new SendCall(service, loops.next(), call, maxBytes, listener)
        .begin(() -> message(request, call, EITHER));
  }

  @Override
  public Places places() {
    return new RunPlaces(service, loops);
  }

  @Override
  public String withoutCredentials(String text) {
    return service.exchanges().texts().hidden(text);
  }

  private FullHttpRequest message(AgentRequest request, HttpCall call, String accepted) {
    byte[] body = call.content() == null ? new byte[0] : call.content().bytes();
    URI uri = call.uri();
    boolean forwarded = service.exchanges().connector().isForwarded(uri);
    FullHttpRequest message =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.valueOf(call.method()),
            forwarded
                ? "http://" + ServiceUrl.authority(uri) + ServiceUrl.pathAndQuery(uri)
                : ServiceUrl.pathAndQuery(uri),
            Unpooled.wrappedBuffer(body));
    HttpHeaders headers = message.headers();
    headers.set(HttpHeaderNames.USER_AGENT, "Parley");
    if (request.traceparent() != null) {
      headers.set("traceparent", request.traceparent());
    }
    call.headers().forEach(headers::set);
    credentials.forEach((name, value) -> headers.set(name, text(value)));
    UpstreamConfig config = service.exchanges().config();
    config.headers().forEach(header -> headers.set(header.name(), text(header.value())));
    identity.add(headers, request, body, service.time().now());
    if (forwarded) {
      config
          .proxy()
          .flatMap(ForwardProxy::credentials)
          .ifPresent(given -> headers.set(HttpHeaderNames.PROXY_AUTHORIZATION, basic(given)));
    }
    headers.set(HttpHeaderNames.HOST, ServiceUrl.authority(uri));
    if (call.content() == null && WITH_BODY.contains(call.method())) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, 0);
    } else if (call.content() != null) {
      headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
      headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    headers.set(HttpHeaderNames.ACCEPT, accepted);
    headers.set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return message;
  }

  private static String text(Secret secret) {
    return new String(secret.bytes(), StandardCharsets.UTF_8);
  }

  private static String basic(Secret credentials) {
    return "Basic " + Base64.getEncoder().encodeToString(credentials.bytes());
  }
}
