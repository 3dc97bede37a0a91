package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.HandlerNames.HTTP_GUARD;

import dev.parley.gateway.limit.SocketSlots;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.transport.SocketLog.Fact;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import java.util.Optional;

/**
 * The stages of a new socket of an operator: HTTP alone. Its sockets have slots of their own, so
 * that operators are answered when all slots of users are taken.
 */
final class OpsInitializer extends HttpInitializer {

  /** At most half of them for sockets that have shown no operator's token, as a scraper's. */
  static final int SOCKETS = 128;

  OpsInitializer(
      ListenerConfig config,
      ProxyConfig proxies,
      HttpService http,
      ChannelGroup channels,
      Metrics metrics,
      Optional<ServerTls> tls) {
    super(config, proxies, slots(metrics), http, channels, metrics, tls);
  }

  private static Slots slots(Metrics metrics) {
    SocketLog log = new SocketLog(System::nanoTime, metrics);
    SocketSlots sockets =
        new SocketSlots(
            SOCKETS,
            SOCKETS / 2,
            AcceptBatchHandler.BATCH,
            (event, socket) -> log.say(Fact.OPS_FULL, socket));
    return new Slots(sockets, log, OpsInitializer::mayOperate);
  }

  /** Whoever has a token may ask for the session, but not keep a slot of operators by that. */
  private static boolean mayOperate(Principal principal) {
    return principal.has(Scope.ADMIN) || principal.has(Scope.OPERATOR);
  }

  @Override
  void addGuards(ChannelPipeline pipeline, Refusals refusals) {
    pipeline.addLast(HTTP_GUARD, new HttpGuardHandler(refusals, false));
  }

  @Override
  void addHandshake(ChannelPipeline pipeline) {}
}
