package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.codec.JsonFrames;
import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.route.Router;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.ScriptedAgent.Job;
import dev.parley.gateway.user.UserRig;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * A socket that takes no byte, while another tab of its user reads and fifty threads have runs that
 * write 8 MB each. All parts from the socket to the log on disk are real; the time is virtual.
 */
@Test(groups = "unit")
public class StalledReaderTest {

  private static final List<String> THREADS =
      IntStream.range(0, 50).mapToObj(number -> "t" + number).toList();
  private static final int ROUNDS = 25;
  private static final String PIECE = "x".repeat(600);

  /** With two values a round a run writes 8 MB. */
  private static final AgentEvent VALUE =
      new AgentEvent.Custom("page", RawJson.of('"' + "y".repeat(160_000) + '"'));

  private static final int HIGH = 128 * 1024;

  /** The bytes below the high water mark, and one event that is always written. */
  private static final int BOUND = HIGH + 161_000;

  private Path folder;
  private UserRig rig;
  private Peer tab;
  private Whole read;
  private Wire stalled;

  /** What was read of each thread without a gap: its cursor, and the sum of its bytes. */
  private static final class Whole {

    final Map<String, Long> cursors = new HashMap<>();
    final Map<String, Long> bytes = new HashMap<>();
    private final Map<String, CRC32C> sums = new HashMap<>();

    void read(JsonNode frame) {
      if (frame.has("seq")) {
        String thread = frame.path("thread_id").asText();
        long seq = frame.path("seq").asLong();
        assertThat(frame.path("seq_from").asLong(seq))
            .isEqualTo(cursors.getOrDefault(thread, 0L) + 1);
        cursors.put(thread, seq);
        JsonNode payload = frame.path("payload");
        byte[] said =
            (payload.path("delta").asText() + payload.path("value").asText()).getBytes(UTF_8);
        sums.computeIfAbsent(thread, absent -> new CRC32C()).update(said);
        bytes.merge(thread, (long) said.length, Long::sum);
      }
    }

    Map<String, Long> sums() {
      Map<String, Long> values = new HashMap<>();
      sums.forEach((thread, sum) -> values.put(thread, sum.getValue()));
      return values;
    }
  }

  @BeforeMethod(alwaysRun = true)
  public void begin() throws IOException {
    folder = Files.createTempDirectory("parley-stalled");
    EmbeddedLog log =
        EmbeddedLog.open(
            folder,
            Clock.systemUTC(),
            IdSource.random(),
            EmbeddedLog.LogOptions.of(new DeltaCodec()));
    rig = UserRig.over(log, Map.of("tiers.enterprise.open_runs", "50"));
    tab = rig.connect();
    read = new Whole();
    tab.subscribeAll(THREADS);
    stalled = new Wire(new ByteAccount(), HIGH);
    stalled.connection.open(
        tab.reader.principal(),
        (principal, subscriber) -> Router.open(rig.contexts, principal, subscriber));
    settle();
    stalled.channel.writeInbound(new TextWebSocketFrame(subscribe()));
    settle();
    THREADS.forEach(this::start);
    settle();
    stalled.channel.take(0);
  }

  @AfterMethod(alwaysRun = true)
  public void close() throws IOException {
    assertThat(rig.pages.held()).isZero();
    stalled.channel.finishAndReleaseAll();
    rig.close();
    EventLogContract.deleteAll(folder);
  }

  private static String subscribe() {
    return THREADS.stream()
        .map(thread -> "{\"thread_id\":\"" + thread + "\",\"after\":0}")
        .collect(
            Collectors.joining(
                ",",
                "{\"type\":\"subscribe\",\"id\":\"s\",\"payload\":{\"threads\":[",
                "],\"rollup_ms\":100}}"));
  }

  private void start(String thread) {
    rig.pass(Duration.ofSeconds(1));
    tab.start(thread, thread);
  }

  private void settle() {
    long asked;
    do {
      rig.settle();
      asked = stalled.channel.writes();
      stalled.channel.runPendingTasks();
      rig.settle();
    } while (stalled.channel.writes() > asked);
  }

  /** Each run emits one delta and two values; no time passes. */
  private void sayAll() {
    for (Job job : rig.agent.jobs()) {
      List.of(job.say(PIECE), job.emit(VALUE), job.emit(VALUE));
      settle();
      takeIn(tab, read);
    }
    rig.log.commits.clear(); // 400 MB in the end
  }

  /** Reads the frames that a tab got, and clears them. */
  private static void takeIn(Peer tab, Whole whole) {
    tab.seen.frames().forEach(whole::read);
    tab.seen.clear();
  }

  private void passASecond() {
    rig.pass(Duration.ofSeconds(1));
    stalled.pass(1);
    settle();
  }

  private long closed() {
    return stalled.metrics.count("parley_connections_closed_total", "reason", "not_reading");
  }

  private long heldForStalled() {
    return stalled.channel.unsafe().outboundBuffer().totalPendingWriteBytes() + rig.pages.held();
  }

  public void whatIsHeldForItStaysUnderTheBoundAndItComesBackAndHasTheWhole() {
    for (int round = 1; round <= ROUNDS; round++) {
      sayAll();
      assertNobodyIsHeldUpButIt(round);
      passASecond();
      assertNobodyIsHeldUpButIt(round);
    }
    assertThat(stalled.metrics.figure("parley_outbound_highest_bytes")).isBetween(1L, (long) BOUND);
    assertThat(closed()).isZero();
    passUntilClosed();
    rig.agent.jobs().forEach(Job::complete);
    settle();
    takeIn(tab, read);
    assertThat(read.bytes.values()).hasSize(THREADS.size()).allMatch(bytes -> bytes > 8_000_000);
    assertThat(readOn().sums()).isEqualTo(read.sums());
  }

  private void assertNobodyIsHeldUpButIt(int round) {
    assertThat(heldForStalled()).isBetween(1L, (long) BOUND);
    assertThat(read.cursors.values()).containsOnly(2L + 3L * round).hasSize(THREADS.size());
  }

  /** The events that the stalled socket got, and the following ones from another socket. */
  private Whole readOn() {
    Whole whole = new Whole();
    given().forEach(whole::read);
    Peer back = rig.connect();
    for (String thread : THREADS) {
      back.subscribe(thread, whole.cursors.getOrDefault(thread, 0L));
      takeIn(back, whole);
    }
    assertThat(whole.cursors).isEqualTo(read.cursors);
    return whole;
  }

  public void itIsClosedWhenItHasTakenNothingForThirtySeconds() {
    sayAll();
    for (int second = 0; second < 29; second++) {
      passASecond();
    }
    assertThat(closed()).isZero();
    passUntilClosed();
    stalled.channel.take(Long.MAX_VALUE);
    assertThat(stalled.written()).endsWith("8:1013");
  }

  private void passUntilClosed() {
    for (int second = 0; second < 10 && closed() == 0; second++) {
      passASecond();
    }
    assertThat(closed()).isEqualTo(1);
  }

  /** The frames before the socket stalled. */
  private List<JsonNode> given() {
    return stalled.written().stream()
        .filter(text -> text.startsWith("{"))
        .map(text -> JsonFrames.fromServer(text.getBytes(UTF_8)))
        .toList();
  }
}
