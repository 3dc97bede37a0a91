package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.ManualClock;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Revocation;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.log.embedded.DamagedStore;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What is revoked, for how long, and how many there may be. */
@Test(groups = "unit")
public class RevocationsTest {

  private static final Duration KEEP = Duration.ofHours(2);
  private static final Duration LEEWAY = Duration.ofSeconds(5);
  private static final int MAX = 8;

  /** One tenant alone may hold as many as it leaves free. */
  private static final int SHARE = MAX / 2;

  private static final RevocationKey ADA = RevocationKey.ofUser("acme", "ada");

  private ManualClock clock;
  private Path folder;
  private EventLog log;
  private Revocations revocations;
  private long records;

  @BeforeMethod(alwaysRun = true)
  public void open() throws IOException {
    clock = new ManualClock();
    folder = Files.createTempDirectory("parley-revocations");
    records = 0;
    openStore();
  }

  private void openStore() {
    log = StoreKind.EMBEDDED.open(folder, clock, QueueBound.DEFAULT_BYTES);
    revocations = new Revocations(new RevocationConfig(MAX, KEEP), LEEWAY, clock);
    done(revocations.open(log.revocations()));
  }

  @AfterMethod(alwaysRun = true)
  public void close() throws IOException {
    log.close();
    EventLogContract.deleteAll(folder);
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private AuditEntry record() {
    UserId eve = new UserId("acme", "eve");
    return new AuditEntry(
        ++records, 1, eve, null, "act", "acme", null, null, null, AuditEntry.BEGUN);
  }

  private Revocation revoke(RevocationKey key) {
    return revoke(key, null);
  }

  private Revocation revoke(RevocationKey key, @Nullable Instant issuedBefore) {
    return revoke(key, issuedBefore, null);
  }

  private Revocation revoke(
      RevocationKey key, @Nullable Instant issuedBefore, @Nullable Instant expiresAt) {
    Revocation asked =
        revocations.asked(key, Optional.ofNullable(issuedBefore), Optional.ofNullable(expiresAt));
    return done(revocations.revoke(asked, record()));
  }

  private List<String> outcomes() {
    return done(log.audit().read(new UserId("default", "eve"), null, Long.MAX_VALUE, 99))
        .entries()
        .stream()
        .map(AuditEntry::outcome)
        .toList();
  }

  private Instant now() {
    return clock.instant();
  }

  private static Principal token(String tenant, String user, @Nullable String id) {
    return token(tenant, user, id, null);
  }

  private static Principal token(
      String tenant, String user, @Nullable String id, @Nullable Instant issuedAt) {
    return new Principal(
        new UserId(tenant, user), "mid", Set.of(), Instant.MAX, id, Optional.ofNullable(issuedAt));
  }

  public void anIdIsRevokedInItsTenantAlone() {
    revoke(RevocationKey.ofToken("acme", "t-1"));
    assertThat(revocations.isRevoked(token("acme", "ada", "t-1"))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "bob", "t-1", now().plusSeconds(9)))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "ada", "t-2"))).isFalse();
    assertThat(revocations.isRevoked(token("acme", "ada", null))).isFalse();
    assertThat(revocations.isRevoked(token("acme", "t-1", null))).isFalse();
    assertThat(revocations.isRevoked(token("zoo", "ada", "t-1"))).isFalse();
  }

  public void theTokensOfAUserAreRevokedThatWereIssuedInTheSecondOrBefore() {
    revoke(ADA, now().plusMillis(1));
    assertThat(revocations.isRevoked(token("acme", "ada", "t", now().minusSeconds(1)))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "ada", "t", now()))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "ada", "t", now().plusSeconds(1)))).isFalse();
    assertThat(revocations.isRevoked(token("acme", "ada", "t"))).as("no iat").isTrue();
    assertThat(revocations.isRevoked(token("acme", "bob", "t"))).isFalse();
    assertThat(revocations.isRevoked(token("zoo", "ada", "t"))).isFalse();
  }

  /** An issuer whose clock is ahead by the leeway may have issued a token that is valid now. */
  public void withoutATimeEachTokenIsRevokedThatMayBeValidNow() {
    clock.advance(Duration.ofMillis(700));
    Instant latest = now().plus(LEEWAY);
    Revocation made = revoke(ADA);
    assertThat(made.issuedBefore()).contains(latest.truncatedTo(ChronoUnit.SECONDS));
    assertThat(made.revokedAt()).isEqualTo(now().truncatedTo(ChronoUnit.SECONDS));
    assertThat(revocations.isRevoked(token("acme", "ada", "t", now()))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "ada", "t", latest))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "ada", "t"))).as("no iat").isTrue();
    assertThat(revocations.isRevoked(token("acme", "ada", "t", latest.plusSeconds(1)))).isFalse();
  }

  public void aWholeTenantIsRevoked() {
    revoke(RevocationKey.ofTenant("acme"), now());
    assertThat(revocations.isRevoked(token("acme", "ada", null, now()))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "bob", "t"))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "bob", "t", now().plusSeconds(1)))).isFalse();
    assertThat(revocations.isRevoked(token("acme2", "bob", "t"))).isFalse();
  }

  public void revokingAgainNeverRevokesLess() {
    Revocation first = revoke(ADA);
    clock.advance(Duration.ofSeconds(9));
    Revocation second = revoke(ADA, now().minusSeconds(500));
    assertThat(second.issuedBefore()).isEqualTo(first.issuedBefore());
    assertThat(second.revokedAt()).isEqualTo(first.revokedAt().plusSeconds(9));
    assertThat(second.keptUntil()).isEqualTo(first.keptUntil().plusSeconds(9));
    assertThat(revoke(ADA).issuedBefore()).contains(second.revokedAt().plus(LEEWAY));
    assertThat(revocations.count()).isEqualTo(1);
    assertThat(outcomes()).containsExactly("done", "done", "done");
  }

  public void revokingATokenAgainKeepsItAsLong() {
    RevocationKey token = RevocationKey.ofToken("acme", "t-1");
    Instant until = revoke(token).keptUntil();
    assertThat(revoke(token, null, now().plusSeconds(60)).keptUntil()).isEqualTo(until);
  }

  public void aRevocationIsUndone() {
    revoke(ADA);
    assertThat(done(revocations.remove(ADA, record()))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "ada", "t"))).isFalse();
    assertThat(done(revocations.remove(ADA, record()))).isFalse();
    assertThat(revocations.count()).isZero();
    assertThat(outcomes()).containsExactly("not_found", "done", "done");
    log.close();
    openStore();
    assertThat(revocations.isRevoked(token("acme", "ada", "t"))).isFalse();
  }

  private static RevocationKey tokenOfAcme(int number) {
    return RevocationKey.ofToken("acme", "t-" + number);
  }

  private void fillShareOfAcme() {
    for (int i = 0; i < SHARE; i++) {
      revoke(tokenOfAcme(i));
    }
  }

  private void assertRefused(RevocationKey key, String message) {
    assertThatThrownBy(() -> revoke(key))
        .hasCauseInstanceOf(RefusedException.class)
        .hasMessageContaining(message)
        .extracting(Throwable::getCause, as(throwable(RefusedException.class)))
        .extracting(refused -> refused.refusal().code())
        .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
  }

  public void oneTooManyIsRefusedBeforeAnythingIsWritten() {
    fillShareOfAcme();
    String message = "revocations: 4 of the tenant in force (expected: fewer than are left of";
    assertRefused(ADA, message);
    assertRefused(tokenOfAcme(SHARE), message);
    assertThat(outcomes()).hasSize(SHARE);
    assertThat(done(log.revocations().all()).readable()).hasSize(SHARE);
    revoke(tokenOfAcme(1));
    done(revocations.remove(tokenOfAcme(1), record()));
    revoke(ADA);
    assertThat(revocations.count()).isEqualTo(SHARE);
  }

  public void aTenantThatHoldsItsShareLeavesRoomToAllOthers() {
    fillShareOfAcme();
    revoke(RevocationKey.ofUser("zoo", "ada"));
    revoke(RevocationKey.ofToken("zoo", "t-0"));
    assertRefused(RevocationKey.ofToken("zoo", "t-1"), "revocations: 2 of the tenant in force");
    revoke(RevocationKey.ofToken("inn", "t-0"));
    for (String tenant : List.of("acme", "zoo", "inn", "default")) {
      revoke(RevocationKey.ofTenant(tenant));
    }
    assertRefused(ADA, "revocations: 4 of the tenant in force");
    assertThat(revocations.isRevoked(token("acme", "ada", null, now()))).isTrue();
  }

  public void wholeTenantsTakeNoRoomOfOthersAndAreBounded() {
    for (int i = 0; i < MAX; i++) {
      revoke(RevocationKey.ofTenant("tenant-" + i));
    }
    assertRefused(
        RevocationKey.ofTenant("acme"),
        "revocations: 8 of whole tenants in force (expected: fewer than auth.revocations.max");
    fillShareOfAcme();
    revoke(RevocationKey.ofTenant("tenant-1"));
    done(revocations.remove(RevocationKey.ofTenant("tenant-1"), record()));
    revoke(RevocationKey.ofTenant("acme"));
    assertThat(revocations.count()).isEqualTo(MAX + SHARE);
  }

  /** The maximum may have been higher before. */
  public void moreThanTheShareAreReadFromTheStore() {
    for (int i = 0; i < 2 * MAX; i++) {
      Revocation old = revocations.asked(tokenOfAcme(i), Optional.empty(), Optional.empty());
      done(log.revocations().put(old, null));
    }
    log.close();
    openStore();
    assertThat(revocations.count()).isEqualTo(2 * MAX);
    assertThat(revocations.isRevoked(token("acme", "ada", "t-15"))).isTrue();
    assertRefused(ADA, "revocations: 16 of the tenant in force");
    revoke(RevocationKey.ofUser("zoo", "ada"));
    revoke(tokenOfAcme(3));
    revoke(RevocationKey.ofTenant("acme"));
    clock.advance(KEEP);
    revoke(ADA);
    assertThat(revocations.count()).isEqualTo(1);
  }

  public void oneThatIsOverMakesRoom() {
    revoke(tokenOfAcme(0), null, now().plusSeconds(60));
    for (int i = 1; i < SHARE; i++) {
      revoke(tokenOfAcme(i));
    }
    clock.advance(Duration.ofSeconds(60).plus(Revocations.CLOCKS).minusSeconds(1));
    assertThatThrownBy(() -> revoke(ADA)).hasCauseInstanceOf(RefusedException.class);
    assertThat(revocations.isRevoked(token("acme", "ada", "t-0"))).isTrue();
    clock.advance(Duration.ofSeconds(1));
    revoke(ADA);
    assertThat(revocations.isRevoked(token("acme", "bob", "t-0"))).isFalse();
    assertThat(done(log.revocations().all()).readable()).hasSize(SHARE);
  }

  public void theyEndByThemselves() {
    revoke(RevocationKey.ofToken("acme", "t-1"));
    revoke(ADA);
    clock.advance(KEEP.minusSeconds(1));
    revoke(ADA);
    clock.advance(Duration.ofSeconds(1));
    assertThat(done(revocations.expire())).isFalse();
    assertThat(revocations.page("acme", null, 9).stream().map(Revocation::key))
        .containsExactly(ADA);
    assertThat(done(log.revocations().all()).readable()).hasSize(1);
  }

  public void thoseOfOneTenantAreListedInPages() {
    revoke(RevocationKey.ofToken("acme", "t-1"));
    revoke(ADA);
    revoke(RevocationKey.ofToken("zoo", "t-2"));
    List<RevocationKey> found = new ArrayList<>();
    RevocationKey after = null;
    for (List<Revocation> page = revocations.page("acme", null, 1);
        !page.isEmpty();
        page = revocations.page("acme", after, 1)) {
      assertThat(page).hasSize(1);
      after = page.get(0).key();
      found.add(after);
    }
    assertThat(found).containsExactly(ADA, RevocationKey.ofToken("acme", "t-1"));
  }

  public void theyAreInForceAfterARestart() {
    revoke(ADA, now());
    revoke(RevocationKey.ofToken("acme", "t-1"));
    log.close();
    openStore();
    assertThat(revocations.count()).isEqualTo(2);
    assertThat(revocations.isRevoked(token("acme", "bob", "t-1"))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "ada", null, now()))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "ada", null, now().plusSeconds(1)))).isFalse();
  }

  public void oneWithADamagedRecordIsMadeAgain() {
    revoke(ADA, now().plus(Revocations.CLOCKS));
    revoke(RevocationKey.ofToken("acme", "t-1"));
    log.close();
    try (DamagedStore damaged = new DamagedStore(folder)) {
      damaged.cutRevocation(ADA);
      damaged.cutRevocation(RevocationKey.ofToken("acme", "t-1"));
    }
    clock.advance(Duration.ofSeconds(7));
    Instant then = now().plus(Revocations.CLOCKS);
    openStore();
    assertThat(revocations.isRevoked(token("acme", "bob", "t-1"))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "ada", null, then))).isTrue();
    log.close();
    clock.advance(Duration.ofSeconds(7));
    openStore();
    assertThat(revocations.isRevoked(token("acme", "ada", null, then))).isTrue();
    assertThat(revocations.isRevoked(token("acme", "ada", null, then.plusSeconds(1)))).isFalse();
  }

  /** Changes of one key that are asked for at once are carried out one after the other. */
  public void whatIsAskedForLastCounts() {
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Revocation asked = revocations.asked(ADA, Optional.empty(), Optional.empty());
      all.add(revocations.revoke(asked, record()).toCompletableFuture());
      all.add(revocations.remove(ADA, record()).toCompletableFuture());
    }
    Revocation asked = revocations.asked(ADA, Optional.empty(), Optional.empty());
    all.add(revocations.revoke(asked, record()).toCompletableFuture());
    all.forEach(RevocationsTest::done);
    assertThat(revocations.count()).isEqualTo(1);
    assertThat(done(log.revocations().all()).readable()).hasSize(1);
  }

  public void aRevokedTokenIsRefusedAndCounted() {
    AtomicInteger refused = new AtomicInteger();
    TokenVerifier verifier =
        new RevocationVerifier(
            (id, client) -> CompletableFuture.completedFuture(token("acme", "ada", id)),
            revocations,
            refused::incrementAndGet);
    revoke(RevocationKey.ofToken("acme", "t-1"));
    assertThat(done(verifier.verify("t-2", "c")).tokenId()).isEqualTo("t-2");
    assertThat(refused).hasValue(0);
    assertThatThrownBy(() -> done(verifier.verify("t-1", "c")))
        .hasCauseInstanceOf(RefusedException.class)
        .hasMessageContaining("token: revoked (expected: a new token)");
    assertThat(refused).hasValue(1);
  }
}
