package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.CloseReason;
import java.time.Duration;
import org.testng.annotations.Test;

/** What becomes of a connection that cannot be given something, and of everything else. */
@Test(groups = "unit")
public class BrokenReaderTest extends WriterAndReaderTest {

  /** The next answer to the reader throws this, as where there is no memory for its bytes. */
  private void breakReader() {
    reader.seen.onAnswer(
        () -> {
          reader.seen.onAnswer(() -> {});
          throw new OutOfMemoryError("Cannot reserve bytes of direct buffer memory");
        });
  }

  /** The reader breaks on what an agent says while the end of its run waits for the log. */
  private void breakReaderBeforeTheEnd() {
    reader.subscribe("t", 0);
    writer.start("c1", "t");
    rig.log.commit.holdCalls();
    var ignored = rig.agent.job().say("a");
    rig.settle();
    rig.agent.job().complete();
    rig.settle();
    breakReader();
    rig.log.commit.release();
    rig.settle();
  }

  public void itIsClosed() {
    breakReaderBeforeTheEnd();
    assertThat(reader.seen.closed()).isEqualTo(CloseReason.FAULT);
    assertThat(writer.seen.closed()).isNull();
  }

  public void theRunHasItsEndAndTheOthersSeeIt() {
    breakReaderBeforeTheEnd();
    assertThat(writer.seen.seqs("t")).containsExactly(1L, 2L, 3L, 4L);
    assertThat(writer.seen.all("agent_completed")).hasSize(1);
    writer.start("c2", "t");
    assertThat(writer.runOf("c2")).isNotEmpty();
  }

  public void theCommandOfAnotherIsAnsweredAndItsRunBegins() {
    reader.subscribe("t", 0);
    breakReader();
    writer.start("c1", "t");
    rig.agent.job().complete();
    rig.settle();
    assertThat(writer.runOf("c1")).isNotEmpty();
    assertThat(writer.seen.all("agent_completed")).hasSize(1);
  }

  public void itIsClosedAlsoForAPage() {
    writer.chats("t", 3);
    breakReader();
    reader.subscribe("t", 0);
    assertThat(reader.seen.closed()).isEqualTo(CloseReason.FAULT);
    assertThat(rig.pages.held()).isZero();
  }

  public void nothingIsLeftOfIt() {
    breakReaderBeforeTheEnd();
    reader.close();
    writer.close();
    rig.pass(Duration.ofMinutes(5));
    assertThat(rig.metrics.liveContexts()).isZero();
  }
}
