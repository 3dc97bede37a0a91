package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** How all contexts come to rest before the gateway ends. */
@Test(groups = "unit")
public class DrainTest {

  // An agent that does not confirm the stop is waited for so long
  private static final Duration CONFIRMATION = Duration.ofSeconds(5);

  private UserRig rig;

  @BeforeMethod(alwaysRun = true)
  public void build() {
    rig = new UserRig();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private CompletableFuture<Void> drain() {
    CompletableFuture<Void> drained = rig.contexts.drain().toCompletableFuture();
    rig.settle();
    return drained;
  }

  public void waitsUntilEverybodyWasGivenTheEndOfARun() {
    Peer busy = rig.connectUnread("ada", "early");
    busy.start("c", "t");
    CompletableFuture<Void> drained = drain();
    rig.pass(CONFIRMATION.plusMillis(100));
    assertThat(drained).isNotDone();
    busy.readOn(1 << 20);
    rig.pass(Duration.ofMillis(100));
    assertThat(drained).isDone();
    assertThat(busy.seen.last("agent_cancelled").path("by").asText()).isEqualTo("shutdown");
  }

  public void doesNotWaitLongForAConnectionThatReadsNothing() {
    Peer asleep = rig.connectUnread("ada", "early");
    asleep.start("c", "t");
    CompletableFuture<Void> drained = drain();
    rig.pass(CONFIRMATION.plusSeconds(2));
    assertThat(drained).isDone();
  }
}
