package dev.parley.gateway.user.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import java.time.Duration;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** To send a command again is safe and free, whatever a new one would be refused for. */
@Test(groups = "unit")
public class DuplicatesTest {

  private UserRig rig;
  private Peer bob;
  private Peer again;

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    rig = new UserRig();
    bob = rig.connect("bob", "free");
    again = rig.connect("bob", "free");
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private void useUpTheRate() {
    for (int i = 0; i < 20; i++) {
      bob.chat("filler" + i, "filler", "hello");
    }
    assertThat(bob.answerTo("filler19").path("code").asText()).isEqualTo("rate_limited");
  }

  private void seesTheFirstAnswer(String command) {
    JsonNode answer = again.answerTo(command);
    assertThat(answer.path("duplicate").asBoolean()).isTrue();
    assertThat(answer.path("seq")).isEqualTo(bob.answerTo(command).path("seq"));
    assertThat(answer.path("run_id")).isEqualTo(bob.answerTo(command).path("run_id"));
  }

  public void theSameCommandGetsTheSameAnswerAndStartsNothing() {
    bob.start("c", "t");
    again.start("c", "t");
    seesTheFirstAnswer("c");
    assertThat(rig.agent.jobs()).hasSize(1);
    assertThat(again.seen.last("subscribed").path("after").asLong()).isZero();
    assertThat(again.seen.seqs("t")).containsExactly(1L, 2L);
  }

  public void aDuplicateLeavesACursorWhereItIs() {
    bob.chat("c", "t", "hello");
    again.subscribeFromNow("t");
    again.chat("c", "t", "hello");
    assertThat(again.seen.all("subscribed")).hasSize(1);
    assertThat(again.seen.events("t")).isEmpty();
  }

  public void anotherCommandUnderTheSameIdIsAConflict() {
    bob.chat("c", "t", "hello");
    again.chat("c", "t", "something else");
    assertThat(again.answerTo("c").path("code").asText()).isEqualTo("idempotency_conflict");
    assertThat(again.answerTo("c").path("field").asText()).isEqualTo("/id");
  }

  public void theSameWordsOfAnotherTypeOrOnAnotherThreadAreAConflict() {
    bob.chat("c", "t", "hi");
    again.userMessage("c", "t", null);
    assertThat(again.answerTo("c").path("code").asText()).isEqualTo("idempotency_conflict");
    bob.chat("d", "t", "hi");
    again.chat("d", "u", "hi");
    assertThat(again.answerTo("d").path("code").asText()).isEqualTo("idempotency_conflict");
  }

  public void aDuplicateComesBeforeBusy() {
    bob.start("c", "t");
    rig.agent.job().complete();
    rig.settle();
    bob.start("d", "t");
    again.start("c", "t");
    seesTheFirstAnswer("c");
  }

  public void aDuplicateComesBeforeTheQuota() {
    bob.start("c", "t");
    rig.agent.job().complete();
    rig.settle();
    bob.start("d", "other");
    again.start("c", "t");
    seesTheFirstAnswer("c");
  }

  public void aDuplicateComesBeforeTheRate() {
    bob.chat("c", "t", "hello");
    useUpTheRate();
    again.chat("c", "t", "hello");
    seesTheFirstAnswer("c");
    again.chat("c", "u", "hello");
    assertThat(again.seen.last("rejected").path("code").asText()).isEqualTo("idempotency_conflict");
  }

  public void aDuplicateComesBeforeDrainingAndUnknownAgents() {
    bob.chat("c", "t", "hello");
    var ignored = rig.contexts.drain(UserRig.AT_ONCE);
    rig.settle();
    again.chat("c", "t", "hello");
    seesTheFirstAnswer("c");
    again.start("c", "t", "nobody");
    assertThat(again.seen.last("rejected").path("code").asText()).isEqualTo("idempotency_conflict");
  }

  public void duplicatesAndConflictsGiveTheirPermitBack() {
    bob.chat("c", "t", "hello");
    for (int i = 0; i < 30; i++) {
      again.chat("c", "t", i % 2 == 0 ? "hello" : "something else");
    }
    for (int i = 0; i < 9; i++) {
      bob.chat("more" + i, "t", "hello");
    }
    assertThat(bob.seen.all("rejected")).isEmpty();
    bob.chat("too-many", "t", "hello");
    assertThat(bob.seen.last("rejected").path("code").asText()).isEqualTo("rate_limited");
  }

  public void aDuplicateOfACommandThatIsNotDecidedYetComesBeforeTheQuota() {
    rig.log.commit.holdCalls();
    bob.start("c", "t");
    again.start("c", "t");
    rig.log.commit.release();
    rig.settle();
    seesTheFirstAnswer("c");
  }

  public void aDuplicateOfACommandThatIsNotDecidedYetTakesNoRoomInTheQuota() {
    Peer bob = rig.connect("bob", "early");
    rig.log.commit.holdCalls();
    bob.start("c", "t");
    bob.start("c", "t");
    bob.start("d", "u");
    rig.log.commit.release();
    rig.settle();
    assertThat(bob.seen.all("agent_started")).hasSize(2);
  }

  public void aDuplicateOfACommandThatIsNotDecidedYetComesBeforeTheRate() {
    for (int i = 0; i < 9; i++) {
      bob.chat("filler" + i, "filler", "hello");
    }
    rig.log.commit.holdCalls();
    bob.chat("c", "t", "hello");
    again.chat("c", "t", "hello");
    rig.log.commit.release();
    rig.settle();
    seesTheFirstAnswer("c");
    bob.chat("d", "t", "hello");
    assertThat(bob.answerTo("d").path("code").asText()).isEqualTo("rate_limited");
  }

  public void aRefusedCommandIsNotRemembered() {
    useUpTheRate();
    bob.chat("c", "t", "hello");
    rig.pass(Duration.ofSeconds(30));
    again.chat("c", "t", "something else");
    assertThat(again.answerTo("c").has("seq")).isTrue();
    assertThat(again.answerTo("c").has("duplicate")).isFalse();
  }

  public void aRefusalStandsWhenTheLogCannotTell() {
    useUpTheRate();
    rig.log.find.fail();
    bob.chat("c", "t", "hello");
    assertThat(bob.answerTo("c").path("code").asText()).isEqualTo("rate_limited");
  }
}
