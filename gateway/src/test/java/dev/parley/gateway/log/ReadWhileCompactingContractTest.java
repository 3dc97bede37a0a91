package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.TextDeltas.delta;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Pages that several threads read while deltas are compacted and old runs are dropped. */
@Test(groups = "unit")
public class ReadWhileCompactingContractTest extends EventLogContract {

  private static final int READERS = 6;
  private static final int RUNS = 60;
  private static final Retention SMALL = new Retention(Duration.ofDays(7), 40, 1 << 20);

  private final AtomicBoolean over = new AtomicBoolean();

  @Factory(dataProvider = "stores")
  public ReadWhileCompactingContractTest(StoreKind store) {
    super(store);
  }

  public void everyPageContinuesFromItsCursorOrHasAGap() {
    reopen(SMALL);
    over.set(false);
    List<CompletableFuture<Long>> readers =
        IntStream.range(0, READERS)
            .mapToObj(i -> CompletableFuture.supplyAsync(this::read))
            .toList();
    IntStream.range(0, RUNS).forEach(i -> runOf(20));
    over.set(true);
    long head = await(log.head(T1)).head();
    assertThat(readers).allSatisfy(reader -> assertThat(await(reader)).isEqualTo(head));
    assertThat(await(log.head(T1)).oldest()).isGreaterThan(1);
  }

  /** Reads until everything is written and checks each page. Returns the last cursor. */
  private long read() {
    long after = 0;
    boolean last;
    EventPage page;
    do {
      last = over.get();
      page = read(T1, after, 500);
      after = check(page, after);
    } while (!last || after < page.head().head());
    return after;
  }

  private static long check(EventPage page, long after) {
    long next = Math.max(after + 1, page.head().oldest());
    for (StoredEvent event : page.events()) {
      assertThat(event.firstSeq()).isEqualTo(next);
      next = event.seq() + 1;
    }
    assertThat(next).isLessThanOrEqualTo(page.head().head() + 1);
    return next - 1;
  }

  private void runOf(int deltas) {
    commit(start(T1, null, R1));
    for (int i = 0; i < deltas; i++) {
      List<NewEvent> one = List.of(delta("m1", i, "a"));
      commit(new Commit(T1, null, new Expectation.RunOpen(R1), one, new RunChange.Unchanged()));
    }
    commit(end(T1, R1));
  }
}
