package dev.parley.gateway.user.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import java.time.Duration;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Nobody is left out: not a thread far behind, a thread just begun, or a user who comes late. */
@Test(groups = "unit")
public class FairnessTest {

  private UserRig rig;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = new UserRig();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  public void aReplayGoesOnWhileAnotherThreadGrowsBeforeEveryAsk() {
    Peer writer = rig.connect();
    writer.chats("old", 5);
    Peer reader = rig.connectUnread("ada", "enterprise");
    reader.subscribe("live", 0);
    reader.subscribe("old", 0);
    for (int i = 1; i <= 12; i++) {
      writer.chat("live-" + i, "live", "n" + i);
      rig.pass(Duration.ofSeconds(1));
      reader.askOnce(1);
    }
    assertThat(reader.seen.seqs("old")).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(reader.seen.seqs("live")).hasSizeGreaterThanOrEqualTo(5);
  }

  public void noAcceptedChatOnANewThreadGoesUnheard() {
    Peer peer = rig.connect();
    for (int i = 1; i < 100; i++) {
      peer.subscribe("t" + i, 0);
    }
    peer.context
        .commands()
        .chat(peer.reader, Peer.chatCommand("a", "a", "1"), 0, TraceSpan.NONE, () -> {});
    peer.context
        .commands()
        .chat(peer.reader, Peer.chatCommand("b", "b", "2"), 0, TraceSpan.NONE, () -> {});
    rig.settle();
    assertThat(peer.seen.events("a")).hasSize(1);
    assertThat(peer.answerTo("b").path("code").asText()).isEqualTo("quota_exceeded");
  }

  public void aUserWhoComesWhileTheGatewayEndsStartsNothing() {
    var ignored = rig.contexts.drain(UserRig.AT_ONCE);
    rig.settle();
    Peer late = rig.connect("late", "early");
    late.start("c", "t");
    assertThat(late.answerTo("c").path("code").asText()).isEqualTo("draining");
  }

  public void aRunThatTheLogFailsIsCountedAsLost() {
    rig.connect().start("c", "t");
    rig.log.commit.fail();
    var ignored = rig.agent.job().say("x");
    rig.settle();
    assertThat(rig.metrics.count("parley_runs_ended_total", "state", "lost")).isEqualTo(1);
    assertThat(rig.metrics.openRuns()).isZero();
  }
}
