package dev.parley.gateway.tests.faults;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.WsClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Stalled readers whose queued bytes reach the limit of a tenant or of the gateway. */
@Test(groups = "error_recovery")
public class SlowSocketsTest extends GatewayTest {
  private static final String OTHER = "other-tenant";
  private static final String THIRD = "third-tenant";
  private static final int MESSAGES = 1_000;
  private static final int SIZE = 6_000;
  private static final long TENANT_BOUND = 1 << 20;
  private static final long BOUND = 2 << 20;

  /** Bytes queued for one stalled socket before the gateway reads no more for it. */
  private static final long ONE_ANSWER = 256 * 1024;

  private static final int MAX_SOCKETS = 30;
  private static final int FEW = 8;

  private ByteAccount all;

  @Override
  protected Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("limits.outbound_memory", Long.toString(BOUND));
    settings.put("limits.tenant_outbound_memory", Long.toString(TENANT_BOUND));
    settings.put("limits.burst", "100000");
    settings.put("limits.commands_per_minute", "1000000");
    settings.put("limits.bytes_per_second", "64MiB");
    settings.put("limits.frames_burst", "100000");
    settings.put("tiers.early.connections", "100");
    settings.put("server.stall_timeout", "10m");
    return settings;
  }

  @BeforeMethod(alwaysRun = true)
  public void write() {
    all = gateway.metrics().outbound();
    awaitThat(() -> all.held() == 0);
    write(gateway.tokens().of(ada));
    write(gateway.tokens().of(OTHER, bob));
    write(gateway.tokens().of(THIRD, bob));
  }

  private void write(String token) {
    try (WsClient writer = connectWith(token)) {
      for (int i = 1; i <= MESSAGES; i++) {
        writer.sendValid(Commands.chat("c" + i, "t1", "x".repeat(SIZE)));
      }
      writer.answer("c" + MESSAGES);
    }
  }

  private static void awaitThat(BooleanSupplier condition) {
    await().until(condition::getAsBoolean);
  }

  private long held(String tenant) {
    return all.find(tenant).map(ByteAccount::held).orElse(0L);
  }

  /** Opens a reader that never reads; it is closed after the test. */
  private void stall(String token) {
    RawClient reader = closing(RawClient.upgraded(gateway.address(), token));
    reader.sendText(Commands.subscribeAll("s1", "t1").toString());
  }

  /**
   * Stalls readers of this token one by one until the account of the tenant holds this many bytes.
   */
  private void fill(String tenant, String token, long bytes) {
    for (int i = 0; held(tenant) < bytes && i < MAX_SOCKETS; i++) {
      long before = held(tenant);
      stall(token);
      awaitThat(() -> held(tenant) >= Math.min(bytes, before + ONE_ANSWER / 4));
    }
    assertThat(held(tenant)).isGreaterThanOrEqualTo(bytes);
  }

  private void stall(int readers, String token) {
    for (int i = 0; i < readers; i++) {
      stall(token);
    }
  }

  private void assertReadsAll(String token) {
    assertThat(connectWith(token).readAll("t1").cursor()).isEqualTo(MESSAGES);
  }

  private void assertNothingIsLeftBehind() {
    closeClients();
    awaitThat(() -> all.held() == 0);
    awaitThat(() -> all.find("default").isEmpty() && all.find(OTHER).isEmpty());
  }

  public void atTheLimitOfATenantItsReadersGetSmallPagesAndOtherTenantsAreUnaffected() {
    String token = gateway.tokens().of(ada);
    fill("default", token, TENANT_BOUND);
    stall(FEW, token);
    assertReadsAll(token);
    stall(gateway.tokens().of(OTHER, bob));
    awaitThat(() -> held(OTHER) >= ONE_ANSWER / 4);
    assertThat(all.find("default").orElseThrow().highest())
        .isBetween(TENANT_BOUND, TENANT_BOUND + ONE_ANSWER + FEW * 2 * SIZE);
    assertNothingIsLeftBehind();
  }

  public void atTheLimitOfTheGatewayEveryReaderGetsSmallPages() {
    fill("default", gateway.tokens().of(ada), TENANT_BOUND);
    fill(OTHER, gateway.tokens().of(OTHER, bob), BOUND - held("default"));
    stall(FEW, gateway.tokens().of(THIRD, bob));
    for (String tenant : List.of("default", OTHER, THIRD)) {
      assertReadsAll(gateway.tokens().of(tenant, tenant.equals("default") ? ada : bob));
    }
    awaitThat(() -> held(THIRD) > 0);
    assertThat(all.find(THIRD).orElseThrow().highest()).isLessThan(FEW * 2 * SIZE);
    assertThat(all.highest()).isBetween(BOUND, BOUND + 2 * ONE_ANSWER);
    assertNothingIsLeftBehind();
  }
}
