package dev.parley.gateway.tests.faults;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.embedded.SmallDisk;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RunningGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A gateway with a full disk reports it, and users free space by deleting threads. */
@Test(groups = {"error_recovery", "privileged"})
public class DegradedGatewayTest {

  private static final int THREADS = 9;
  private static final int MESSAGES = 30;
  private static final String LARGE = "x".repeat(60_000);
  private static final long MIB = 1L << 20;

  private SmallDisk disk;
  private RunningGateway gateway;

  @BeforeClass(alwaysRun = true)
  public void start() throws IOException {
    disk = SmallDisk.mount(64);
    gateway =
        RunningGateway.start(
            Map.of(
                "store.type", "embedded",
                "store.path", disk.path().toString(),
                "store.min_free", "8MiB",
                "limits.frames_burst", "100000",
                "limits.burst", "100000"));
  }

  @AfterClass(alwaysRun = true)
  public void stop() throws IOException {
    gateway.close();
    disk.close();
  }

  private HttpCaller caller(String user) {
    return new HttpCaller(gateway.address(), gateway.tokens().of(user));
  }

  public void aFullDiskDegradesTheGatewayUntilEnoughIsDeleted() throws IOException {
    HttpCaller ada = caller("ada");
    for (int i = 0; i < THREADS * MESSAGES; i++) {
      HttpAnswer taken = ada.command(Commands.chat("c" + i, "t" + i % THREADS, LARGE));
      assertThat(taken.status()).isEqualTo(200);
    }
    awaitReadiness("ready");
    disk.fillUpTo(4 * MIB);
    awaitReadiness("degraded");
    assertThat(readiness().body())
        .contains("\"degraded\":[{\"component\":\"store\",\"reason\":\"low_on_room\"}]");
    HttpAnswer refused = caller("bob").command(Commands.chat("c1", "t1", "hello"));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.frame().text("code")).isEqualTo("overloaded");
    assertThat(ada.get("/v1/threads/t1/events").status()).isEqualTo(200);
    for (int i = 0; i < THREADS; i++) {
      assertThat(ada.delete("/v1/threads/t" + i).status()).isEqualTo(200);
    }
    awaitReadiness("ready");
    assertThat(caller("bob").command(Commands.chat("c1", "t1", "hello")).status()).isEqualTo(200);
  }

  /** The status code is 200 whether the gateway is degraded or not. */
  private void awaitReadiness(String status) {
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              RawClient.RawAnswer answer = readiness();
              assertThat(answer.status()).isEqualTo(200);
              assertThat(answer.body()).startsWith("{\"status\":\"" + status + "\"");
            });
  }

  private RawClient.RawAnswer readiness() {
    try (RawClient client = RawClient.open(gateway.address())) {
      return client.request("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    }
  }
}
