package dev.parley.gateway.log.memory;

import dev.parley.gateway.log.HookCounts;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.UserId;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The web hooks that wait in a log in memory. On the committer's thread only, but for {@link
 * #counts}.
 */
final class MemoryHooks {

  private static final Comparator<RunHook> BY_TIME =
      Comparator.comparingLong(RunHook::dueMillis)
          .thenComparing(hook -> hook.thread().user().tenant())
          .thenComparing(hook -> hook.thread().user().subject())
          .thenComparing(hook -> hook.thread().thread().value())
          .thenComparingLong(RunHook::seq);

  private final Map<ThreadKey, NavigableMap<Long, RunHook>> hooks = new HashMap<>();
  private final HookCounts counts = new HookCounts();

  MemoryHooks() {
    counts.known();
  }

  /** How many wait; readable from any thread. */
  HookCounts counts() {
    return counts;
  }

  boolean hasRoom(UserId user) {
    return counts.hasRoom(user, 0, 0, 0);
  }

  void add(RunHook hook) {
    hooks.computeIfAbsent(hook.thread(), first -> new TreeMap<>()).put(hook.seq(), hook);
    counts.add(hook.thread().user(), 1);
  }

  int removeUpTo(ThreadKey thread, long seq) {
    return remove(of(thread).headMap(seq, true).values());
  }

  boolean waits(RunHook hook) {
    return hook.equals(of(hook.thread()).get(hook.seq()));
  }

  boolean remove(RunHook hook) {
    return waits(hook) && remove(List.of(hook)) > 0;
  }

  void erase(UserId user) {
    remove(
        hooks.values().stream()
            .flatMap(all -> all.values().stream())
            .filter(hook -> hook.thread().user().equals(user))
            .toList());
  }

  private NavigableMap<Long, RunHook> of(ThreadKey thread) {
    return hooks.getOrDefault(thread, Collections.emptyNavigableMap());
  }

  private int remove(Collection<RunHook> ended) {
    List<RunHook> removed = List.copyOf(ended);
    for (RunHook hook : removed) {
      hooks.computeIfPresent(
          hook.thread(),
          (thread, left) -> {
            left.remove(hook.seq());
            return left.isEmpty() ? null : left;
          });
      counts.add(hook.thread().user(), -1);
    }
    return removed.size();
  }

  List<RunHook> due(@Nullable RunHook after, long millis, int limit) {
    return hooks.values().stream()
        .flatMap(all -> all.values().stream())
        .filter(hook -> hook.dueMillis() <= millis)
        .filter(hook -> after == null || BY_TIME.compare(hook, after) > 0)
        .sorted(BY_TIME)
        .limit(limit)
        .toList();
  }
}
