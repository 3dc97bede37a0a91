package dev.parley.gateway;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.transport.Loops;
import dev.parley.gateway.user.UserContexts;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway that has started. It knows its address, and closes its parts in order. Started and
 * closed by any one thread that is not an event loop; both block.
 */
public final class Gateway implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final Duration TO_SETTLE = Duration.ofSeconds(10);

  /**
   * The parts that were started, in the order in which they are closed.
   *
   * @param earlierEnds before the log
   * @param laterEnds after it
   */
  record Parts(
      Phases phases,
      Metrics metrics,
      UserContexts contexts,
      Listeners listeners,
      EventLog log,
      List<Runnable> earlierEnds,
      List<Runnable> laterEnds,
      Loops loops) {}

  private final GatewayConfig config;
  private final Parts parts;
  private final Optional<Secret> developmentKey;
  private final SignalledReload signalled;

  Gateway(
      GatewayConfig config,
      Parts parts,
      Optional<Secret> developmentKey,
      SignalledReload signalled) {
    this.signalled = signalled;
    this.config = config;
    this.parts = parts;
    this.developmentKey = developmentKey;
  }

  /**
   * Starts a gateway.
   *
   * @throws StartException with all problems
   */
  public static Gateway start(GatewayConfig config) {
    return start(config, new Problems());
  }

  /**
   * Starts a gateway. If its settings have problems it does not start: it checks the rest too, so
   * that all problems are reported together.
   *
   * @throws StartException with all problems
   */
  public static Gateway start(GatewayConfig config, Problems problems) {
    return new Startup(config, problems).run();
  }

  /** The address of the gateway: {@code http://host:port/}, or {@code https}. */
  public URI address() {
    return parts.listeners().users();
  }

  /** The address of operators, if they have one of their own ({@code ops.port}). */
  public Optional<URI> operatorAddress() {
    return parts.listeners().operators();
  }

  public int port() {
    return address().getPort();
  }

  public Metrics metrics() {
    return parts.metrics();
  }

  /** In development mode, the part after {@code #} of the console's address. */
  public Optional<String> developmentKey() {
    return developmentKey.map(key -> new String(key.bytes(), StandardCharsets.UTF_8));
  }

  /**
   * Makes SIGHUP reload keys and certificate, as {@code POST /v1/reload} does. Not in development
   * mode, which has no keys: there the signal ends the process with its terminal.
   */
  public void reloadOnSignal() {
    if (!config.developmentMode()) {
      signalled.onSignal();
    }
  }

  /** The message that the command line prints after the start. */
  public String greeting() {
    String ready =
        developmentKey()
            .map(
                key ->
                    "Parley is ready, in development mode: for this machine only.\n"
                        + "Console: "
                        + address()
                        + "#"
                        + key
                        + (config.dev().admin() ? dashboard(key) : ""))
            .orElseGet(() -> "Parley is ready at " + address());
    return operatorAddress().map(own -> ready + "\nOperators: " + own).orElse(ready);
  }

  /** The line that tells where the dashboard is, for tokens that may read it. */
  private String dashboard(String key) {
    return "\nDashboard: " + operatorAddress().orElse(address()).resolve("dashboard") + "#" + key;
  }

  /**
   * Drains and closes the gateway: it is no longer ready, waits for the time of the notice, takes
   * no new work, sends {@code goaway} to every connection, waits for runs, cancels those that
   * exceed the drain timeout, and closes connections and log. Queued messages stay in the log. An
   * interrupt ends the notice at once. Idempotent.
   */
  @Override
  public synchronized void close() {
    if (parts.phases().isDraining()) {
      return;
    }
    parts.phases().announceDrain();
    boolean isHurried = !passes(config.drain().notice());
    parts.phases().drain();
    awaitRuns();
    parts.listeners().close(); // that of operators is the last
    parts.earlierEnds().forEach(Runnable::run);
    parts.log().close();
    parts.laterEnds().forEach(Runnable::run);
    parts.loops().close();
    LOG.info("ended");
    if (isHurried) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits; false if it was interrupted. */
  private static boolean passes(Duration time) {
    try {
      Thread.sleep(time.toMillis());
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void awaitRuns() {
    try {
      Duration limit = config.drain().timeout().plus(TO_SETTLE);
      parts
          .contexts()
          .drain(config.drain())
          .toCompletableFuture()
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("some runs did not end; the next start ends them");
    }
  }
}
