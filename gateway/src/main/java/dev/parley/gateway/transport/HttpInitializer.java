package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.HandlerNames.*;

import dev.parley.gateway.limit.SocketSlots;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.Principal;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** The stages of a new socket that takes HTTP, in the order in which a byte meets them. */
abstract class HttpInitializer extends ChannelInitializer<Channel> {

  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 * 1024, 128 * 1024);

  private static final int MAX_REQUEST_LINE = 4 * 1024;
  private static final int MAX_HEADER = 32 * 1024; // a token may be long

  private final ListenerConfig config;
  private final ProxyConfig proxies;
  private final HttpService http;
  private final ChannelGroup channels;
  private final Metrics metrics;
  private final SocketLog socketLog;
  private final SocketSlots sockets;
  private final Predicate<Principal> callers;
  private final Refusals refusals;
  private final FailureHandler failure;
  private final Optional<ServerTls> tls;
  private final SecurityHeadersHandler headers;

  /**
   * The slots of the sockets of one listener.
   *
   * @param log of those that get none
   * @param callers whose calls make a socket one of its user
   */
  record Slots(SocketSlots sockets, SocketLog log, Predicate<Principal> callers) {}

  HttpInitializer(
      ListenerConfig config,
      ProxyConfig proxies,
      Slots slots,
      HttpService http,
      ChannelGroup channels,
      Metrics metrics,
      Optional<ServerTls> tls) {
    this.config = config;
    this.proxies = proxies;
    this.http = http;
    this.channels = channels;
    this.metrics = metrics;
    this.socketLog = slots.log();
    this.sockets = slots.sockets();
    this.callers = slots.callers();
    this.refusals = new Refusals(metrics);
    this.failure = new FailureHandler(refusals);
    this.tls = tls;
    this.headers = new SecurityHeadersHandler(tls.map(ServerTls::hsts).orElse(Duration.ZERO));
  }

  @Override
  protected final void initChannel(Channel channel) {
    channels.add(channel);
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    DeadlineHandler deadline =
        new DeadlineHandler(config.timeouts().handshake(), proxies.keepAlive(), metrics);
    CountedSocket socket = new CountedSocket(channel, deadline::isIdle, metrics);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(ADDRESS, new AddressHandler(socket, sockets, proxies, socketLog));
    tls.ifPresent(used -> addTls(pipeline, used, socket));
    pipeline
        .addLast(DEADLINE, deadline)
        .addLast(HTTP_CODEC, httpCodec())
        .addLast(HandlerNames.HTTP_HEADERS, headers)
        .addLast(HTTP_KEEP_ALIVE, new HttpServerKeepAliveHandler())
        .addLast(HTTP_FLOW, new FlowControlHandler())
        .addLast(
            SOCKET_ADMISSION,
            new SocketAdmissionHandler(socket, sockets, callers, proxies.trusted(), refusals));
    addGuards(pipeline, refusals);
    pipeline
        .addLast(HTTP_LIMITS, new RequestLimitHandler(config.frames(), refusals, now(channel)))
        .addLast(HTTP_PIPELINING, new HttpPipeliningHandler(deadline, proxies.keepAlive()));
    addHandshake(pipeline);
    pipeline
        .addLast(HEAD_CHECK, new HeadCheckHandler(http.heads(), config.frames().maxBytes()))
        .addLast(HTTP_BODY, new BodyHandler(config.frames().maxBytes(), refusals))
        .addLast(HTTP, http.answers())
        .addLast(FAILURE, failure);
  }

  /** The deadline of a socket counts from accept, so that it is that of the handshake too. */
  private void addTls(ChannelPipeline pipeline, ServerTls used, CountedSocket socket) {
    Channel channel = pipeline.channel();
    TlsSteps steps = new TlsSteps(channel, used.handshakes(), socket::client);
    TlsGuardHandler guard = new TlsGuardHandler(metrics, refusals, now(channel));
    pipeline
        .addLast(TLS_GUARD, guard)
        .addLast(TLS, used.handler(channel.alloc(), steps))
        .addLast(TLS_END, new TlsEndHandler(guard, steps));
  }

  /** Adds the stages that refuse a request before it counts. */
  abstract void addGuards(ChannelPipeline pipeline, Refusals refusals);

  /** Adds the stages of pages and handshakes, for requests that HTTP does not answer. */
  abstract void addHandshake(ChannelPipeline pipeline);

  private static HttpCodec httpCodec() {
    return new HttpCodec(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(MAX_HEADER)
            .setStrictLineParsing(true));
  }

  private static long now(Channel channel) {
    return channel.eventLoop().ticker().nanoTime();
  }
}
