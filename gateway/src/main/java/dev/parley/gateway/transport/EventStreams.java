package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.HandlerNames.FAILURE;
import static dev.parley.gateway.transport.HandlerNames.STREAM_INPUT;

import dev.parley.gateway.live.Link;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.ClientCommand.Subscribe;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;

/**
 * Turns the socket of a request into a stream of one thread's events: a connection with a framing
 * of its own, from which nothing is read.
 */
public final class EventStreams {

  private static final Framing FRAMING = new EventStreamFraming();
  private static final StreamInputHandler NO_INPUT = new StreamInputHandler();
  private static final int MAX_UNANSWERED = 2; // with the subscription unanswered it must read
  private static final CommandId SUBSCRIBE = new CommandId("stream");

  private final ConnectionServices services;
  private final ConnectionStages stages;

  public EventStreams(ListenerConfig config, Loops loops, ConnectionServices services) {
    this.services = services;
    this.stages = new ConnectionStages(config.timeouts().stall(), loops::of, services);
  }

  /**
   * Begins the stream with the head of the response, or says why not. Called on the channel's loop,
   * when the request is read and nothing of its response is written.
   */
  public Optional<Refusal> open(ChannelHandlerContext ctx, Principal principal, Position position) {
    Optional<Refusal> refusal = services.admission().admit(principal, ctx.channel(), null);
    if (refusal.isPresent()) {
      return refusal;
    }
    ctx.writeAndFlush(head());
    ChannelPipeline pipeline = ctx.pipeline();
    Closer closer =
        stages.replaceHttp(
            pipeline, FRAMING, added -> pipeline.addBefore(FAILURE, STREAM_INPUT, NO_INPUT));
    stages.enter(pipeline, closer, principal, new ThreadStream(services, position));
    return Optional.empty();
  }

  /** The subscription is the first command, and the only one. */
  private record ThreadStream(ConnectionServices services, Position position)
      implements ConnectionStages.ConnectionKind {

    @Override
    public int maxUnanswered() {
      return MAX_UNANSWERED;
    }

    @Override
    public Link link() {
      return Link.SSE;
    }

    @Override
    public void addStages(
        ChannelPipeline pipeline,
        Connection connection,
        Principal principal,
        ExpiryHandler expiry) {}

    @Override
    public void open(Connection connection, Principal principal) {
      connection.open(
          principal,
          (bearer, subscriber) -> services.routes().open(bearer, new StreamSubscriber(connection)));
      connection.begin(new Subscribe(SUBSCRIBE, List.of(position), 0));
    }
  }

  private static HttpResponse head() {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
        // A proxy that compresses would hold events back
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store, no-transform")
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .set("x-accel-buffering", "no")
        .set("x-content-type-options", "nosniff");
    return head;
  }
}
