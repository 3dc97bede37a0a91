package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.HandlerNames.ADDRESS;
import static dev.parley.gateway.transport.HandlerNames.CLOSER;
import static dev.parley.gateway.transport.HandlerNames.DEADLINE;
import static dev.parley.gateway.transport.HandlerNames.DISPATCH;
import static dev.parley.gateway.transport.HandlerNames.EXPIRY;
import static dev.parley.gateway.transport.HandlerNames.FAILURE;
import static dev.parley.gateway.transport.HandlerNames.HTTP_CODEC;

import dev.parley.gateway.live.Link;
import dev.parley.gateway.live.LiveConnection.Facts;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the stages of HTTP by those of a connection, for WebSockets and event streams alike, and
 * moves the channel to the home loop of its user. Called on the channel's present loop.
 */
final class ConnectionStages {

  /** What differs between kinds of connections. Called at home; holds no state of a channel. */
  interface ConnectionKind {

    /** How many commands may be unanswered before reading stops. */
    int maxUnanswered();

    /** How events travel. */
    Link link();

    /** Adds stages of this kind between those that every connection has. */
    void addStages(
        ChannelPipeline pipeline, Connection connection, Principal principal, ExpiryHandler expiry);

    /** Opens the connection, all of whose stages are there. */
    void open(Connection connection, Principal principal);
  }

  private final Duration stallTimeout;
  private final Function<UserId, EventLoop> homes;
  private final ConnectionServices services;

  /** Connections are closed when their peer takes no byte for this time while some wait for it. */
  ConnectionStages(
      Duration stallTimeout, Function<UserId, EventLoop> homes, ConnectionServices services) {
    this.stallTimeout = stallTimeout;
    this.homes = homes;
    this.services = services;
  }

  /**
   * Adds the closer and the stages that the task adds, then removes those of HTTP: last the codec,
   * which passes on the bytes that it has not decoded.
   */
  Closer replaceHttp(ChannelPipeline pipeline, Framing framing, Consumer<Closer> addStages) {
    List<String> http = httpStages(pipeline);
    Closer closer = new Closer(pipeline.channel(), framing, stallTimeout, services.metrics());
    pipeline.addBefore(FAILURE, CLOSER, closer);
    addStages.accept(closer);
    http.forEach(pipeline::remove);
    return closer;
  }

  /** From the tail on: a request that is queued in one of them meets no other that answers it. */
  private static List<String> httpStages(ChannelPipeline pipeline) {
    List<String> all = pipeline.names();
    List<String> http = new ArrayList<>(all.subList(all.indexOf(HTTP_CODEC), all.indexOf(FAILURE)));
    Collections.reverse(http);
    return http;
  }

  /** The user is known: the channel moves to the user's home loop and is connected there. */
  void enter(ChannelPipeline pipeline, Closer closer, Principal principal, ConnectionKind kind) {
    Channel channel = pipeline.channel();
    channel.config().setAutoRead(false);
    AddressHandler removed = (AddressHandler) pipeline.remove(ADDRESS);
    InetAddress address = removed.client();
    pipeline.remove(DEADLINE);
    EventLoop home = homes.apply(principal.user());
    HomeMove.move(channel, home, () -> connect(pipeline, closer, principal, address, kind));
  }

  private void connect(
      ChannelPipeline pipeline,
      Closer closer,
      Principal principal,
      @Nullable InetAddress address,
      ConnectionKind kind) {
    if (closer.isClosing()) {
      return; // closed during the move
    }
    Channel channel = pipeline.channel();
    ConnectionId id = Admission.name(channel, services.ids().connection());
    Connection connection =
        new Connection(id, channel, closer, kind.maxUnanswered(), services.metrics());
    ExpiryHandler expiry =
        new ExpiryHandler(principal.expiresAt(), services.clock(), closer, connection::expiring);
    pipeline.addAfter(CLOSER, EXPIRY, expiry);
    kind.addStages(pipeline, connection, principal, expiry);
    pipeline.addBefore(FAILURE, DISPATCH, new DispatchHandler(connection));
    if (!closer.isClosing()) { // else the token has just expired
      Facts facts =
          new Facts(id, principal.user(), kind.link(), address, services.clock().instant());
      connection.listIn(services.live(), facts, services.revocations());
      kind.open(connection, principal);
    }
  }
}
