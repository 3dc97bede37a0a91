package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.user.home.Home;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class NettyHomeTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Home home = new NettyHome(channel.eventLoop(), Clock.fixed(NOW, ZoneOffset.UTC));

  public void tasksRunInTheirOrderAndTimersInTheirTime() {
    List<String> done = new ArrayList<>();
    channel.freezeTime();
    home.schedule(Duration.ofSeconds(2), () -> done.add("late"));
    home.schedule(Duration.ofSeconds(1), () -> done.add("early"));
    home.schedule(Duration.ofSeconds(1), () -> done.add("never")).cancel();
    home.execute(() -> done.add("now"));
    channel.runPendingTasks();
    channel.advanceTimeBy(2, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(done).containsExactly("now", "early", "late");
  }

  public void aTimerMayBeLongerThanNanosecondsCount() {
    home.schedule(Duration.ofDays(1_000_000_000), () -> {}).cancel();
    assertThat(home.inHome()).isTrue();
    assertThat(home.now()).isEqualTo(NOW);
  }
}
