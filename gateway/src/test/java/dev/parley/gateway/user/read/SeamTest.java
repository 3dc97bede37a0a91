package dev.parley.gateway.user.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.user.Gate;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.WriterAndReaderTest;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Between replay and live there is no seam, in whatever order things come. */
@Test(groups = "unit")
public class SeamTest extends WriterAndReaderTest {

  @BeforeMethod(alwaysRun = true)
  public void write() {
    writer.chats("t", 3);
  }

  private void judgedUpTo(long seq) {
    CursorJudge judge = CursorJudge.of(reader.seen.frames());
    assertThat(judge.cursors()).containsEntry("t", seq);
    assertThat(judge.caughtUp()).contains("t");
  }

  public void anAppendWhileThePageIsReadComesAfterIt() {
    rig.log.read.holdAnswers();
    reader.subscribe("t", 0);
    writer.chat("c", "t", "live");
    assertThat(reader.seen.seqs("t")).isEmpty();
    rig.log.read.release();
    rig.settle();
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 3L, 4L);
    judgedUpTo(4);
  }

  public void aPageThatHoldsTheAppendAlreadyDoesNotBringItTwice() {
    rig.log.read.holdCalls();
    reader.subscribe("t", 0);
    writer.chat("c", "t", "live");
    rig.log.read.release();
    rig.settle();
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 3L, 4L);
    judgedUpTo(4);
  }

  public void aPageAheadOfTheHomeDoesNotOvertakeTheAnswerToTheCommand() {
    rig.log.commit.holdAnswers();
    reader.chat("mine", "t", "live");
    reader.subscribe("t", 0);
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 3L);
    rig.log.commit.release();
    rig.settle();
    assertThat(reader.seen.types())
        .endsWith("message_added", "caught_up", "accepted", "message_added");
    judgedUpTo(4);
  }

  public void subscribingAgainWhileThePageIsReadStartsAgain() {
    rig.log.read.holdAnswers();
    reader.subscribe("t", 0);
    reader.subscribe("t", 2);
    rig.log.read.release();
    rig.settle();
    assertThat(reader.seen.seqs("t")).containsExactly(3L);
    judgedUpTo(3);
  }

  public void unsubscribingWhileThePageIsReadLeavesNothingInMemory() {
    rig.log.read.holdAnswers();
    reader.subscribe("t", 0);
    reader.unsubscribe("t");
    rig.log.read.release();
    rig.settle();
    assertThat(reader.seen.events("t")).isEmpty();
    writer.chats("other", 1);
    reader.subscribe("other", 0);
    assertThat(reader.seen.seqs("other")).containsExactly(1L);
  }

  public void closingWhileThePageIsReadLeavesNothingInMemory() {
    rig.log.read.holdAnswers();
    reader.subscribe("t", 0);
    reader.close();
    rig.log.read.release();
    rig.settle();
    assertThat(reader.seen.events("t")).isEmpty();
  }

  public void aCommandWhileTheThreadLoadsComesAfterTheSubscribe() {
    writer.unsubscribe("t");
    rig.log.head.holdAnswers();
    reader.subscribe("t", 0);
    writer.chat("c", "t", "live");
    rig.log.head.release();
    rig.settle();
    judgedUpTo(4);
  }

  /** Random orders of everything that may happen; the judge reads as a client does. */
  public void noOrderOfThingsMakesASeam() {
    for (int seed = 0; seed < 300; seed++) {
      try (UserRig fresh = new UserRig()) {
        new RandomOrder(fresh, seed).run(60);
      }
    }
  }

  private static final class RandomOrder {
    private static final List<String> THREADS = List.of("a", "b");
    private final UserRig rig;
    private final Random random;
    private final Peer writer;
    private final Peer reader;
    private final Epoch epoch;
    private int commands;

    RandomOrder(UserRig rig, int seed) {
      this.rig = rig;
      this.random = new Random(seed);
      this.writer = rig.connect();
      this.reader = rig.connect();
      this.epoch = writer.epochOf(new ThreadId("a"));
      reader.readOn(1 + random.nextInt(2000));
    }

    void run(int steps) {
      for (int i = 0; i < steps; i++) {
        step(THREADS.get(random.nextInt(THREADS.size())));
        if (random.nextBoolean()) {
          rig.settle();
        }
      }
      List.of(rig.log.head, rig.log.read, rig.log.commit).forEach(Gate::release);
      THREADS.forEach(thread -> submitSubscribe(thread, 0));
      rig.settle();
      judge();
    }

    private void step(String thread) {
      Gate gate = List.of(rig.log.head, rig.log.read, rig.log.commit).get(random.nextInt(3));
      switch (random.nextInt(8)) {
        case 0 -> gate.holdAnswers();
        case 1 -> gate.holdCalls();
        case 2, 3 -> gate.release();
        case 4 -> submitSubscribe(thread, random.nextInt(6));
        case 5 -> unsubscribe(thread);
        default -> chat(random.nextBoolean() ? writer : reader, thread);
      }
    }

    private void chat(Peer peer, String thread) {
      rig.pass(Duration.ofMillis(500));
      String id = "c" + ++commands;
      peer.context
          .commands()
          .chat(peer.reader, Peer.chatCommand(id, thread, id), 0, TraceSpan.NONE, () -> {});
    }

    private void submitSubscribe(String thread, long after) {
      reader.submitSubscribe(
          List.of(new Position(new ThreadId(thread), OptionalLong.of(after), epoch)));
    }

    private void unsubscribe(String thread) {
      reader.unsubscribe(thread);
    }

    private void judge() {
      CursorJudge judge = CursorJudge.of(reader.seen.frames());
      assertThat(reader.seen.closed()).isNull();
      assertThat(judge.caughtUp()).containsAll(THREADS);
      for (String thread : THREADS) {
        long head = reader.headOf(new ThreadId(thread)).head();
        assertThat(judge.cursors()).containsEntry(thread, head);
      }
    }
  }
}
