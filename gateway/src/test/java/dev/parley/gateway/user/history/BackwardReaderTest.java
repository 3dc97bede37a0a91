package dev.parley.gateway.user.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** How much of a thread is read. */
@Test(groups = "unit")
public class BackwardReaderTest {

  private static final int ENOUGH = 64 * 1024;
  private static final int LARGE = 200_000;
  private static final Retention AMPLE = new Retention(Duration.ofDays(7), 1_000_000, 1 << 30);

  private UserRig rig;
  private Peer ada;
  private int commands;

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    EventLog log =
        new MemoryLog(
            Clock.systemUTC(), IdSource.random(), AMPLE, new QueueBound(QueueBound.DEFAULT_BYTES));
    rig = UserRig.over(log, Map.of("limits.burst", "1000"));
    ada = rig.connect();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private ScriptedAgent.Job ask(String text) {
    ada.ask("c" + ++commands, "t", text, WhenBusy.QUEUE);
    return rig.agent.job();
  }

  /** A run with so many large events that no history has. */
  private void turn(String text, int states) {
    ScriptedAgent.Job job = ask(text);
    for (int i = 0; i < states; i++) {
      job.emit(new AgentEvent.State(false, RawJson.of('"' + "s".repeat(LARGE) + '"')));
      rig.settle();
    }
    job.say("answer");
    job.complete();
    rig.settle();
  }

  private List<String> told() {
    ScriptedAgent.Job job = ask("now");
    rig.log.bytesRead.set(0);
    CompletableFuture<History> read = job.request.history().read(ENOUGH).toCompletableFuture();
    rig.settle();
    return HistoryTexts.of(read.join());
  }

  public void turnsAreFoundBeforeManyLargeEvents() {
    turn("one", 0);
    turn("two", 30);
    turn("three", 5);
    assertThat(told())
        .containsExactly(
            "\"one\"",
            "completed: answer",
            "\"two\"",
            "completed: answer",
            "\"three\"",
            "completed: answer");
    assertThat(rig.log.bytesRead.get()).isLessThan(12_000_000);
  }

  public void whatIsTooMuchToReadIsLeftOut() {
    turn("one", 38);
    turn("two", 38);
    turn("three", 38);
    assertThat(told())
        .containsExactly("...", "\"two\"", "completed: answer", "\"three\"", "completed: answer");
    assertThat(rig.log.bytesRead.get()).isBetween(15_000_000L, 18_000_000L);
  }

  public void aLongAnswerInSmallPiecesIsWhole() {
    ScriptedAgent.Job job = ask("one");
    for (int i = 0; i < 3000; i++) {
      job.say(i % 10 == 0 ? "é" : "a");
      rig.settle();
    }
    job.complete();
    rig.settle();
    assertThat(told()).containsExactly("\"one\"", "completed: " + "éaaaaaaaaa".repeat(300));
  }

  public void aTurnThatIsTooLongIsNotReadToItsBeginning() {
    ScriptedAgent.Job job = ask("one");
    for (int i = 0; i < 60; i++) {
      job.say("x".repeat(32_000));
      rig.settle();
    }
    job.complete();
    ada.chat("c99", "t", "and?");
    assertThat(told()).containsExactly("...", "\"and?\"");
    assertThat(rig.log.bytesRead.get()).isLessThan(8_000_000);
  }

  public void oneLargeAnswerHidesNoTurnAfterIt() {
    ScriptedAgent.Job job = ask("one");
    for (int i = 0; i < 250; i++) {
      job.say("x".repeat(32_000));
      rig.settle();
    }
    job.complete();
    rig.settle();
    turn("two", 0);
    turn("three", 0);
    assertThat(told())
        .containsExactly("...", "\"two\"", "completed: answer", "\"three\"", "completed: answer");
  }
}
