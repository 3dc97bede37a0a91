package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.WriterAndReaderTest;
import java.time.Duration;
import org.testng.annotations.Test;

/** The system gives the process no thread for an agent. */
@Test(groups = "unit")
public class NoThreadTest extends WriterAndReaderTest {

  private static void refuse(Runnable task) {
    throw new OutOfMemoryError("unable to create native thread");
  }

  public void aRunThatGetsNoneFails() {
    rig.workers = NoThreadTest::refuse;
    writer.start("c1", "t");
    assertThat(writer.runOf("c1")).isNotEmpty();
    assertThat(writer.seen.last("agent_failed").path("code").asText()).isEqualTo("overloaded");
    assertThat(writer.seen.last("agent_failed").path("retryable").asBoolean()).isTrue();
  }

  public void aQueuedRunThatGetsNoneFailsAndTheNextOneFollows() {
    writer.start("c1", "t");
    writer.queue("c2", "t");
    writer.queue("c3", "t");
    rig.workers = NoThreadTest::refuse;
    rig.agent.job().complete();
    rig.settle();
    assertThat(writer.seen.all("agent_failed")).hasSize(2);
  }

  public void nothingIsLeftOfIt() {
    rig.workers = NoThreadTest::refuse;
    writer.start("c1", "t");
    writer.close();
    reader.close();
    rig.pass(Duration.ofHours(1));
    assertThat(rig.metrics.liveContexts()).isZero();
  }

  public void aRunWhoseAgentCannotBeCalledBackHasItsEnd() {
    writer.start("c1", "t");
    rig.log.commit.holdCalls();
    var ignored = rig.agent.job().say("x".repeat((int) RunSink.WAIT_ABOVE));
    rig.settle();
    rig.agent.job().complete();
    rig.settle();
    rig.callbacks = NoThreadTest::refuse;
    rig.log.commit.release();
    assertThatThrownBy(rig::settle).isInstanceOf(OutOfMemoryError.class);
    rig.settle();
    Peer next = rig.connect();
    next.subscribe("t", 0);
    assertThat(next.seen.all("agent_completed")).hasSize(1);
    next.start("c2", "t");
    assertThat(next.runOf("c2")).isNotEmpty();
  }
}
