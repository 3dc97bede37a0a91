package dev.parley.gateway.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.monitor.Phases.Phase;
import java.util.concurrent.atomic.AtomicLong;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class PhasesTest {

  private AtomicLong nanos;
  private Phases phases;

  @BeforeMethod(alwaysRun = true)
  public void start() {
    nanos = new AtomicLong(Long.MAX_VALUE - 1);
    phases = new Phases(nanos::get);
  }

  public void beginsWithTheConfiguration() {
    pass(7);
    assertThat(phases.json())
        .startsWith(
            "{\"status\":\"starting\",\"phases\":["
                + "{\"phase\":\"configuration\",\"state\":\"running\",\"millis\":7},"
                + "{\"phase\":\"listener\",\"state\":\"waiting\"}");
    assertThat(phases.isReady()).isFalse();
  }

  public void tellsTheTimeOfEachPhaseAndOfTheWholeStart() {
    startAll();
    assertThat(phases.isReady()).isTrue();
    assertThat(phases.json())
        .isEqualTo(
            "{\"status\":\"ready\",\"phases\":["
                + "{\"phase\":\"configuration\",\"state\":\"done\",\"millis\":10},"
                + "{\"phase\":\"listener\",\"state\":\"done\",\"millis\":10},"
                + "{\"phase\":\"store\",\"state\":\"done\",\"millis\":10},"
                + "{\"phase\":\"recovery\",\"state\":\"done\",\"millis\":10},"
                + "{\"phase\":\"agents\",\"state\":\"done\",\"millis\":10},"
                + "{\"phase\":\"ready\",\"state\":\"done\",\"millis\":50}]}");
  }

  public void isNotReadyWhileItDrains() {
    startAll();
    phases.drain();
    assertThat(phases.isReady()).isFalse();
    assertThat(phases.json()).startsWith("{\"status\":\"draining\"");
  }

  public void acceptsWorkBetweenTheAnnouncementAndTheDrain() {
    startAll();
    assertThat(phases.isInRotation()).isTrue();
    phases.announceDrain();
    assertThat(phases.isInRotation()).isFalse();
    assertThat(phases.isReady()).isTrue();
    assertThat(phases.json()).startsWith("{\"status\":\"draining\"");
    phases.drain();
    assertThat(phases.isReady()).isFalse();
  }

  public void aDrainWithoutAnAnnouncementIsOne() {
    startAll();
    phases.drain();
    assertThat(phases.isInRotation()).isFalse();
  }

  public void isNotReadyWhileTheStoreIsReopened() {
    startAll();
    phases.begin(Phase.STORE);
    assertThat(phases.isReady()).isFalse();
    assertThat(phases.json()).contains("{\"phase\":\"ready\",\"state\":\"waiting\"}");
    phases.begin(Phase.READY);
    assertThat(phases.isReady()).isTrue();
  }

  public void namesThePhaseThatFailed() {
    phases.begin(Phase.LISTENER);
    pass(3);
    phases.fail();
    assertThat(phases.current()).isEqualTo(Phase.LISTENER);
    assertThat(phases.json())
        .startsWith("{\"status\":\"failed\"")
        .contains("{\"phase\":\"listener\",\"state\":\"failed\",\"millis\":3}");
  }

  private void startAll() {
    for (Phase phase : Phase.values()) {
      if (phase != Phase.CONFIGURATION) {
        pass(10);
        phases.begin(phase);
      }
    }
  }

  private void pass(long millis) {
    nanos.addAndGet(millis * 1_000_000);
  }
}
