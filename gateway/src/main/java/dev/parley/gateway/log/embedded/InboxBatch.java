package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastStatus;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.InboxTable;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.UserId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The directory and the broadcasts as the current batch will leave them. A record that changes
 * several times is written once. On the committer's thread only.
 */
final class InboxBatch implements InboxTable {

  private final RocksStore store;
  private final InboxReader disk;
  private final Map<UserId, InboxState> states = new HashMap<>();
  private final Map<UserId, NavigableMap<Long, BroadcastId>> received = new HashMap<>();

  /** An empty value: removed. */
  private final Map<BroadcastKey, Optional<Broadcast>> broadcasts = new HashMap<>();

  private final Map<BroadcastKey, Optional<BroadcastStatus>> statuses = new HashMap<>();
  private long position;

  InboxBatch(RocksStore store) {
    this.store = store;
    this.disk = new InboxReader(store);
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
  public Optional<Broadcast> broadcast(BroadcastKey key) {
    Optional<Broadcast> changed = broadcasts.get(key);
    return changed != null ? changed : disk.broadcast(key);
  }

  @Override
  public void add(Broadcast broadcast) {
    broadcasts.put(broadcast.key(), Optional.of(broadcast));
    position = broadcast.position();
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

  @Override
  public void remove(BroadcastKey key) {
    broadcasts.put(key, Optional.empty());
    statuses.put(key, Optional.empty());
  }

  @Override
  public List<BroadcastId> received(UserId user, long after, long last) {
    NavigableMap<Long, BroadcastId> all = disk.received(user, after, last);
    if (after < last) {
      all.putAll(received.getOrDefault(user, new TreeMap<>()).subMap(after, false, last, true));
    }
    return List.copyOf(all.values());
  }

  @Override
  public void putReceived(UserId user, long seq, BroadcastId broadcast) {
    received.computeIfAbsent(user, first -> new TreeMap<>()).put(seq, broadcast);
  }

  boolean isEmpty() {
    return states.isEmpty() && broadcasts.isEmpty() && statuses.isEmpty();
  }

  void addTo(WriteBatch batch) throws RocksDBException {
    for (Map.Entry<UserId, InboxState> each : states.entrySet()) {
      byte[] key = Keys.user(each.getKey());
      batch.put(store.handle(ColumnFamily.INBOXES), key, InboxValues.encode(each.getValue()));
    }
    for (Map.Entry<UserId, NavigableMap<Long, BroadcastId>> user : received.entrySet()) {
      for (Map.Entry<Long, BroadcastId> each : user.getValue().entrySet()) {
        byte[] key = Keys.received(user.getKey(), each.getKey());
        batch.put(store.handle(ColumnFamily.RECEIVED), key, InboxValues.encode(each.getValue()));
      }
    }
    for (Map.Entry<BroadcastKey, Optional<Broadcast>> each : broadcasts.entrySet()) {
      put(ColumnFamily.BROADCASTS, each.getKey(), each.getValue().map(InboxValues::encode), batch);
    }
    for (Map.Entry<BroadcastKey, Optional<BroadcastStatus>> each : statuses.entrySet()) {
      put(ColumnFamily.RECEIPTS, each.getKey(), each.getValue().map(InboxValues::encode), batch);
    }
    if (position > 0) {
      byte[] value = Values.encode(RecordKind.POSITION, position);
      batch.put(store.handle(ColumnFamily.STORE), InboxReader.POSITION, value);
    }
  }

  private void put(
      ColumnFamily family, BroadcastKey broadcast, Optional<byte[]> value, WriteBatch batch)
      throws RocksDBException {
    byte[] key = Keys.broadcast(broadcast);
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
    broadcasts.clear();
    statuses.clear();
    position = 0;
  }
}
