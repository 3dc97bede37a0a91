package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.HandlerNames.*;

import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.flow.FlowControlHandler;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a byte: the stages of a socket in the order in which it meets them, first those
 * of HTTP, after an upgrade those of a WebSocket, then those of a connection with a user.
 */
final class GatewayInitializer extends ChannelInitializer<Channel> {

  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 * 1024, 128 * 1024);

  /** Twice what a first frame may have: up to here it is refused with a word. */
  private static final int MAX_UNKNOWN_FRAME = 2 * AuthenticateHandler.MAX_BYTES;

  private static final int MAX_REQUEST_LINE = 4 * 1024;
  private static final int MAX_HEADER = 32 * 1024; // a token may be long
  private static final Framing FRAMING = new WebSocketFraming();
  static final List<String> HTTP_STAGES =
      List.of(
          HTTP_FLOW,
          HTTP_KEEP_ALIVE,
          PLACE,
          HTTP_GUARD,
          ORIGIN,
          HTTP_LIMITS,
          HTTP_TURN,
          PREFLIGHT,
          AUTH,
          READINESS,
          ADMISSION,
          UPGRADE,
          BODY_GATE,
          HTTP_BODY,
          HTTP);

  private final ListenerConfig config;
  private final ProxyConfig proxies;
  private final Origins origins;
  private final Function<UserId, EventLoop> homes;
  private final Doors doors;
  private final ChannelGroup channels;
  private final SocketLog socketLog;
  private final SocketAdmission sockets;
  private final Refusals refusals;
  private final AuthHandler auth;
  private final ReadinessHandler readiness;
  private final AdmissionHandler admissionStage;
  private final UpgradeHandler upgrade;
  private final FailureHandler failure;

  GatewayInitializer(
      ListenerConfig config,
      ProxyConfig proxies,
      Origins origins,
      Function<UserId, EventLoop> homes,
      Doors doors,
      ChannelGroup channels) {
    this.config = config;
    this.proxies = proxies;
    this.origins = origins;
    this.homes = homes;
    this.doors = doors;
    this.channels = channels;
    this.socketLog = new SocketLog(System::nanoTime);
    this.sockets =
        new SocketAdmission(
            config.connections(), config.unauthenticatedPerAddress(), doors.metrics(), socketLog);
    this.refusals = new Refusals(doors.metrics());
    this.auth = new AuthHandler(doors.verifier(), refusals);
    this.readiness = new ReadinessHandler(doors.notReady(), refusals);
    this.admissionStage = new AdmissionHandler(doors.admission(), refusals);
    this.upgrade = new UpgradeHandler(this::upgrade);
    this.failure = new FailureHandler(refusals);
  }

  @Override
  protected void initChannel(Channel channel) {
    channels.add(channel);
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    DeadlineHandler deadline =
        new DeadlineHandler(config.handshakeTimeout(), proxies.keepAlive(), doors.metrics());
    Place place = new Place(channel, deadline::isIdle);
    channel
        .pipeline()
        .addLast(ADDRESS, new AddressHandler(place, sockets, proxies, socketLog))
        .addLast(DEADLINE, deadline)
        .addLast(HTTP_CODEC, httpCodec())
        .addLast(HTTP_KEEP_ALIVE, new HttpServerKeepAliveHandler())
        .addLast(HTTP_FLOW, new FlowControlHandler())
        .addLast(PLACE, new PlaceHandler(place, sockets, proxies.trusted(), refusals))
        .addLast(HTTP_GUARD, new HttpGuardHandler(refusals))
        .addLast(ORIGIN, new OriginHandler(origins, refusals))
        .addLast(HTTP_LIMITS, new RequestLimitHandler(config, refusals, now(channel)))
        .addLast(HTTP_TURN, new HttpTurnHandler(deadline, proxies.keepAlive()))
        .addLast(PREFLIGHT, new PreflightHandler())
        .addLast(AUTH, auth)
        .addLast(READINESS, readiness)
        .addLast(ADMISSION, admissionStage)
        .addLast(UPGRADE, upgrade)
        .addLast(BODY_GATE, new BodyGateHandler(doors.heads(), config.maxFrameBytes()))
        .addLast(HTTP_BODY, new BodyHandler(config.maxFrameBytes(), refusals))
        .addLast(HTTP, doors.http())
        .addLast(FAILURE, failure);
  }

  /** 101 is written: frames from here on. */
  private void upgrade(ChannelPipeline pipeline, @Nullable Principal principal) {
    Channel channel = pipeline.channel();
    channel.config().setAutoRead(false);
    HTTP_STAGES.forEach(pipeline::remove);

    Closer closer = new Closer(channel, FRAMING, config.stallTimeout(), doors.metrics());
    pipeline
        .addBefore(
            FAILURE, FRAMES, frames(principal == null ? MAX_UNKNOWN_FRAME : Integer.MAX_VALUE))
        .addBefore(FAILURE, CLOSER, closer)
        .addBefore(FAILURE, FRAME_LIMITS, frameLimits(channel, closer))
        .addBefore(FAILURE, FLOW, new FlowControlHandler());
    pipeline.get(DeadlineHandler.class).onMissed(() -> closer.close(CloseReason.TIMED_OUT));
    pipeline.remove(HTTP_CODEC); // passes on what came in behind the handshake

    if (closer.isClosing()) {
      return; // that was bad enough
    }
    if (principal != null) {
      enter(pipeline, closer, principal);
    } else {
      awaitToken(pipeline, closer);
    }
  }

  /** Nobody knows yet who it is: the first frame must tell. */
  private void awaitToken(ChannelPipeline pipeline, Closer closer) {
    Consumer<Principal> next =
        known -> {
          pipeline.channel().config().setAutoRead(false); // what follows the token waits
          pipeline.remove(AUTHENTICATE);
          pipeline.replace(FRAMES, FRAMES, frames(Integer.MAX_VALUE)); // takes what is not decoded
          enter(pipeline, closer, known);
        };
    AuthenticateHandler authenticate =
        new AuthenticateHandler(doors.verifier(), doors.admission(), closer.writer(), closer, next);
    pipeline.addBefore(FAILURE, AUTHENTICATE, authenticate);
    pipeline.channel().config().setAutoRead(true);
  }

  /** The user is known: the channel moves to the user's home loop. */
  private void enter(ChannelPipeline pipeline, Closer closer, Principal principal) {
    Channel channel = pipeline.channel();
    channel.config().setAutoRead(false);
    pipeline.remove(ADDRESS);
    pipeline.remove(DEADLINE);
    HomeMove.move(
        channel, homes.apply(principal.user()), () -> connect(pipeline, closer, principal));
  }

  /** At home: commands from here on, and nothing is read before the welcome. */
  private void connect(ChannelPipeline pipeline, Closer closer, Principal principal) {
    Channel channel = pipeline.channel();
    if (closer.isClosing()) {
      return; // it was closed on its way
    }
    FrameWriter writer = closer.writer();
    ConnectionId id = Admission.name(channel, doors.ids().connection());
    Connection connection =
        new Connection(id, channel, writer, closer, config.unansweredCommands());
    ExpiryHandler expiry =
        new ExpiryHandler(principal.expiresAt(), doors.clock(), closer, connection::expiring);
    RefreshHandler refresh =
        new RefreshHandler(doors.verifier(), principal.user(), expiry, connection, closer);
    pipeline
        .addAfter(CLOSER, HEARTBEAT, new HeartbeatHandler(config.heartbeat(), writer, closer))
        .addAfter(CLOSER, EXPIRY, expiry)
        .addBefore(FAILURE, MESSAGES, new MessageDecoder(config.rejectedInARow(), writer, closer))
        .addBefore(FAILURE, REFRESH, refresh)
        .addBefore(FAILURE, DISPATCH, new DispatchHandler(connection));
    if (closer.isClosing()) {
      return; // the token has just expired
    }
    connection.open(principal, doors.routes(), doors.metrics());
  }

  private static HttpCodec httpCodec() {
    return new HttpCodec(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(MAX_HEADER)
            .setStrictLineParsing(true));
  }

  private WebSocket13FrameDecoder frames(int maxBytes) {
    return new WebSocket13FrameDecoder(
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(Math.min(maxBytes, config.maxFrameBytes()))
            .allowExtensions(false) // none is negotiated: reserved bits are refused
            .closeOnProtocolViolation(false) // the closer writes every Close frame
            .build());
  }

  private FrameLimitHandler frameLimits(Channel channel, Closer closer) {
    return new FrameLimitHandler(config, closer.writer(), closer, doors.metrics(), now(channel));
  }

  private static long now(Channel channel) {
    return channel.eventLoop().ticker().nanoTime();
  }
}
