package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.protocol.ConversationId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.testng.annotations.Test;

/** Agents that keep the thread they were given. */
@Test(groups = "unit")
public class AgentWorkTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Blocks until it is interrupted. */
  private static final class Blocking implements Agent {
    final CountDownLatch asked = new CountDownLatch(1);

    @Override
    public String description() {
      return "Blocks.";
    }

    @Override
    public CompletionStage<Void> run(AgentRequest request, AgentSink sink) throws Exception {
      asked.countDown();
      new CountDownLatch(1).await();
      return CompletableFuture.completedFuture(null);
    }
  }

  private final AgentRequest request =
      new AgentRequest(
          new UserId("default", "ada"),
          new ThreadId("t"),
          new RunId("r_1"),
          new ConversationId("x"),
          RawJson.of("1"),
          null,
          null,
          HistorySource.NONE,
          null,
          new CancelSwitch(Runnable::run));

  private static AgentSink nowhere() {
    return event -> CompletableFuture.completedFuture(null);
  }

  public void oneThatBlocksAfterItsEndIsInterrupted() throws InterruptedException {
    Blocking agent = new Blocking();
    CompletableFuture<Throwable> left = new CompletableFuture<>();
    AgentWork work = new AgentWork(left::complete);
    Thread worker = new Thread(() -> work.run(agent, request, nowhere()));
    worker.start();
    agent.asked.await();
    assertThat(work.end()).isTrue();
    work.interrupt();
    assertThat(left).succeedsWithin(PATIENCE).isInstanceOf(InterruptedException.class);
    worker.join();
  }

  public void oneThatHasLeftIsNotInterrupted() {
    ScriptedAgent agent = new ScriptedAgent();
    AgentWork work = new AgentWork(failure -> {});
    work.run(agent, request, nowhere());
    assertThat(work.end()).isFalse();
    work.interrupt();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  public void anInterruptDoesNotReachTheNextAgent() {
    AgentWork work = new AgentWork(failure -> {});
    Agent agent =
        new Agent() {
          @Override
          public String description() {
            return "Is interrupted.";
          }

          @Override
          public CompletionStage<Void> run(AgentRequest asked, AgentSink sink) {
            work.interrupt();
            return CompletableFuture.completedFuture(null);
          }
        };
    work.run(agent, request, nowhere());
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  public void oneWhoseRunIsOverIsNotAsked() {
    ScriptedAgent agent = new ScriptedAgent();
    AgentWork work = new AgentWork(failure -> {});
    assertThat(work.end()).isFalse();
    work.run(agent, request, nowhere());
    assertThat(agent.jobs()).isEmpty();
  }

  public void aRunGivesItsAgentFiveSecondsAfterItsEnd() throws InterruptedException {
    Blocking agent = new Blocking();
    try (UserRig rig = new UserRig(Map.of("blocking", agent))) {
      CompletableFuture<Thread> worker = new CompletableFuture<>();
      rig.workers =
          work -> {
            worker.complete(new Thread(work));
            worker.join().start();
          };
      Peer ada = rig.connect();
      ada.start("c", "t", "blocking");
      agent.asked.await();
      ada.cancelRun("stop", ada.runOf("c"));
      rig.pass(Duration.ofSeconds(5).plusMillis(4999));
      assertThat(ada.seen.all("agent_cancelled")).hasSize(1);
      assertThat(worker.join().isAlive()).isTrue();
      rig.pass(Duration.ofMillis(1));
      worker.join().join(PATIENCE.toMillis());
      assertThat(worker.join().isAlive()).isFalse();
    }
  }
}
