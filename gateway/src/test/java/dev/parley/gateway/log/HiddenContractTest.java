package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.start;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.EventType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** What is hidden with an event is given only to who asks for it, and goes with the event. */
@Test(groups = "unit")
public class HiddenContractTest extends EventLogContract {

  private static final String SECRET = "marker-of-what-is-hidden";

  @Factory(dataProvider = "stores")
  public HiddenContractTest(StoreKind store) {
    super(store);
  }

  private static NewEvent hiding(String body, String hidden) {
    return new NewEvent(
        EventType.CUSTOM, false, body.getBytes(UTF_8), null, hidden.getBytes(UTF_8));
  }

  private CommitResult hide(String hidden) {
    return commit(
        new Commit(
            T1,
            null,
            new Expectation.Unconditional(),
            List.of(Commits.event("a"), hiding("b", hidden), Commits.event("c")),
            new RunChange.Unchanged()));
  }

  private EventPage readHidden(ThreadKey thread, long after, int maxBytes) {
    return await(log.readWithHidden(thread, after, maxBytes));
  }

  private static List<@Nullable String> hiddenOf(EventPage page) {
    List<@Nullable String> texts = new ArrayList<>();
    for (StoredEvent event : page.events()) {
      byte[] hidden = event.hidden();
      texts.add(hidden == null ? null : new String(hidden, UTF_8));
    }
    return texts;
  }

  public void onlyWhoAsksForItGetsIt() {
    hide(SECRET);
    assertThat(hiddenOf(read(T1, 0, WHOLE))).containsExactly(null, null, null);
    assertThat(hiddenOf(readHidden(T1, 0, WHOLE))).containsExactly(null, SECRET, null);
    assertThat(readHidden(T1, 0, WHOLE).events())
        .extracting(event -> new String(event.body(), UTF_8))
        .containsExactly("a", "b", "c");
  }

  public void itCountsInAPageThatHasIt() {
    hide(SECRET);
    assertThat(read(T1, 0, 3).events()).hasSize(3);
    assertThat(read(T1, 0, 3).bytes()).isEqualTo(3);
    assertThat(readHidden(T1, 0, 3).events()).hasSize(1);
    assertThat(readHidden(T1, 1, 3).events()).hasSize(1);
    assertThat(readHidden(T1, 0, WHOLE).bytes()).isEqualTo(3 + SECRET.length());
  }

  public void itCountsInTheUsage() {
    hide(SECRET);
    assertThat(await(log.usage(ADA)))
        .isEqualTo(new Usage(3 + SECRET.length() + 3 * Usage.RECORD, 1));
    UsageRecount.check(log, ADA);
  }

  public void theQuotaCountsIt() {
    Quota quota = new Quota(Usage.RECORD + 4L, 10);
    Commit commit =
        new Commit(
            T1,
            null,
            new Expectation.Unconditional(),
            List.of(hiding("b", SECRET)),
            new RunChange.Unchanged(),
            quota);
    assertThat(commit(commit)).isInstanceOf(CommitResult.QuotaExceeded.class);
  }

  public void compactionKeepsIt() {
    commit(start(T1, null, R1));
    List<NewEvent> said = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      said.add(TextDeltas.delta("m1", i, "a"));
    }
    said.add(300, hiding("b", SECRET));
    Expectation open = new Expectation.RunOpen(R1);
    commit(new Commit(T1, null, open, said, new RunChange.Unchanged()));
    commit(end(T1, R1));
    settle();
    UsageRecount.check(log, ADA);
    EventPage page = readHidden(T1, 0, WHOLE);
    assertThat(page.events().size() < 300).isEqualTo(store.joins());
    assertThat(hiddenOf(page)).containsOnlyOnce(SECRET);
    assertThat(hiddenOf(readHidden(T1, 302, 1))).containsExactly(SECRET);
  }

  public void itIsThereAfterAReopening() {
    hide(SECRET);
    if (store != StoreKind.MEMORY) {
      reopen(QueueBound.DEFAULT_BYTES);
    }
    assertThat(hiddenOf(readHidden(T1, 0, WHOLE))).containsExactly(null, SECRET, null);
  }

  public void deletionTakesIt() {
    hide(SECRET);
    await(log.delete(T1));
    assertThat(readHidden(T1, 0, WHOLE).events()).isEmpty();
    commit(append(T1, "a"));
    assertThat(hiddenOf(readHidden(T1, 0, WHOLE))).containsExactly((String) null);
  }
}
