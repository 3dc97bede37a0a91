package dev.parley.gateway.user.read;

import static dev.parley.gateway.log.EventLogContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.ManualClock;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Replay from a store that compacts deltas and drops what is old. */
@Test(groups = "unit")
public class ReplayTest {

  private static final Retention SMALL = new Retention(Duration.ofDays(7), 10, 1 << 20);
  private static final int ASK = 4_096;

  private final ManualClock clock = new ManualClock();
  private Path folder;
  private EventLog log;
  private UserRig rig;
  private Peer writer;
  private Peer reader;
  private int said;

  @BeforeMethod(alwaysRun = true)
  public void open() throws IOException {
    said = 0;
    folder = Files.createTempDirectory("parley-replay");
    EmbeddedLog.LogOptions terms =
        new EmbeddedLog.LogOptions(
            new DeltaCodec(),
            SMALL,
            StoreConfig.DEFAULT_MEMORY,
            new QueueBound(QueueBound.DEFAULT_BYTES),
            0,
            StoreWatch.NONE);
    log = EmbeddedLog.open(folder, clock.steady(SMALL.grace()), IdSource.random(), terms);
    rig = new UserRig(log);
    writer = rig.connect();
    reader = rig.connectUnread("ada", "mid");
  }

  @AfterMethod(alwaysRun = true)
  public void close() throws IOException {
    CursorJudge.of(reader.seen.frames());
    assertThat(reader.seen.closed()).isNull();
    rig.close();
    EventLogContract.deleteAll(folder);
  }

  public void deltasOfAnEndedRunComeAsOneFrameThatNamesItsFirstSeq() {
    answer("Hel", "lo ", "\uD83D\uDE00!");
    replay(0);
    assertThat(reader.seen.all("agent_message")).hasSize(1);
    assertPiece(3, 5, 0, "Hello \uD83D\uDE00!");
    assertCaughtUp(6);
  }

  public void aCursorWithinAFrameGetsTheRestOfIt() {
    answer("Hel", "lo ", "\uD83D\uDE00!");
    replay(3);
    assertPiece(4, 5, 3, "lo \uD83D\uDE00!");
    replay(4);
    assertPiece(5, 5, 6, "\uD83D\uDE00!");
  }

  public void aReaderThatIsOvertakenByRetentionIsToldOfTheGap() {
    chat(10);
    replay(0);
    assertCaughtUp(10);
    stop();
    chat(25);
    replay(10);
    assertGap("retention", 26);
    assertCaughtUp(35);
  }

  public void aReaderOfAThreadOfWhichNothingIsLeftIsToldOfTheGapToo() {
    chat(10);
    stop();
    reader.subscribe("t", 5);
    clock.advance(Duration.ofDays(8));
    settle();
    readOn();
    assertGap("epoch_changed", 1); // its name was forgotten, and begins a new life
    assertCaughtUp(0);
  }

  /** The reader has been given this as its newest piece. */
  private void assertPiece(long first, long seq, int offset, String delta) {
    List<JsonNode> pieces = reader.seen.all("agent_message");
    JsonNode piece = pieces.get(pieces.size() - 1);
    assertThat(piece.path("seq_from").asLong(seq)).isEqualTo(first);
    assertThat(piece.path("seq").asLong()).isEqualTo(seq);
    assertThat(piece.path("payload").path("offset").asInt()).isEqualTo(offset);
    assertThat(piece.path("payload").path("delta").asText()).isEqualTo(delta);
  }

  private void assertGap(String reason, long oldest) {
    assertThat(reader.seen.all("gap")).hasSize(1);
    assertThat(reader.seen.last("gap").path("reason").asText()).isEqualTo(reason);
    assertThat(reader.seen.last("gap").path("oldest").asLong()).isEqualTo(oldest);
  }

  /** The end of the replay was the last thing that the reader was given. */
  private void assertCaughtUp(long seq) {
    assertThat(reader.seen.types()).endsWith("caught_up");
    assertThat(reader.seen.last("caught_up").path("seq").asLong()).isEqualTo(seq);
  }

  private void answer(String... deltas) {
    writer.start("c", "t");
    for (String delta : deltas) {
      var ignored = rig.agent.job().say(delta);
      rig.settle();
    }
    rig.agent.job().complete();
    settle();
  }

  private void chat(int times) {
    for (int i = 0; i < times; i++) {
      writer.chat("c" + ++said, "t", "n");
      rig.pass(Duration.ofSeconds(1));
    }
    settle();
  }

  /** Gives the store the time to compact and to drop. */
  private void settle() {
    rig.settle();
    for (int i = 0; i < 20; i++) {
      await(log.commit(Commits.append(Commits.T2, "a")));
    }
  }

  /** Subscribes after the seq and reads until the live end. */
  private void replay(long after) {
    reader.subscribe("t", after);
    readOn();
  }

  private void readOn() {
    reader.readOn(ASK);
    rig.settle();
  }

  /** The reader asks for nothing more. */
  private void stop() {
    reader.seen.onAnswer(() -> {});
    reader.reader.ask(0);
  }
}
