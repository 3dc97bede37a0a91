package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.WsClient;
import java.util.Map;
import org.testng.annotations.Test;

/** The tier limits what a user stores. The user sees the usage and frees space by deleting. */
@Test(groups = {"multi_user", "security"})
public class UserQuotaTest extends GatewayTest {

  private static final int LIMIT = 64 << 10;
  private static final String LARGE = "x".repeat(20_000);

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "tiers.free.stored_bytes", "64KiB", "tiers.free.threads", "3", "limits.burst", "1000");
  }

  private HttpCaller free(String user) {
    return new HttpCaller(gateway.address(), gateway.tokens().ofTier(user, "free"));
  }

  private static JsonNode used(HttpCaller caller) {
    return caller.get("/v1/session").json().path("used");
  }

  public void threadsAreLimitedAndADeletionFreesAPlace() {
    HttpCaller caller = free(ada);
    for (int i = 1; i <= 3; i++) {
      assertThat(caller.command(Commands.chat("c" + i, "t" + i, "hello")).status()).isEqualTo(200);
    }
    HttpAnswer refused = caller.command(Commands.chat("c4", "t4", "hello"));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.frame().text("code")).isEqualTo("quota_exceeded");
    assertThat(refused.frame().text("message")).startsWith("threads: 3 ");
    assertThat(used(caller).path("threads").asInt()).isEqualTo(3);
    caller.delete("/v1/threads/t2");
    assertThat(used(caller).path("threads").asInt()).isEqualTo(2);
    assertThat(caller.command(Commands.chat("c4", "t4", "hello")).status()).isEqualTo(200);
    assertThat(free(bob).command(Commands.chat("c1", "t9", "hello")).status()).isEqualTo(200);
  }

  public void storedBytesAreLimitedAndShownInTheWelcome() {
    WsClient client = connectWith(gateway.tokens().ofTier(ada, "free"));
    JsonNode limits = client.received().get(0).payload().path("limits");
    assertThat(limits.path("stored_bytes").asInt()).isEqualTo(LIMIT);
    assertThat(limits.path("threads").asInt()).isEqualTo(3);
    for (int i = 1; i <= 3; i++) {
      assertThat(client.ask(Commands.chat("c" + i, "t1", LARGE)).type()).isEqualTo("accepted");
    }
    assertThat(client.ask(Commands.chat("c4", "t1", LARGE)).text("code"))
        .isEqualTo("quota_exceeded");
    assertThat(used(free(ada)).path("stored_bytes").asInt()).isBetween(60_000, LIMIT);
    assertThat(client.ask(Commands.chat("c1", "t1", LARGE)).payload().path("duplicate").asBoolean())
        .isTrue();
    free(ada).delete("/v1/threads/t1");
    assertThat(used(free(ada)).path("stored_bytes").asInt()).isZero();
    assertThat(client.ask(Commands.chat("c5", "t1", LARGE)).type()).isEqualTo("accepted");
  }
}
