package dev.parley.gateway.tests.support;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.Gateway;
import dev.parley.gateway.GatewayConfig;
import dev.parley.gateway.monitor.Metrics;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A gateway in this JVM on a free port, with its own store and secret. {@link #close} fails if a
 * connection is still counted after every client has closed.
 */
public final class RunningGateway implements AutoCloseable {
  private static final String SECRET = "a secret of the tests, longer than 32 bytes";

  private final TestFolder folder = new TestFolder();
  private final Tokens tokens = new Tokens(SECRET);
  private final Gateway gateway;

  private RunningGateway(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("server.port", "0");
    all.putIfAbsent("store.type", System.getProperty("parley.test.store", "embedded"));
    all.putIfAbsent("store.path", folder.path().toString());
    all.putIfAbsent("auth.jwt.secret", SECRET);
    if (!all.containsKey("agents.builtin.type")) {
      all.putIfAbsent("agents.builtin.pace", "1ms");
    }
    all.putIfAbsent("drain.timeout", "0ms");
    gateway = Gateway.start(GatewayConfig.of(all));
  }

  /** Starts a gateway with these settings instead of the defaults. */
  public static RunningGateway start(Map<String, String> settings) {
    return new RunningGateway(settings);
  }

  public URI address() {
    return gateway.address();
  }

  /** The address of operators; with {@code ops.port} only. */
  public URI operators() {
    return gateway.operatorAddress().orElseThrow();
  }

  /** What the command line prints after the start. */
  public String greeting() {
    return gateway.greeting();
  }

  public Metrics metrics() {
    return gateway.metrics();
  }

  /** Signs tokens that this gateway accepts. */
  public Tokens tokens() {
    return tokens;
  }

  /** Opens a connection of this user. */
  public WsClient connect(String user) {
    return WsClient.open(address(), tokens.of(user));
  }

  /** Waits until no connection is counted. */
  public void awaitNoConnection() {
    awaitConnections(0);
  }

  /** Waits until exactly this number of connections is counted. */
  public void awaitConnections(long count) {
    awaitCount(count, metrics()::openConnections);
  }

  /** Waits until exactly this number of user contexts is alive. */
  public void awaitContexts(long count) {
    awaitCount(count, metrics()::liveContexts);
  }

  /** Waits until the series of this counter with these labels have exactly this sum. */
  public void awaitCount(long count, String name, String... tags) {
    awaitCount(count, () -> metrics().count(name, tags));
  }

  /** Waits until the figure with this name has exactly this value. */
  public void awaitFigure(long figure, String name) {
    awaitCount(figure, () -> metrics().figure(name));
  }

  private static void awaitCount(long count, LongSupplier actual) {
    await().untilAsserted(() -> assertThat(actual.getAsLong()).isEqualTo(count));
  }

  /** Shuts the gateway down as SIGTERM does, even with connected clients. */
  public void end() {
    gateway.close();
  }

  /** Closes the gateway; every client must be closed before. */
  @Override
  public void close() {
    try {
      awaitNoConnection();
    } finally {
      gateway.close();
      folder.close();
    }
  }
}
