package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.HandlerNames.*;

import dev.parley.gateway.limit.SocketSlots;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import java.util.function.Function;

/**
 * The stages of a new socket, in the order in which a byte meets them. {@link ConnectionStages}
 * replaces those from the codec to the failure handler.
 */
final class GatewayInitializer extends ChannelInitializer<Channel> {

  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 * 1024, 128 * 1024);

  private static final int MAX_REQUEST_LINE = 4 * 1024;
  private static final int MAX_HEADER = 32 * 1024; // a token may be long

  private final ListenerConfig config;
  private final ProxyConfig proxies;
  private final Origins origins;
  private final ListenerServices services;
  private final ChannelGroup channels;
  private final Metrics metrics;
  private final SocketLog socketLog;
  private final SocketSlots sockets;
  private final Refusals refusals;
  private final HandshakeAuthHandler auth;
  private final ReadinessHandler readiness;
  private final AdmissionHandler admissionStage;
  private final UpgradeHandler upgrade;
  private final FailureHandler failure;

  GatewayInitializer(
      ListenerConfig config,
      ProxyConfig proxies,
      Origins origins,
      Function<UserId, EventLoop> homes,
      ListenerServices services,
      ChannelGroup channels) {
    this.config = config;
    this.proxies = proxies;
    this.origins = origins;
    this.services = services;
    this.channels = channels;
    ConnectionServices connections = services.connections();
    this.metrics = connections.metrics();
    this.socketLog = new SocketLog(System::nanoTime, metrics);
    this.sockets =
        new SocketSlots(
            config.sockets().connections(),
            config.sockets().unauthenticatedPerAddress(),
            AcceptBatchHandler.BATCH, // the request of each is read before the next batch comes
            socketLog::say);
    metrics.gauge("parley_sockets", "Open sockets, but for health checks.", sockets::open);
    metrics.gauge(
        "parley_sockets_without_user", "Open sockets whose user is unknown.", sockets::unknown);
    this.refusals = new Refusals(metrics);
    this.auth = new HandshakeAuthHandler(connections.verifier(), refusals);
    this.readiness = new ReadinessHandler(services.notReady(), refusals);
    this.admissionStage = new AdmissionHandler(connections.admission(), refusals);
    ConnectionStages stages = new ConnectionStages(config.timeouts().stall(), homes, connections);
    this.upgrade = new UpgradeHandler(new WebSocketStages(config, connections, stages));
    this.failure = new FailureHandler(refusals);
  }

  @Override
  protected void initChannel(Channel channel) {
    channels.add(channel);
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    DeadlineHandler deadline =
        new DeadlineHandler(config.timeouts().handshake(), proxies.keepAlive(), metrics);
    CountedSocket socket = new CountedSocket(channel, deadline::isIdle, metrics);
    channel
        .pipeline()
        .addLast(ADDRESS, new AddressHandler(socket, sockets, proxies, socketLog))
        .addLast(DEADLINE, deadline)
        .addLast(HTTP_CODEC, httpCodec())
        .addLast(HTTP_KEEP_ALIVE, new HttpServerKeepAliveHandler())
        .addLast(HTTP_FLOW, new FlowControlHandler())
        .addLast(
            SOCKET_ADMISSION,
            new SocketAdmissionHandler(socket, sockets, proxies.trusted(), refusals))
        .addLast(HTTP_GUARD, new HttpGuardHandler(refusals))
        .addLast(ORIGIN, new OriginHandler(origins, refusals))
        .addLast(HTTP_LIMITS, new RequestLimitHandler(config.frames(), refusals, now(channel)))
        .addLast(HTTP_PIPELINING, new HttpPipeliningHandler(deadline, proxies.keepAlive()))
        .addLast(CORS_PREFLIGHT, new CorsPreflightHandler())
        .addLast(HANDSHAKE_AUTH, auth)
        .addLast(READINESS, readiness)
        .addLast(ADMISSION, admissionStage)
        .addLast(UPGRADE, upgrade)
        .addLast(HEAD_CHECK, new HeadCheckHandler(services.heads(), config.frames().maxBytes()))
        .addLast(HTTP_BODY, new BodyHandler(config.frames().maxBytes(), refusals))
        .addLast(HTTP, services.http())
        .addLast(FAILURE, failure);
  }

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
