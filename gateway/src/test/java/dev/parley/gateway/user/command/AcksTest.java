package dev.parley.gateway.user.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.run.ToldEnds;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Which ends of runs wait to be told, and what ends that. */
@Test(groups = "unit")
public class AcksTest {

  private UserRig rig;
  private Peer ada;

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    telling(Set.of());
  }

  private void telling(Set<AgentName> agents) {
    rig =
        UserRig.telling(
            new MemoryLog(Clock.systemUTC(), IdSource.random()),
            new ToldEnds(Optional.of(Duration.ofSeconds(30)), agents));
    ada = rig.connect();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private void ack(Peer peer, String command, String thread, long seq) {
    ClientCommand.Ack ack =
        new ClientCommand.Ack(new CommandId(command), new ThreadId(thread), seq);
    peer.context.acks().ack(peer.reader, ack, () -> {});
    rig.settle();
  }

  private List<RunHook> waiting() {
    var due = rig.log.hooks().due(null, Long.MAX_VALUE / 2, 100).toCompletableFuture();
    return due.join();
  }

  private void endRun() {
    rig.agent.job().complete();
    rig.settle();
  }

  public void anEndWaitsUntilItsSeqIsAcknowledged() {
    ada.start("c1", "t");
    endRun();
    RunHook hook = waiting().get(0);
    assertThat(hook.state()).isEqualTo(RunState.COMPLETED);
    assertThat(hook.dueMillis() - hook.endedMillis()).isEqualTo(30_000);
    ack(ada, "a1", "t", hook.seq() - 1);
    assertThat(waiting()).hasSize(1);
    Peer other = rig.connect();
    ack(other, "a2", "t", hook.seq());
    assertThat(waiting()).isEmpty();
    assertThat(rig.metrics.count("parley_run_hooks_total", "outcome", "acknowledged")).isOne();
    assertThat(other.seen.answered()).isEmpty();
  }

  public void aSeqThatIsNotThereIsRefused() {
    ada.start("c1", "t");
    endRun();
    long head = waiting().get(0).seq();
    ack(ada, "a1", "t", head + 1);
    ack(ada, "a2", "elsewhere", 1);
    assertThat(ada.answerTo("a1").path("code").asText())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT.wire());
    assertThat(ada.answerTo("a1").path("message").asText()).contains("at most " + head);
    assertThat(ada.answerTo("a2").path("field").asText()).isEqualTo("/payload/seq");
    assertThat(waiting()).hasSize(1);
  }

  public void whatTheUserAskedForIsNotTold() {
    ada.start("c1", "t");
    ada.cancelCommand("stop", "c1");
    endRun();
    assertThat(ada.seen.all("agent_cancelled")).hasSize(1);
    assertThat(waiting()).isEmpty();
  }

  public void aRunThatAShutdownCancelsIsTold() {
    ada.start("c1", "t");
    rig.contexts.drain(UserRig.AT_ONCE);
    rig.settle();
    rig.pass(Duration.ofSeconds(10));
    assertThat(waiting()).extracting(RunHook::state).containsExactly(RunState.CANCELLED);
  }

  public void aFailureTellsItsCode() {
    ada.start("c1", "t");
    rig.pass(UserRig.IDLE.plusSeconds(1));
    assertThat(waiting()).hasSize(1);
    assertThat(waiting().get(0).code()).isEqualTo(ErrorCode.UPSTREAM_TIMEOUT);
  }

  public void onlyTheNamedAgentsAreTold() {
    rig.close();
    telling(Set.of(new AgentName("other")));
    ada.start("c1", "t");
    endRun();
    assertThat(waiting()).isEmpty();
    ada.start("c2", "t", "other");
    endRun();
    assertThat(waiting()).extracting(hook -> hook.agent().value()).containsExactly("other");
  }

  private static List<Long> told(Peer peer) {
    return peer.seen.all("acknowledged").stream()
        .peek(frame -> assertThat(frame.path("thread_id").asText()).isEqualTo("t"))
        .map(frame -> frame.path("payload").path("seq").asLong())
        .toList();
  }

  public void theOtherDevicesThatReadTheThreadAreTold() {
    Peer tablet = rig.connect();
    Peer elsewhere = rig.connect();
    ada.chats("t", 3);
    tablet.subscribe("t", 0);
    elsewhere.subscribe("u", 0);
    ack(ada, "a1", "t", 2);
    ack(ada, "a2", "t", 1);
    ack(ada, "a3", "t", 2);
    assertThat(told(tablet)).containsExactly(2L);
    ack(tablet, "a4", "t", 2);
    assertThat(told(ada)).isEmpty();
    ack(tablet, "a5", "t", 3);
    assertThat(told(ada)).containsExactly(3L);
    assertThat(told(tablet)).containsExactly(2L);
    assertThat(elsewhere.seen.all("acknowledged")).isEmpty();
  }

  public void aDeviceThatReadsNothingNowIsToldOfTheNewestOnly() {
    Peer tablet = rig.connectUnread("ada", "enterprise");
    ada.chats("t", 5);
    tablet.subscribe("t", 0);
    tablet.askOnce(1 << 20);
    for (int seq : new int[] {1, 3, 5, 2, 4}) {
      ack(ada, "a" + seq, "t", seq);
    }
    assertThat(tablet.seen.seqs("t")).hasSize(5);
    assertThat(told(tablet)).isEmpty();
    tablet.askOnce(1 << 20);
    assertThat(told(tablet)).containsExactly(5L);
    tablet.askOnce(1 << 20);
    assertThat(told(tablet)).containsExactly(5L);
  }

  public void anAckThatIsRefusedIsNotTold() {
    Peer tablet = rig.connect();
    ada.chats("t", 1);
    tablet.subscribe("t", 0);
    ack(ada, "a1", "t", 2);
    assertThat(told(tablet)).isEmpty();
  }

  public void anAckOfALifeThatHasEndedIsNotTold() {
    Peer tablet = rig.connect();
    ada.chats("t", 2);
    tablet.subscribe("t", 0);
    ada.start("c1", "t");
    endRun();
    RunHook hook = waiting().get(0);
    rig.log.hooks.holdAnswers();
    ack(ada, "a1", "t", hook.seq());
    var deleted =
        rig.contexts.delete(ada.reader.principal(), new ThreadId("t")).toCompletableFuture();
    rig.home.await(deleted::isDone);
    rig.log.hooks.release();
    rig.settle();
    assertThat(told(tablet)).isEmpty();
  }
}
