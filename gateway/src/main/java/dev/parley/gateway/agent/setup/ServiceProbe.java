package dev.parley.gateway.agent.setup;

import dev.parley.gateway.agent.upstream.ForwardProxy;
import dev.parley.gateway.agent.upstream.ServiceUrl;
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
 * Tries once after the start whether a TCP connection to the service of each agent can be opened,
 * and warns if not. Has threads of its own, which end when all are tried. Callable from any thread.
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
  }

  /** What keeps the service, or its proxy, from being reached. Blocks up to 10 s. */
  static Optional<String> problem(DeclaredAgent agent) {
    URI url = agent.settings().address();
    Optional<ForwardProxy> proxy = agent.upstream().proxy();
    String host = proxy.map(ForwardProxy::host).orElseGet(() -> ServiceUrl.host(url));
    int port = proxy.map(ForwardProxy::port).orElseGet(() -> ServiceUrl.port(url));
    long wait = Math.min(MAX_WAIT.toMillis(), agent.upstream().connectTimeout().toMillis());
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(wait));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          Texts.expected(
              "agents." + agent.settings().name() + (proxy.isPresent() ? ".proxy" : ".url"),
              host + ":" + port,
              "a service that can be reached; runs fail until it can; "
                  + e.getClass().getSimpleName()));
    }
  }

  /** Tries no more services. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
