package dev.parley.gateway.user.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.testing.Repeats;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.run.RunJudge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * A long run, read with merged deltas and cut anywhere, is the same as for an undisturbed reader.
 */
@Test(groups = "unit")
public class ResumeTest {

  private static final int EVENTS = Repeats.of(800, 2000);
  private static final int CUTS = 500;
  private static final int READERS = 20;
  private static final List<Integer> ROLLUPS = List.of(0, 50, 400);

  private final Random random = new Random(11);
  private UserRig rig;
  private Peer calm;
  private ScriptedAgent.Job job;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = new UserRig();
    calm = rig.connect();
    calm.subscribe("t", 0);
    calm.start("c", "t");
    job = rig.agent.job();
    emit(AgentEvent.Thinking.start());
    think(60);
    emit(AgentEvent.Thinking.end());
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private void emit(AgentEvent event) {
    var ignored = job.emit(event);
    rig.settle();
  }

  private void think(int pieces) {
    for (int i = 0; i < pieces; i++) {
      emit(AgentEvent.Thinking.delta("hm" + i));
    }
  }

  /** One more event: nearly always a piece of the answer, whose pairs may be split. */
  private void more(int number) {
    if (number % 100 == 99) {
      emit(new AgentEvent.Custom("x", RawJson.of(String.valueOf(number))));
    } else {
      emit(new AgentEvent.Message(number % 7 == 0 ? "\uD83D" : number % 7 == 1 ? "\uDE00 " : "é"));
    }
  }

  private long head() {
    return calm.seen.events("t").size();
  }

  private void complete() {
    job.complete();
    rig.settle();
    Originals.of(rig, calm, "t").requireAll(calm.seen.events("t"));
    assertThat(head()).isGreaterThanOrEqualTo(EVENTS);
  }

  private void requireAsCalm(List<JsonNode> read) {
    RunJudge.of(read).requireEnded();
    assertThat(said(read)).isEqualTo(said(calm.seen.events("t")));
    assertThat(life(read)).isEqualTo(life(calm.seen.events("t")));
  }

  /** All thoughts and the answer. */
  private static String said(List<JsonNode> events) {
    StringBuilder said = new StringBuilder();
    for (JsonNode event : events) {
      JsonNode payload = event.path("payload");
      said.append(payload.path("delta").asText());
      said.append(payload.has("offset") ? payload.path("text").asText() : "");
    }
    return said.toString();
  }

  /** The events that are never merged, each whole and with its seq. */
  private static List<JsonNode> life(List<JsonNode> events) {
    return events.stream().filter(event -> !event.path("payload").has("offset")).toList();
  }

  public void cutAtEveryEventTheRestSaysTheSame() {
    for (int number = 0; head() < EVENTS - 1; number++) {
      more(number);
    }
    complete();
    List<JsonNode> whole = calm.seen.events("t");
    for (int cut = 0; cut <= whole.size(); cut++) {
      Peer resumed = rig.connect();
      resumed.rollup = 100;
      resumed.subscribe("t", cut);
      List<JsonNode> rest = resumed.seen.events("t");
      assertThat(CursorJudge.of(resumed.seen.frames()).caughtUp()).containsExactly("t");
      requireAsCalm(Stream.concat(whole.subList(0, cut).stream(), rest.stream()).toList());
      resumed.close();
    }
  }

  public void cutAtRandomWhileItGrowsEachReaderHasTheSame() {
    List<CutReader> readers = Stream.generate(CutReader::new).limit(READERS).toList();
    int cuts = 0;
    for (int number = 0; head() < EVENTS - 1; number++) {
      more(number);
      rig.pass(Duration.ofMillis(random.nextInt(40)));
      if (random.nextInt(EVENTS) < CUTS * 5 / 4) {
        readers.get(random.nextInt(READERS)).cut();
        cuts++;
      }
    }
    complete();
    rig.pass(Duration.ofSeconds(1));
    readers.forEach(reader -> requireAsCalm(reader.whole()));
    assertThat(cuts).isGreaterThanOrEqualTo(CUTS);
    assertThat(readers).anyMatch(CutReader::wasGivenMerged);
  }

  /** Reads with a room and a wait of its own on each connection, and takes no more than came. */
  private final class CutReader {

    private final List<JsonNode> held = new ArrayList<>();
    private Peer peer = open();

    private Peer open() {
      Peer next = rig.connectUnread("ada", "enterprise");
      next.rollup = ROLLUPS.get(random.nextInt(ROLLUPS.size()));
      next.subscribe("t", cursor());
      next.readOn(1 + random.nextInt(random.nextBoolean() ? 500 : 20_000));
      rig.settle();
      return next;
    }

    private long cursor() {
      return held.isEmpty() ? 0 : held.get(held.size() - 1).path("seq").asLong();
    }

    /** Of what was given, the last frames may be lost on the way. */
    void cut() {
      List<JsonNode> given = peer.seen.events("t");
      held.addAll(given.subList(0, given.size() - random.nextInt(1 + Math.min(3, given.size()))));
      peer.close();
      peer = open();
    }

    List<JsonNode> whole() {
      CursorJudge.of(peer.seen.frames());
      return Stream.concat(held.stream(), peer.seen.events("t").stream()).toList();
    }

    boolean wasGivenMerged() {
      return whole().stream().anyMatch(event -> event.has("seq_from"));
    }
  }
}
