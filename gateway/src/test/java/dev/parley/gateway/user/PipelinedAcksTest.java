package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ThreadId;
import java.time.Duration;
import java.util.stream.IntStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Acks of the inbox, of which the next one comes when one of those before is answered. */
@Test(groups = "unit")
public class PipelinedAcksTest {

  private static final int WAITING = 3;
  private static final int ALL = 10;

  private UserRig rig;
  private Peer ada;
  private int sent;

  @BeforeMethod(alwaysRun = true)
  public void notifyAda() {
    rig = new UserRig();
    ada = rig.connect();
    rig.settle();
    rig.broadcast("b1");
    ada.context.inbox().look();
    // It keeps the inbox in memory, so that an ack is taken within its call.
    ada.subscribeFromNow("@inbox");
    ada.seen.clear();
    sent = 0;
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private void ack() {
    CommandId id = new CommandId("a" + sent++);
    ada.context.inbox().ack(ada.reader, new ClientCommand.Ack(id, ThreadId.INBOX, 1), () -> {});
  }

  /** So many wait for the log; each other one is dispatched while one before is answered. */
  private void pipeline() {
    ada.seen.onCommandOver(
        () -> {
          if (sent < ALL) {
            ack();
          }
        });
    IntStream.range(0, WAITING).forEach(i -> ack());
  }

  private int refused() {
    return ada.seen.all("rejected").size();
  }

  public void eachIsCarriedOutOnce() {
    pipeline();
    rig.settle();
    assertThat(ada.seen.carriedOut()).isEqualTo(ALL);
    assertThat(refused()).isZero();
  }

  public void eachThatTheLogDidNotAnswerIsRefusedOnceAndTheOthersWaitForTheNextTry() {
    rig.log.inboxes.fail();
    pipeline();
    rig.settle();
    assertThat(refused()).isEqualTo(WAITING);
    rig.log.inboxes.release();
    rig.pass(Duration.ofSeconds(1));
    assertThat(ada.seen.carriedOut()).isEqualTo(ALL - WAITING);
    assertThat(refused()).isEqualTo(WAITING);
  }

  public void theLogIsAskedForOneThingAtATime() {
    pipeline();
    rig.settle();
    rig.broadcast("b2");
    rig.log.inboxes.holdCalls();
    ada.seen.onCommandOver(() -> ada.context.inbox().online("early", false));
    ack();
    assertThat(rig.log.inboxes.held()).isEqualTo(1);
    rig.log.inboxes.release();
    rig.settle();
    assertThat(ada.seen.seqs("@inbox")).containsExactly(2L);
  }
}
