package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.testing.Repeats;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** The usage of a user is known at any time, and matches what is stored. */
@Test(groups = "unit")
public class UsageContractTest extends EventLogContract {

  private static final int TURNS = 40;
  private static final Retention SMALL = new Retention(Duration.ofDays(3), 40, 1500);

  @Factory(dataProvider = "stores")
  public UsageContractTest(StoreKind store) {
    super(store);
  }

  @DataProvider
  public static Object[][] seeds() {
    return IntStream.range(0, Repeats.of(6, 12))
        .mapToObj(seed -> new Object[] {seed})
        .toArray(Object[][]::new);
  }

  public void countsBodiesAndRecordsOfEachThread() {
    assertThat(usage(ADA)).isEqualTo(Usage.NONE);
    commit(append(T1, "12345"));
    assertThat(usage(ADA)).isEqualTo(new Usage(5 + Usage.RECORD, 1));
    commit(append(T1, "123", "1"));
    commit(append(T2, ""));
    assertThat(usage(ADA)).isEqualTo(new Usage(9 + 4 * Usage.RECORD, 2));
    assertThat(usage(new UserId("default", "eve"))).isEqualTo(Usage.NONE);
  }

  public void aDeletedThreadAndAnErasedUserCountNothing() {
    commit(append(T1, "12345"));
    commit(append(T2, "1"));
    await(log.delete(T1));
    assertThat(usage(ADA)).isEqualTo(new Usage(1 + Usage.RECORD, 1));
    await(log.delete(T1));
    assertThat(usage(ADA)).isEqualTo(new Usage(1 + Usage.RECORD, 1));
    await(log.erase(ADA));
    assertThat(usage(ADA)).isEqualTo(Usage.NONE);
    commit(append(T1, "123"));
    assertThat(usage(ADA)).isEqualTo(new Usage(3 + Usage.RECORD, 1));
  }

  public void aThreadThatRetentionEmptiedCountsNothing() {
    commit(append(T1, "12345"));
    clock.advance(Duration.ofDays(9));
    Commit other = append(Commits.thread(new UserId("default", "eve"), "t"), "a");
    IntStream.range(0, 20).forEach(i -> commit(other));
    assertThat(usage(ADA)).isEqualTo(Usage.NONE);
  }

  /** That compaction writes no head, so what the next run has added is yet to be counted. */
  public void compactionOfARunWithoutTextsLeavesTheNextRunToBeCounted() {
    commit(start(T1, null, R1));
    // So many that compaction needs several steps.
    commit(Commits.say(T1, R1, Collections.nCopies(3_000, "said").toArray(String[]::new)));
    commit(end(T1, R1));
    commit(start(T1, null, R2));
    for (int i = 0; i < 30; i++) {
      commit(Commits.say(T1, R2, "said"));
    }
    commit(end(T1, R2));
    UsageRecount.check(log, ADA);
  }

  public void compactionReducesTheUsage() {
    commit(start(T1, null, R1));
    for (int i = 0; i < 30; i++) {
      List<NewEvent> one = List.of(TextDeltas.delta("m1", i, "a"));
      commit(new Commit(T1, null, new Expectation.RunOpen(R1), one, new RunChange.Unchanged()));
    }
    Usage before = usage(ADA);
    commit(end(T1, R1));
    Commit other = append(Commits.thread(new UserId("default", "eve"), "t"), "a");
    IntStream.range(0, 20).forEach(i -> commit(other));
    UsageRecount.check(log, ADA);
    assertThat(usage(ADA).bytes() < before.bytes()).isEqualTo(store.joins());
  }

  @Test(dataProvider = "seeds")
  public void matchesARecountAfterAnyOperation(int seed) {
    reopen(SMALL);
    Random random = new Random(seed);
    RandomCommits commits = new RandomCommits(random);
    for (int turn = 0; turn < TURNS; turn++) {
      Stream.generate(commits::next).limit(1 + random.nextInt(8)).forEach(this::commit);
      sayAndEnd(random, turn);
      clock.advance(Duration.ofHours(random.nextInt(12)));
      forget(commits, random);
      RandomCommits.USERS.forEach(user -> UsageRecount.check(log, user));
      if (random.nextInt(10) == 0 && store != StoreKind.MEMORY) {
        reopen(SMALL);
      }
    }
  }

  /** A run whose deltas are compacted when it has ended. */
  private void sayAndEnd(Random random, int turn) {
    ThreadKey thread = Commits.thread(RandomCommits.USERS.get(0), "said");
    RunId run = new RunId("r_said" + turn);
    commit(start(thread, null, run));
    for (int i = random.nextInt(12); i > 0; i--) {
      List<NewEvent> one = List.of(TextDeltas.delta("m" + turn, 12L - i, "a"));
      var open = new Expectation.RunOpen(run);
      commit(new Commit(thread, null, open, one, new RunChange.Unchanged()));
    }
    commit(end(thread, run));
  }

  private void forget(RandomCommits commits, Random random) {
    if (random.nextInt(4) == 0) {
      await(log.delete(commits.thread()));
    }
    if (random.nextInt(15) == 0) {
      await(log.erase(commits.user()));
    }
  }

  private Usage usage(UserId user) {
    return await(log.usage(user));
  }
}
