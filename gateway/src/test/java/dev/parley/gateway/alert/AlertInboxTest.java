package dev.parley.gateway.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.alert.Alert.Transition;
import dev.parley.gateway.alert.Condition.Reading;
import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.FiringAlert;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.transport.Eventually;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.inbox.Broadcasts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Alerts in the store: for operators, and for the next process. */
@Test(groups = "unit")
public class AlertInboxTest {

  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final Reading BAD = new Reading(true, 0.95, 0.9, "disk: 95 % (expected: 90 %)");
  private static final Reading GOOD = new Reading(false, 0.5, 0.9, "disk: 50 % (expected: 90 %)");

  private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();
  private UserRig rig;
  private AlertInbox inbox;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    later.clear();
    rig = new UserRig();
    inbox = inbox();
  }

  @AfterMethod(alwaysRun = true)
  public void end() {
    rig.close();
  }

  /** That of the next process, too: over the same store. */
  private AlertInbox inbox() {
    Broadcasts broadcasts =
        new Broadcasts(
            rig.home, rig.services.inboxes(), IdSource.random(), rig.contexts, Duration.ofDays(30));
    done(broadcasts.open());
    return new AlertInbox(rig.log.inboxes(), Optional.of(broadcasts), rig.metrics, later::add);
  }

  private <T> T done(CompletionStage<T> stage) {
    rig.settle();
    CompletableFuture<T> result = stage.toCompletableFuture();
    assertThat(result).isDone();
    return result.join();
  }

  private static Alert fired(String name) {
    return new Alert(name, Transition.FIRED, AT, AT, BAD);
  }

  private static Alert cleared(String name) {
    return new Alert(name, Transition.CLEARED, AT, AT.plusSeconds(60), GOOD);
  }

  private List<Broadcast> broadcasts() {
    rig.settle();
    return done(rig.log.inboxes().all()).stream().map(BroadcastRecord::broadcast).toList();
  }

  private List<String> titles() {
    return broadcasts().stream().map(each -> each.notice().title()).toList();
  }

  private List<FiringAlert> firing() {
    rig.settle();
    return done(rig.log.inboxes().alerts());
  }

  public void operatorsAreToldOnceWhenItFiresAndOnceWhenItClears() {
    inbox.add(fired("disk"));
    assertThat(titles()).containsExactly("Alert: disk");
    Broadcast first = broadcasts().get(0);
    assertThat(first.key().isOfProcess()).isTrue();
    assertThat(first.audience()).isEqualTo(new Audience.Operators());
    assertThat(first.notice().body()).isEqualTo(BAD.text());
    assertThat(first.notice().priority()).isEqualTo(Priority.HIGH);
    assertThat(first.expiresMillis() - first.createdMillis())
        .isEqualTo(Duration.ofHours(24).toMillis());
    assertThat(firing())
        .containsExactly(new FiringAlert("disk", AT.toEpochMilli(), 0.95, 0.9, BAD.text(), true));
    inbox.add(cleared("disk"));
    assertThat(titles()).containsExactly("Alert: disk", "Alert over: disk");
    assertThat(broadcasts().get(1).notice().priority()).isEqualTo(Priority.NORMAL);
    assertThat(firing()).isEmpty();
  }

  public void theSameAlertIsToldOnceWhateverIsAskedAgain() {
    inbox.add(fired("disk"));
    inbox.add(fired("disk"));
    inbox.add(fired("heap"));
    assertThat(titles()).containsExactly("Alert: disk", "Alert: heap");
  }

  public void whatTheStoreRefusesIsTriedAgainInOrder() {
    rig.log.inboxes.fail();
    inbox.add(fired("disk"));
    inbox.add(cleared("disk"));
    rig.settle();
    assertThat(later).hasSize(1);
    later.remove().run();
    rig.settle();
    assertThat(later).as("one at a time").hasSize(1);
    rig.log.inboxes.release();
    later.remove().run();
    assertThat(titles()).containsExactly("Alert: disk", "Alert over: disk");
    assertThat(firing()).isEmpty();
    assertThat(later).isEmpty();
  }

  @DataProvider
  public static Object[][] refusals() {
    return new Object[][] {
      {RefusedException.invalid("refused by the test")},
      {new DamagedRecordException("damaged by the test")}
    };
  }

  /** It is tried a few times, counts as not told, and does not hold up the next one. */
  @Test(dataProvider = "refusals")
  public void whatIsRefusedForGoodIsNotTold(RuntimeException refusal) {
    AlertInbox other = inboxBesides();
    rig.log.inboxes.failWith(refusal);
    other.add(fired("disk"));
    int attempts = 1;
    for (; count() == 0; attempts++) {
      assertThat(attempts).isLessThan(2 * AlertInbox.MAX_ATTEMPTS);
      Eventually.holds(
          () -> {
            rig.settle();
            return !later.isEmpty() || count() > 0;
          });
      if (count() == 0) {
        later.remove().run();
        rig.settle();
      }
    }
    assertThat(attempts).isBetween(AlertInbox.MAX_ATTEMPTS, AlertInbox.MAX_ATTEMPTS + 1);
    rig.log.inboxes.release();
    assertThat(firing()).extracting(FiringAlert::isTold).containsExactly(false);
    other.add(fired("heap"));
    Eventually.holds(() -> titles().equals(List.of("Alert: heap")));
    inbox().left();
    Eventually.holds(() -> titles().equals(List.of("Alert: heap", "Alert: disk")));
    assertThat(count()).isEqualTo(1);
  }

  private long count() {
    return rig.metrics.count("parley_alert_notices_failed_total");
  }

  /** One whose own records get to the store when those of broadcasts do not. */
  private AlertInbox inboxBesides() {
    Broadcasts broadcasts =
        new Broadcasts(
            rig.home, rig.services.inboxes(), IdSource.random(), rig.contexts, Duration.ofDays(30));
    done(broadcasts.open());
    return new AlertInbox(
        rig.log.behind().inboxes(), Optional.of(broadcasts), rig.metrics, later::add);
  }

  public void aClosedOneStoresNothingMore() {
    rig.log.inboxes.fail();
    inbox.add(fired("disk"));
    inbox.close();
    rig.log.inboxes.release();
    later.remove().run();
    assertThat(broadcasts()).isEmpty();
  }

  public void theNextProcessTellsWhatTheLastOneDidNot() {
    FiringAlert left = new FiringAlert("disk", AT.toEpochMilli(), 0.95, 0.9, BAD.text(), false);
    done(rig.log.inboxes().put(left));
    assertThat(inbox().left()).containsExactly(left);
    assertThat(titles()).containsExactly("Alert: disk");
    assertThat(firing()).containsExactly(left.told());
    assertThat(inbox().left()).containsExactly(left.told());
    assertThat(titles()).as("once").containsExactly("Alert: disk");
  }

  public void whereOperatorsAreNotToldTheNextProcessKnowsNevertheless() {
    new AlertInbox(rig.log.inboxes(), Optional.empty(), rig.metrics, later::add).add(fired("disk"));
    assertThat(broadcasts()).isEmpty();
    assertThat(firing()).extracting(FiringAlert::isTold).containsExactly(true);
    new AlertInbox(rig.log.inboxes(), Optional.empty(), rig.metrics, later::add)
        .add(cleared("disk"));
    assertThat(firing()).isEmpty();
  }

  public void oneOfManyAlertsMakesRoomForTheNext() {
    for (int i = 0; i < 300; i++) {
      inbox.add(fired("agent.a" + i));
      rig.settle();
    }
    assertThat(titles()).hasSize(256).startsWith("Alert: agent.a44").endsWith("Alert: agent.a299");
  }

  public void aNameThatIsNoTitleIsShownNevertheless() {
    inbox.add(fired("sla.\n" + "x".repeat(400)));
    assertThat(titles().get(0)).hasSizeLessThanOrEqualTo(200).startsWith("Alert: sla. xxx");
  }
}
