package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.HandlerNames.CLOSER;
import static dev.parley.gateway.transport.HandlerNames.EXPIRY;
import static dev.parley.gateway.transport.HandlerNames.FAILURE;
import static dev.parley.gateway.transport.HandlerNames.FIRST_FRAME_AUTH;
import static dev.parley.gateway.transport.HandlerNames.FLOW;
import static dev.parley.gateway.transport.HandlerNames.FRAMES;
import static dev.parley.gateway.transport.HandlerNames.FRAME_LIMITS;
import static dev.parley.gateway.transport.HandlerNames.HEARTBEAT;
import static dev.parley.gateway.transport.HandlerNames.INFLATE;
import static dev.parley.gateway.transport.HandlerNames.MESSAGES;
import static dev.parley.gateway.transport.HandlerNames.REFRESH;

import dev.parley.gateway.live.Link;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.Principal;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.flow.FlowControlHandler;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The stages of a WebSocket, in the order in which a byte meets them. */
final class WebSocketStages implements UpgradeHandler.Stages, ConnectionStages.ConnectionKind {

  /** Twice the maximum of a first frame: up to here it is refused with an error frame. */
  private static final int MAX_UNKNOWN_FRAME = 2 * FirstFrameAuthHandler.MAX_BYTES;

  private static final Framing FRAMING = new WebSocketFraming();

  private final ListenerConfig config;
  private final ConnectionServices services;
  private final ConnectionStages stages;
  private final Compression compression;

  WebSocketStages(ListenerConfig config, ConnectionServices services, ConnectionStages stages) {
    this.config = config;
    this.services = services;
    this.stages = stages;
    this.compression = new Compression(services.metrics().compression());
  }

  /** 101 is written: frames follow. Without a principal, the first frame must bring the token. */
  @Override
  public void upgrade(
      ChannelPipeline pipeline, @Nullable Principal principal, Optional<DeflateOffer> deflate) {
    pipeline.channel().config().setAutoRead(false);
    WebSocket13FrameDecoder frames =
        principal == null
            ? frames(MAX_UNKNOWN_FRAME, () -> isVerifying(pipeline))
            : deflate.isPresent()
                ? new CompressedFrameDecoder(decoderConfig(Integer.MAX_VALUE, true))
                : frames(Integer.MAX_VALUE, () -> false);
    Framing framing =
        deflate
            .<Framing>map(offer -> new DeflateFraming(compression, offer.maxText()))
            .orElse(FRAMING);
    Closer closer =
        stages.replaceHttp(
            pipeline, framing, added -> addFrames(pipeline, added, frames, deflate.isPresent()));
    if (closer.isClosing()) {
      return; // for what came together with the handshake
    }
    if (principal != null) {
      stages.enter(pipeline, closer, principal, this);
    } else {
      awaitToken(pipeline, closer);
    }
  }

  private static boolean isVerifying(ChannelPipeline pipeline) {
    FirstFrameAuthHandler first = pipeline.get(FirstFrameAuthHandler.class);
    return first != null && first.isVerifying();
  }

  private void addFrames(
      ChannelPipeline pipeline, Closer closer, WebSocket13FrameDecoder frames, boolean inflates) {
    long now = pipeline.channel().eventLoop().ticker().nanoTime();
    FrameLimitHandler limits =
        new FrameLimitHandler(config.frames(), closer.writer(), closer, services.metrics(), now);
    pipeline
        .addBefore(CLOSER, FRAMES, frames)
        .addBefore(FAILURE, FRAME_LIMITS, limits)
        .addBefore(FAILURE, FLOW, new FlowControlHandler());
    if (inflates) {
      pipeline.addBefore(
          FAILURE,
          INFLATE,
          new InflateHandler(compression, config.frames().maxBytes(), limits, closer));
    }
    pipeline.get(DeadlineHandler.class).onMissed(() -> closer.close(CloseReason.TIMED_OUT));
  }

  private void awaitToken(ChannelPipeline pipeline, Closer closer) {
    Consumer<Principal> next =
        known -> {
          pipeline.channel().config().setAutoRead(false); // frames after the token wait
          pipeline.remove(FIRST_FRAME_AUTH);
          pipeline.replace(
              FRAMES, FRAMES, frames(Integer.MAX_VALUE, () -> false)); // takes undecoded bytes over
          if (!closer.isClosing()) { // else a Close came together with the token
            stages.enter(pipeline, closer, known, this);
          }
        };
    pipeline.addBefore(
        FAILURE,
        FIRST_FRAME_AUTH,
        new FirstFrameAuthHandler(services.verifier(), services.admission(), closer, next));
    pipeline.channel().config().setAutoRead(true);
  }

  @Override
  public int maxUnanswered() {
    return config.commands().maxUnanswered();
  }

  @Override
  public Link link() {
    return Link.WEBSOCKET;
  }

  @Override
  public void addStages(
      ChannelPipeline pipeline, Connection connection, Principal principal, ExpiryHandler expiry) {
    Closer closer = connection.closer();
    pipeline
        .addAfter(
            EXPIRY,
            HEARTBEAT,
            new HeartbeatHandler(config.timeouts().heartbeat(), closer.writer(), closer))
        .addBefore(
            FAILURE,
            MESSAGES,
            new MessageDecoder(config.commands().maxRejectedInARow(), connection))
        .addBefore(
            FAILURE,
            REFRESH,
            new RefreshHandler(services.verifier(), principal.user(), expiry, connection, closer));
  }

  /** Nothing is read before the welcome. */
  @Override
  public void open(Connection connection, Principal principal) {
    connection.open(principal, services.routes());
  }

  private WebSocket13FrameDecoder frames(int maxBytes, BooleanSupplier isHeld) {
    return new FrameDecoder(decoderConfig(maxBytes, false), isHeld);
  }

  /** Without extensions Netty refuses every reserved bit. */
  private WebSocketDecoderConfig decoderConfig(int maxBytes, boolean extensions) {
    return WebSocketDecoderConfig.newBuilder()
        .maxFramePayloadLength(Math.min(maxBytes, config.frames().maxBytes()))
        .allowExtensions(extensions)
        .closeOnProtocolViolation(false) // the closer writes every Close frame
        .build();
  }
}
