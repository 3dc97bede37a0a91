package dev.parley.gateway.agent.push;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentServices;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.AgentThreads;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.ScriptedUpstream;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.UpstreamFactory;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.AgentName;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class PushProviderTest {

  private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
  private final ScriptedUpstream service = new ScriptedUpstream();
  private ScheduledExecutorService timer;

  @BeforeMethod(alwaysRun = true)
  public void startTimer() {
    timer = new ScheduledThreadPoolExecutor(1);
  }

  @AfterMethod(alwaysRun = true)
  public void stopTimer() {
    timer.shutdownNow();
  }

  /** Lends a timer, and a worker that works when the test says so. */
  private final class Lent implements AgentServices {

    private final Map<Class<?>, Object> parts =
        Map.of(
            UpstreamFactory.class,
            (UpstreamFactory) apiKey -> service,
            AgentThreads.class,
            new AgentThreads(work::add, work::add),
            PushRuns.class,
            new PushRuns((user, run, agent, expiry) -> "t", Duration.ofMinutes(1), clock()));

    @Override
    public Clock clock() {
      return Clock.systemUTC();
    }

    @Override
    public ScheduledExecutorService timer() {
      return timer;
    }

    @Override
    public <T> T get(Class<T> type) {
      return requireNonNull(type.cast(parts.get(type)), type.getName());
    }
  }

  private static AgentSettings settings() {
    return new AgentSettings(
        new AgentName("pushed"),
        PushProvider.TYPE,
        Optional.of("http://127.0.0.1:1/"),
        Optional.empty(),
        Optional.empty(),
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Secret.of("a key of twenty-four bytes or more")),
        Optional.empty(),
        1_000,
        1,
        Duration.ZERO);
  }

  public void theThreadThatTimesDoesNotSend() throws Exception {
    StoredRun run = new StoredRun();
    Agent agent = new PushProvider().create(settings(), new Lent());
    CompletionStage<Void> left = agent.run(run.request(HistorySource.NONE, null), run);
    service.answer(new HttpAnswer(503, "", new byte[0], null));
    Runnable again = work.poll(60, TimeUnit.SECONDS);
    assertThat(service.sent()).hasSize(1);
    assertThat(again).isNotNull();
    again.run();
    assertThat(service.sent()).hasSize(2);
    assertThat(left.toCompletableFuture()).isNotDone();
  }
}
