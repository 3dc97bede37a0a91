package dev.parley.gateway.user.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.home.ManualHome;
import dev.parley.gateway.user.thread.RecentEventsCache;
import dev.parley.gateway.user.thread.ThreadLease;
import dev.parley.gateway.user.thread.ThreadState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What is kept of threads, and for how long. */
@Test(groups = "unit")
public class HistoryCacheTest {

  private static final Epoch EPOCH = new Epoch("e1");
  private static final int TURN = 1000;

  /** Two threads of one user, and three of all, have room. */
  private static final long ROOM = 3 * TURN;

  private ByteAccount account;
  private HistoryCache cache;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    account = new ByteAccount(2 * ROOM, ROOM);
    cache = new HistoryCache(account);
  }

  private ThreadState thread(String user, String name) {
    return new ThreadState(
        new ManualHome(),
        new ThreadKey(new UserId("default", user), new ThreadId(name)),
        ThreadHead.unborn(EPOCH),
        new RecentEventsCache(new ByteAccount()),
        unused -> {});
  }

  private ThreadState put(String user, String name) {
    ThreadState thread = thread(user, name);
    ThreadLease lease = thread.lease();
    assertThat(lease.thread()).isSameAs(thread);
    cache.put(thread, EPOCH, folded(7, false));
    return thread;
  }

  /** Weighs {@link #TURN} bytes. */
  private static FoldedThread folded(long upTo, boolean truncated) {
    History.PastMessage message = new History.PastMessage(RawJson.of("1"));
    List<PastTurn> turns = List.of(new PastTurn(1, message, null, 0, 0));
    return new FoldedThread(
        upTo, turns, truncated, new HistoryBound(RandomThread.AGENT, 100, false), Map.of(), null);
  }

  private @Nullable FoldedThread find(ThreadState thread, Epoch epoch, long upTo, int maxBytes) {
    return cache.find(
        new BackwardReader.Target(thread.key(), epoch, upTo, RandomThread.AGENT, maxBytes));
  }

  private boolean has(ThreadState thread) {
    return find(thread, EPOCH, 7, 50) != null;
  }

  public void itKeepsAThreadThatIsInUse() {
    ThreadState thread = put("ada", "t1");
    assertThat(has(thread)).isTrue();
    assertThat(account.held()).isEqualTo(TURN);
  }

  public void itKeepsNothingOfAThreadThatIsNot() {
    ThreadState thread = thread("ada", "t1");
    cache.put(thread, EPOCH, folded(7, false));
    assertThat(has(thread)).isFalse();
    assertThat(account.held()).isZero();
  }

  public void aDeletedThreadIsForgotten() {
    ThreadState thread = put("ada", "t1");
    thread.deleted(new Epoch("e2"));
    assertThat(has(thread)).isFalse();
    assertThat(account.held()).isZero();
  }

  public void anotherLifeIsNotFound() {
    ThreadState thread = put("ada", "t1");
    assertThat(find(thread, new Epoch("e2"), 7, 50)).isNull();
  }

  public void whatEndsLaterIsNotFound() {
    ThreadState thread = put("ada", "t1");
    assertThat(find(thread, EPOCH, 6, 50)).isNull();
  }

  public void aLargerBoundNeedsWhatIsNotTruncated() {
    ThreadState thread = put("ada", "t1");
    assertThat(find(thread, EPOCH, 9, 1000)).isNotNull();
    cache.put(thread, EPOCH, folded(7, true));
    assertThat(find(thread, EPOCH, 9, 1000)).isNull();
    assertThat(find(thread, EPOCH, 9, 100)).isNotNull();
  }

  public void theBoundOfAnotherAgentNeedsWhatIsNotTruncated() {
    ThreadState thread = put("ada", "t1");
    var other = new BackwardReader.Target(thread.key(), EPOCH, 9, new AgentName("other"), 50);
    assertThat(cache.find(other)).isNotNull();
    cache.put(thread, EPOCH, folded(7, true));
    assertThat(cache.find(other)).isNull();
  }

  public void aUserHasRoomForSoMuch() {
    ThreadState first = put("ada", "t1");
    ThreadState second = put("ada", "t2");
    ThreadState other = put("eve", "t1");
    assertThat(has(first)).isTrue();
    ThreadState third = put("ada", "t3");
    assertThat(has(second)).isFalse();
    assertThat(List.of(first, third, other)).allMatch(this::has);
    assertThat(account.held()).isEqualTo(ROOM);
  }

  public void allUsersHaveRoomForSoMuch() {
    List<ThreadState> threads =
        List.of(put("a", "t"), put("b", "t"), put("c", "t"), put("d", "t"), put("e", "t"));
    assertThat(threads).allMatch(this::has);
    ThreadState last = put("f", "t");
    assertThat(has(threads.get(0))).isFalse();
    assertThat(has(last)).isTrue();
    assertThat(account.held()).isEqualTo(2 * ROOM - TURN);
  }

  public void anotherHomeThatTakesAllLeavesNothing() {
    account.open("zoe", "t").add(2 * ROOM);
    ThreadState thread = put("ada", "t1");
    assertThat(has(thread)).isFalse();
    assertThat(account.held()).isEqualTo(2 * ROOM);
  }
}
