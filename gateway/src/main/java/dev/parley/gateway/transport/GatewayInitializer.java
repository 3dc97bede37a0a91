package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.HandlerNames.*;

import dev.parley.gateway.limit.SocketSlots;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import java.util.Optional;
import java.util.function.Function;

/**
 * The stages of a new socket of a user: HTTP, pages and WebSockets. {@link ConnectionStages}
 * replaces those from the codec to the failure handler.
 */
final class GatewayInitializer extends HttpInitializer {

  private final Origins origins;
  private final HandshakeAuthHandler auth;
  private final ReadinessHandler readiness;
  private final AdmissionHandler admissionStage;
  private final UpgradeHandler upgrade;

  GatewayInitializer(
      ListenerConfig config,
      ProxyConfig proxies,
      Origins origins,
      Function<UserId, EventLoop> homes,
      ListenerServices services,
      ChannelGroup channels,
      Optional<ServerTls> tls) {
    super(
        config,
        proxies,
        slots(config.sockets(), services.connections().metrics()),
        services.http(),
        channels,
        services.connections().metrics(),
        tls);
    this.origins = origins;
    ConnectionServices connections = services.connections();
    Refusals refusals = new Refusals(connections.metrics());
    this.auth = new HandshakeAuthHandler(connections.verifier(), refusals);
    this.readiness = new ReadinessHandler(services.notReady(), refusals);
    this.admissionStage = new AdmissionHandler(connections.admission(), refusals);
    ConnectionStages stages = new ConnectionStages(config.timeouts().stall(), homes, connections);
    this.upgrade =
        new UpgradeHandler(config.compression(), new WebSocketStages(config, connections, stages));
  }

  private static Slots slots(ListenerConfig.SocketLimits limits, Metrics metrics) {
    SocketLog log = new SocketLog(System::nanoTime, metrics);
    SocketSlots sockets =
        new SocketSlots(
            limits.connections(),
            limits.unauthenticatedPerAddress(),
            AcceptBatchHandler.BATCH, // the request of each is read before the next batch comes
            log::say);
    metrics.gauge("parley_sockets", "Open sockets, but for health checks.", sockets::open);
    metrics.gauge(
        "parley_sockets_without_user", "Open sockets whose user is unknown.", sockets::unknown);
    return new Slots(sockets, log, everybody -> true);
  }

  @Override
  void addGuards(ChannelPipeline pipeline, Refusals refusals) {
    pipeline
        .addLast(HTTP_GUARD, new HttpGuardHandler(refusals, true))
        .addLast(ORIGIN, new OriginHandler(origins, refusals));
  }

  @Override
  void addHandshake(ChannelPipeline pipeline) {
    pipeline
        .addLast(CORS_PREFLIGHT, new CorsPreflightHandler())
        .addLast(HANDSHAKE_AUTH, auth)
        .addLast(READINESS, readiness)
        .addLast(ADMISSION, admissionStage)
        .addLast(UPGRADE, upgrade);
  }
}
