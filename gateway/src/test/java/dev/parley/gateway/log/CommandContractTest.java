package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.chat;
import static dev.parley.gateway.log.Commits.stamp;
import static dev.parley.gateway.log.Commits.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** The same command is carried out once, however often it is sent. */
@Test(groups = "unit")
public class CommandContractTest extends EventLogContract {

  @Factory(dataProvider = "stores")
  public CommandContractTest(StoreKind store) {
    super(store);
  }

  private static final CommandStamp C1 = stamp("c1", 1);
  private static final CommandStamp C1_CHANGED = stamp("c1", 2);

  public void answersADuplicateAsTheFirstTime() {
    commit(append(T1, "before"));
    commit(start(T1, C1, R1));
    CommandReceipt answer = new CommandReceipt(C1.fingerprint(), T1.thread(), 2, R1, epoch());
    assertThat(commit(start(T1, C1, R2))).isEqualTo(new CommitResult.Duplicate(answer));
    assertThat(await(log.head(T1)).head()).isEqualTo(3);
  }

  public void refusesAnotherCommandUnderTheSameId() {
    commit(chat(T1, C1));
    assertThat(commit(chat(T1, C1_CHANGED))).isEqualTo(new CommitResult.Conflict());
    assertThat(await(log.head(T1)).head()).isEqualTo(1);
  }

  public void commandIdsBelongToTheUserNotToTheThread() {
    commit(chat(T1, C1));
    assertThat(commit(chat(T2, C1_CHANGED))).isEqualTo(new CommitResult.Conflict());
    UserId eve = new UserId("default", "eve");
    assertThat(commit(chat(Commits.thread(eve, "t1"), C1_CHANGED))).isEqualTo(committed(1, 1));
  }

  public void findsADuplicateBeforeItLooksForAnOpenRun() {
    commit(start(T1, C1, R1));
    assertThat(commit(start(T1, C1, R2))).isInstanceOf(CommitResult.Duplicate.class);
    assertThat(commit(start(T1, C1_CHANGED, R2))).isEqualTo(new CommitResult.Conflict());
  }

  public void findsADuplicateOfACommitOfTheSameBatch() {
    ManualClock.Hold held = holdCommitter();
    CompletionStage<CommitResult> first = log.commit(start(T1, C1, R1));
    CompletionStage<CommitResult> again = log.commit(start(T1, C1, R2));
    CompletionStage<CommitResult> changed = log.commit(start(T1, C1_CHANGED, R2));
    held.free();
    assertThat(await(first)).isEqualTo(committed(1, 2));
    assertThat(await(again))
        .isEqualTo(
            new CommitResult.Duplicate(
                new CommandReceipt(C1.fingerprint(), T1.thread(), 1, R1, epoch())));
    assertThat(await(changed)).isEqualTo(new CommitResult.Conflict());
  }

  public void doesNotStoreARefusedCommand() {
    commit(start(T1, null, R1));
    commit(start(T1, C1, R2));
    assertThat(await(log.find(ADA, C1.id()))).isEmpty();
    assertThat(commit(chat(T1, C1_CHANGED))).isEqualTo(committed(3, 3));
  }

  public void findsTheAnswerToACommand() {
    commit(chat(T1, C1));
    assertThat(await(log.find(ADA, C1.id())))
        .contains(new CommandReceipt(C1.fingerprint(), T1.thread(), 1, null, epoch()));
    assertThat(await(log.find(ADA, new CommandId("c2")))).isEmpty();
    assertThat(await(log.find(new UserId("default", "eve"), C1.id()))).isEmpty();
  }

  public void storesTheEpochInWhichACommandWasAccepted() {
    commit(chat(T1, C1));
    Epoch first = await(log.head(T1)).epoch();
    await(log.delete(T1));
    commit(chat(T1, stamp("c2", 2)));
    Epoch second = await(log.head(T1)).epoch();
    assertThat(second).isNotEqualTo(first);
    assertThat(commit(chat(T1, C1)))
        .isEqualTo(
            new CommitResult.Duplicate(
                new CommandReceipt(C1.fingerprint(), T1.thread(), 1, null, first)));
    assertThat(await(log.find(ADA, C1.id()))).map(CommandReceipt::epoch).contains(first);
    assertThat(await(log.find(ADA, new CommandId("c2"))))
        .map(CommandReceipt::epoch)
        .contains(second);
  }

  public void keepsCommandsForADay() {
    commit(chat(T1, C1));
    clock.advance(LedgerEntry.RETENTION.minusMillis(1));
    assertThat(await(log.find(ADA, C1.id()))).isPresent();
    assertThat(commit(chat(T1, C1))).isInstanceOf(CommitResult.Duplicate.class);
  }

  public void commandsExpireAfterADay() {
    commit(chat(T1, C1));
    clock.advance(LedgerEntry.RETENTION);
    assertThat(await(log.find(ADA, C1.id()))).isEmpty();
    assertThat(commit(chat(T1, C1_CHANGED))).isEqualTo(committed(2, 2));
    clock.advance(Duration.ofHours(1));
    assertThat(commit(chat(T1, C1))).isEqualTo(new CommitResult.Conflict());
  }

  public void keepsCommandsAcrossMidnight() {
    clock.advance(Duration.ofHours(13).plusMinutes(59));
    commit(chat(T1, C1));
    for (int hour = 0; hour < 23; hour++) {
      clock.advance(Duration.ofHours(1));
      commit(chat(T1, stamp("other" + hour, 1)));
      assertThat(commit(chat(T1, C1))).isInstanceOf(CommitResult.Duplicate.class);
    }
    clock.advance(Duration.ofHours(1));
    assertThat(commit(chat(T1, C1))).isEqualTo(committed(25, 25));
  }

  public void keepsCommandsWhenTheClockIsSetBackAcrossMidnight() {
    clock.advance(Duration.ofHours(14));
    commit(chat(T1, C1));
    clock.advance(Duration.ofMinutes(-1));
    commit(chat(T1, stamp("other", 1)));
    assertThat(commit(chat(T1, C1))).isInstanceOf(CommitResult.Duplicate.class);
    assertThat(commit(chat(T1, C1_CHANGED))).isEqualTo(new CommitResult.Conflict());
  }

  public void keepsTheNewestCommandOfAnId() {
    for (int day = 0; day < 7; day++) {
      assertThat(commit(chat(T1, stamp("c1", day)))).isInstanceOf(CommitResult.Committed.class);
      assertThat(commit(chat(T1, stamp("c1", day)))).isInstanceOf(CommitResult.Duplicate.class);
      clock.advance(LedgerEntry.RETENTION);
    }
  }

  public void aCommandAcceptedWhileTheClockWasSlowIsKept() {
    commit(chat(T1, stamp("before", 1)));
    clock.set(Duration.ofDays(-8));
    commit(chat(T1, stamp("behind", 1)));
    clock.set(Duration.ofDays(8));
    assertThat(commit(chat(T1, stamp("behind", 1)))).isInstanceOf(CommitResult.Duplicate.class);
    clock.advance(Duration.ofHours(23));
    assertThat(commit(chat(T1, stamp("behind", 1)))).isInstanceOf(CommitResult.Duplicate.class);
    clock.advance(Duration.ofHours(3));
    assertThat(await(log.find(ADA, stamp("behind", 1).id()))).isEmpty();
  }

  public void aClockThatIsFastForAWhileExpiresNoCommand() {
    for (int day = 0; day < 3; day++) {
      commit(chat(T1, stamp("c" + day, 1)));
      clock.set(Duration.ofDays(8 + day));
      assertThat(commit(chat(T1, stamp("c" + day, 1)))).isInstanceOf(CommitResult.Duplicate.class);
      commit(chat(T1, stamp("ahead" + day, 1)));
      assertThat(await(log.find(ADA, stamp("c" + day, 1).id()))).isPresent();
      clock.set(Duration.ofDays(-8 - day));
      commit(chat(T1, stamp("after" + day, 1)));
      assertThat(commit(chat(T1, stamp("c" + day, 1)))).isInstanceOf(CommitResult.Duplicate.class);
      clock.advance(Duration.ofHours(23));
      assertThat(commit(chat(T1, stamp("c" + day, 1)))).isInstanceOf(CommitResult.Duplicate.class);
      clock.advance(Duration.ofHours(3));
      assertThat(await(log.find(ADA, stamp("c" + day, 1).id()))).isEmpty();
    }
  }
}
