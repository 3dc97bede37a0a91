package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.user.home.ManualHome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class RunTimersTest {

  private static final Duration FIRST = Duration.ofSeconds(20);
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final Duration WHOLE = Duration.ofSeconds(60);

  private ManualHome home;
  private List<String> timeouts;
  private RunTimers timers;
  private boolean mayBeSilent;

  @BeforeMethod(alwaysRun = true)
  public void start() {
    home = new ManualHome();
    timeouts = new ArrayList<>();
    mayBeSilent = false;
    RunConfig config = new RunConfig(FIRST, IDLE, WHOLE, new AgentName("builtin"));
    timers =
        new RunTimers(
            home,
            config,
            () -> mayBeSilent,
            (code, text) -> timeouts.add(code.wire() + ": " + text));
    timers.start(Duration.ZERO);
  }

  private void pass(Duration time) {
    long until = home.nanoTime() + time.toNanos();
    while (home.passToNextAlarm(until)) {
      home.runAll();
    }
  }

  public void theFirstWordMayTakeLonger() {
    pass(FIRST.minusNanos(1));
    assertThat(timeouts).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(timeouts).containsExactly("upstream_timeout: The agent said nothing for 20 s.");
  }

  public void whoWaitsForTheLogIsNotSilent() {
    timers.agentSpoke();
    mayBeSilent = true;
    pass(Duration.ofSeconds(35));
    mayBeSilent = false;
    timers.logCaughtUp();
    pass(IDLE.minusNanos(1));
    assertThat(timeouts).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(timeouts).hasSize(1);
  }

  public void silenceEndsARunOnTheDot() {
    timers.agentSpoke();
    pass(IDLE.minusNanos(1));
    assertThat(timeouts).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(timeouts).containsExactly("upstream_timeout: The agent said nothing for 10 s.");
  }

  public void anEventStartsTheSilenceAgain() {
    pass(Duration.ofSeconds(7));
    timers.agentSpoke();
    pass(Duration.ofSeconds(9));
    assertThat(timeouts).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(timeouts).hasSize(1);
  }

  public void aRunLastsSoLongWhateverItsAgentSays() {
    for (int i = 0; i < 12; i++) {
      assertThat(timeouts).isEmpty();
      timers.agentSpoke();
      pass(Duration.ofSeconds(5));
    }
    assertThat(timeouts).containsExactly("run_timeout: The run took longer than 60 s.");
  }

  public void stoppedTimersSayNothing() {
    timers.stop();
    pass(WHOLE.multipliedBy(2));
    assertThat(timeouts).isEmpty();
  }

  public void stoppedTimersSayNothingAlsoAfterALook() {
    timers.agentSpoke();
    pass(Duration.ofSeconds(3));
    timers.agentSpoke();
    pass(Duration.ofSeconds(9));
    timers.stop();
    pass(WHOLE.multipliedBy(2));
    assertThat(timeouts).isEmpty();
  }

  public void whoSaysThatItIsAliveIsNotSilent() {
    for (int i = 0; i < 4; i++) {
      pass(Duration.ofSeconds(9));
      timers.agentIsAlive();
    }
    pass(IDLE.minusNanos(1));
    assertThat(timeouts).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(timeouts).containsExactly("upstream_timeout: The agent said nothing for 10 s.");
  }

  public void whoIsAliveIsEndedByTheTimeOfTheWholeRun() {
    for (int i = 0; i < 12; i++) {
      assertThat(timeouts).isEmpty();
      timers.agentIsAlive();
      pass(Duration.ofSeconds(5));
    }
    assertThat(timeouts).containsExactly("run_timeout: The run took longer than 60 s.");
  }

  public void aPauseOfTheProcessIsNoSilenceOfTheAgent() {
    timers.agentSpoke();
    home.standStill(Duration.ofSeconds(45));
    pass(IDLE.minusNanos(1));
    assertThat(timeouts).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(timeouts).containsExactly("upstream_timeout: The agent said nothing for 10 s.");
  }

  public void aPauseOfTheProcessIsNoWorkOfTheAgent() {
    mayBeSilent = true;
    home.standStill(WHOLE.multipliedBy(2));
    pass(WHOLE.minusNanos(1));
    assertThat(timeouts).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(timeouts).containsExactly("run_timeout: The run took longer than 60 s.");
  }
}
