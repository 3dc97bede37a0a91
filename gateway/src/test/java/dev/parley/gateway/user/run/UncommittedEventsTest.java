package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.codec.NotesCodec;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.protocol.DeltaMerger;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class UncommittedEventsTest {

  private static final MessageId MESSAGE = new MessageId("m_1");

  private UncommittedEvents uncommitted = new UncommittedEvents();

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    uncommitted = new UncommittedEvents();
  }

  private static ServerEvent said(long offset, String text) {
    return new ServerEvent.AgentMessage(MESSAGE, offset, text);
  }

  private static ServerEvent thought(long offset, String text) {
    return new ServerEvent.AgentThinking(ThinkingPhase.DELTA, text, offset, null, null);
  }

  private List<String> drained(ServerEvent... events) {
    uncommitted.add(List.of(events), new IdentityHashMap<>(), 1);
    return uncommitted.drain(new RunId("r_1"), Instant.EPOCH).stream().map(this::text).toList();
  }

  private String text(NewEvent event) {
    String body = new String(event.body(), StandardCharsets.UTF_8);
    return event.type() + body.substring(body.indexOf("\"payload\":") + 10, body.length() - 1);
  }

  public void adjacentPiecesOfTheAnswerBecomeOne() {
    assertThat(drained(said(5, "a"), said(6, "b"), said(7, "c")))
        .containsExactly("AGENT_MESSAGE{\"message_id\":\"m_1\",\"offset\":5,\"delta\":\"abc\"}");
  }

  public void adjacentThoughtsBecomeOne() {
    assertThat(drained(thought(0, "a"), thought(1, "b")))
        .containsExactly("AGENT_THINKING{\"phase\":\"delta\",\"text\":\"ab\",\"offset\":0}");
  }

  public void thoughtsOfASubagentAreMergedAmongThemselvesOnly() {
    Subagent one = new Subagent("1", "one");
    Subagent two = new Subagent("2", "two");
    assertThat(
            drained(
                thought(0, "a"),
                thoughtOf(one, 1, "b"),
                thoughtOf(one, 2, "c"),
                thoughtOf(two, 3, "d"),
                thought(4, "e")))
        .containsExactly(
            "AGENT_THINKING{\"phase\":\"delta\",\"text\":\"a\",\"offset\":0}",
            "AGENT_THINKING{\"phase\":\"delta\",\"text\":\"bc\",\"offset\":1,"
                + "\"subagent\":{\"id\":\"1\",\"name\":\"one\"}}",
            "AGENT_THINKING{\"phase\":\"delta\",\"text\":\"d\",\"offset\":3,"
                + "\"subagent\":{\"id\":\"2\",\"name\":\"two\"}}",
            "AGENT_THINKING{\"phase\":\"delta\",\"text\":\"e\",\"offset\":4}");
  }

  private static ServerEvent thoughtOf(Subagent subagent, long offset, String text) {
    return new ServerEvent.AgentThinking(ThinkingPhase.DELTA, text, offset, null, null, subagent);
  }

  public void nothingElseIsMerged() {
    ServerEvent custom = new ServerEvent.CustomEvent("n", RawJson.of("1"));
    ServerEvent step = new ServerEvent.AgentThinking(ThinkingPhase.STEP, null, 0, "look", null);
    assertThat(
            drained(said(0, "a"), custom, custom, said(1, "b"), step, step, said(2, "c")).stream()
                .map(event -> EventType.valueOf(event.substring(0, event.indexOf('{')))))
        .containsExactly(
            EventType.AGENT_MESSAGE,
            EventType.CUSTOM,
            EventType.CUSTOM,
            EventType.AGENT_MESSAGE,
            EventType.AGENT_THINKING,
            EventType.AGENT_THINKING,
            EventType.AGENT_MESSAGE);
  }

  public void mergingStopsAtTheBound() {
    int half = DeltaMerger.MAX_UNITS / 2;
    String text = "x".repeat(half);
    assertThat(drained(said(0, text), said(half, text), said(2L * half, "y"))).hasSize(2);
  }

  public void theBytesOfEverythingAreCountedUntilDrained() {
    uncommitted.add(List.of(said(0, "a")), new IdentityHashMap<>(), 100);
    uncommitted.add(List.of(), new IdentityHashMap<>(), 28);
    assertThat(uncommitted.bytes()).isEqualTo(128);
    assertThat(uncommitted.isEmpty()).isFalse();
    assertThat(drained()).hasSize(1);
    assertThat(uncommitted.bytes()).isZero();
    assertThat(uncommitted.isEmpty()).isTrue();
  }

  public void notesAreHiddenWithTheirEvents() {
    ServerEvent custom = new ServerEvent.CustomEvent("n", RawJson.of("1"));
    List<RawJson> notes = List.of(RawJson.of("1"), RawJson.of("{ }"));
    uncommitted.add(List.of(said(0, "a"), said(1, "b")), new IdentityHashMap<>(), 1);
    ServerEvent other = new ServerEvent.CustomEvent("n", RawJson.of("1"));
    uncommitted.add(List.of(said(2, "c"), custom, other), carrying(custom, notes), 1);
    uncommitted.add(List.of(custom), carrying(custom, List.of(RawJson.of("2"))), 1);
    List<NewEvent> drained = uncommitted.drain(new RunId("r_1"), Instant.EPOCH);
    assertThat(drained)
        .extracting(event -> event.hidden() == null ? null : NotesCodec.decode(event.hidden()))
        .containsExactly(null, notes, null, List.of(RawJson.of("2")));
    uncommitted.add(List.of(custom), new IdentityHashMap<>(), 1);
    assertThat(uncommitted.drain(new RunId("r_1"), Instant.EPOCH))
        .allSatisfy(event -> assertThat(event.hidden()).isNull());
  }

  private static IdentityHashMap<ServerEvent, List<RawJson>> carrying(
      ServerEvent event, List<RawJson> notes) {
    IdentityHashMap<ServerEvent, List<RawJson>> carried = new IdentityHashMap<>();
    carried.put(event, notes);
    return carried;
  }
}
