package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.read.Reader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The inbox of a user who is being erased, and calls over HTTP that come meanwhile. */
@Test(groups = "unit")
public class ErasedInboxTest {

  private static final UserId ADA = new UserId("default", "ada");

  /** A call over HTTP: no connection, and no welcome. */
  private record Call(UserContext context, Reader reader, RecordingSubscriber seen) {

    void ack() {
      ClientCommand.Ack ack = new ClientCommand.Ack(new CommandId("a1"), ThreadId.INBOX, 1);
      context.inbox().ack(reader, ack, () -> {});
    }
  }

  private UserRig rig;
  private Peer ada;

  @BeforeMethod(alwaysRun = true)
  public void notifyAda() {
    rig = new UserRig();
    ada = rig.connect();
    rig.settle();
    ada.subscribeFromNow("@inbox");
    rig.broadcast("b1");
    ada.context.inbox().look();
    rig.settle();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private CompletableFuture<Deletion> erase(Runnable disconnect) {
    CompletableFuture<Deletion> erased =
        rig.contexts.erase(ADA, disconnect, () -> rig.log.erase(ADA)).toCompletableFuture();
    rig.settle();
    return erased;
  }

  /** The deletion is on its way to the log. */
  private CompletableFuture<Deletion> beginErasure() {
    rig.log.erase.holdCalls();
    return erase(() -> ada.reader.detach());
  }

  private Call call() {
    UserContext context = rig.contexts.of(ADA);
    RecordingSubscriber seen = new RecordingSubscriber("c_call");
    return new Call(context, context.attach(ada.reader.principal(), seen), seen);
  }

  private void endOfErasure(CompletableFuture<Deletion> erased, Call call) {
    rig.log.erase.release();
    rig.pass(Duration.ofMinutes(1));
    call.reader().detach();
    rig.settle();
    assertThat(erased).isCompleted();
  }

  private Optional<InboxState> known() {
    return rig.log.behind().inboxes().find(ADA).toCompletableFuture().join();
  }

  public void anAckIsRefusedAndNothingOfTheUserComesBack() {
    CompletableFuture<Deletion> erased = beginErasure();
    Call call = call();
    call.ack();
    rig.settle();
    assertThat(call.seen().answerTo("a1").path("message").asText())
        .startsWith("user: being erased");
    endOfErasure(erased, call);
    assertThat(known()).isEmpty();
  }

  public void noBroadcastBringsTheUserBack() {
    CompletableFuture<Deletion> erased = beginErasure();
    Call call = call();
    rig.broadcast("b2");
    rig.log.inboxes.holdCalls();
    rig.contexts.lookAll();
    rig.settle();
    rig.log.erase.release();
    rig.settle();
    rig.log.inboxes.release();
    rig.settle();
    endOfErasure(erased, call);
    assertThat(known()).isEmpty();
  }

  public void anAckThatWaitsWhenTheErasureBeginsIsRefused() {
    rig.log.inboxes.fail();
    Call call = call();
    call.ack();
    call.ack();
    rig.settle();
    call.seen().clear();
    call.ack();
    rig.settle();
    assertThat(call.seen().frames()).isEmpty();
    CompletableFuture<Deletion> erased = erase(() -> ada.reader.detach());
    assertThat(call.seen().answerTo("a1").path("message").asText())
        .startsWith("user: being erased");
    rig.log.inboxes.release();
    call.reader().detach();
    rig.settle();
    assertThat(erased).isCompleted();
  }

  public void aUserWhoIsNotErasedIsToldOfBroadcastsAgain() {
    CompletableFuture<Deletion> erased = erase(() -> {});
    rig.broadcast("b2");
    ada.context.inbox().look();
    rig.pass(Duration.ofSeconds(30));
    assertThat(erased).isCompletedExceptionally();
    assertThat(ada.seen.seqs("@inbox")).containsExactly(1L, 2L);
  }
}
