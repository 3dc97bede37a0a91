package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.say;
import static dev.parley.gateway.log.Commits.stamp;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.Commits.startOrQueue;
import static dev.parley.gateway.log.Commits.startQueued;
import static dev.parley.gateway.log.TextDeltas.delta;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.testing.Repeats;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Segments beyond the retention are dropped, oldest first, and only where no run is open. */
@Test(groups = "unit")
public class RetentionContractTest extends EventLogContract {

  private static final Retention SMALL = new Retention(Duration.ofDays(7), 10, 1000);

  @Factory(dataProvider = "stores")
  public RetentionContractTest(StoreKind store) {
    super(store);
  }

  @DataProvider
  public static Object[][] seeds() {
    return IntStream.range(0, Repeats.of(6, 12))
        .mapToObj(seed -> new Object[] {seed})
        .toArray(Object[][]::new);
  }

  @BeforeMethod(alwaysRun = true, dependsOnMethods = "openLog")
  public void setSmallRetention() {
    reopen(SMALL);
  }

  public void keepsAtMostTheMaximumOfRecords() {
    for (int i = 1; i <= 15; i++) {
      commit(append(T1, "event " + i));
    }
    settle();
    EventPage page = read(T1, 0, WHOLE);
    assertThat(page.head().oldest()).isEqualTo(6);
    assertThat(page.head().head()).isEqualTo(15);
    assertThat(bodies(page)).hasSize(10).startsWith("event 6").endsWith("event 15");
    assertThat(page.head().retained()).isEqualTo(new RetainedSize(10, 4 * 7 + 6 * 8, 0, 0));
  }

  public void keepsAtMostTheMaximumOfBytes() {
    String large = "x".repeat(300);
    IntStream.range(0, 5).forEach(i -> commit(append(T1, large)));
    settle();
    assertThat(read(T1, 0, WHOLE).events())
        .extracting(StoredEvent::seq)
        .containsExactly(3L, 4L, 5L);
  }

  public void neverDropsAPartOfARun() {
    commit(append(T1, "chat"));
    commit(start(T1, null, R1));
    commit(say(T1, R1, "1", "2", "3", "4", "5", "6", "7"));
    settle();
    assertThat(await(log.head(T1)).oldest()).isEqualTo(1);
    commit(end(T1, R1));
    settle();
    assertThat(await(log.head(T1)).oldest()).isEqualTo(2);
    commit(append(T1, "one more"));
    settle();
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("one more");
    assertThat(await(log.run(ADA, R1))).isEmpty();
  }

  public void neverDropsAPartOfAnOpenRun() {
    commit(append(T1, "chat"));
    commit(start(T1, null, R1));
    IntStream.range(0, 30).forEach(i -> commit(say(T1, R1, "word")));
    clock.advance(Duration.ofDays(9));
    settle();
    EventPage page = read(T1, 0, WHOLE);
    assertThat(page.events()).hasSize(32);
    assertThat(page.head().oldest()).isEqualTo(2);
    assertThat(await(log.run(ADA, R1))).isPresent();
  }

  public void keepsAQueuedMessage() {
    commit(start(T1, null, R1));
    commit(startOrQueue(T1, stamp("c1", 1), R2, 8));
    commit(say(T1, R1, "1", "2", "3", "4", "5", "6", "7", "8", "9"));
    commit(end(T1, R1));
    settle();
    assertThat(bodies(read(T1, 2, 1))).containsExactly("queued");
    commit(startQueued(T1, stamp("c1", 1), R2));
    commit(end(T1, R2));
    settle();
    assertThat(await(log.head(T1)).oldest()).isEqualTo(14);
  }

  public void aThreadWithoutNewEventsExpires() {
    commit(append(T1, "a", "b"));
    clock.advance(Duration.ofDays(7).minusMillis(1));
    settle();
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("a", "b");
    Epoch before = await(log.head(T1)).epoch();
    clock.advance(Duration.ofHours(2));
    settle();
    Epoch next = await(log.head(T1)).epoch();
    assertThat(await(log.head(T1))).isEqualTo(ThreadHead.unborn(next));
    assertThat(next).isNotEqualTo(before);
    assertThat(listed()).doesNotContain(T1.thread());
    assertThat(commit(append(T1, "c"))).isEqualTo(new CommitResult.Committed(1, 1, next, false));
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("c");
    assertThat(listed()).contains(T1.thread());
  }

  public void aThreadWhoseOnlyRunIsTooLargeStaysUntilItIsTooOld() {
    commit(start(T1, null, R1));
    commit(say(T1, R1, "x".repeat(2_000)));
    commit(end(T1, R1));
    settle();
    ThreadHead empty = await(log.head(T1));
    assertThat(empty.isEmpty()).isTrue();
    assertThat(empty.head()).isEqualTo(4);
    assertThat(listed()).contains(T1.thread());
    clock.advance(Duration.ofDays(7).plusHours(2));
    settle();
    assertThat(await(log.head(T1)).head()).isZero();
    assertThat(listed()).doesNotContain(T1.thread());
  }

  private List<ThreadId> listed() {
    return await(log.threads(ADA, null, 9)).stream().map(ThreadEntry::thread).toList();
  }

  public void manyRunsOfOneHourExpireTogether() {
    reopen(Retention.DEFAULT);
    for (int i = 0; i < 600; i++) {
      RunId run = new RunId("r_" + i);
      log.commit(start(T1, null, run));
      commit(end(T1, run));
    }
    commit(append(T2, "a"));
    clock.advance(Duration.ofDays(8));
    settle();
    assertThat(await(log.head(T1)).head()).isZero();
    assertThat(await(log.head(T2)).head()).isZero();
    for (int i = 0; i < 600; i++) {
      assertThat(await(log.run(ADA, new RunId("r_" + i)))).isEmpty();
    }
  }

  public void theSegmentsOfAThreadExpireOneAfterAnother() {
    for (int day = 1; day <= 5; day++) {
      commit(append(T1, "day " + day));
      commit(append(T2, "day " + day));
      clock.advance(Duration.ofDays(1));
    }
    clock.advance(Duration.ofDays(3).plusHours(2));
    settle();
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("day 3", "day 4", "day 5");
    assertThat(bodies(read(T2, 0, WHOLE))).containsExactly("day 3", "day 4", "day 5");
  }

  public void eventsOfOneHourExpireTogetherAndThoseOfTheNextStay() {
    reopen(Retention.DEFAULT);
    commit(append(T1, "a"));
    commit(append(T1, "b"));
    clock.advance(Duration.ofHours(2));
    commit(append(T1, "c"));
    clock.advance(Duration.ofDays(7).minusMinutes(1));
    settle();
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("c");
    clock.advance(Duration.ofHours(2));
    settle();
    assertThat(read(T1, 0, WHOLE).events()).isEmpty();
    assertThat(await(log.head(T1)).retained()).isEqualTo(RetainedSize.NONE);
  }

  public void eventsBeforeARunExpireBeforeIt() {
    reopen(Retention.DEFAULT);
    commit(append(T1, "quiet"));
    commit(start(T1, null, R1));
    clock.advance(Duration.ofDays(8));
    settle();
    assertThat(await(log.head(T1)).oldest()).isEqualTo(2);
    commit(end(T1, R1));
    settle();
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("message", "started", "completed");
  }

  public void expiryContinuesAfterReopening() {
    commit(append(T1, "a"));
    if (store == StoreKind.MEMORY) {
      clock.advance(Duration.ofDays(8));
    } else {
      // Closed first: a step of maintenance may still read the clock after the commit.
      log.close();
      clock.advance(Duration.ofDays(8));
      reopen(SMALL);
      settle();
      assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("a");
      clock.advance(SMALL.grace());
    }
    settle();
    assertThat(read(T1, 0, WHOLE).events()).isEmpty();
  }

  public void aClockThatIsFastForAWhileExpiresNothing() {
    commit(append(T1, "a"));
    clock.set(Duration.ofDays(8));
    settle();
    clock.advance(Duration.ofSeconds(10));
    settle();
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("a");
    clock.set(Duration.ofDays(-8));
    settle();
    clock.advance(Duration.ofHours(2));
    settle();
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("a");
  }

  public void eventsAppendedWhileTheClockIsSlowStay() {
    commit(append(T1, "a"));
    clock.set(Duration.ofDays(-8));
    settle();
    commit(append(T1, "b"));
    commit(append(T2, "c"));
    clock.set(Duration.ofDays(8));
    clock.advance(Duration.ofHours(2));
    settle();
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("a", "b");
    assertThat(bodies(read(T2, 0, WHOLE))).containsExactly("c");
    clock.advance(Duration.ofDays(7));
    settle();
    assertThat(read(T1, 0, WHOLE).events()).isEmpty();
  }

  public void aClockThatStaysFastIsTrustedAfterTheGrace() {
    commit(append(T1, "a"));
    clock.set(Duration.ofDays(8));
    settle();
    clock.advance(SMALL.grace().minusSeconds(1));
    settle();
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("a");
    clock.advance(Duration.ofSeconds(1));
    settle();
    assertThat(read(T1, 0, WHOLE).events()).isEmpty();
  }

  public void aClockThatWasFastDoesNotStopExpiry() {
    clock.set(Duration.ofDays(30));
    settle();
    clock.advance(Duration.ofHours(2));
    settle();
    clock.set(Duration.ofDays(-30));
    settle();
    clock.advance(Duration.ofHours(2));
    commit(append(T1, "a"));
    clock.advance(Duration.ofDays(7).plusHours(2));
    settle();
    assertThat(read(T1, 0, WHOLE).events()).isEmpty();
  }

  public void aDeletedThreadLeavesNothingThatExpires() {
    commit(append(T1, "a"));
    await(log.delete(T1));
    clock.advance(Duration.ofDays(6));
    commit(append(T1, "b"));
    clock.advance(Duration.ofDays(2));
    settle();
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("b");
    await(log.erase(ADA));
    clock.advance(Duration.ofDays(9));
    commit(append(T2, "c"));
    settle();
    assertThat(await(log.head(T1)).head()).isZero();
    assertThat(await(log.users("default", null, 9))).containsExactly(ADA);
  }

  public void mergedDeltasCountAsOneRecord() {
    commit(start(T1, null, R1));
    for (int i = 0; i < 30; i++) {
      List<NewEvent> one = List.of(delta("m1", i, "a"));
      commit(new Commit(T1, null, new Expectation.RunOpen(R1), one, new RunChange.Unchanged()));
    }
    commit(end(T1, R1));
    settle();
    ThreadHead head = await(log.head(T1));
    assertThat(head.oldest()).isEqualTo(store.joins() ? 1 : 34);
    assertThat(head.retained()).isEqualTo(keptIn(read(T1, 0, WHOLE)));
  }

  @Test(dataProvider = "seeds")
  public void keepsExactlyWhatTheModelKeeps(int seed) {
    Random random = new Random(seed);
    Deque<Segment> model = new ArrayDeque<>();
    List<String> bodies = new ArrayList<>();
    for (int turn = 0; turn < 25; turn++) {
      List<Commit> segment = segment(random, new RunId("r_" + turn));
      segment.forEach(this::commit);
      segment.forEach(each -> each.events().forEach(e -> bodies.add(Commits.text(e))));
      model.add(new Segment(bodies.size(), count(segment), bytes(segment), clock.millis(), null));
      clock.advance(Duration.ofHours(random.nextInt(40)));
      settle();
      trim(model);
      assertKept(model, bodies);
      if (random.nextInt(5) == 0 && store != StoreKind.MEMORY) {
        reopen(SMALL);
      }
    }
  }

  /** A message, or a whole run. */
  private static List<Commit> segment(Random random, RunId run) {
    if (random.nextBoolean()) {
      return List.of(append(T1, "c".repeat(random.nextInt(200))));
    }
    return List.of(
        start(T1, null, run), say(T1, run, "a", "b".repeat(random.nextInt(250))), end(T1, run));
  }

  private void trim(Deque<Segment> model) {
    long hour = Duration.ofHours(1).toMillis();
    long oldHour = Math.floorDiv(clock.millis() - SMALL.age().toMillis(), hour);
    while (!model.isEmpty()
        && (model.stream().mapToLong(Segment::records).sum() > SMALL.records()
            || model.stream().mapToLong(Segment::bytes).sum() > SMALL.bytes()
            || Math.floorDiv(model.element().millis(), hour) < oldHour)) {
      model.remove();
    }
  }

  private void assertKept(Deque<Segment> model, List<String> bodies) {
    long records = model.stream().mapToLong(Segment::records).sum();
    EventPage page = read(T1, 0, WHOLE);
    // Expired events may stay for the rest of their hour.
    assertThat(page.events().size()).isBetween((int) records - 4, (int) records);
    assertThat(bodies(page))
        .isEqualTo(bodies.subList((int) page.head().oldest() - 1, bodies.size()));
    assertThat(page.head().retained()).isEqualTo(keptIn(page));
  }

  private static RetainedSize keptIn(EventPage page) {
    long bytes = page.events().stream().mapToLong(event -> event.body().length).sum();
    return new RetainedSize(page.events().size(), bytes, 0, 0);
  }

  private static long count(List<Commit> commits) {
    return commits.stream().mapToLong(commit -> commit.events().size()).sum();
  }

  private static long bytes(List<Commit> commits) {
    return commits.stream().mapToLong(Commit::bytes).sum();
  }
}
