package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.HandlerNames.ADDRESS;
import static dev.parley.gateway.transport.HandlerNames.CLOSER;
import static dev.parley.gateway.transport.HandlerNames.DEADLINE;
import static dev.parley.gateway.transport.HandlerNames.DISPATCH;
import static dev.parley.gateway.transport.HandlerNames.EXPIRY;
import static dev.parley.gateway.transport.HandlerNames.FAILURE;
import static dev.parley.gateway.transport.HandlerNames.HTTP_CODEC;
import static dev.parley.gateway.transport.HandlerNames.SILENCE;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.ClientCommand.Subscribe;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.route.Routes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Turns the socket of a request into a stream of one thread's events: a connection like any other,
 * but for how its frames stand on the wire and that nothing is read from it.
 */
public final class EventStreams {

  private static final Framing FRAMING = new EventStreamFraming();
  private static final SilenceHandler SILENT = new SilenceHandler();
  private static final int UNANSWERED = 2; // the subscription is one, and it must still read
  private static final CommandId SUBSCRIBE = new CommandId("stream");

  private final Duration stallTimeout;
  private final Loops loops;
  private final Routes routes;
  private final Admission admission;
  private final IdSource ids;
  private final Metrics metrics;
  private final Clock clock;

  /** Streams that end when their socket has taken no byte for so long while some waited for it. */
  public EventStreams(
      Duration stallTimeout,
      Loops loops,
      Routes routes,
      Admission admission,
      IdSource ids,
      Metrics metrics,
      Clock clock) {
    this.stallTimeout = stallTimeout;
    this.loops = loops;
    this.routes = routes;
    this.admission = admission;
    this.ids = ids;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Begins the stream with the answer's head, or says why not. Called on the channel's loop, when
   * the request is read and nothing of its answer is written.
   */
  public Optional<Refusal> open(ChannelHandlerContext ctx, Principal principal, Position position) {
    Channel channel = ctx.channel();
    if (!admission.admit(principal, channel, null)) {
      return Optional.of(admission.full(principal));
    }
    ctx.writeAndFlush(head());
    ChannelPipeline pipeline = ctx.pipeline();
    Closer closer = new Closer(channel, FRAMING, stallTimeout, metrics);
    pipeline.addBefore(FAILURE, CLOSER, closer).addBefore(FAILURE, SILENCE, SILENT);
    removeHttp(pipeline);
    HomeMove.move(
        channel, loops.of(principal.user()), () -> connect(pipeline, closer, principal, position));
    return Optional.empty();
  }

  /** At home: the subscription is the first command, and the only one. */
  private void connect(
      ChannelPipeline pipeline, Closer closer, Principal principal, Position position) {
    if (closer.isClosing()) {
      return; // it was closed on its way
    }
    Connection connection =
        new Connection(ids.connection(), pipeline.channel(), closer.writer(), closer, UNANSWERED);
    ExpiryHandler expiry =
        new ExpiryHandler(principal.expiresAt(), clock, closer, connection::expiring);
    pipeline
        .addAfter(CLOSER, EXPIRY, expiry)
        .addBefore(FAILURE, DISPATCH, new DispatchHandler(connection));
    if (closer.isClosing()) {
      return; // the token has just expired
    }
    connection.open(
        principal,
        (bearer, subscriber) -> routes.open(bearer, new StreamSubscriber(connection)),
        metrics);
    connection.begin(new Subscribe(SUBSCRIBE, List.of(position), 0));
  }

  private static HttpResponse head() {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
        // A proxy that compresses would gather what belongs to the reader at once
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store, no-transform")
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .set("x-accel-buffering", "no")
        .set("x-content-type-options", "nosniff");
    return head;
  }

  /** From the tail on: a request that waits behind this one must meet nobody who answers it. */
  private static void removeHttp(ChannelPipeline pipeline) {
    List<String> stages = new ArrayList<>(GatewayInitializer.HTTP_STAGES);
    Collections.reverse(stages);
    stages.forEach(pipeline::remove);
    pipeline.remove(HTTP_CODEC);
    pipeline.remove(ADDRESS);
    pipeline.remove(DEADLINE);
  }
}
