package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.upstream.IdentityMode;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.agent.upstream.UpstreamClients;
import dev.parley.gateway.agent.upstream.UpstreamConfig;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.RawJson;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;

/** Base class of tests of runs behind a real HTTP client, with a scripted service. */
public abstract class ModelServiceTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private UpstreamClients clients;
  protected SeenRun run;

  @BeforeMethod(alwaysRun = true)
  public final void open() {
    clients = new UpstreamClients(Clock.systemUTC());
    run = new SeenRun();
  }

  @AfterMethod(alwaysRun = true)
  public final void close() {
    clients.close();
  }

  /** Starts the run, in this dialect and with these headers. */
  protected final CompletableFuture<Void> start(
      ScriptedService service, ModelDialect dialect, Map<String, Secret> credentials) {
    UpstreamConfig config =
        new UpstreamConfig(
            LIMIT,
            LIMIT,
            LIMIT,
            0,
            4,
            List.of(),
            Optional.empty(),
            List.of(),
            IdentityMode.NONE,
            Secret.of(""));
    ModelAgent agent =
        new ModelAgent(
            "An agent.",
            Set.of(),
            dialect,
            clients.open("a", service.uri(), config, credentials),
            new ModelAgent.ModelLimits(0, 16));
    return agent
        .run(run.request(RawJson.of("\"hi\""), HistorySource.NONE), run)
        .toCompletableFuture();
  }

  protected static void join(CompletableFuture<Void> done) throws Exception {
    done.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }
}
