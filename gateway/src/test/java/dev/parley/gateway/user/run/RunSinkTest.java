package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.user.home.ManualHome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** How an agent is held back. */
@Test(groups = "unit")
public class RunSinkTest {

  private ManualHome home;
  private List<Runnable> pool;
  private List<AgentEvent> taken;
  private long bytes;
  private int floods;
  private RunSink sink;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    home = new ManualHome();
    pool = new ArrayList<>();
    taken = new ArrayList<>();
    bytes = 0;
    floods = 0;
    sink =
        new RunSink(
            home,
            pool::add,
            new RunSink.SinkListener() {
              @Override
              public void take(
                  RunSink.Emitted emitted, long size, @Nullable CompletableFuture<Void> synced) {
                taken.addAll(emitted.events());
                bytes += size;
              }

              @Override
              public void flooded() {
                floods++;
              }

              @Override
              public void alive() {}
            });
  }

  private CompletionStage<Void> emit(AgentEvent event) {
    return sink.emit(event);
  }

  private CompletionStage<Void> say(int units) {
    return emit(new AgentEvent.Message("x".repeat(units)));
  }

  private void runPool() {
    List.copyOf(pool).forEach(Runnable::run);
    pool.clear();
  }

  public void anEventGoesHomeAndTheAgentGoesOn() {
    assertThat(say(10)).isDone();
    assertThat(taken).isEmpty();
    home.runAll();
    assertThat(taken).hasSize(1);
    assertThat(bytes).isEqualTo(128 + 20);
  }

  public void eventsKeepTheirOrder() {
    AgentEvent first = new AgentEvent.Message("1");
    AgentEvent second = AgentEvent.Thinking.delta("2");
    emit(first);
    emit(second);
    home.runAll();
    assertThat(taken).containsExactly(first, second);
  }

  public void aboveTheFirstBoundTheAgentWaits() {
    assertThat(say(60_000)).isDone();
    CompletionStage<Void> room = say(10_000);
    home.runAll();
    assertThat(room).isNotDone();
    sink.done(bytes - RunSink.WAIT_ABOVE - 1);
    assertThat(pool).isEmpty();
    sink.done(1);
    assertThat(room).isNotDone();
    runPool();
    assertThat(room).isDone();
  }

  public void roomThatComesBeforeTheWaitIsNotMissed() {
    say(60_000);
    home.runAll();
    CompletionStage<Void> room = say(10_000);
    sink.done(bytes);
    home.runAll();
    runPool();
    assertThat(room).isDone();
  }

  public void allWhoWaitAreFreedTogether() {
    say(60_000);
    List<CompletionStage<Void>> rooms = List.of(say(10_000), say(10_000), say(10_000));
    home.runAll();
    sink.done(bytes);
    runPool();
    rooms.forEach(room -> assertThat(room).isDone());
  }

  public void aboveTheSecondBoundNothingMoreIsTakenAndThatIsSaidOnce() {
    for (int i = 0; i < 100; i++) {
      say(50_000);
    }
    home.runAll();
    assertThat(bytes).isBetween(RunSink.FLOOD_ABOVE - 1, RunSink.FLOOD_ABOVE + 150_000);
    assertThat(floods).isEqualTo(1);
    assertThat(say(1)).isDone();
  }

  public void anEventOfAFloodIsNeverStored() {
    for (int i = 0; i < 100; i++) {
      say(50_000);
    }
    assertThat(sink.emitSynced(AgentEvent.Completed.stop()).toCompletableFuture()).isCancelled();
  }

  public void oneLargeEventIsNoFlood() {
    assertThat(say(100)).isDone();
    emit(AgentEvent.ToolEnded.ok("k1", RawJson.of('"' + "x".repeat(6_000_000) + '"')));
    home.runAll();
    assertThat(taken).hasSize(2);
    assertThat(floods).isZero();
  }

  /** Each holds something large, in one place after the other. */
  @DataProvider
  public Object[] large() {
    String words = "x".repeat((int) RunSink.WAIT_ABOVE);
    RawJson value = RawJson.of(words);
    RawJson small = RawJson.of("1");
    return new Object[] {
      AgentEvent.Thinking.delta(words),
      AgentEvent.Thinking.step(words),
      new AgentEvent.Message(words),
      new AgentEvent.ToolStarted(words, "t", small),
      new AgentEvent.ToolStarted("k", words, small),
      new AgentEvent.ToolStarted("k", "t", value),
      AgentEvent.ToolEnded.ok(words, small),
      AgentEvent.ToolEnded.ok("k", value),
      AgentEvent.ToolEnded.error("k", words),
      new AgentEvent.State(false, value),
      new AgentEvent.Custom(words, small),
      new AgentEvent.Custom("n", value),
      new AgentEvent.Completed(Finish.STOP, value, null),
      new AgentEvent.Completed(Finish.STOP, null, value),
      new AgentEvent.Failed(ErrorCode.AGENT_ERROR, words, true),
    };
  }

  @Test(dataProvider = "large")
  public void allThatAnEventHoldsCounts(AgentEvent event) {
    assertThat(emit(event)).isNotDone();
  }
}
