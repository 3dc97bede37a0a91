package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** {@code slow} is a tier whose permits are not refilled while a test runs. */
@BusinessValue(
    segment = "free, early, mid, enterprise",
    goal = "Conversion",
    valueImpact = "Each tier gets its promised rate, and no user slows down another",
    strategicImpact = "Costs of agents stay bounded; a higher tier is worth its price")
@Test(groups = {"performance", "business_value", "security"})
public class P06RateLimits extends GatewayTest {
  private static final int BURST = 10;

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "tiers.slow.rate", "0.01",
        "tiers.slow.open_runs", "2",
        "limits.bytes_per_second", "256KiB");
  }

  @DataProvider
  public Object[][] tiers() {
    return new Object[][] {
      {"free", 50}, {"early", 100}, {"mid", 200}, {"enterprise", 500}, {"unheard-of", 100}
    };
  }

  @Test(dataProvider = "tiers")
  public void theWelcomeStatesTheLimitOfEachTierAndItIsEnforced(String tier, int perMinute) {
    WsClient client = connectWith(gateway.tokens().ofTier(ada, tier));
    var limits = client.received().get(0).payload().path("limits");
    assertThat(limits.path("commands_per_minute").asInt()).isEqualTo(perMinute);
    assertThat(limits.path("burst").asInt()).isEqualTo(BURST);
    long begin = System.nanoTime();
    int accepted = sendUntilLimited(client, perMinute);
    double refilled = (System.nanoTime() - begin) / 60e9 * perMinute;
    assertThat(accepted).isBetween(BURST, BURST + 1 + (int) Math.ceil(refilled));
  }

  private static int sendUntilLimited(WsClient client, int perMinute) {
    for (int sent = 0; ; sent++) {
      Received answer = client.ask(Commands.chat("c" + sent, "t1", "hello"));
      if (answer.type().equals("rejected")) {
        assertThat(answer.text("code")).isEqualTo("rate_limited");
        long wait = answer.payload().path("retry_after_ms").asLong();
        assertThat(wait).isBetween(1L, 60_000L / perMinute);
        return sent;
      }
      assertThat(sent).isLessThan(10_000);
    }
  }

  public void theLimitHoldsAcrossTheConnectionsOfAUser() {
    WsClient phone = slow(ada);
    WsClient laptop = slow(ada);
    spend(phone, "a", BURST / 2);
    spend(laptop, "b", BURST / 2);
    assertThat(phone.ask(Commands.chat("a9", "t1", "more")).text("code")).isEqualTo("rate_limited");
    assertThat(laptop.ask(Commands.chat("b9", "t1", "more")).text("code"))
        .isEqualTo("rate_limited");
  }

  public void theLimitIsNotResetByLeavingAndComingBack() {
    try (WsClient client = slow(ada)) {
      spend(client, "c", BURST);
    }
    gateway.awaitNoConnection();
    assertThat(slow(ada).ask(Commands.chat("d1", "t1", "more")).text("code"))
        .isEqualTo("rate_limited");
  }

  public void anotherUserIsNotAffected() {
    spend(slow(ada), "c", BURST);
    spend(slow(bob), "c", BURST);
  }

  public void aDuplicateCommandUsesNoPermitEvenWhenNoneIsLeft() {
    WsClient client = slow(ada);
    spend(client, "c", BURST);
    Received again = client.ask(Commands.chat("c3", "t1", "hello"));
    assertThat(again.type()).isEqualTo("accepted");
    assertThat(again.payload().path("duplicate").asBoolean()).isTrue();
    assertThat(again.payload().path("seq").asLong()).isEqualTo(4);
  }

  public void commandsThatAppendNothingAreNotCounted() {
    WsClient client = slow(ada);
    for (int i = 0; i < 2 * BURST; i++) {
      client.barrier();
      client.readAll("t" + i);
      client.ask(Commands.cancelRun("x" + i, "r_none"));
    }
    spend(client, "c", BURST);
  }

  public void aRejectedCommandUsesNoPermit() {
    WsClient client = slow(ada);
    for (int i = 0; i < 2 * BURST; i++) {
      client.send("{\"type\":\"chat\",\"id\":\"x" + i + "\",\"thread_id\":\"t1\"}");
      assertThat(client.answer("x" + i).text("code")).isEqualTo("invalid_argument");
    }
    spend(client, "c", BURST);
  }

  public void openRunsOfAUserAreLimitedByTier() {
    WsClient client = slow(ada);
    client.say("t1", "wait 30 seconds");
    String second = client.say("t2", "wait 30 seconds").runId();
    Received third = client.ask(Commands.userMessage("c3", "t3", "what is 1+1?"));
    assertThat(third.text("code")).isEqualTo("quota_exceeded");
    client.ask(Commands.cancelRun("x1", second));
    client.awaitEnd(second);
    assertThat(client.ask(Commands.userMessage("c4", "t3", "wait 30 seconds")).type())
        .isEqualTo("accepted");
    client.ask(Commands.cancelByCommand("x2", "c4"));
  }

  public void aFloodOfFramesIsClosed() {
    RawClient client = closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada)));
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    byte[] ping = RawClient.frame(0x81, "{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 5_000; i++) {
      flood.writeBytes(ping);
    }
    client.sendWhileOpen(flood.toByteArray());
    assertThat(client.readClose()).isEqualTo(4429);
  }

  public void aFloodOfBytesIsClosed() {
    RawClient client = closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada)));
    String ping = "{\"type\":\"ping\"}" + " ".repeat(60 * 1024);
    byte[] frame = RawClient.frame(0x81, ping.getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    for (int i = 0; i < 150; i++) {
      flood.writeBytes(frame);
    }
    client.sendWhileOpen(flood.toByteArray());
    assertThat(client.readClose()).isEqualTo(4429);
  }

  public void aFloodOfRequestsIsRefused() {
    RawClient client = rawSocket();
    String request = "GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n";
    client.sendWhileOpen(request.repeat(2_000).getBytes(StandardCharsets.US_ASCII));
    int answered = 0;
    RawClient.RawAnswer answer = client.readAnswer();
    for (; answer.status() == 200; answer = client.readAnswer()) {
      answered++;
    }
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.header("retry-after")).isEqualTo("1");
    assertThat(answered).isGreaterThanOrEqualTo(400);
  }

  private WsClient slow(String user) {
    return connectWith(gateway.tokens().ofTier(user, "slow"));
  }

  private static void spend(WsClient client, String prefix, int permits) {
    for (int i = 0; i < permits; i++) {
      assertThat(client.ask(Commands.chat(prefix + i, "t1", "hello")).type()).isEqualTo("accepted");
    }
  }
}
