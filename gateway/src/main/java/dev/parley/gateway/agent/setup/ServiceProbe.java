package dev.parley.gateway.agent.setup;

import dev.parley.gateway.agent.tool.McpConfig;
import dev.parley.gateway.agent.upstream.ForwardProxy;
import dev.parley.gateway.agent.upstream.ServiceUrl;
import dev.parley.gateway.agent.upstream.UpstreamConfig;
import dev.parley.gateway.protocol.Texts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries once after the start whether a TCP connection to the service of each agent, and to each MCP
 * server, can be opened, and warns if not. Has threads of its own, which end when all are tried.
 * Callable from any thread.
 */
public final class ServiceProbe implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceProbe.class);
  private static final int THREADS = 4;
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          1,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> {
            Thread thread = new Thread(task, "agent-probe");
            thread.setDaemon(true);
            return thread;
          });

  public ServiceProbe() {
    threads.allowCoreThreadTimeOut(true);
  }

  /** Begins to try the services. Does not wait. */
  public void start(AgentsConfig config) {
    for (DeclaredAgent agent : config.agents().values()) {
      if (agent.settings().url().isPresent()) {
        threads.execute(() -> problem(agent).ifPresent(LOG::warn));
      }
    }
    for (McpConfig server : config.tools().servers().values()) {
      threads.execute(() -> problem(server).ifPresent(LOG::warn));
    }
  }

  /** What keeps the service, or its proxy, from being reached. Blocks up to 10 s. */
  static Optional<String> problem(DeclaredAgent agent) {
    return problem(
        "agents." + agent.settings().name(),
        agent.settings().address(),
        agent.upstream(),
        "a service that can be reached; runs fail until it can; ");
  }

  /** The same for an MCP server. */
  static Optional<String> problem(McpConfig server) {
    return problem(
        "tools." + server.name(),
        server.url(),
        server.connection(),
        "a server that can be reached; runs go without its tools until it can; ");
  }

  private static Optional<String> problem(
      String name, URI url, UpstreamConfig connection, String expected) {
    Optional<ForwardProxy> proxy = connection.proxy();
    String host = proxy.map(ForwardProxy::host).orElseGet(() -> ServiceUrl.host(url));
    int port = proxy.map(ForwardProxy::port).orElseGet(() -> ServiceUrl.port(url));
    long wait = Math.min(MAX_WAIT.toMillis(), connection.connectTimeout().toMillis());
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(wait));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          Texts.expected(
              name + (proxy.isPresent() ? ".proxy" : ".url"),
              host + ":" + port,
              expected + e.getClass().getSimpleName()));
    }
  }

  /** Tries no more services. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
