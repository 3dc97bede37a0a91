package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.R2;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.event;
import static dev.parley.gateway.log.Commits.start;
import static dev.parley.gateway.log.TextDeltas.delta;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.Deltas.Delta;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/**
 * A store may store adjacent deltas of an ended run as one record. Readers get the same content and
 * seqs, from every cursor.
 */
@Test(groups = "unit")
public class RangeContractTest extends EventLogContract {

  private static final List<String> PIECES =
      List.of("a", "word ", "\u00e9\u4e16", "\uD83D\uDE00", "x".repeat(3_000));

  /** The appended events, by seq from 1. */
  private final List<NewEvent> appended = new ArrayList<>();

  @Factory(dataProvider = "stores")
  public RangeContractTest(StoreKind store) {
    super(store);
  }

  @DataProvider
  public static Object[][] seeds() {
    return IntStream.range(0, 10).mapToObj(seed -> new Object[] {seed}).toArray(Object[][]::new);
  }

  @Test(dataProvider = "seeds")
  public void everyCursorGetsTheSameContentAfterTheEnd(int seed) {
    Random random = new Random(seed);
    appended.clear();
    for (int run = 0; run < 3; run++) {
      append(start(T1, null, R1));
      sayAtRandom(random, 30 + random.nextInt(400));
      append(end(T1, R1));
      append(Commits.append(T1, "between"));
    }
    settle();
    for (int after = 0; after < appended.size(); after += 1 + random.nextInt(7)) {
      assertSame(read(T1, after, 1 + random.nextInt(20_000)), after);
    }
    assertSame(read(T1, 0, Integer.MAX_VALUE), 0);
  }

  private void sayAtRandom(Random random, int events) {
    long offset = 0;
    String whole = "m1";
    for (int i = 0; i < events; i++) {
      if (random.nextInt(25) == 0) {
        say(event("tool " + i));
      } else if (random.nextInt(40) == 0) {
        whole = "m" + i;
        offset = 0;
      } else {
        String piece = PIECES.get(random.nextInt(PIECES.size()));
        say(delta(whole, offset, piece));
        offset += piece.length();
      }
    }
  }

  private void assertSame(EventPage page, int after) {
    int next = after + 1;
    for (StoredEvent event : page.events()) {
      assertThat(event.firstSeq()).isEqualTo(next);
      List<NewEvent> parts = appended.subList(next - 1, (int) event.seq());
      assertThat(new String(event.body(), UTF_8)).isEqualTo(joined(parts));
      assertThat(parts).extracting(NewEvent::type).containsOnly(event.type());
      assertThat(event.body().length).isLessThanOrEqualTo(64 * 1024);
      next = (int) event.seq() + 1;
    }
    assertThat(page.events()).isNotEmpty();
  }

  private static String joined(List<NewEvent> parts) {
    if (parts.size() == 1) {
      return new String(parts.get(0).body(), UTF_8);
    }
    StringBuilder text = new StringBuilder();
    parts.forEach(part -> text.append(deltaOf(part).piece()));
    Delta first = deltaOf(parts.get(0));
    return first.text() + "|" + first.offset() + "|" + text;
  }

  private static Delta deltaOf(NewEvent event) {
    return new TextDeltas().read(event.type(), event.body()).orElseThrow();
  }

  public void deltasOfAnEndedRunAreOneRecord() {
    runOf(delta("m1", 0, "a"), delta("m1", 1, "\uD83D\uDE00"), delta("m1", 3, "c"));
    EventPage page = read(T1, 0, WHOLE);
    if (store.joins()) {
      assertThat(bodies(page))
          .containsExactly("message", "started", "m1|0|a\uD83D\uDE00c", "completed");
      assertThat(page.events().get(2)).extracting("firstSeq", "seq").containsExactly(3L, 5L);
    } else {
      assertThat(page.events()).hasSize(6);
    }
  }

  public void onlyAdjacentDeltasAreMerged() {
    runOf(
        delta("m1", 0, "a"),
        delta("m2", 0, "b"),
        delta("m2", 5, "gap"),
        event("tool"),
        delta("m2", 8, "c"));
    assertThat(bodies(read(T1, 2, WHOLE)))
        .containsExactly("m1|0|a", "m2|0|b", "m2|5|gap", "tool", "m2|8|c", "completed");
  }

  public void anOpenRunIsNotCompacted() {
    append(start(T1, null, R1));
    say(delta("m1", 0, "a"));
    say(delta("m1", 1, "b"));
    settle();
    assertThat(bodies(read(T1, 2, WHOLE))).containsExactly("m1|0|a", "m1|1|b");
  }

  public void messagesBetweenDeltasAreNeitherMovedNorLost() {
    append(start(T1, null, R1));
    say(delta("m1", 0, "a"));
    append(Commits.append(T1, "chat"));
    say(delta("m1", 1, "b"));
    append(end(T1, R1));
    settle();
    assertThat(bodies(read(T1, 2, WHOLE))).containsExactly("m1|0|a", "chat", "m1|1|b", "completed");
  }

  public void aNewThreadOfTheSameNameIsNotCompactedAsTheOldOne() {
    runOf(delta("m1", 0, "a"), delta("m1", 1, "b"));
    await(log.delete(T1));
    append(start(T1, null, R2));
    commit(Commits.say(T1, R2, "c", "d", "e"));
    settle();
    assertThat(bodies(read(T1, 2, WHOLE))).containsExactly("c", "d", "e");
  }

  private void runOf(NewEvent... events) {
    append(start(T1, null, R1));
    for (NewEvent event : events) {
      say(event);
    }
    append(end(T1, R1));
    settle();
  }

  private void say(NewEvent event) {
    append(
        new Commit(
            T1, null, new Expectation.RunOpen(R1), List.of(event), new RunChange.Unchanged()));
  }

  private void append(Commit commit) {
    assertThat(commit(commit)).isInstanceOf(CommitResult.Committed.class);
    appended.addAll(commit.events());
  }
}
