package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ExpiryHandlerTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static final String EXPIRING =
      "{\"type\":\"token_expiring\",\"payload\":{\"expires_at\":\"%s\"}}";

  private Wire wire = new Wire();
  private Duration set = Duration.ZERO;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    wire = new Wire();
    set = Duration.ZERO;
  }

  /** The wall time of the loop: now plus the time that has passed on the loop. */
  private Clock clock() {
    long start = wire.channel.eventLoop().ticker().nanoTime();
    return new Clock() {
      @Override
      public Instant instant() {
        return NOW.plus(set).plusNanos(wire.channel.eventLoop().ticker().nanoTime() - start);
      }

      @Override
      public ZoneOffset getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(java.time.ZoneId zone) {
        return this;
      }
    };
  }

  private void expireAt(Instant expiry) {
    wire.channel
        .pipeline()
        .addLast(new ExpiryHandler(expiry, clock(), wire.closer, wire.connection::expiring));
  }

  public void aConnectionEndsWithItsToken() {
    expireAt(NOW.plusSeconds(60));
    wire.open();
    wire.pass(59);
    assertThat(wire.closer.isClosing()).isFalse();
    wire.pass(1);
    assertThat(wire.written()).endsWith("8:4401");
  }

  public void itsEndIsToldAMinuteBefore() {
    expireAt(NOW.plusSeconds(600));
    wire.open();
    wire.pass(539);
    assertThat(wire.written()).containsExactly("welcome");
    wire.pass(1);
    wire.pass(59);
    assertThat(wire.written())
        .containsExactly("welcome", EXPIRING.formatted("2026-11-22T10:10:00.000Z"));
  }

  public void theEndOfAShortTokenIsToldAtHalfOfIt() {
    expireAt(NOW.plusSeconds(10));
    wire.open();
    wire.pass(4);
    assertThat(wire.written()).containsExactly("welcome");
    wire.pass(1);
    assertThat(wire.written())
        .containsExactly("welcome", EXPIRING.formatted("2026-11-22T10:00:10.000Z"));
  }

  public void nothingIsToldBeforeTheWelcome() {
    wire.routes.onOpen = subscriber -> {};
    expireAt(NOW.plusSeconds(10));
    wire.open();
    wire.pass(6);
    assertThat(wire.written()).isEmpty();
    wire.subscriber().welcome(FakeRouter.text("welcome"));
    assertThat(wire.written())
        .containsExactly("welcome", EXPIRING.formatted("2026-11-22T10:00:10.000Z"));
  }

  public void aTokenMayLastForWeeksOrForEver() {
    Wire other = new Wire();
    other
        .channel
        .pipeline()
        .addLast(new ExpiryHandler(Instant.MAX, clock(), other.closer, other.connection::expiring));
    expireAt(NOW.plus(Duration.ofDays(30)));
    for (int day = 0; day < 30; day++) {
      assertThat(wire.closer.isClosing()).isFalse();
      wire.pass(Duration.ofDays(1).toSeconds());
    }
    assertThat(wire.closer.isClosing()).isTrue();
    assertThat(other.closer.isClosing()).isFalse();
  }

  public void aClockThatIsSetBackDoesNotExtendAToken() {
    expireAt(NOW.plusSeconds(600));
    wire.open();
    wire.pass(300);
    set = Duration.ofDays(-8);
    wire.pass(299);
    assertThat(wire.closer.isClosing()).isFalse();
    wire.pass(1);
    assertThat(wire.written()).endsWith("8:4401");
  }
}
