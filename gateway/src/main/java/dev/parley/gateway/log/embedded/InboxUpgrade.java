package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastStatus;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.InboxEntry;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.UserId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds the positions of broadcasts to receipts and to the entries of inboxes, once, in a store of
 * format 8. Entries of broadcasts that were removed are deleted; of two entries of a user for one
 * id, the first one is of a removed broadcast. Runs before the committer starts. Blocks.
 */
final class InboxUpgrade {

  private static final Logger LOG = LoggerFactory.getLogger(InboxUpgrade.class);

  /** The key that says that every entry has a position. */
  static final byte[] DONE = "inboxes with positions".getBytes(US_ASCII);

  private static final int ENTRIES_PER_WRITE = 10_000;

  private final RocksStore store;
  private final Map<BroadcastKey, Long> positions = new HashMap<>();

  /** The places of the broadcasts in the inbox that is being read. */
  private final Map<BroadcastId, byte[]> places = new HashMap<>();

  private @Nullable UserId user;
  private long entries;

  private InboxUpgrade(RocksStore store) {
    this.store = store;
  }

  /** Adds them, unless that is done. What was interrupted begins again. */
  static void ensure(RocksStore store) {
    if (store.get(ColumnFamily.STORE, DONE).filter(Values::isPresent).isEmpty()) {
      new InboxUpgrade(store).run();
    }
  }

  private void run() {
    try (WriteBatch batch = new WriteBatch()) {
      store.scan(
          ColumnFamily.BROADCASTS,
          (key, value) ->
              undamaged(() -> positions.put(Keys.parseBroadcast(key), position(value))));
      store.scan(
          ColumnFamily.RECEIPTS, (key, value) -> undamaged(() -> receipt(key, value, batch)));
      store.scan(ColumnFamily.RECEIVED, (key, value) -> undamaged(() -> entry(key, value, batch)));
      batch.put(store.handle(ColumnFamily.STORE), DONE, Values.present());
      store.write(batch);
    } catch (RocksDBException e) {
      throw failed(e);
    }
    if (entries > 0) {
      LOG.info("store: added the positions of {} notifications in inboxes", entries);
    }
  }

  private static long position(byte[] broadcast) {
    return InboxValues.broadcast(broadcast).position();
  }

  /** Always true: one record must not keep the others from being read. */
  private static boolean undamaged(Runnable reading) {
    try {
      reading.run();
    } catch (DamagedRecordException damage) {
      LOG.warn("store: left out a record: {}", damage.getMessage());
    }
    return true;
  }

  private void receipt(byte[] key, byte[] value, WriteBatch batch) {
    BroadcastStatus status = InboxValues.status(value);
    Long position = positions.get(Keys.parseBroadcast(key));
    if (position != null && status.position() == 0) {
      put(ColumnFamily.RECEIPTS, key, InboxValues.encode(status.at(position)), batch);
    }
  }

  /** The entries of a user are adjacent. */
  private void entry(byte[] key, byte[] value, WriteBatch batch) {
    UserId owner = Keys.parseUser(key);
    if (!owner.equals(user)) {
      user = owner;
      places.clear();
    }
    InboxEntry entry = InboxValues.received(value);
    Long position = positions.get(new BroadcastKey(owner.tenant(), entry.broadcast()));
    byte[] before = places.put(entry.broadcast(), key);
    if (position != null && before != null) {
      delete(ColumnFamily.RECEIVED, before, batch);
      delete(ColumnFamily.RECEIVED_AT, Keys.receivedAt(position, before), batch);
    }
    if (position == null) {
      delete(ColumnFamily.RECEIVED, key, batch);
    } else {
      byte[] placed = InboxValues.encode(new InboxEntry(entry.broadcast(), position));
      put(ColumnFamily.RECEIVED, key, placed, batch);
      put(ColumnFamily.RECEIVED_AT, Keys.receivedAt(position, key), Values.present(), batch);
    }
    if (++entries % ENTRIES_PER_WRITE == 0) {
      store.write(batch);
      batch.clear();
    }
  }

  private void put(ColumnFamily family, byte[] key, byte[] value, WriteBatch batch) {
    try {
      batch.put(store.handle(family), key, value);
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  private void delete(ColumnFamily family, byte[] key, WriteBatch batch) {
    try {
      batch.delete(store.handle(family), key);
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  private static LogException failed(RocksDBException e) {
    return new LogException("inboxes: positions cannot be added: " + e.getMessage(), e);
  }
}
