package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.codec.JsonFrames;
import dev.parley.gateway.route.UserRoutes;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * A socket that takes no byte, beside another tab of its user, while runs write on many threads. As
 * it is from the socket to the log, in virtual time.
 */
@Test(groups = "unit")
public class StalledReaderTest {

  private static final List<String> THREADS =
      IntStream.range(0, 50).mapToObj(number -> "t" + number).toList();
  private static final String PIECE = "x".repeat(600);

  /** What stood below the high water mark, and one event that is always let through. */
  private static final int BOUND = 2 * Wire.HIGH;

  private UserRig rig;
  private Peer tab;
  private Wire stalled;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = UserRig.withLimits(Map.of("tiers.enterprise.open_runs", "50"));
    tab = rig.connect();
    tab.subscribeAll(THREADS);
    stalled = new Wire();
    stalled.connection.open(tab.reader.principal(), new UserRoutes(rig.contexts), stalled.metrics);
    settle();
    stalled.channel.writeInbound(new TextWebSocketFrame(subscribe()));
    settle();
    THREADS.forEach(this::start);
    settle();
    stalled.channel.take(0);
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    assertThat(rig.pages.held()).isZero();
    stalled.channel.finishAndReleaseAll();
    rig.close();
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

  /** Each run says one piece; no time passes. */
  private void sayAll() {
    rig.agent.jobs().forEach(job -> job.say(PIECE).toCompletableFuture().join());
    settle();
  }

  private void passASecond() {
    rig.pass(Duration.ofSeconds(1));
    stalled.pass(1);
    settle();
  }

  private long closed() {
    return stalled.metrics.count("connection_closed.NOT_READING");
  }

  private long heldForStalled() {
    return stalled.channel.unsafe().outboundBuffer().totalPendingWriteBytes() + rig.pages.held();
  }

  public void whatIsHeldForItStaysUnderTheBoundAndTheOtherTabIsNeverBehind() {
    for (int round = 1; round <= 25; round++) {
      sayAll();
      assertThat(heldForStalled()).isLessThanOrEqualTo(BOUND);
      for (String thread : THREADS) {
        assertThat(tab.seen.seqs(thread)).hasSize(2 + round);
      }
      passASecond();
      assertThat(heldForStalled()).isBetween(1L, (long) BOUND);
    }
    assertThat(closed()).isZero();
  }

  public void itIsClosedWhenItHasTakenNothingForThirtySeconds() {
    sayAll();
    for (int second = 0; second < 29; second++) {
      passASecond();
    }
    assertThat(closed()).isZero();
    for (int second = 0; second < 6 && closed() == 0; second++) {
      passASecond();
    }
    assertThat(closed()).isEqualTo(1);
    stalled.channel.take(Long.MAX_VALUE);
    assertThat(stalled.written()).endsWith("8:1013");
  }

  public void itComesBackAndHasTheWhole() {
    for (int second = 0; second < 40; second++) {
      sayAll();
      passASecond();
    }
    rig.agent.jobs().forEach(job -> job.complete());
    settle();
    Peer back = rig.connect();
    THREADS.forEach(thread -> back.subscribe(thread, cursor(thread)));
    for (String thread : THREADS) {
      assertThat(said(given(thread)) + said(back.seen.events(thread)))
          .isEqualTo(said(tab.seen.events(thread)))
          .hasSize(40 * PIECE.length());
    }
  }

  /** What of a thread came before the socket stalled. */
  private List<JsonNode> given(String thread) {
    return stalled.written().stream()
        .filter(text -> text.startsWith("{"))
        .map(text -> JsonFrames.fromServer(text.getBytes(UTF_8)))
        .filter(frame -> frame.has("seq") && frame.path("thread_id").asText().equals(thread))
        .toList();
  }

  private long cursor(String thread) {
    List<JsonNode> given = given(thread);
    return given.isEmpty() ? 0 : given.get(given.size() - 1).path("seq").asLong();
  }

  private static String said(List<JsonNode> events) {
    return events.stream()
        .map(event -> event.path("payload").path("delta").asText())
        .collect(Collectors.joining());
  }
}
