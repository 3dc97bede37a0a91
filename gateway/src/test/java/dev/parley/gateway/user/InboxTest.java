package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastResult;
import dev.parley.gateway.log.BroadcastStatus;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.NotificationId;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The inbox of one user: what gets there, what is read of it, and its marks. */
@Test(groups = "unit")
public class InboxTest {

  private static final String INBOX = "@inbox";
  private static final Duration RETRY = Duration.ofSeconds(1);

  private EventLog store;
  private UserRig rig;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    store = new MemoryLog(Clock.systemUTC(), IdSource.random());
    rig = new UserRig(store);
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  /** Stores a broadcast, and shows it to the homes. */
  private Broadcast send(String id, Audience audience) {
    return send(id, audience, Long.MAX_VALUE);
  }

  private Broadcast send(String id, Audience audience, long expiresMillis) {
    Broadcast asked =
        new Broadcast(
            new BroadcastKey("default", new BroadcastId(id)),
            0,
            new NotificationId("n_" + id),
            audience,
            new Notice("Title of " + id, "body", null, Priority.NORMAL),
            1,
            null,
            expiresMillis);
    BroadcastResult result = await(store.inboxes().add(asked));
    show();
    return ((BroadcastResult.Added) result).broadcast();
  }

  private void show() {
    rig.open.replace(await(store.inboxes().all()));
  }

  private Broadcast sendToAll(String id) {
    return send(id, new Audience.All());
  }

  private void look(Peer peer) {
    peer.context.inbox().look();
    rig.settle();
  }

  private BroadcastStatus status(Broadcast broadcast) {
    return await(store.inboxes().find(broadcast.key())).orElseThrow().status();
  }

  private InboxState stateOfAda() {
    return await(store.inboxes().find(new UserId("default", "ada"))).orElseThrow();
  }

  private static List<String> titles(Peer peer) {
    return peer.seen.events(INBOX).stream()
        .map(event -> event.path("payload").path("title").asText())
        .toList();
  }

  private Peer settled(Peer peer) {
    rig.settle();
    return peer;
  }

  private void ack(Peer peer, @Nullable String id, long seq) {
    CommandId command = id == null ? null : new CommandId(id);
    peer.context
        .inbox()
        .ack(peer.reader, new ClientCommand.Ack(command, ThreadId.INBOX, seq), () -> {});
    rig.settle();
  }

  public void aUserWhoIsOnlineGetsABroadcast() {
    Peer ada = settled(rig.connect());
    ada.subscribeFromNow(INBOX);
    sendToAll("b1");
    look(ada);
    assertThat(titles(ada)).containsExactly("Title of b1");
    JsonNode payload = ada.seen.last("notification");
    assertThat(payload.path("notification_id").asText()).isEqualTo("n_b1");
    assertThat(payload.path("broadcast_id").asText()).isEqualTo("b1");
  }

  public void anAbsentUserGetsItOnComing() {
    settled(rig.connect()).close();
    Broadcast one = sendToAll("b1");
    assertThat(status(one).reached()).isZero();
    Peer ada = settled(rig.connect());
    ada.subscribeFromNow(INBOX);
    assertThat(titles(ada)).containsExactly("Title of b1");
    assertThat(status(one).reached()).isEqualTo(1);
  }

  public void nobodyGetsItTwice() {
    Peer ada = settled(rig.connect());
    Peer tablet = settled(rig.connect());
    ada.subscribeFromNow(INBOX);
    Broadcast one = sendToAll("b1");
    look(ada);
    look(tablet);
    ada.close();
    tablet.close();
    Peer again = settled(rig.connect());
    again.subscribe(INBOX, 0);
    assertThat(titles(again)).hasSize(1);
    assertThat(status(one).reached()).isEqualTo(1);
  }

  public void whoCameLaterIsNotAddressed() {
    sendToAll("b1");
    Peer ada = settled(rig.connect());
    ada.subscribe(INBOX, 0);
    look(ada);
    assertThat(titles(ada)).isEmpty();
  }

  public void theTierOfThenCounts() {
    settled(rig.connect("ada", "early")).close();
    settled(rig.connect("eve", "mid")).close();
    send("b1", new Audience.Tiers(Set.of("mid")));
    Peer ada = settled(rig.connect("ada", "mid"));
    Peer eve = settled(rig.connect("eve", "early"));
    ada.subscribe(INBOX, 0);
    eve.subscribe(INBOX, 0);
    assertThat(titles(ada)).isEmpty();
    assertThat(titles(eve)).containsExactly("Title of b1");
  }

  public void whatIsOverIsPassedOver() {
    settled(rig.connect()).close();
    send("b1", new Audience.All(), 1);
    Broadcast cancelled = sendToAll("b2");
    sendToAll("b3");
    await(store.inboxes().cancel(cancelled.key()));
    show();
    Peer ada = settled(rig.connect());
    ada.subscribe(INBOX, 0);
    assertThat(titles(ada)).containsExactly("Title of b3");
  }

  public void oneThatWasCancelledMeanwhileIsNotAppended() {
    Peer ada = settled(rig.connect());
    ada.subscribe(INBOX, 0);
    Broadcast one = sendToAll("b1");
    rig.log.inboxes.holdCalls();
    look(ada);
    await(store.inboxes().cancel(one.key()));
    rig.log.inboxes.release();
    rig.settle();
    show();
    sendToAll("b2");
    rig.pass(RETRY);
    assertThat(titles(ada)).containsExactly("Title of b2");
  }

  public void aFailedAppendIsTriedAgain() {
    Peer ada = settled(rig.connect());
    ada.subscribe(INBOX, 0);
    sendToAll("b1");
    rig.log.inboxes.fail();
    look(ada);
    assertThat(titles(ada)).isEmpty();
    rig.log.inboxes.release();
    rig.pass(RETRY);
    assertThat(titles(ada)).containsExactly("Title of b1");
  }

  public void theWaitsGrowUntilAnAppendIsDone() {
    Peer ada = settled(rig.connect());
    ada.subscribe(INBOX, 0);
    sendToAll("b1");
    rig.log.inboxes.fail();
    look(ada);
    rig.pass(RETRY);
    rig.log.inboxes.release();
    rig.pass(RETRY);
    assertThat(titles(ada)).isEmpty();
    rig.pass(RETRY);
    assertThat(titles(ada)).containsExactly("Title of b1");
    rig.log.inboxes.fail();
    sendToAll("b2");
    look(ada);
    rig.log.inboxes.release();
    rig.pass(RETRY);
    assertThat(titles(ada)).containsExactly("Title of b1", "Title of b2");
  }

  public void theMarksOfAnErasedUserEndWithIt() {
    Peer ada = settled(rig.connect());
    ada.subscribe(INBOX, 0);
    sendToAll("b1");
    look(ada);
    ack(ada, null, 1);
    assertThat(stateOfAda().acknowledged()).isEqualTo(1);
    await(store.erase(new UserId("default", "ada")));
    sendToAll("b2");
    look(ada);
    rig.pass(RETRY);
    assertThat(stateOfAda()).extracting("delivered", "acknowledged").containsExactly(0L, 0L);
  }

  /** The log appended it, and the home did not hear of it. */
  public void whatWasAppendedUnheardIsReadOnce() {
    Peer ada = settled(rig.connect());
    ada.subscribe(INBOX, 0);
    Broadcast one = sendToAll("b1");
    rig.log.inboxes.holdAnswers();
    look(ada);
    assertThat(status(one).reached()).isEqualTo(1);
    rig.log.inboxes.failHeldAnswers();
    rig.settle();
    rig.pass(RETRY);
    assertThat(titles(ada)).containsExactly("Title of b1");
    sendToAll("b2");
    look(ada);
    assertThat(ada.seen.seqs(INBOX)).containsExactly(1L, 2L);
    assertThat(status(one).reached()).isEqualTo(1);
  }

  /** The log appended it, and the home could not go on with that. */
  public void aReaderThatFailsKeepsNothingFromOthers() {
    Peer ada = settled(rig.connect());
    Peer tablet = settled(rig.connect());
    ada.subscribe(INBOX, 0);
    tablet.subscribe(INBOX, 0);
    Runnable breaks =
        () -> {
          ada.seen.onAnswer(() -> {});
          tablet.seen.onAnswer(() -> {});
          throw new IllegalStateException("thrown by the test");
        };
    ada.seen.onAnswer(breaks);
    tablet.seen.onAnswer(breaks);
    Broadcast one = sendToAll("b1");
    look(ada);
    rig.pass(RETRY);
    assertThat(titles(ada)).containsExactly("Title of b1");
    assertThat(titles(tablet)).containsExactly("Title of b1");
    assertThat(status(one).reached()).isEqualTo(1);
  }

  public void deliveredIsWhatASocketHasTaken() {
    Peer ada = settled(rig.connect());
    Broadcast one = sendToAll("b1");
    look(ada);
    assertThat(status(one).delivered()).isZero();
    ada.seen.isWritten(false);
    ada.subscribe(INBOX, 0);
    assertThat(titles(ada)).hasSize(1);
    assertThat(status(one).delivered()).isZero();
    Peer tablet = settled(rig.connect());
    tablet.subscribe(INBOX, 0);
    assertThat(status(one).delivered()).isEqualTo(1);
    settled(rig.connect()).subscribe(INBOX, 0);
    assertThat(status(one)).extracting(BroadcastStatus::delivered).isEqualTo(1L);
    assertThat(status(one).acknowledged()).isZero();
  }

  public void withoutACursorTheInboxIsReadAfterWhatIsAcknowledged() {
    Peer ada = settled(rig.connect());
    sendToAll("b1");
    sendToAll("b2");
    sendToAll("b3");
    look(ada);
    ack(ada, null, 2);
    assertThat(ada.seen.carriedOut()).isEqualTo(1);
    assertThat(stateOfAda().acknowledged()).isEqualTo(2);
    Peer tablet = settled(rig.connect());
    tablet.subscribeFromNow(INBOX);
    assertThat(tablet.seen.last("subscribed").path("after").asLong()).isEqualTo(2);
    assertThat(titles(tablet)).containsExactly("Title of b3");
  }

  public void theOtherDevicesAreToldWhatIsAcknowledged() {
    Peer ada = settled(rig.connect());
    Peer tablet = settled(rig.connect());
    Peer elsewhere = settled(rig.connect());
    ada.subscribe(INBOX, 0);
    tablet.subscribe(INBOX, 0);
    sendToAll("b1");
    sendToAll("b2");
    look(ada);
    ack(ada, null, 2);
    ack(ada, null, 1);
    assertThat(tablet.seen.all("acknowledged")).hasSize(1);
    assertThat(tablet.seen.last("acknowledged").path("seq").asLong()).isEqualTo(2);
    assertThat(ada.seen.all("acknowledged")).isEmpty();
    assertThat(elsewhere.seen.all("acknowledged")).isEmpty();
    sendToAll("b3");
    look(ada);
    assertThat(tablet.seen.all("acknowledged")).hasSize(1);
  }

  public void whoComesBackWithACursorIsToldWhatWasAcknowledgedMeanwhile() {
    Peer ada = settled(rig.connect());
    sendToAll("b1");
    sendToAll("b2");
    sendToAll("b3");
    look(ada);
    ack(ada, null, 2);
    Peer tablet = settled(rig.connect());
    tablet.subscribe(INBOX, 1);
    assertThat(tablet.seen.last("acknowledged").path("seq").asLong()).isEqualTo(2);
    assertThat(tablet.seen.types())
        .containsSequence(
            "subscribed", "acknowledged", "notification", "notification", "caught_up");
    ack(ada, null, 2);
    assertThat(tablet.seen.all("acknowledged")).hasSize(1);
    ack(ada, null, 3);
    assertThat(tablet.seen.all("acknowledged")).hasSize(2);
  }

  public void whereNothingIsAcknowledgedNothingIsTold() {
    Peer ada = settled(rig.connect());
    sendToAll("b1");
    look(ada);
    ada.subscribe(INBOX, 1);
    assertThat(ada.seen.all("acknowledged")).isEmpty();
  }

  public void whoComesBackIsToldWhatTheLogKnows() {
    Peer ada = settled(rig.connect());
    sendToAll("b1");
    look(ada);
    ack(ada, null, 1);
    ada.close();
    rig.log.inboxes.holdAnswers();
    Peer again = rig.connect();
    again.subscribe(INBOX, 1);
    assertThat(again.seen.all("subscribed")).isEmpty();
    rig.log.inboxes.release();
    rig.settle();
    assertThat(again.seen.last("acknowledged").path("seq").asLong()).isEqualTo(1);
  }

  public void theMarkOutlivesTheContext() {
    Peer ada = settled(rig.connect());
    sendToAll("b1");
    look(ada);
    ack(ada, null, 1);
    ada.close();
    assertThat(rig.metrics.liveContexts()).isZero();
    Peer again = settled(rig.connect());
    again.subscribeFromNow(INBOX);
    assertThat(again.seen.last("subscribed").path("after").asLong()).isEqualTo(1);
  }

  public void anAckIsCumulativeAndNeverFallsBack() {
    Peer ada = settled(rig.connect());
    Broadcast one = sendToAll("b1");
    sendToAll("b2");
    look(ada);
    ack(ada, null, 2);
    ack(ada, null, 1);
    assertThat(ada.seen.carriedOut()).isEqualTo(2);
    assertThat(stateOfAda().acknowledged()).isEqualTo(2);
    assertThat(status(one).acknowledged()).isEqualTo(1);
    assertThat(status(one).delivered()).isEqualTo(1);
  }

  public void anAckBeyondTheNewestIsRefused() {
    Peer ada = settled(rig.connect());
    ack(ada, "a1", 1);
    assertThat(ada.seen.answerTo("a1").path("message").asText())
        .isEqualTo("payload.seq: 1 (expected: at most 0, the newest of the inbox)");
    ack(ada, null, 1);
    assertThat(ada.seen.last("error").path("code").asText()).isEqualTo("invalid_argument");
  }

  public void anAckThatTheLogDidNotAnswerIsRefused() {
    Peer ada = settled(rig.connect());
    sendToAll("b1");
    look(ada);
    rig.log.inboxes.fail();
    ack(ada, "a1", 1);
    assertThat(ada.seen.answerTo("a1").path("code").asText()).isEqualTo("overloaded");
    rig.log.inboxes.release();
    rig.pass(RETRY);
    assertThat(stateOfAda().acknowledged()).isEqualTo(1);
  }

  public void anInboxThatCannotBeReadIsRefused() {
    rig.log.inboxes.fail();
    Peer ada = settled(rig.connect());
    ada.subscribeFromNow(INBOX);
    rig.pass(RETRY);
    assertThat(ada.seen.answerTo("s1").path("code").asText()).isEqualTo("overloaded");
    rig.log.inboxes.release();
    rig.pass(RETRY.multipliedBy(2));
    ada.subscribeFromNow(INBOX);
    assertThat(ada.seen.answerTo("s2").path("after").asLong()).isZero();
  }

  public void aNewTierIsStoredOnce() {
    settled(rig.connect("ada", "early")).close();
    settled(rig.connect("ada", "early")).close();
    assertThat(stateOfAda().tiers()).hasSize(1);
    settled(rig.connect("ada", "mid"));
    assertThat(stateOfAda().tiers()).hasSize(2);
    assertThat(stateOfAda().tier()).isEqualTo("mid");
  }

  public void aTierThatIsNotConfiguredCountsAsEarly() {
    settled(rig.connect("ada", "gold"));
    assertThat(stateOfAda().tier()).isEqualTo("early");
  }

  public void manyAtOnceComeInOrder() {
    settled(rig.connect()).close();
    for (int i = 1; i <= 70; i++) {
      sendToAll("b" + i);
    }
    Peer ada = settled(rig.connect());
    ada.subscribe(INBOX, 0);
    assertThat(ada.seen.seqs(INBOX)).hasSize(70).isSorted().doesNotHaveDuplicates();
    assertThat(titles(ada).get(69)).isEqualTo("Title of b70");
    List<BroadcastRecord> all = await(store.inboxes().all());
    assertThat(all).allMatch(each -> each.status().reached() == 1);
  }
}
