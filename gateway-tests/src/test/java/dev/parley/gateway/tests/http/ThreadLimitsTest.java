package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.testng.annotations.Test;

/** {@code slow} is a tier whose permits are not refilled while a test runs. */
@Test(groups = {"security", "multi_user"})
public class ThreadLimitsTest extends GatewayTest {

  private static final int BURST = 10;

  @Override
  protected Map<String, String> settings() {
    return Map.of("tiers.slow.rate", "0.01");
  }

  private HttpCaller slow(String user) {
    return new HttpCaller(gateway.address(), gateway.tokens().ofTier(user, "slow"));
  }

  public void deletionsBeyondTheRateAreRefused() {
    for (int i = 0; i < BURST; i++) {
      assertThat(slow(ada).delete("/v1/threads/t" + i).status()).isEqualTo(200);
    }
    HttpAnswer refused = slow(ada).delete("/v1/threads/t");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.text("code")).isEqualTo("rate_limited");
    assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(1, 60);
    assertThat(refused.json().path("retry_after_ms").asLong()).isPositive();
    assertThat(slow(ada).command(Commands.chat("c1", "t", "hello")).status()).isEqualTo(429);
    assertThat(slow(bob).delete("/v1/threads/t").status()).isEqualTo(200);
  }

  /** Every refusal names a quota or a rate, and another user is always answered. */
  public void tooManyConcurrentPagesAreRefusedOnlyToTheirUser() {
    ExecutorService callers = Executors.newFixedThreadPool(32);
    try {
      List<CompletableFuture<HttpAnswer>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(
            CompletableFuture.supplyAsync(() -> http(ada).get("/v1/threads?limit=500"), callers));
      }
      for (int i = 0; i < 10; i++) {
        assertThat(http(bob).get("/v1/threads").status()).isEqualTo(200);
      }
      for (CompletableFuture<HttpAnswer> answer : answers) {
        assertThat(answer.join().status()).isIn(200, 429);
        if (answer.join().status() == 429) {
          assertThat(answer.join().text("code")).isIn("quota_exceeded", "rate_limited");
        }
      }
    } finally {
      callers.shutdownNow();
    }
  }
}
