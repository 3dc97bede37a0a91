package dev.parley.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** How fast the users of a tenant may fill the audit log. */
@Test(groups = "unit")
public class RecordRatesTest {

  private long nanos;
  private RecordRates rates;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    nanos = 0;
    rates = new RecordRates(() -> nanos);
  }

  private int takeAll(String tenant) {
    int taken = 0;
    while (taken < 10 * RecordRates.BURST) {
      try {
        rates.take(tenant);
      } catch (RefusedException refused) {
        return taken;
      }
      taken++;
    }
    return taken;
  }

  public void theUsersOfATenantHaveOneRate() {
    assertThat(takeAll("acme")).isEqualTo(RecordRates.BURST);
    assertThat(takeAll("zoo")).isEqualTo(RecordRates.BURST);
    nanos += Duration.ofSeconds(3).toNanos();
    assertThat(takeAll("acme")).isEqualTo(3 * RecordRates.PER_SECOND);
  }

  public void aRefusalTellsWhenToComeBack() {
    takeAll("acme");
    assertThatThrownBy(() -> rates.take("acme"))
        .asInstanceOf(type(RefusedException.class))
        .extracting(RefusedException::refusal)
        .satisfies(
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ErrorCode.RATE_LIMITED);
              assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMillis(50));
              assertThat(refusal.message())
                  .isEqualTo(
                      "calls on record: too many of the tenant (expected: at most 20 a second)");
            });
  }

  public void tenantsWhoAreQuietAreForgotten() {
    takeAll("acme");
    IntStream.range(0, RecordRates.MAX_TENANTS - 1).forEach(i -> rates.take("t" + i));
    assertThat(takeAll("acme")).isZero();
    IntStream.range(0, RecordRates.MAX_TENANTS).forEach(i -> rates.take("t" + i));
    assertThat(takeAll("acme")).isEqualTo(RecordRates.BURST);
  }

  /** Actions, views and lists are all limited, and nothing of those beyond is stored. */
  public void whatIsBeyondTheRateIsNeitherDoneNorStored() {
    try (MemoryLog log = new MemoryLog(Clock.systemUTC(), IdSource.random())) {
      Audit audit = new Audit(log.audit(), Clock.systemUTC(), () -> {}, () -> nanos);
      UserId eve = new UserId("acme", "eve");
      Principal admin = new Principal(eve, "early", Set.of(Scope.ADMIN), Instant.MAX);
      Audit.Matter matter = Audit.Matter.of("acme", "thing");
      for (int i = 0; i < RecordRates.BURST - 1; i++) {
        AuditEntry ignored = audit.begun(admin, OperatorAction.RELOAD, matter);
      }
      audit.listed(admin, OperatorAction.LIST_USERS, matter).toCompletableFuture().join();
      assertThatThrownBy(() -> audit.begun(admin, OperatorAction.RELOAD, matter))
          .isInstanceOf(RefusedException.class);
      assertThatThrownBy(
              () ->
                  audit
                      .viewed(admin, OperatorAction.VIEW_USER, new UserId("acme", "ada"))
                      .toCompletableFuture()
                      .join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(RefusedException.class);
      assertThat(log.audit().read(eve, null, Long.MAX_VALUE, 9).toCompletableFuture().join())
          .extracting(page -> page.entries().size())
          .isEqualTo(1);
    }
  }
}
