package dev.parley.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.RevocationLog.StoredRevocations;
import dev.parley.gateway.protocol.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** The revocations of tokens: what is stored, and together with which record. */
@Test(groups = "unit")
public class RevocationContractTest extends EventLogContract {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final RevocationKey TOKEN = RevocationKey.ofToken("acme", "t-1");
  private static final RevocationKey USER = RevocationKey.ofUser("acme", "ada");
  private static final RevocationKey TENANT = RevocationKey.ofTenant("acme");

  @Factory(dataProvider = "stores")
  public RevocationContractTest(StoreKind store) {
    super(store);
  }

  private static Revocation at(RevocationKey key, Instant time) {
    Optional<Instant> issuedBefore =
        key.kind() == RevocationKey.Kind.TOKEN ? Optional.empty() : Optional.of(time);
    return new Revocation(key, time, issuedBefore, time.plusSeconds(60));
  }

  private static AuditEntry record(long number) {
    UserId eve = new UserId("acme", "eve");
    return new AuditEntry(number, 1, eve, null, "act", "acme", null, null, null, "done");
  }

  private List<Revocation> all() {
    StoredRevocations all = await(log.revocations().all());
    assertThat(all.damaged()).isEmpty();
    return all.readable();
  }

  private List<AuditEntry> records() {
    return await(log.audit().read(new UserId("default", "eve"), null, Long.MAX_VALUE, 9)).entries();
  }

  public void allAreRead() {
    Revocation other = at(RevocationKey.ofToken("zoo", "t-1"), NOW);
    for (Revocation each : List.of(other, at(TOKEN, NOW), at(USER, NOW), at(TENANT, NOW))) {
      await(log.revocations().put(each, null));
    }
    assertThat(all())
        .containsExactlyInAnyOrder(at(TENANT, NOW), at(USER, NOW), at(TOKEN, NOW), other);
  }

  public void aLaterOneTakesThePlaceOfAnEarlierOne() {
    await(log.revocations().put(at(USER, NOW), record(1)));
    await(log.revocations().put(at(USER, NOW.plusSeconds(9)), record(2)));
    assertThat(all()).containsExactly(at(USER, NOW.plusSeconds(9)));
    assertThat(records()).containsExactly(record(2), record(1));
  }

  public void thoseAreRemovedThatAreThere() {
    await(log.revocations().put(at(USER, NOW), null));
    await(log.revocations().put(at(TENANT, NOW), null));
    await(log.revocations().remove(List.of(USER, TOKEN), record(1)));
    assertThat(all()).containsExactly(at(TENANT, NOW));
    await(log.revocations().remove(List.of(), record(2)));
    assertThat(records()).containsExactly(record(2), record(1));
  }

  public void theLongestNamesAreKept() {
    RevocationKey token = RevocationKey.ofToken("t".repeat(255), "\u20ac".repeat(128));
    RevocationKey user = RevocationKey.ofUser("t".repeat(255), "u".repeat(255));
    await(log.revocations().put(at(token, NOW), null));
    await(log.revocations().put(at(user, NOW), null));
    assertThat(all()).containsExactly(at(user, NOW), at(token, NOW));
  }

  public void erasingTheUserLeavesThem() {
    await(log.revocations().put(at(USER, NOW), null));
    await(log.erase(new UserId("acme", "ada")));
    assertThat(all()).containsExactly(at(USER, NOW));
  }

  public void theyOutliveTheProcess() {
    if (store == StoreKind.EMBEDDED) {
      await(log.revocations().put(at(USER, NOW), record(1)));
      await(log.revocations().put(at(TOKEN, NOW), record(2)));
      reopen(QueueBound.DEFAULT_BYTES);
      assertThat(all()).containsExactly(at(USER, NOW), at(TOKEN, NOW));
      assertThat(records()).containsExactly(record(2), record(1));
    }
  }
}
