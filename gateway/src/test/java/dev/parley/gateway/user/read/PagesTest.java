package dev.parley.gateway.user.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.user.WriterAndReaderTest;
import java.time.Duration;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What becomes of threads whose pages cannot be read, and of the others. */
@Test(groups = "unit")
public class PagesTest extends WriterAndReaderTest {

  @BeforeMethod(alwaysRun = true)
  public void write() {
    writer.chats("t", 3);
  }

  @AfterMethod(alwaysRun = true)
  public void judge() {
    CursorJudge.of(reader.seen.frames());
    assertThat(reader.seen.closed()).isNull();
    assertThat(rig.pages.held()).isZero();
  }

  public void aPassingFailureIsNotSeen() {
    rig.log.read.fail();
    reader.subscribe("t", 0);
    rig.pass(Duration.ofSeconds(3));
    assertThat(reader.seen.seqs("t")).isEmpty();
    rig.log.read.release();
    rig.pass(Duration.ofSeconds(10));
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 3L);
    assertThat(reader.seen.all("error")).isEmpty();
  }

  public void aThreadThatStaysUnreadableIsGivenUpByName() {
    rig.log.read.fail();
    reader.subscribe("t", 0);
    rig.pass(Duration.ofSeconds(30));
    assertThat(reader.seen.all("error")).hasSize(1);
    assertThat(reader.seen.all("error").get(0).path("thread_id").asText()).isEqualTo("t");
    assertThat(reader.seen.last("error").path("code").asText()).isEqualTo("internal");
    writer.chat("more", "t", "more");
    assertThat(reader.seen.seqs("t")).isEmpty();
    rig.log.read.release();
    reader.subscribe("t", 0);
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 3L, 4L);
  }

  public void othersGoOnMeanwhile() {
    reader.subscribe("live", 0);
    rig.log.read.fail();
    reader.subscribe("t", 0);
    writer.chats("live", 5);
    assertThat(reader.seen.seqs("live")).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  public void aThreadThatGrowsInAPauseIsReadAfterIt() {
    rig.log.read.fail();
    reader.subscribe("t", 0);
    rig.log.read.release();
    writer.chat("more", "t", "more");
    assertThat(reader.seen.seqs("t")).isEmpty();
    rig.pass(Duration.ofMillis(200));
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 3L, 4L);
  }

  public void aCursorThatMovesInAPausedThreadIsServedAtOnce() {
    rig.log.read.fail();
    reader.subscribe("t", 0);
    rig.log.read.release();
    reader.subscribe("t", 1);
    assertThat(reader.seen.seqs("t")).containsExactly(2L, 3L);
    rig.pass(Duration.ofSeconds(30));
    assertThat(reader.seen.seqs("t")).containsExactly(2L, 3L);
  }

  public void aThreadThatWasReadAgainHasAllItsTriesAgain() {
    for (int i = 0; i < 3; i++) {
      rig.log.read.fail();
      reader.subscribe("t", 0);
      rig.pass(Duration.ofSeconds(6));
      rig.log.read.release();
      rig.pass(Duration.ofSeconds(10));
    }
    assertThat(reader.seen.all("error")).isEmpty();
  }

  public void aPageThatComesWhenNobodyReadsItAnyMoreIsGivenBack() {
    rig.log.read.holdAnswers();
    reader.subscribe("t", 0);
    reader.unsubscribe("t");
    rig.log.read.release();
    rig.settle();
    assertThat(rig.pages.highest()).isPositive();
    assertThat(rig.pages.held()).isZero();
    assertThat(reader.seen.seqs("t")).isEmpty();
  }

  public void anUnreadableThreadLeavesNothingInMemory() {
    rig.log.read.fail();
    reader.subscribe("t", 0);
    reader.close();
    writer.close();
    rig.pass(Duration.ofMinutes(5));
    assertThat(rig.metrics.liveContexts()).isZero();
  }
}
