package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.Revocation;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.RevocationLog;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A change is in force and answered once it is stored, and changes come one after the other. */
@Test(groups = "unit", timeOut = 60_000)
public class RevocationOrderTest {

  private static final UserId USER = new UserId("acme", "ada");
  private static final RevocationKey ADA = RevocationKey.ofUser("acme", "ada");
  private static final Principal TOKEN =
      new Principal(USER, "mid", Set.of(), Instant.MAX, "t", Optional.empty());

  private final Queue<CompletableFuture<Void>> held = new ArrayDeque<>();
  private MemoryLog log;
  private Revocations revocations;

  /** The revocations of the log, each change of which waits until the test carries it out. */
  private final class HeldChanges implements RevocationLog {

    private CompletionStage<Void> hold(Supplier<CompletionStage<Void>> change) {
      CompletableFuture<Void> turn = new CompletableFuture<>();
      held.add(turn);
      return turn.thenRun(() -> change.get().toCompletableFuture().join());
    }

    @Override
    public CompletionStage<Void> put(Revocation revocation, @Nullable AuditEntry record) {
      return hold(() -> log.revocations().put(revocation, record));
    }

    @Override
    public CompletionStage<Void> remove(List<RevocationKey> keys, @Nullable AuditEntry record) {
      return hold(() -> log.revocations().remove(keys, record));
    }

    @Override
    public CompletionStage<StoredRevocations> all() {
      return log.revocations().all();
    }
  }

  @BeforeMethod(alwaysRun = true)
  public void open() {
    held.clear();
    log = new MemoryLog(Clock.systemUTC(), IdSource.random());
    revocations =
        new Revocations(
            new RevocationConfig(9, Duration.ofHours(1)), Duration.ofSeconds(5), Clock.systemUTC());
    revocations.open(new HeldChanges()).toCompletableFuture().join();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    log.close();
  }

  private static AuditEntry record(long number) {
    UserId eve = new UserId("acme", "eve");
    return new AuditEntry(number, 1, eve, null, "act", "acme", null, null, null, AuditEntry.BEGUN);
  }

  private CompletableFuture<Revocation> revoke() {
    Revocation asked = revocations.asked(ADA, Optional.empty(), Optional.empty());
    return revocations.revoke(asked, record(1)).toCompletableFuture();
  }

  private CompletableFuture<Boolean> remove() {
    return revocations.remove(ADA, record(2)).toCompletableFuture();
  }

  private void store() {
    assertThat(held.remove().complete(null)).isTrue();
  }

  private List<Revocation> stored() {
    return log.revocations().all().toCompletableFuture().join().readable();
  }

  public void aRevocationIsInForceAndAnsweredOnceItIsStored() {
    CompletableFuture<Revocation> revoked = revoke();
    assertThat(revoked).isNotDone();
    assertThat(revocations.isRevoked(TOKEN)).isFalse();
    store();
    assertThat(stored()).containsExactly(revoked.join());
    assertThat(revocations.isRevoked(TOKEN)).isTrue();
  }

  public void aTokenIsValidAgainOnceTheRemovalIsStored() {
    var ignored = revoke();
    store();
    CompletableFuture<Boolean> removed = remove();
    assertThat(removed).isNotDone();
    assertThat(revocations.isRevoked(TOKEN)).isTrue();
    store();
    assertThat(removed).isCompletedWithValue(true);
    assertThat(stored()).isEmpty();
    assertThat(revocations.isRevoked(TOKEN)).isFalse();
  }

  public void aChangeWaitsForTheOneBefore() {
    CompletableFuture<Revocation> revoked = revoke();
    CompletableFuture<Boolean> removed = remove();
    assertThat(held).hasSize(1);
    store();
    assertThat(revoked).isDone();
    assertThat(removed).isNotDone();
    store();
    assertThat(removed).isCompletedWithValue(true);
  }

  public void oneThatIsNotStoredIsNotInForceAndStopsNoOther() {
    CompletableFuture<Revocation> lost = revoke();
    CompletableFuture<Revocation> next = revoke();
    held.remove().completeExceptionally(new LogException("log: closed"));
    assertThatThrownBy(lost::join).hasCauseInstanceOf(LogException.class);
    assertThat(revocations.count()).isZero();
    store();
    assertThat(next).isDone();
    assertThat(revocations.isRevoked(TOKEN)).isTrue();
  }
}
