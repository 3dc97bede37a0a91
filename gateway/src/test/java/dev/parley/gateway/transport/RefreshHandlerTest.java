package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ClientCommand.RefreshToken;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.transport.FakeRouter.FakeRoute;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class RefreshHandlerTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private Wire wire;
  private FakeRoute route;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    wire = new Wire();
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    ExpiryHandler expiry =
        new ExpiryHandler(NOW.plusSeconds(600), clock, wire.closer, wire.connection::expiring);
    UserId ada = FakeVerifier.named("ada").user();
    RefreshHandler refresh =
        new RefreshHandler(new FakeVerifier(), ada, expiry, wire.connection, wire.closer);
    wire.channel.pipeline().addLast(expiry).addLast(refresh);
    route = wire.open();
  }

  private void refresh(String token) {
    wire.channel
        .pipeline()
        .context(ExpiryHandler.class)
        .fireChannelRead(new RefreshToken(new CommandId("r1"), token));
  }

  public void aNewerTokenOfTheSameUserTakesItsWay() {
    refresh("ada");
    assertThat(route.refreshes).containsExactly(FakeVerifier.named("ada"));
    assertThat(wire.written()).containsExactly("welcome", FakeRouter.pongText("refreshed"));
  }

  public void oneThatProvesNothingIsRejectedAndTheOldOneCounts() {
    refresh("forged");
    assertThat(wire.written().get(1))
        .contains("\"rejected\"", "\"r1\"", "unauthenticated", "/payload/token")
        .doesNotContain("forged");
    assertThat(route.refreshes).isEmpty();
    assertThat(wire.closer.isClosing()).isFalse();
  }

  public void oneOfAnotherUserEndsTheConnection() {
    refresh("bob");
    assertThat(wire.written()).containsExactly("welcome", "8:4403");
    assertThat(route.refreshes).isEmpty();
  }

  public void oneThatCannotBeVerifiedNowIsToldWhenToComeAgain() {
    refresh("overload");
    assertThat(wire.written().get(1))
        .contains("\"rejected\"", "overloaded", "/payload/token", "\"retry_after_ms\":1000");
    assertThat(wire.closer.isClosing()).isFalse();
  }
}
