package dev.parley.gateway.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Damages single records of a store that nobody has open. */
public final class DamagedStore implements AutoCloseable {

  private final RocksStore store;

  /** The store in this folder. */
  public DamagedStore(Path folder) {
    store = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY);
  }

  /** What a run was asked loses its end. */
  public void cutRequest(UserId user, RunId run) {
    cut(ColumnFamily.SAVED_RUNS, Keys.savedRun(user, run, RecordKind.RUN_REQUEST), 3);
  }

  /** Nothing but an unknown version is left of what a run was asked. */
  public void destroyRequest(UserId user, RunId run) {
    put(
        ColumnFamily.SAVED_RUNS,
        Keys.savedRun(user, run, RecordKind.RUN_REQUEST),
        new byte[] {(byte) 0x7F});
  }

  /** What a run was asked is gone. */
  public void removeRequest(UserId user, RunId run) {
    delete(ColumnFamily.SAVED_RUNS, Keys.savedRun(user, run, RecordKind.RUN_REQUEST));
  }

  /** The checkpoint of a run loses its end. */
  public void cutCheckpoint(UserId user, RunId run) {
    cut(ColumnFamily.SAVED_RUNS, Keys.savedRun(user, run, RecordKind.CHECKPOINT), 3);
  }

  /** The body of an event loses its end. */
  public void cutEvent(ThreadKey thread, long seq) {
    cut(ColumnFamily.EVENTS, Keys.event(thread, seq), 3);
  }

  /** Only the first bytes of an event are left. */
  public void destroyEvent(ThreadKey thread, long seq) {
    byte[] key = Keys.event(thread, seq);
    put(ColumnFamily.EVENTS, key, Arrays.copyOf(value(ColumnFamily.EVENTS, key), 2));
  }

  /** An event is gone. */
  public void removeEvent(ThreadKey thread, long seq) {
    delete(ColumnFamily.EVENTS, Keys.event(thread, seq));
  }

  /** Nothing that can be read is left of the thread's head. */
  public void destroyHead(ThreadKey thread) {
    put(ColumnFamily.HEADS, Keys.thread(thread), "?".getBytes(StandardCharsets.US_ASCII));
  }

  /** Nothing that can be read is left of the broadcast. */
  public void destroyBroadcast(BroadcastKey broadcast) {
    put(ColumnFamily.BROADCASTS, Keys.broadcast(broadcast), new byte[] {(byte) 0x7F});
  }

  /** Only the version is left of the revocation. */
  public void cutRevocation(RevocationKey revocation) {
    byte[] key = Keys.revocation(revocation);
    put(ColumnFamily.STORE, key, Arrays.copyOf(value(ColumnFamily.STORE, key), 1));
  }

  /** What has become of the broadcast loses its end. */
  public void cutReceipt(BroadcastKey broadcast) {
    cut(ColumnFamily.RECEIPTS, Keys.broadcast(broadcast), 3);
  }

  /** Nothing that can be read is left of the web hook of this end. */
  public void destroyHook(ThreadKey thread, long seq) {
    put(ColumnFamily.RUN_HOOKS, Keys.event(thread, seq), new byte[] {(byte) 0x7F});
  }

  /** The key by which the web hook of this end is found when it is due loses what is after this. */
  void cutDueKey(ThreadKey thread, long seq, int length) {
    byte[] hook = Keys.event(thread, seq);
    move(
        ColumnFamily.DUE_HOOKS,
        key -> Arrays.equals(Keys.hookOfDue(key), hook),
        key -> Arrays.copyOf(key, length));
  }

  /** The key of the web hook of this end loses its last byte. */
  void cutHookKey(ThreadKey thread, long seq) {
    byte[] hook = Keys.event(thread, seq);
    move(
        ColumnFamily.RUN_HOOKS,
        key -> Arrays.equals(key, hook),
        key -> Arrays.copyOf(key, key.length - 1));
  }

  private void move(
      ColumnFamily family, Predicate<byte[]> isMoved, UnaryOperator<byte[]> damagedKey) {
    List<byte[]> moved = new ArrayList<>();
    store.scan(family, (key, value) -> !isMoved.test(key) || moved.add(key));
    assertThat(moved).hasSize(1);
    byte[] value = value(family, moved.get(0));
    delete(family, moved.get(0));
    put(family, damagedKey.apply(moved.get(0)), value);
  }

  /** The user's entry in the directory loses its end. */
  public void cutInbox(UserId user) {
    cut(ColumnFamily.INBOXES, Keys.user(user), 1);
  }

  /** The next opening counts the usage of all users. */
  public void forgetUsage() {
    delete(ColumnFamily.STORE, UsageBackfill.COUNTED);
  }

  /** Puts nonsense in the place of all that the user has received. */
  void destroyReceived(UserId user) {
    byte[] prefix = Keys.user(user);
    List<byte[]> keys = new ArrayList<>();
    store.scan(
        ColumnFamily.RECEIVED, prefix, Keys.afterPrefix(prefix), (key, value) -> keys.add(key));
    keys.forEach(key -> put(ColumnFamily.RECEIVED, key, new byte[] {(byte) 0x7F}));
  }

  /** The inboxes are as format 8 has them: without positions. */
  void forgetPositions() {
    delete(ColumnFamily.STORE, InboxUpgrade.DONE);
    store.scan(
        ColumnFamily.RECEIVED_AT,
        (key, value) -> {
          delete(ColumnFamily.RECEIVED_AT, key);
          return true;
        });
    store.scan(
        ColumnFamily.RECEIVED,
        (key, value) -> {
          String id = InboxValues.received(value).broadcast().value();
          put(ColumnFamily.RECEIVED, key, ValueWriter.ofVersion(1).putText(id).toBytes());
          return true;
        });
    store.scan(
        ColumnFamily.BROADCASTS,
        (key, value) -> {
          long position = InboxValues.status(value(ColumnFamily.RECEIPTS, key)).position();
          put(
              ColumnFamily.BROADCASTS,
              key,
              InboxValues.encode(InboxValues.broadcast(value).at(position)));
          return true;
        });
    store.scan(
        ColumnFamily.RECEIPTS,
        (key, value) -> {
          // The position is the last field: one byte, in a small store.
          byte[] before = Arrays.copyOf(value, value.length - 1);
          before[0] = 1;
          put(ColumnFamily.RECEIPTS, key, before);
          return true;
        });
  }

  /** The number of entries in the family. */
  long count(ColumnFamily family) {
    long[] entries = {0};
    store.scan(family, (key, value) -> ++entries[0] > 0);
    return entries[0];
  }

  /** The store is of this format. */
  void putFormat(long format) {
    put(ColumnFamily.STORE, StoreFormat.KEY, Values.encode(RecordKind.FORMAT, format));
  }

  /** The store has a column family that this version does not know. */
  static void addColumnFamily(Path folder, String name) throws RocksDBException {
    List<ColumnFamilyDescriptor> known = new ArrayList<>();
    for (ColumnFamily each : ColumnFamily.values()) {
      known.add(new ColumnFamilyDescriptor(each.familyName()));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        RocksDB rocks = RocksDB.open(options, folder.resolve("log").toString(), known, handles)) {
      handles.add(
          rocks.createColumnFamily(
              new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.US_ASCII))));
      handles.forEach(ColumnFamilyHandle::close);
    }
  }

  private byte[] value(ColumnFamily family, byte[] key) {
    return store.get(family, key).orElseThrow();
  }

  private void cut(ColumnFamily family, byte[] key, int bytes) {
    byte[] value = value(family, key);
    put(family, key, Arrays.copyOf(value, value.length - bytes));
  }

  private void put(ColumnFamily family, byte[] key, byte[] value) {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(store.handle(family), key, value);
      store.write(batch);
    } catch (RocksDBException e) {
      throw new AssertionError(e);
    }
  }

  private void delete(ColumnFamily family, byte[] key) {
    try (WriteBatch batch = new WriteBatch()) {
      batch.delete(store.handle(family), key);
      store.write(batch);
    } catch (RocksDBException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
