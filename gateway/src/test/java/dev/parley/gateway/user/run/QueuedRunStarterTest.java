package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.RigTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.testng.annotations.Test;

/** Messages that are queued on a busy thread until their runs start. */
@Test(groups = "unit")
public class QueuedRunStarterTest extends RigTest {

  public void startsAtOnceOnAnIdleThread() {
    ada.queue("c", "t");
    assertThat(ada.runOf("c")).startsWith("r_");
    assertThat(ada.seen.last("message_added").has("queued")).isFalse();
    assertThat(rig.agent.jobs()).hasSize(1);
  }

  public void waitsWhileARunIsOpenAndSaysSo() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    assertThat(ada.answerTo("c2").path("seq").asLong()).isEqualTo(3);
    assertThat(ada.answerTo("c2").has("run_id")).isFalse();
    assertThat(ada.seen.last("message_added").path("queued").asBoolean()).isTrue();
    assertThat(rig.agent.jobs()).hasSize(1);
  }

  public void theNextBeginsWhenTheRunEndsAndNamesItsMessage() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    ada.queue("c3", "t");
    endRun();
    assertThat(rig.agent.jobs()).hasSize(2);
    endRun();
    endRun();
    assertThat(ada.seen.answered()).containsExactly("c1", "c2", "c3");
    RunJudge.of(ada.seen.events("t")).requireEnded();
  }

  /** The log would refuse a second start; it is not asked for one. */
  public void theLogIsAskedForEachStartOnce() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    ada.queue("c3", "t");
    assertThat(startsAskedFor()).isZero();
    rig.log.read.holdAnswers();
    endRun();
    ada.chat("c4", "t", "meanwhile");
    rig.log.read.release();
    rig.settle();
    assertThat(startsAskedFor()).isEqualTo(1);
    endRun();
    endRun();
    assertThat(startsAskedFor()).isEqualTo(2);
    assertThat(ada.seen.answered()).containsExactly("c1", "c2", "c3");
  }

  public void aReplacementIsStartedBeforeTheOthers() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    ada.replace("c3", "t");
    rig.pass(Duration.ofSeconds(6));
    assertThat(startsAskedFor()).isEqualTo(1);
    assertThat(ada.seen.answered()).containsExactly("c1", "c3");
  }

  private long startsAskedFor() {
    return rig.log.commits.stream().filter(commit -> commit.dequeued() != null).count();
  }

  public void anEndOfEveryKindLetsTheNextBegin() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    ada.queue("c3", "t");
    rig.agent.job().left.completeExceptionally(new IllegalStateException("broken"));
    rig.settle();
    ada.cancelCommand("stop", "c2");
    rig.pass(Duration.ofSeconds(5));
    endRun();
    assertThat(ada.seen.answered()).containsExactly("c1", "c2", "c3");
    RunJudge.of(ada.seen.events("t")).requireEnded();
  }

  public void theAgentIsGivenTheQueuedInput() {
    ada.start("c1", "t");
    RawJson input = RawJson.checked("{ \"n\" : 1.50 }".getBytes(StandardCharsets.UTF_8));
    RawJson extra = RawJson.checked("{\"page\":7}".getBytes(StandardCharsets.UTF_8));
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    ada.context
        .commands()
        .startAgent(
            ada.reader,
            new ClientCommand.StartAgent(
                new CommandId("c2"),
                new ThreadId("t"),
                new AgentName("other"),
                input,
                extra,
                WhenBusy.QUEUE,
                false,
                trace),
            0,
            TraceSpan.NONE,
            () -> {});
    rig.settle();
    endRun();
    assertThat(rig.agent.job().request.input()).isEqualTo(input);
    assertThat(rig.agent.job().request.context()).isEqualTo(extra);
    assertThat(rig.agent.job().request.traceparent()).isEqualTo(trace);
    assertThat(ada.seen.last("agent_started").path("agent").asText()).isEqualTo("other");
  }

  public void oneMoreThanMayBeQueuedIsRefused() {
    ada.start("c0", "t");
    for (int i = 1; i <= 8; i++) {
      rig.pass(Duration.ofSeconds(1));
      ada.queue("c" + i, "t");
    }
    ada.queue("full", "t");
    ada.replace("full-too", "t");
    assertThat(ada.answerTo("full").path("code").asText()).isEqualTo("queue_full");
    assertThat(ada.answerTo("full-too").path("code").asText()).isEqualTo("queue_full");
    assertThat(rig.agent.job().request.cancellation().isCancelled()).isFalse();
  }

  public void aCommandThatMayNotBeQueuedIsRefusedWhileOthersAre() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    ada.start("c3", "t");
    assertThat(ada.answerTo("c3").path("code").asText()).isEqualTo("thread_busy");
  }

  public void queueingNeedsNoFreeRunOfTheTier() {
    Peer eve = rig.connect("eve", "free");
    eve.start("c1", "t");
    eve.queue("c2", "t");
    assertThat(eve.answerTo("c2").path("seq").asLong()).isEqualTo(3);
    eve.queue("c3", "elsewhere");
    assertThat(eve.answerTo("c3").path("code").asText()).isEqualTo("quota_exceeded");
  }

  public void twoAtOnceOnOneThreadNeedOneFreeRunOfTheTier() {
    Peer eve = rig.connect("eve", "free");
    rig.log.commit.holdAnswers();
    eve.queue("c1", "t");
    eve.queue("c2", "t");
    rig.log.commit.release();
    rig.settle();
    assertThat(eve.answerTo("c2").path("seq").asLong()).isEqualTo(3);
  }

  public void resendingAnswersWithTheRunOnceThereIsOne() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    Peer again = rig.connect();
    again.queue("c2", "t");
    assertThat(again.answerTo("c2").path("duplicate").asBoolean()).isTrue();
    assertThat(again.answerTo("c2").has("run_id")).isFalse();
    endRun();
    Peer later = rig.connect();
    later.queue("c2", "t");
    assertThat(later.runOf("c2"))
        .isEqualTo(ada.seen.all("agent_started").get(1).path("run_id").asText());
  }

  public void replacingCancelsTheOpenRunAndComesNext() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    ada.replace("c3", "t");
    assertThat(ada.answerTo("c3").path("seq").asLong()).isEqualTo(4);
    assertThat(rig.agent.job().request.cancellation().isCancelled()).isTrue();
    rig.agent.job().left.complete(null);
    rig.settle();
    assertThat(ada.seen.last("agent_cancelled").path("by").asText()).isEqualTo("replaced");
    endRun();
    endRun();
    assertThat(ada.seen.answered()).containsExactly("c1", "c3", "c2");
  }

  public void replacingNothingStartsAtOnce() {
    ada.replace("c", "t");
    assertThat(ada.runOf("c")).startsWith("r_");
    assertThat(rig.agent.jobs()).hasSize(1);
  }

  public void replacingARunWhoseEndIsOnItsWayLeavesThatEnd() {
    ada.start("c1", "t");
    rig.log.commit.holdAnswers();
    rig.agent.job().complete();
    rig.settle();
    ada.replace("c2", "t");
    rig.log.commit.release();
    rig.settle();
    assertThat(ada.seen.all("agent_cancelled")).isEmpty();
    assertThat(ada.seen.answered()).containsExactly("c1", "c2");
  }

  public void queuedRunsStartWithoutAnyConnection() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    ada.close();
    endRun();
    endRun();
    Peer back = rig.connect();
    back.subscribe("t", 0);
    assertThat(back.seen.all("agent_completed")).hasSize(2);
    RunJudge.of(back.seen.events("t")).requireEnded();
  }

  public void aLogWithoutRoomDelaysTheStart() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    rig.log.read.fail();
    endRun();
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.agent.jobs()).hasSize(1);
    rig.log.read.release();
    rig.log.full = true;
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.agent.jobs()).hasSize(1);
    rig.log.full = false;
    rig.pass(Duration.ofSeconds(1));
    assertThat(ada.seen.answered()).containsExactly("c1", "c2");
  }

  public void aMessageThatIsNotKeptAnyMoreFailsItsRun() {
    ada.start("c1", "t");
    ada.queue("c2", "t");
    rig.log.oldest = 5;
    endRun();
    assertThat(ada.seen.last("agent_failed").path("code").asText()).isEqualTo("internal");
    RunJudge.of(ada.seen.events("t")).requireEnded();
  }
}
