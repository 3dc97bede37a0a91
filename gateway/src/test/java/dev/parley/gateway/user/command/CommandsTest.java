package dev.parley.gateway.user.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.RigTest;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.run.RunJudge;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

/** What appending commands do, and how they are answered. */
@Test(groups = "unit")
public class CommandsTest extends RigTest {

  private static String code(JsonNode error) {
    return error.path("code").asText();
  }

  public void acceptedComesBeforeTheEventsItCaused() {
    ada.start("c", "t");
    assertThat(ada.seen.types())
        .containsExactly(
            "welcome", "accepted", "subscribed", "message_added", "agent_started", "caught_up");
  }

  public void aStartIsOneCommitAndNamesSeqAndRun() {
    ada.start("c", "t");
    assertThat(rig.log.commits).hasSize(1);
    assertThat(ada.answerTo("c").path("seq").asLong()).isEqualTo(1);
    assertThat(ada.answerTo("c").has("duplicate")).isFalse();
    JsonNode started = ada.seen.all("agent_started").get(0);
    assertThat(started.path("run_id").asText()).isEqualTo(ada.runOf("c"));
    assertThat(started.path("payload").path("message_id"))
        .isEqualTo(ada.seen.last("message_added").path("message_id"));
  }

  public void aChatIsRecordedAndStartsNothing() {
    ada.chat("c", "t", "note to self");
    assertThat(ada.answerTo("c").has("run_id")).isFalse();
    assertThat(ada.seen.last("message_added").path("kind").asText()).isEqualTo("chat");
    assertThat(rig.agent.jobs()).isEmpty();
  }

  public void aTitleIsRecordedWhileARunIsOpenAndEndsNothing() {
    ada.start("c", "t");
    ada.setTitle("c1", "t", "Sums");
    assertThat(ada.answerTo("c1").path("seq").asLong()).isEqualTo(3);
    assertThat(ada.answerTo("c1").has("run_id")).isFalse();
    JsonNode titled = ada.seen.all("thread_titled").get(0);
    assertThat(titled.has("run_id")).isFalse();
    assertThat(titled.path("payload").toString()).isEqualTo("{\"title\":\"Sums\",\"by\":\"user\"}");
    endRun();
    assertThat(ada.seen.last("agent_completed").path("text").asText()).isEmpty();
    RunJudge.of(ada.seen.events("t")).requireEnded();
  }

  public void aTitleThatIsSentAgainIsADuplicate() {
    ada.setTitle("c", "t", "Sums");
    ada.setTitle("c", "t", "Sums");
    assertThat(ada.seen.last("accepted").path("duplicate").asBoolean()).isTrue();
    assertThat(ada.seen.seqs("t")).containsExactly(1L);
    ada.setTitle("c", "t", "Clocks");
    assertThat(code(ada.seen.last("rejected"))).isEqualTo("idempotency_conflict");
  }

  public void theAgentGetsWhatWasAsked() {
    ada.start("c", "t");
    ScriptedAgent.Job job = rig.agent.job();
    assertThat(job.request.input()).hasToString("\"go\"");
    assertThat(job.request.thread()).hasToString("t");
    assertThat(job.request.run()).hasToString(ada.runOf("c"));
  }

  public void anotherDeviceThatReadsSeesItToo() {
    Peer tablet = rig.connect();
    tablet.subscribe("t", 0);
    ada.chat("c", "t", "hello");
    assertThat(tablet.seen.seqs("t")).containsExactly(1L);
    assertThat(tablet.seen.all("accepted")).isEmpty();
  }

  public void anotherUserSeesNothing() {
    Peer eve = rig.connect("eve", "enterprise");
    eve.subscribe("t", 0);
    ada.chat("c", "t", "hello");
    assertThat(eve.seen.events("t")).isEmpty();
    eve.chat("c", "t", "mine");
    assertThat(eve.answerTo("c").path("seq").asLong()).isEqualTo(1);
  }

  public void theFirstCommandOnAThreadSubscribesFromItsOwnEvent() {
    rig.connect().chats("t", 3);
    ada.chat("c", "t", "hello");
    assertThat(ada.seen.last("subscribed").path("after").asLong()).isEqualTo(3);
    assertThat(ada.seen.seqs("t")).containsExactly(4L);
  }

  public void aCursorThatIsThereStaysWhereItIs() {
    ada.subscribe("t", 0);
    ada.chat("c", "t", "hello");
    assertThat(ada.seen.all("subscribed")).hasSize(1);
    assertThat(ada.seen.seqs("t")).containsExactly(1L);
  }

  public void anUnknownAgentIsNotFoundAndTheKnownOnesAreNamed() {
    ada.start("c", "t", "nobody");
    JsonNode error = ada.answerTo("c");
    assertThat(code(error)).isEqualTo("not_found");
    assertThat(error.path("field").asText()).isEqualTo("/payload/agent");
    assertThat(error.path("message").asText())
        .isEqualTo("payload.agent: nobody (expected: one of builtin, other)");
    assertThat(rig.log.commits).isEmpty();
  }

  public void aMessageIsAnsweredByTheNamedElseTheLastElseTheDefaultAgent() {
    ada.userMessage("c1", "t", null);
    endRun();
    ada.userMessage("c2", "t", "other");
    endRun();
    ada.userMessage("c3", "t", null);
    List<String> agents =
        ada.seen.all("agent_started").stream()
            .map(frame -> frame.path("payload").path("agent").asText())
            .toList();
    assertThat(agents).containsExactly("builtin", "other", "other");
  }

  public void theLastAgentIsKnownAfterTheThreadWasForgotten() {
    ada.userMessage("c1", "t", "other");
    endRun();
    ada.unsubscribe("t");
    ada.userMessage("c2", "t", null);
    assertThat(ada.seen.last("agent_started").path("agent").asText()).isEqualTo("other");
  }

  public void aThreadWithAnOpenRunIsBusy() {
    ada.start("c1", "t");
    ada.start("c2", "t");
    assertThat(code(ada.answerTo("c2"))).isEqualTo("thread_busy");
    assertThat(ada.answerTo("c2").path("message").asText()).contains(ada.runOf("c1"));
    ada.chat("c3", "t", "meanwhile");
    assertThat(ada.answerTo("c3").path("seq").asLong()).isEqualTo(3);
  }

  public void aTierHasSoManyOpenRuns() {
    Peer bob = rig.connect("bob", "free");
    bob.start("c1", "t1");
    bob.start("c2", "t2");
    assertThat(code(bob.answerTo("c2"))).isEqualTo("quota_exceeded");
    bob.start("c3", "t1");
    assertThat(code(bob.answerTo("c3"))).isEqualTo("thread_busy");
    endRun();
    bob.start("c4", "t2");
    assertThat(bob.runOf("c4")).isNotEmpty();
  }

  public void runsThatAreAboutToOpenCountToo() {
    Peer bob = rig.connect("bob", "free");
    rig.log.commit.holdAnswers();
    bob.start("c1", "t1");
    bob.start("c2", "t2");
    rig.log.commit.release();
    rig.settle();
    assertThat(code(bob.answerTo("c2"))).isEqualTo("quota_exceeded");
  }

  public void theRateIsTheUsersAndSaysExactlyWhenToComeBack() {
    Peer bob = rig.connect("bob", "free");
    Peer alsoBob = rig.connect("bob", "free");
    for (int i = 0; i < 10; i++) {
      (i % 2 == 0 ? bob : alsoBob).chat("c" + i, "t", "hello");
    }
    rig.pass(Duration.ofMillis(200));
    bob.chat("c10", "t", "one more");
    assertThat(code(bob.answerTo("c10"))).isEqualTo("rate_limited");
    assertThat(bob.answerTo("c10").path("retry_after_ms").asLong()).isEqualTo(1000);
    rig.pass(Duration.ofMillis(999));
    alsoBob.chat("c11", "t", "too early");
    assertThat(code(alsoBob.answerTo("c11"))).isEqualTo("rate_limited");
    rig.pass(Duration.ofMillis(1));
    alsoBob.chat("c12", "t", "in time");
    assertThat(alsoBob.answerTo("c12").has("seq")).isTrue();
  }

  public void aNeighbourIsNotTouchedByARateThatIsUsedUp() {
    Peer bob = rig.connect("bob", "free");
    for (int i = 0; i < 12; i++) {
      bob.chat("c" + i, "t", "hello");
    }
    ada.chat("c", "t", "hello");
    assertThat(ada.answerTo("c").has("seq")).isTrue();
  }

  public void aConnectionThatReadsAllItMayCannotStartElsewhere() {
    ada.subscribeAll(IntStream.range(0, 100).mapToObj(i -> "t" + i).toList());
    ada.chat("c1", "elsewhere", "hello");
    assertThat(code(ada.answerTo("c1"))).isEqualTo("quota_exceeded");
    ada.chat("c2", "t7", "hello");
    assertThat(ada.answerTo("c2").has("seq")).isTrue();
  }

  public void aLogThatDoesNotAnswerIsOverloadedAndCostsNothing() {
    rig.log.head.fail();
    ada.chat("c1", "t", "hello");
    assertThat(code(ada.answerTo("c1"))).isEqualTo("overloaded");
    assertThat(ada.answerTo("c1").path("retry_after_ms").asLong()).isEqualTo(1000);
    rig.log.head.release();
    rig.log.commit.fail();
    ada.chat("c2", "t", "hello");
    assertThat(code(ada.answerTo("c2"))).isEqualTo("overloaded");
    rig.log.commit.release();
    ada.chat("c3", "t", "hello");
    assertThat(ada.answerTo("c3").path("seq").asLong()).isEqualTo(1);
  }

  public void aLogWithoutRoomIsOverloadedAndGivesThePermitBack() {
    rig.log.full = true;
    for (int i = 0; i < 30; i++) {
      ada.chat("c" + i, "t", "hello");
      assertThat(code(ada.answerTo("c" + i))).isEqualTo("overloaded");
    }
    rig.log.full = false;
    ada.chat("c", "t", "hello");
    assertThat(ada.answerTo("c").path("seq").asLong()).isEqualTo(1);
  }

  public void aDrainingGatewayTakesNoNewCommands() {
    var ignored = rig.contexts.drain(UserRig.AT_ONCE);
    rig.settle();
    ada.chat("c", "t", "hello");
    assertThat(code(ada.answerTo("c"))).isEqualTo("draining");
  }

  public void aCommandOfAConnectionThatHasClosedIsDoneAllTheSame() {
    rig.log.commit.holdAnswers();
    ada.start("c", "t");
    ada.close();
    rig.log.commit.release();
    rig.settle();
    assertThat(rig.agent.jobs()).hasSize(1);
    Peer back = rig.connect();
    assertThat(back.seen.last("welcome").path("open_runs")).hasSize(1);
  }
}
