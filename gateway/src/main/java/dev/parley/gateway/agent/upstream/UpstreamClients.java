package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.trace.Traces;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import javax.net.ssl.SSLException;

/**
 * Makes the clients of all agents and tools. They share two event loops, which no user's socket is
 * on, and a few threads that resolve names. Created and closed by the thread that starts the
 * gateway.
 *
 * <p>The clients are Netty's and not {@link java.net.http.HttpClient}: that one does not set {@code
 * SO_KEEPALIVE} and gives no access to its sockets (JDK 17), so that a silent stream whose NAT
 * entry is gone would never be found lost.
 */
public final class UpstreamClients implements AutoCloseable {

  private static final int LOOPS = 2;
  private static final int RESOLVERS = 4;
  private static final int WAITING_NAMES = 10_000;
  private static final long IDLE_SECONDS = 30;
  private static final long END_SECONDS = 5;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          LOOPS, new DefaultThreadFactory("upstream", true), NioIoHandler.newFactory());
  private final ThreadPoolExecutor resolver =
      new ThreadPoolExecutor(
          RESOLVERS,
          RESOLVERS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(WAITING_NAMES),
          new DefaultThreadFactory("upstream-names", true));
  private final UpstreamTime time;
  private final DoubleSupplier random;
  private final Metrics metrics;
  private final Traces traces;

  /** Clients that ask this clock for the time of day, and whose figures nobody reads. */
  public UpstreamClients(Clock clock) {
    this(clock, new Metrics(), Traces.OFF);
  }

  /** Clients that ask this clock for the time of day. */
  public UpstreamClients(Clock clock, Metrics metrics, Traces traces) {
    this(UpstreamTime.of(clock), () -> ThreadLocalRandom.current().nextDouble(), metrics, traces);
  }

  UpstreamClients(UpstreamTime time, DoubleSupplier random) {
    this(time, random, new Metrics());
  }

  UpstreamClients(UpstreamTime time, DoubleSupplier random, Metrics metrics) {
    this(time, random, metrics, Traces.OFF);
  }

  UpstreamClients(UpstreamTime time, DoubleSupplier random, Metrics metrics, Traces traces) {
    this.time = time;
    this.random = random;
    this.metrics = metrics;
    this.traces = traces;
    resolver.allowCoreThreadTimeOut(true);
  }

  /**
   * The client of one agent.
   *
   * @param agent its name, for the log and the metrics
   * @param url its configured URL: the audience of its identity
   * @param credentials headers of every request that are never shown
   * @throws IllegalArgumentException when the certificate authorities cannot be used
   */
  public Upstream open(
      String agent, URI url, UpstreamConfig config, Map<String, Secret> credentials) {
    Bulkhead bulkhead = new Bulkhead(config.concurrency());
    CircuitBreaker breaker = new CircuitBreaker(agent, time);
    metrics
        .upstreams()
        .add(
            agent,
            () -> breaker.isOpen() ? 1 : 0,
            config::concurrency,
            bulkhead::taken,
            bulkhead::waiting);
    return client(agent, url, config, credentials, bulkhead, breaker);
  }

  /**
   * The client of one tool. It has no streams, which alone need a place and ask the circuit
   * breaker, so that the figures of both are not shown.
   *
   * @param tool its name, for the log and the metrics
   * @param url its configured URL: the audience of its identity
   * @throws IllegalArgumentException when the certificate authorities cannot be used
   */
  public Upstream openTool(String tool, URI url, UpstreamConfig config) {
    return client(
        tool,
        url,
        config,
        Map.of(),
        new Bulkhead(config.concurrency()),
        new CircuitBreaker(tool, time));
  }

  private Upstream client(
      String name,
      URI url,
      UpstreamConfig config,
      Map<String, Secret> credentials,
      Bulkhead bulkhead,
      CircuitBreaker breaker) {
    List<Secret> secrets = new ArrayList<>(credentials.values());
    config.headers().forEach(header -> secrets.add(header.value()));
    config.proxy().flatMap(ForwardProxy::credentials).ifPresent(secrets::add);
    secrets.add(config.identitySecret());
    Connector connector = new Connector(resolver, tls(config), config.proxy());
    AgentService service =
        new AgentService(
            name,
            new Exchange.Settings(
                config,
                connector,
                time,
                new ErrorText(secrets),
                metrics.latencies().firstByte(name),
                new RequestSpans(traces, name),
                () -> metrics.upstreams().requested(name)),
            bulkhead,
            breaker,
            random,
            code -> metrics.upstreams().failed(name, code.wire()));
    return new NettyUpstream(
        service,
        loops,
        Map.copyOf(credentials),
        new IdentityHeaders(config.identity(), config.identitySecret(), url));
  }

  private static SslContext tls(UpstreamConfig config) {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .endpointIdentificationAlgorithm("HTTPS");
    if (!config.authorities().isEmpty()) {
      builder.trustManager(config.authorities().toArray(X509Certificate[]::new));
    }
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("ca_file: unusable (expected: certificates)", e);
    }
  }

  /** Where the spans of the requests go. */
  public Traces traces() {
    return traces;
  }

  /** Closes all connections. Not called on a loop. */
  @Override
  public void close() {
    resolver.shutdownNow();
    loops.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
