package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastStatus;
import dev.parley.gateway.log.FiringAlert;
import dev.parley.gateway.log.InboxEntry;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.InboxTable;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The directory and the broadcasts as the current batch will leave them. A record that changes
 * several times is written once. On the committer's thread only.
 */
final class InboxBatch implements InboxTable {

  private final RocksStore store;
  private final InboxReader disk;
  private final ErasureWatch watch;
  private final Map<UserId, InboxState> states = new HashMap<>();
  private final Map<UserId, NavigableMap<Long, InboxEntry>> received = new HashMap<>();
  private final List<byte[]> forgotten = new ArrayList<>();

  /** An empty value: removed. */
  private final Map<BroadcastKey, Optional<byte[]>> broadcasts = new HashMap<>();

  private final Map<BroadcastKey, Optional<BroadcastStatus>> statuses = new HashMap<>();

  /** An empty value: removed. */
  private final Map<String, Optional<FiringAlert>> alerts = new HashMap<>();

  private long position;
  private final AtomicLong erasures = new AtomicLong();

  InboxBatch(RocksStore store, InboxReader disk, ErasureWatch watch) {
    this.store = store;
    this.disk = disk;
    this.watch = watch;
  }

  @Override
  public Optional<InboxState> state(UserId user) {
    InboxState changed = states.get(user);
    return changed != null ? Optional.of(changed) : disk.state(user);
  }

  @Override
  public void put(UserId user, InboxState state) {
    states.put(user, state);
  }

  @Override
  public long position() {
    return position > 0 ? position : disk.position();
  }

  @Override
  public void putPosition(long newest) {
    position = newest;
  }

  /** Stores the broadcast, which is encoded before, with its position in the counts. */
  void add(BroadcastKey key, byte[] encoded) {
    broadcasts.put(key, Optional.of(encoded));
    watch.changed(key);
  }

  @Override
  public Optional<BroadcastStatus> status(BroadcastKey key) {
    Optional<BroadcastStatus> changed = statuses.get(key);
    return changed != null ? changed : disk.status(key);
  }

  @Override
  public void put(BroadcastKey key, BroadcastStatus status) {
    statuses.put(key, Optional.of(status));
  }

  /** Removes the broadcast and its counts, damaged or not. Returns whether there was one. */
  boolean remove(BroadcastKey key) {
    Optional<BroadcastStatus> changed = statuses.get(key);
    boolean known = changed != null ? changed.isPresent() : disk.hasCounts(key);
    drop(key);
    return known;
  }

  /** As {@link #remove}, whether there is one or not. Reads nothing. */
  void drop(BroadcastKey key) {
    broadcasts.put(key, Optional.empty());
    watch.changed(key);
    statuses.put(key, Optional.empty());
  }

  /**
   * Each broadcast that names the user, encoded without that name. Those that have changed since
   * they were read are read again; all of them if nobody knows which have changed.
   *
   * @param read those that named the user when the watch began
   */
  Map<BroadcastKey, byte[]> withoutName(UserId user, Map<BroadcastKey, byte[]> read) {
    boolean isWatched = watch.isWatching(user);
    Map<BroadcastKey, byte[]> found = new HashMap<>(isWatched ? read : disk.withoutName(user));
    for (BroadcastKey key : isWatched ? watch.broadcasts() : broadcasts.keySet()) {
      found.remove(key);
      withoutName(key, user).ifPresent(value -> found.put(key, value));
    }
    return found;
  }

  private Optional<byte[]> withoutName(BroadcastKey key, UserId user) {
    Optional<byte[]> inBatch = broadcasts.get(key);
    return inBatch == null
        ? disk.withoutName(key, user)
        : inBatch.flatMap(value -> InboxValues.withoutName(value, user));
  }

  /** Stores these in place of what there is of them. Reads nothing. */
  void replace(Map<BroadcastKey, byte[]> encoded) {
    encoded.forEach(this::add);
  }

  @Override
  public List<InboxEntry> received(UserId user, long after, long last) {
    NavigableMap<Long, InboxEntry> all = disk.received(user, after, last);
    if (after < last) {
      all.putAll(received.getOrDefault(user, new TreeMap<>()).subMap(after, false, last, true));
    }
    return List.copyOf(all.values());
  }

  @Override
  public void putReceived(UserId user, long seq, InboxEntry entry) {
    received.computeIfAbsent(user, first -> new TreeMap<>()).put(seq, entry);
  }

  /** Deletes these entries, each named by its key of {@link ColumnFamily#RECEIVED_AT}. */
  void forget(List<byte[]> keys) {
    forgotten.addAll(keys);
  }

  /** Counts the erasures of users: a seq of an inbox may have another broadcast after one. */
  void erased() {
    erasures.incrementAndGet();
  }

  /** How many there were. Callable from any thread. */
  long erasures() {
    return erasures.get();
  }

  @Override
  public void put(FiringAlert alert) {
    alerts.put(alert.name(), Optional.of(alert));
  }

  @Override
  public void removeAlert(String name) {
    alerts.put(name, Optional.empty());
  }

  boolean isEmpty() {
    return states.isEmpty()
        && broadcasts.isEmpty()
        && statuses.isEmpty()
        && forgotten.isEmpty()
        && alerts.isEmpty();
  }

  void addTo(WriteBatch batch) throws RocksDBException {
    for (Map.Entry<UserId, InboxState> each : states.entrySet()) {
      byte[] key = Keys.user(each.getKey());
      batch.put(store.handle(ColumnFamily.INBOXES), key, InboxValues.encode(each.getValue()));
    }
    for (Map.Entry<UserId, NavigableMap<Long, InboxEntry>> user : received.entrySet()) {
      for (Map.Entry<Long, InboxEntry> each : user.getValue().entrySet()) {
        put(Keys.received(user.getKey(), each.getKey()), each.getValue(), batch);
      }
    }
    for (byte[] key : forgotten) {
      batch.delete(store.handle(ColumnFamily.RECEIVED), Keys.placeOf(key));
      batch.delete(store.handle(ColumnFamily.RECEIVED_AT), key);
    }
    for (Map.Entry<BroadcastKey, Optional<byte[]>> each : broadcasts.entrySet()) {
      put(ColumnFamily.BROADCASTS, Keys.broadcast(each.getKey()), each.getValue(), batch);
    }
    for (Map.Entry<BroadcastKey, Optional<BroadcastStatus>> each : statuses.entrySet()) {
      byte[] key = Keys.broadcast(each.getKey());
      put(ColumnFamily.RECEIPTS, key, each.getValue().map(InboxValues::encode), batch);
    }
    for (Map.Entry<String, Optional<FiringAlert>> each : alerts.entrySet()) {
      byte[] key = Keys.alert(each.getKey());
      put(ColumnFamily.STORE, key, each.getValue().map(InboxValues::encode), batch);
    }
    if (position > 0) {
      byte[] value = Values.encode(RecordKind.POSITION, position);
      batch.put(store.handle(ColumnFamily.STORE), InboxReader.POSITION, value);
    }
  }

  private void put(byte[] key, InboxEntry entry, WriteBatch batch) throws RocksDBException {
    byte[] place = Keys.receivedAt(entry.position(), key);
    batch.put(store.handle(ColumnFamily.RECEIVED), key, InboxValues.encode(entry));
    batch.put(store.handle(ColumnFamily.RECEIVED_AT), place, Values.present());
  }

  private void put(ColumnFamily family, byte[] key, Optional<byte[]> value, WriteBatch batch)
      throws RocksDBException {
    if (value.isPresent()) {
      batch.put(store.handle(family), key, value.get());
    } else {
      batch.delete(store.handle(family), key);
    }
  }

  /** Begins the next batch. */
  void clear() {
    states.clear();
    received.clear();
    forgotten.clear();
    broadcasts.clear();
    statuses.clear();
    alerts.clear();
    position = 0;
  }
}
