package dev.parley.gateway.user.history;

import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.thread.ThreadState;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The folded threads of one home, each kept while its thread is in memory. All homes share an
 * account, which bounds what a user takes and what all take: the threads of the same user that were
 * used longest ago are dropped first, then those of others. Used at the home only.
 */
public final class HistoryCache {

  /** Maximum bytes of all homes. */
  private static final long MAX_BYTES = 32 * 1024 * 1024;

  /** Maximum bytes of one user. */
  private static final long MAX_USER_BYTES = 2 * 1024 * 1024;

  private record CachedThread(Epoch epoch, FoldedThread folded, ByteAccount account) {}

  private final ByteAccount account;

  /** The thread that was used longest ago is the first. */
  private final Map<ThreadKey, CachedThread> threads = new LinkedHashMap<>(16, 0.75f, true);

  HistoryCache(ByteAccount account) {
    this.account = account;
  }

  /** The account of all homes. */
  public static ByteAccount account() {
    return new ByteAccount(MAX_BYTES, MAX_USER_BYTES);
  }

  /** What is kept of this life of the thread, if it is of use for the target. */
  @Nullable FoldedThread find(BackwardReader.Target target) {
    CachedThread cached = threads.get(target.thread());
    if (cached == null || !cached.epoch().equals(target.epoch())) {
      return null;
    }
    FoldedThread folded = cached.folded();
    boolean serves = folded.serves(target.bound());
    return folded.upTo() <= target.upTo() && serves ? folded : null;
  }

  /** Keeps this of the thread, if it is in use. */
  void put(ThreadState thread, Epoch epoch, FoldedThread folded) {
    ThreadKey key = thread.key();
    remove(key);
    if (thread.isUnused() || !thread.epoch().equals(epoch) || folded.weight() >= MAX_USER_BYTES) {
      return;
    }
    ByteAccount bytes = account.open(nameOf(key.user()), key.thread().value());
    bytes.add(folded.weight());
    threads.put(key, new CachedThread(epoch, folded, bytes));
    thread.onForgotten(() -> remove(key));
    while (bytes.isFull() && threads.containsKey(key)) {
      remove(next(key));
    }
  }

  // A control character is in neither part.
  private static String nameOf(UserId user) {
    return user.tenant() + '\n' + user.subject();
  }

  /** The thread to drop when there is no room for this one: itself last. */
  private ThreadKey next(ThreadKey added) {
    ThreadKey other = added;
    for (ThreadKey each : threads.keySet()) {
      if (each.user().equals(added.user()) && !each.equals(added)) {
        return each;
      }
      other = other.equals(added) ? each : other;
    }
    return other;
  }

  private void remove(ThreadKey thread) {
    CachedThread cached = threads.remove(thread);
    if (cached != null) {
      cached.account().close();
    }
  }
}
