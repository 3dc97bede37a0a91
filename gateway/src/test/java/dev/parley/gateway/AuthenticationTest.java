package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.monitor.Metrics;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class AuthenticationTest {

  /** Counts how often somebody asks whether a token is valid now. */
  private static final class CountingClock extends Clock {

    final AtomicInteger asked = new AtomicInteger();

    @Override
    public Instant instant() {
      asked.incrementAndGet();
      return Instant.EPOCH;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @DataProvider
  public Object[][] settings() {
    String secret = "a secret that is longer than 32 bytes";
    return new Object[][] {
      {Map.of("store.type", "memory")},
      {Map.of("store.type", "memory", "auth.jwt.secret", secret)},
      {Map.of("store.type", "memory", "auth.jwt.secret", secret, "auth.jwt.issuer", "https://id")},
    };
  }

  @Test(dataProvider = "settings")
  public void oneTokenIsSignedAndVerifiedBeforeSomebodyBringsOne(Map<String, String> settings) {
    CountingClock clock = new CountingClock();
    Problems problems = new Problems();
    Authentication.of(GatewayConfig.of(settings), clock, new Metrics(), problems).close();
    assertThat(problems.isEmpty()).isTrue();
    assertThat(clock.asked.get()).isGreaterThan(1);
  }
}
