package dev.parley.gateway;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.http.HttpHandler;
import dev.parley.gateway.http.TokenCheck;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.transport.ClientAddress;
import dev.parley.gateway.transport.ConnectionServices;
import dev.parley.gateway.transport.EventStreams;
import dev.parley.gateway.transport.HttpService;
import dev.parley.gateway.transport.Listener;
import dev.parley.gateway.transport.ListenerServices;
import dev.parley.gateway.transport.Loops;
import dev.parley.gateway.transport.OpsConfig;
import dev.parley.gateway.transport.ServerTls;
import java.net.BindException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The listener of users and, with {@code ops.port}, that of operators. Bound and closed by any one
 * thread that is not an event loop.
 */
final class Listeners implements AutoCloseable {

  private final GatewayConfig config;
  private final Listener users;
  private final @Nullable Listener operators;
  private final boolean hasTls;

  private Listeners(
      GatewayConfig config, Listener users, @Nullable Listener operators, boolean hasTls) {
    this.config = config;
    this.users = users;
    this.operators = operators;
    this.hasTls = hasTls;
  }

  /** Binds one address. */
  private interface Binding {
    Listener bind() throws BindException;
  }

  /**
   * Serves what the table has at the time of each request.
   *
   * @param tls what the listeners speak; without it plain HTTP
   */
  record Served(
      RouteTable table, Phases phases, ConnectionServices connections, Optional<ServerTls> tls) {}

  /** Binds all; empty if one cannot be bound, with a problem for each of these. */
  static Optional<Listeners> bind(
      GatewayConfig config, Served served, Loops loops, Problems problems) {
    Listener users = bind(() -> users(config, served, loops), problems);
    Listener operators =
        config
            .ops()
            .map(ops -> bind(() -> operators(ops, config, served, loops), problems))
            .orElse(null);
    served
        .connections()
        .metrics()
        .gauge(
            "parley_operator_sockets",
            "Open sockets of operators, on ops.port.",
            () -> operators == null ? 0 : operators.sockets());
    if (users != null && (operators != null || config.ops().isEmpty())) {
      return Optional.of(new Listeners(config, users, operators, served.tls().isPresent()));
    }
    if (users != null) {
      users.close();
    }
    if (operators != null) {
      operators.close();
    }
    return Optional.empty();
  }

  private static @Nullable Listener bind(Binding binding, Problems problems) {
    try {
      return binding.bind();
    } catch (BindException e) {
      problems.addLine(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static Listener users(GatewayConfig config, Served served, Loops loops)
      throws BindException {
    ConnectionServices connections = served.connections();
    EventStreams streams = new EventStreams(config.listener(), loops, connections);
    HttpHandler http =
        new HttpHandler(
            served.table()::paths,
            tokens(served),
            served.phases(),
            connections.clock(),
            streams::open,
            connections.metrics());
    return new Listener(
        config.listener(),
        config.proxies(),
        config.origins(),
        config.developmentMode(),
        loops,
        new ListenerServices(connections, http::notReady, new HttpService(http, http::answerHead)),
        served.tls());
  }

  private static TokenCheck tokens(Served served) {
    TokenVerifier verifier = served.connections().verifier();
    return new TokenCheck(
        (token, client) ->
            verifier
                .verify(token, client)
                .thenApply(
                    caller -> {
                      served.table().called(caller);
                      return caller;
                    }),
        ClientAddress::of);
  }

  private static Listener operators(OpsConfig ops, GatewayConfig config, Served served, Loops loops)
      throws BindException {
    Metrics metrics = served.connections().metrics();
    HttpHandler http =
        HttpHandler.forOperators(
            served.table()::operatorPaths,
            tokens(served),
            served.phases(),
            served.connections().clock(),
            metrics,
            ops.isLoopback());
    return new Listener(
        ops,
        config.listener(),
        config.proxies(),
        loops,
        new HttpService(http, http::answerHead),
        metrics,
        served.tls().filter(used -> ops.tls()));
  }

  /** The address of users: {@code http://host:port/}, or {@code https}. */
  URI users() {
    return address(hasTls, config.listener().binding().host(), users.port());
  }

  /** That of operators; empty if they have none of their own. */
  Optional<URI> operators() {
    return config
        .ops()
        .flatMap(
            ops ->
                Optional.ofNullable(operators)
                    .map(bound -> address(hasTls && ops.tls(), ops.host(), bound.port())));
  }

  private static URI address(boolean isTls, String host, int port) {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return URI.create((isTls ? "https://" : "http://") + shown + ":" + port + "/");
  }

  /** Closes that of users first, so that operators see its end. */
  @Override
  public void close() {
    users.close();
    if (operators != null) {
      operators.close();
    }
  }
}
