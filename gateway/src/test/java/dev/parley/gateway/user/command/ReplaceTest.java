package dev.parley.gateway.user.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.RigTest;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.read.CursorJudge;
import dev.parley.gateway.user.run.Recovery;
import dev.parley.gateway.user.run.RunJudge;
import dev.parley.gateway.user.run.ToldEnds;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

/** Messages that replace, while others are queued that were to replace before them. */
@Test(groups = "unit")
public class ReplaceTest extends RigTest {

  private void runAll() {
    while (rig.metrics.openRuns() > 0) {
      rig.agent.job().left.complete(null);
      rig.settle();
    }
  }

  private long takenBack() {
    return ada.seen.all("message_taken_back").size();
  }

  public void ofSixInOnePacketTheLastOneIsAnswered() {
    ada.start("c0", "t");
    rig.log.commit.holdAnswers();
    for (int i = 1; i <= 6; i++) {
      ada.context
          .commands()
          .startAgent(
              ada.reader,
              Peer.startCommand("c" + i, "t", "builtin", WhenBusy.REPLACE),
              0,
              TraceSpan.NONE,
              () -> {});
    }
    rig.log.commit.release();
    rig.settle();
    runAll();
    assertThat(ada.seen.answered()).containsExactly("c0", "c6");
    assertThat(takenBack()).isEqualTo(5);
    RunJudge.of(ada.seen.events("t")).requireEnded();
    CursorJudge.of(ada.seen.frames());
  }

  public void onAnIdleThreadTheFirstBeginsAndTheLastIsAnswered() {
    rig.log.commit.holdAnswers();
    for (int i = 1; i <= 6; i++) {
      ada.replace("c" + i, "t");
    }
    rig.log.commit.release();
    rig.settle();
    runAll();
    assertThat(ada.seen.answered()).containsExactly("c1", "c6");
    assertThat(takenBack()).isEqualTo(4);
  }

  public void aWithdrawnMessageIsNamedAfterTheOneThatReplacesIt() {
    ada.start("c0", "t");
    ada.replace("c1", "t");
    JsonNode first = ada.seen.last("message_added").path("message_id");
    ada.replace("c2", "t");
    assertThat(ada.seen.last("message_taken_back").path("message_id")).isEqualTo(first);
    assertThat(ada.answerTo("c2").path("seq").asLong()).isEqualTo(4);
    assertThat(ada.seen.seqs("t")).endsWith(4L, 5L);
    ada.cancelCommand("stop", "c1");
    assertThat(ada.answerTo("stop").path("state").asText()).isEqualTo("taken_back");
  }

  public void messagesThatWereQueuedAreNotTouched() {
    ada.start("c0", "t");
    ada.queue("c1", "t");
    ada.replace("c2", "t");
    ada.queue("c3", "t");
    ada.replace("c4", "t");
    runAll();
    assertThat(ada.seen.answered()).containsExactly("c0", "c4", "c1", "c3");
    assertThat(takenBack()).isEqualTo(1);
  }

  public void whatIsToBeKeptIsAnsweredToo() {
    ada.start("c0", "t");
    ada.replaceAndKeep("c1", "t");
    ada.replace("c2", "t");
    ada.replace("c3", "t");
    runAll();
    assertThat(ada.seen.answered()).containsExactly("c0", "c3", "c1");
    assertThat(takenBack()).isEqualTo(1);
  }

  public void aRunThatHasBegunIsCancelledAndItsMessageNotWithdrawn() {
    ada.replace("c1", "t");
    ada.replace("c2", "t");
    runAll();
    assertThat(ada.seen.last("agent_cancelled").path("by").asText()).isEqualTo("replaced");
    assertThat(takenBack()).isZero();
    assertThat(ada.seen.answered()).containsExactly("c1", "c2");
  }

  public void aWithdrawnMessageMakesRoomInAFullQueue() {
    ada.start("c0", "t");
    for (int i = 1; i <= 7; i++) {
      rig.pass(Duration.ofSeconds(1));
      ada.queue("c" + i, "t");
    }
    ada.replace("c8", "t");
    ada.replace("c9", "t");
    assertThat(ada.answerTo("c9").has("seq")).isTrue();
    ada.replaceAndKeep("c10", "t");
    assertThat(ada.answerTo("c10").has("seq")).isTrue();
    ada.replace("c11", "t");
    assertThat(ada.answerTo("c11").path("code").asText()).isEqualTo("queue_full");
  }

  public void aQueuedMessageIsAsReplaceableAfterARestartAsBefore() {
    ada.start("c0", "t");
    ada.queue("c1", "t");
    ada.replaceAndKeep("c2", "t");
    ada.replace("c3", "t");
    new Recovery(rig.log, new Agents(Map.of()), ToldEnds.NONE, Clock.systemUTC()).endOpenRuns();
    try (UserRig next = new UserRig(rig.log, 1000)) {
      var ignored = next.contexts.resume(next.log.threadsWithQueue().toCompletableFuture().join());
      next.settle();
      Peer later = next.connect();
      later.subscribe("t", 0);
      List<JsonNode> before = later.seen.all("agent_started");
      assertThat(before).hasSize(2);
      later.replace("c4", "t");
      while (next.metrics.openRuns() > 0) {
        next.agent.job().left.complete(null);
        next.settle();
      }
      assertThat(later.seen.all("agent_started")).hasSize(5);
      RunJudge.of(later.seen.events("t")).requireEnded();
    }
  }

  /** The log may answer late what is queued: what came since is newer. */
  public void whatIsQueuedWhileTheQueueIsReadAgainIsAnsweredToo() {
    ada.start("c0", "t");
    ada.queue("c1", "t");
    rig.log.read.holdAnswers();
    rig.agent.job().complete();
    rig.settle();
    ada.replace("c2", "t");
    rig.log.head.holdAnswers();
    rig.log.read.release();
    rig.settle();
    assertThat(rig.log.head.held()).isEqualTo(1);
    ada.queue("c3", "t");
    rig.log.head.release();
    rig.settle();
    runAll();
    assertThat(ada.seen.answered()).containsExactly("c0", "c2", "c1", "c3");
  }

  public void anotherProcessWithdrawsWhatWasQueuedInThisOne() {
    ada.start("c0", "t");
    ada.replace("c1", "t");
    try (UserRig next = new UserRig(rig.log, 1000)) {
      Peer later = next.connect();
      later.subscribe("t", 0);
      later.replace("c2", "t");
      assertThat(later.seen.all("message_taken_back")).hasSize(1);
    }
  }
}
