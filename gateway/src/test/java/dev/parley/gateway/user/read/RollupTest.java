package dev.parley.gateway.user.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.DeltaMerger;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import java.time.Duration;
import java.util.List;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Deltas that wait {@code rollup_ms} to be merged for a live reader. */
@Test(groups = "unit")
public class RollupTest {

  private UserRig rig;
  private Peer reader;
  private ScriptedAgent.Job job;

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    rig = new UserRig();
    reader = rig.connect();
    reader.rollup = 100;
    reader.subscribe("t", 0);
    reader.start("c", "t");
    job = rig.agent.job();
    reader.seen.clear();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    Originals originals = Originals.of(rig, reader, "t");
    reader.seen.events("t").forEach(originals::require);
    rig.close();
  }

  private void say(String text) {
    var ignored = job.say(text);
    rig.settle();
  }

  private void think(AgentEvent event) {
    var ignored = job.emit(event);
    rig.settle();
  }

  private void passMillis(long millis) {
    rig.pass(Duration.ofMillis(millis));
  }

  private List<String> spans() {
    return reader.seen.events("t").stream().map(RollupTest::span).toList();
  }

  private static String span(JsonNode frame) {
    String seq = frame.path("seq").asText();
    return frame.path("seq_from").asText(seq) + ".." + seq;
  }

  public void piecesWaitForOthersAndComeAsOne() {
    say("Hel");
    passMillis(60);
    say("lo ");
    passMillis(39);
    assertThat(spans()).isEmpty();
    passMillis(1);
    assertThat(spans()).containsExactly("3..4");
    assertThat(reader.seen.last("agent_message").path("delta").asText()).isEqualTo("Hello ");
  }

  public void theNextDeltaWaitsAgain() {
    say("a");
    passMillis(100);
    passMillis(500);
    say("b");
    passMillis(99);
    assertThat(spans()).containsExactly("3..3");
    passMillis(1);
    assertThat(spans()).containsExactly("3..3", "4..4");
  }

  public void anyOtherEventEndsTheWait() {
    say("a");
    say("b");
    think(new AgentEvent.Custom("x", RawJson.of("1")));
    assertThat(spans()).containsExactly("3..4", "5..5");
    say("c");
    job.complete();
    rig.settle();
    assertThat(spans()).containsExactly("3..4", "5..5", "6..6", "7..7");
  }

  public void aDeltaOfAnotherTextEndsTheWait() {
    think(AgentEvent.Thinking.delta("hm"));
    passMillis(100);
    reader.seen.clear();
    think(AgentEvent.Thinking.delta("hm"));
    say("a");
    assertThat(spans()).hasSizeGreaterThan(1);
  }

  public void thoughtsWaitToo() {
    think(AgentEvent.Thinking.delta("well, "));
    passMillis(100);
    reader.seen.clear();
    think(AgentEvent.Thinking.delta("one "));
    think(AgentEvent.Thinking.delta("two"));
    assertThat(spans()).isEmpty();
    passMillis(100);
    assertThat(reader.seen.last("agent_thinking").path("text").asText()).isEqualTo("one two");
  }

  public void nothingIsReadFromTheStoreForIt() {
    rig.log.read.fail();
    for (int i = 0; i < 50; i++) {
      say("word ");
      passMillis(30);
    }
    passMillis(100);
    assertThat(spans()).hasSizeBetween(10, 20);
    assertThat(spans().get(spans().size() - 1)).endsWith("..52");
  }

  public void aReaderWithoutRollupWaitsForNothing() {
    Peer other = rig.connect();
    other.subscribe("t", 2);
    say("a");
    say("b");
    assertThat(other.seen.seqs("t")).containsExactly(3L, 4L);
    assertThat(spans()).isEmpty();
    passMillis(100);
    assertThat(spans()).containsExactly("3..4");
  }

  public void theNewestSubscribeWinsAlsoInAWait() {
    say("a");
    reader.rollup = 0;
    reader.subscribe("t", 2);
    assertThat(spans()).containsExactly("3..3");
    say("b");
    assertThat(spans()).containsExactly("3..3", "4..4");
    reader.rollup = 500;
    reader.subscribe("t", 4);
    say("c");
    passMillis(499);
    assertThat(spans()).hasSize(2);
  }

  public void whoLeavesInAWaitGetsNothingMore() {
    say("a");
    reader.unsubscribe("t");
    passMillis(500);
    assertThat(spans()).isEmpty();
    reader.subscribe("t", 2);
    say("b");
    reader.close();
    passMillis(500);
    assertThat(reader.seen.closed()).isNull();
  }

  public void piecesThatComeToManyBytesDoNotWaitOn() {
    String page = "x".repeat(4096);
    for (int i = 0; i < 17; i++) {
      say(page);
    }
    assertThat(spans()).isNotEmpty();
    assertThat(reader.seen.all("agent_message"))
        .allMatch(
            frame ->
                frame.path("payload").path("delta").asText().length() <= DeltaMerger.MAX_UNITS);
  }

  public void aThreadThatIsDeletedInAWaitIsReadFromItsNewBeginning() {
    job.complete();
    rig.settle();
    rig.contexts.deleted(
        new ThreadKey(reader.context.user(), new ThreadId("t")), new Epoch("next"));
    rig.settle();
    assertThat(reader.seen.last("gap").path("reason").asText()).isEqualTo("epoch_changed");
  }
}
