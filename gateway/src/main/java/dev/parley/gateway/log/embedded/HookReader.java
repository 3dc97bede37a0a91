package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.HookCounts;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the web hooks that wait on the disk. May be called from any thread while the store is open.
 * Blocks. Fails only with a {@link dev.parley.gateway.log.LogException}.
 */
final class HookReader {

  private static final Logger LOG = LoggerFactory.getLogger(HookReader.class);

  private final RocksStore store;
  private final Set<String> damaged = ConcurrentHashMap.newKeySet();

  HookReader(RocksStore store) {
    this.store = store;
  }

  /** Counts all that wait. */
  void count(HookCounts counts) {
    counts.forget();
    store.scan(
        ColumnFamily.RUN_HOOKS,
        (key, value) -> {
          counts.add(Keys.parseUser(key), 1);
          return true;
        });
    counts.known();
  }

  Optional<RunHook> find(ThreadKey thread, long seq) {
    byte[] key = Keys.event(thread, seq);
    return store.get(ColumnFamily.RUN_HOOKS, key).flatMap(value -> undamaged(key, value));
  }

  /** Those of ends of the thread up to this seq, by seq. */
  NavigableMap<Long, RunHook> upTo(ThreadKey thread, long seq) {
    return between(Keys.thread(thread), Keys.after(Keys.event(thread, seq)));
  }

  List<RunHook> of(UserId user) {
    List<RunHook> all = new ArrayList<>();
    byte[] prefix = Keys.user(user);
    store.scan(
        ColumnFamily.RUN_HOOKS,
        prefix,
        Keys.afterPrefix(prefix),
        (key, value) -> {
          undamaged(key, value).ifPresent(all::add);
          return true;
        });
    return all;
  }

  private NavigableMap<Long, RunHook> between(byte[] from, byte[] before) {
    NavigableMap<Long, RunHook> found = new TreeMap<>();
    store.scan(
        ColumnFamily.RUN_HOOKS,
        from,
        before,
        (key, value) -> {
          undamaged(key, value).ifPresent(hook -> found.put(hook.seq(), hook));
          return true;
        });
    return found;
  }

  /** Those that are due at this time, the first one first, at most {@code limit}. */
  List<RunHook> due(long millis, int limit) {
    return store.readSnapshot(
        view -> {
          List<byte[]> keys = new ArrayList<>();
          view.scan(
              ColumnFamily.DUE_HOOKS,
              Keys.FIRST,
              Keys.due(millis + 1, Keys.FIRST),
              (key, value) -> keys.add(Keys.hookOfDue(key)) && keys.size() < limit);
          List<RunHook> due = new ArrayList<>();
          for (byte[] key : keys) {
            view.get(ColumnFamily.RUN_HOOKS, key)
                .flatMap(value -> undamaged(key, value))
                .ifPresent(due::add);
          }
          return due;
        });
  }

  /** Empty when the record is damaged: one record must not keep the others from being read. */
  private Optional<RunHook> undamaged(byte[] key, byte[] value) {
    try {
      return Optional.of(HookValues.hook(key, value));
    } catch (DamagedRecordException damage) {
      String thread = Keys.parseThread(key).toString();
      if (damaged.add(thread)) {
        LOG.warn("store: left out a web hook of {}: {}", thread, damage.getMessage());
      }
      return Optional.empty();
    }
  }
}
