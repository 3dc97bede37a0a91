package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.AGENT;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.T2;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.end;
import static dev.parley.gateway.log.Commits.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** Reads from a cursor. */
@Test(groups = "unit")
public class ReadContractTest extends EventLogContract {

  @Factory(dataProvider = "stores")
  public ReadContractTest(StoreKind store) {
    super(store);
  }

  public void aNewThreadHasTheStoresEpochAndNoEvents() {
    EventPage page = read(T1, 0, WHOLE);
    assertThat(page.head()).isEqualTo(ThreadHead.unborn(epoch()));
    assertThat(page.events()).isEmpty();
    commit(append(T2, "a"));
    assertThat(await(log.head(T2)).epoch()).isEqualTo(await(log.head(T1)).epoch());
  }

  public void theHeadHasTheOpenRunAndTheLastAgent() {
    commit(start(T1, null, R1));
    assertThat(await(log.head(T1))).isEqualTo(head(2, R1, AGENT));
    commit(end(T1, R1));
    assertThat(await(log.head(T1))).isEqualTo(head(3, null, AGENT));
  }

  public void theHeadHasTheTimeOfTheLastEvent() {
    commit(append(T1, "a"));
    long first = clock.millis();
    clock.advance(Duration.ofMinutes(5));
    assertThat(await(log.head(T1)).lastMillis()).isEqualTo(first);
    commit(append(T1, "b"));
    assertThat(await(log.head(T1)).lastMillis()).isEqualTo(first + 300_000);
  }

  private ThreadHead head(long head, @Nullable RunId open, @Nullable AgentName agent) {
    RetainedSize kept = await(log.head(T1)).retained();
    long now = clock.millis();
    return new ThreadHead(epoch(), 1, head, open, agent, now, now, List.of(), kept, null);
  }

  public void readsFromTheCursorOn() {
    commit(append(T1, "a", "b", "c"));
    assertThat(bodies(read(T1, 1, WHOLE))).containsExactly("b", "c");
    assertThat(bodies(read(T1, 3, WHOLE))).isEmpty();
  }

  public void aCursorOutsideTheLogIsNoError() {
    commit(append(T1, "a", "b"));
    assertThat(bodies(read(T1, -7, WHOLE))).containsExactly("a", "b");
    assertThat(bodies(read(T1, Long.MIN_VALUE, WHOLE))).containsExactly("a", "b");
    assertThat(bodies(read(T1, 99, WHOLE))).isEmpty();
    assertThat(bodies(read(T1, Long.MAX_VALUE, WHOLE))).isEmpty();
  }

  public void everyPageHasTheHead() {
    commit(append(T1, "a", "b", "c"));
    assertThat(read(T1, 0, 1).head()).isEqualTo(head(3, null, null));
  }

  public void aPageHoldsAsManyBodiesAsFit() {
    commit(append(T1, "1234", "5678", "9"));
    assertThat(bodies(read(T1, 0, 9))).containsExactly("1234", "5678", "9");
    assertThat(bodies(read(T1, 0, 8))).containsExactly("1234", "5678");
    assertThat(bodies(read(T1, 0, 7))).containsExactly("1234");
  }

  public void aPageHoldsAtLeastOneEvent() {
    commit(append(T1, "1234", ""));
    assertThat(bodies(read(T1, 0, 3))).containsExactly("1234");
    assertThat(bodies(read(T1, 0, 0))).containsExactly("1234");
    assertThat(bodies(read(T1, 1, 0))).containsExactly("");
  }

  public void eventsComeBackAsTheyWere() {
    byte[] body = new byte[256];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) i;
    }
    List<NewEvent> events = new ArrayList<>();
    for (EventType type : EventType.values()) {
      events.add(new NewEvent(type, false, body));
    }
    commit(
        new Commit(T1, null, new Expectation.Unconditional(), events, new RunChange.Unchanged()));
    assertThat(read(T1, 0, WHOLE).events())
        .allSatisfy(event -> assertThat(event.body()).isEqualTo(body))
        .extracting(StoredEvent::type)
        .containsExactly(EventType.values());
  }

  public void pageAfterPageReadsTheWholeThread() {
    List<String> written = new ArrayList<>();
    for (int i = 1; i <= 300; i++) {
      written.add("event " + i);
    }
    commit(append(T1, written.toArray(String[]::new)));
    commit(append(T2, "another thread"));
    List<String> read = new ArrayList<>();
    while (read.size() < written.size()) {
      EventPage page = read(T1, read.size(), 100);
      assertThat(page.events().get(0).seq()).isEqualTo(read.size() + 1);
      read.addAll(bodies(page));
    }
    assertThat(read).isEqualTo(written);
  }
}
