package dev.parley.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Test;

/** The list of open connections: its order, its pages, and the figures of each. */
@Test(groups = "unit")
public class LiveConnectionsTest {

  private static final Instant SINCE = Instant.parse("2026-11-29T12:00:00Z");
  private static final UserId ADA = new UserId("acme", "ada");
  private static final UserId BOB = new UserId("acme", "bob");
  private static final UserId OTHER = new UserId("zoo", "ada");

  private static LiveConnection connection(UserId user, String id) {
    return connection(user, id, new ConnectionCounts(), new AtomicLong(), new AtomicLong());
  }

  private static LiveConnection connection(
      UserId user, String id, ConnectionCounts counts, AtomicLong waiting, AtomicLong clock) {
    return new LiveConnection(
        new LiveConnection.Facts(new ConnectionId(id), user, Link.WEBSOCKET, null, SINCE),
        new Principal(user, "mid", Set.of(), SINCE),
        new LiveConnection.Sources(counts, waiting::get, clock::get),
        reason -> CompletableFuture.completedStage(true));
  }

  private static List<String> ids(List<LiveConnection> connections) {
    return connections.stream().map(each -> each.facts().id().value()).toList();
  }

  private static LiveConnections three() {
    LiveConnections all = new LiveConnections(Clock.systemUTC());
    all.add(connection(BOB, "c_b"));
    all.add(connection(ADA, "c_z"));
    all.add(connection(OTHER, "c_0"));
    all.add(connection(ADA, "c_a"));
    return all;
  }

  public void aPageHasTheNextOnesOfTheTenantInOrder() {
    LiveConnections all = three();
    List<String> found = new ArrayList<>();
    UserId user = null;
    ConnectionId after = null;
    for (List<LiveConnection> page = next(all, user, after);
        !page.isEmpty();
        page = next(all, user, after)) {
      assertThat(page).hasSize(1);
      found.addAll(ids(page));
      user = page.get(0).facts().user();
      after = page.get(0).facts().id();
      all.remove(page.get(0)); // a cursor need not be open any more
    }
    assertThat(found).containsExactly("c_a", "c_z", "c_b");
    assertThat(ids(all.page("zoo", null, null, 9))).containsExactly("c_0");
  }

  private static List<LiveConnection> next(
      LiveConnections all, @Nullable UserId user, @Nullable ConnectionId after) {
    return all.page("acme", user, after, 1);
  }

  public void thoseOfATenantAreClosedWhoseNewestTokenIsMeant() {
    LiveConnections all = new LiveConnections(Clock.systemUTC());
    List<String> closed = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 2500; i++) {
      UserId user = new UserId("acme", "u" + i % 1250);
      LiveConnection each = closing(user, "c_" + i, closed);
      all.add(each);
      if (i == 7) {
        each.renewed(token(user, "new"));
      }
    }
    all.add(closing(new UserId("acme2", "u1"), "c_other", closed));
    List<Runnable> steps = new ArrayList<>();
    CompletableFuture<Integer> count =
        all.closeIf("acme", each -> "old".equals(each.tokenId()), CloseReason.REVOKED, steps::add)
            .toCompletableFuture();
    assertThat(closed).hasSizeBetween(999, 1000);
    while (!steps.isEmpty()) {
      steps.remove(0).run();
    }
    assertThat(count).isCompletedWithValue(2499);
    assertThat(closed).hasSize(2499).doesNotContain("c_7", "c_other").doesNotHaveDuplicates();
    closed.clear();
    assertThat(all.closeIf(new UserId("acme", "u7"), each -> true, CloseReason.REVOKED))
        .isCompletedWithValue(2);
    assertThat(closed).containsExactlyInAnyOrder("c_7", "c_1257");
  }

  private static LiveConnection closing(UserId user, String id, List<String> closed) {
    return new LiveConnection(
        new LiveConnection.Facts(new ConnectionId(id), user, Link.WEBSOCKET, null, SINCE),
        token(user, "old"),
        new LiveConnection.Sources(new ConnectionCounts(), () -> 0, () -> 0),
        reason -> CompletableFuture.completedStage(closed.add(id)));
  }

  private static Principal token(UserId user, String id) {
    return new Principal(user, "mid", Set.of(), SINCE, id, Optional.empty());
  }

  public void aUserHasOnlyItsOwn() {
    LiveConnections all = three();
    assertThat(ids(all.of(ADA))).containsExactly("c_a", "c_z");
    assertThat(ids(all.page(ADA, new ConnectionId("c_a"), 5))).containsExactly("c_z");
    assertThat(all.find(ADA, new ConnectionId("c_b"))).isEmpty();
    assertThat(all.find(BOB, new ConnectionId("c_b"))).isPresent();
    assertThat(all.of(new UserId("acme", "eve"))).isEmpty();
  }

  public void aConnectionCountsWhatItsLoopTellsIt() {
    ConnectionCounts counts = new ConnectionCounts();
    AtomicLong waiting = new AtomicLong();
    AtomicLong clock = new AtomicLong();
    LiveConnection connection = connection(ADA, "c_a", counts, waiting, clock);
    Instant now = SINCE.plusSeconds(60);
    assertThat(connection.lastReceived(now)).isEqualTo(SINCE);
    counts.received(clock.addAndGet(Duration.ofSeconds(3).toNanos()));
    counts.received(clock.get());
    counts.sent(5);
    counts.subscriptions(2);
    clock.addAndGet(Duration.ofSeconds(4).toNanos());
    assertThat(connection.lastReceived(now)).isEqualTo(now.minusSeconds(4));
    assertThat(connection.framesReceived()).isEqualTo(2);
    assertThat(connection.framesSent()).isEqualTo(5);
    assertThat(connection.subscriptions()).isEqualTo(2);
  }

  public void aConnectionIsBehindWhenItsSocketTakesNothingForASecond() {
    ConnectionCounts counts = new ConnectionCounts();
    AtomicLong waiting = new AtomicLong();
    AtomicLong clock = new AtomicLong(Duration.ofHours(1).toNanos());
    LiveConnection connection = connection(ADA, "c_a", counts, waiting, clock);
    assertThat(connection.isBehind()).isFalse();
    counts.taken(clock.get());
    waiting.set(10);
    assertThat(connection.isBehind()).isFalse();
    clock.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(connection.isBehind()).isTrue();
    assertThat(connection.outboundBytes()).isEqualTo(10);
    counts.taken(clock.get());
    assertThat(connection.isBehind()).isFalse();
  }

  public void theShareOfThoseBehindCountsFromAFewOn() {
    AtomicLong clock = new AtomicLong(Duration.ofHours(1).toNanos());
    LiveConnections all = new LiveConnections(Clock.systemUTC());
    Duration age = Duration.ofSeconds(10);
    assertThat(all.behind(age, 1)).isZero();
    for (int i = 0; i < 8; i++) {
      ConnectionCounts counts = new ConnectionCounts();
      counts.taken(clock.get() + (i == 0 ? 1 : 0));
      AtomicLong waiting = new AtomicLong(i < 3 ? 1 : 0);
      all.add(connection(i % 2 == 0 ? ADA : OTHER, "c_" + i, counts, waiting, clock));
    }
    clock.addAndGet(age.toNanos());
    assertThat(all.behind(age, 1)).isEqualTo(0.25);
    assertThat(all.behind(age, 2)).isEqualTo(0.25);
    assertThat(all.behind(age, 3)).isZero();
    clock.incrementAndGet();
    assertThat(all.behind(age, 3)).isEqualTo(0.375);
  }

  public void closingAsksTheConnection() {
    List<CloseReason> asked = new ArrayList<>();
    LiveConnection connection =
        new LiveConnection(
            new LiveConnection.Facts(new ConnectionId("c_y"), ADA, Link.SSE, null, SINCE),
            new Principal(ADA, "mid", Set.of(), SINCE),
            new LiveConnection.Sources(new ConnectionCounts(), () -> 0, () -> 0),
            reason -> CompletableFuture.completedStage(asked.add(reason)));
    LiveConnections all = three();
    all.add(connection);
    assertThat(all.close(ADA, new ConnectionId("c_0"), CloseReason.FORBIDDEN))
        .isCompletedWithValue(0);
    assertThat(all.close(ADA, new ConnectionId("c_y"), CloseReason.FORBIDDEN))
        .isCompletedWithValue(1);
    assertThat(all.close(ADA, null, CloseReason.DISCONNECTED)).isCompletedWithValue(3);
    assertThat(asked).containsExactly(CloseReason.FORBIDDEN, CloseReason.DISCONNECTED);
  }
}
