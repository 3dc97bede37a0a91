package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.RefusedSetting;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.limit.ConnectionPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ListenerConfigTest {

  private static ListenerConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(ListenerConfig::read, values, problems);
  }

  public void defaults() {
    Problems problems = new Problems();
    assertThat(read(Map.of(), problems))
        .isEqualTo(
            new ListenerConfig(
                new ListenerConfig.Binding("127.0.0.1", 8080, 0),
                new ListenerConfig.Timeouts(
                    Duration.ofSeconds(8), Duration.ofSeconds(20), Duration.ofSeconds(30)),
                new ListenerConfig.SocketLimits(10_000, 10_000, 64, ConnectionPolicy.REFUSE),
                new ListenerConfig.FrameLimits(65_536, 64, 200, 400, 1_048_576),
                new ListenerConfig.CommandLimits(50, 32),
                false));
    assertThat(problems.isEmpty()).isTrue();
  }

  @DataProvider
  Object[][] mapping() {
    return new Object[][] {
      row("server.host", "::1", c -> c.binding().host(), "::1"),
      row("server.port", "0", c -> c.binding().port(), 0),
      row("server.loops", "3", c -> c.binding().loops(), 3),
      row("server.handshake_timeout", "1s", c -> c.timeouts().handshake(), ofSeconds(1)),
      row("server.heartbeat", "2s", c -> c.timeouts().heartbeat(), ofSeconds(2)),
      row("server.stall_timeout", "3s", c -> c.timeouts().stall(), ofSeconds(3)),
      row("server.max_frame", "1MiB", c -> c.frames().maxBytes(), 1_048_576),
      row("limits.connections", "4", c -> c.sockets().connections(), 4),
      row(
          "limits.unauthenticated_per_address",
          "5",
          c -> c.sockets().unauthenticatedPerAddress(),
          5),
      row("limits.fragments", "6", c -> c.frames().maxFragments(), 6),
      row("limits.rejected_in_a_row", "7", c -> c.commands().maxRejectedInARow(), 7),
      row("limits.unanswered_commands", "8", c -> c.commands().maxUnanswered(), 8),
      row("limits.frames_per_second", "9", c -> c.frames().perSecond(), 9),
      row("limits.frames_burst", "10", c -> c.frames().burst(), 10),
      row("limits.bytes_per_second", "2KiB", c -> c.frames().bytesPerSecond(), 2_048),
      row("server.compression", "true", ListenerConfig::compression, true),
      row("limits.connection_policy", "evict", c -> c.sockets().policy(), ConnectionPolicy.EVICT),
    };
  }

  private static Object[] row(
      String key, String text, Function<ListenerConfig, Object> accessor, Object value) {
    return new Object[] {key, text, accessor, value};
  }

  private static Duration ofSeconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test(dataProvider = "mapping")
  public void fullMapping(
      String key, String text, Function<ListenerConfig, Object> accessor, Object value) {
    Problems problems = new Problems();
    assertThat(accessor.apply(read(Map.of(key, text), problems))).isEqualTo(value);
    assertThat(problems.isEmpty()).isTrue();
  }

  @DataProvider
  Object[][] refused() {
    return new Object[][] {
      {"server.host", ""},
      {"server.host", "http://localhost"},
      {"server.host", "localhost:8080"},
      {"server.host", "127.1"},
      {"server.host", "256.0.0.1"},
      {"server.host", "1.2.3.4."},
      {"server.host", "[localhost]"},
      {"server.host", "::1::"},
      {"server.port", "65536"},
      {"server.loops", "-1"},
      {"server.handshake_timeout", "0s"},
      {"server.heartbeat", "1h"},
      {"server.stall_timeout", "0s"},
      {"server.max_frame", "2147483647"},
      {"server.compression", "on"},
      {"limits.connections", "0"},
      {"limits.unauthenticated_per_address", "0"},
      {"limits.fragments", "0"},
      {"limits.rejected_in_a_row", "0"},
      {"limits.unanswered_commands", "0"},
      {"limits.frames_per_second", "0"},
      {"limits.frames_burst", "0"},
      {"limits.bytes_per_second", "1"},
      {"limits.connection_policy", "queue"},
    };
  }

  @Test(dataProvider = "refused")
  public void validations(String key, String text) {
    RefusedSetting.check(ListenerConfig::read, key, text);
  }

  @DataProvider
  Object[][] hosts() {
    return new Object[][] {
      {"127.0.0.1", true},
      {"127.255.0.9", true},
      {"::1", true},
      {"[::1]", true},
      {"0:0:0:0:0:0:0:1", true},
      {"::ffff:127.0.0.1", true},
      {"localhost", true},
      {"LOCALHOST", true},
      {"0.0.0.0", false},
      {"::", false},
      {"10.0.0.1", false},
      {"localhost.example.com", false},
      {"127.0.0.1.example.com", false},
      {"gateway", false},
    };
  }

  @Test(dataProvider = "hosts")
  public void onlyLoopbackIsTakenForLoopback(String host, boolean isLoopback) {
    Problems problems = new Problems();
    assertThat(read(Map.of("server.host", host), problems).binding().isLoopback())
        .isEqualTo(isLoopback);
    assertThat(problems.isEmpty()).isTrue();
  }
}
