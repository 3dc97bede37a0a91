package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastStatus;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.DirectoryPage;
import dev.parley.gateway.log.FiringAlert;
import dev.parley.gateway.log.InboxEntry;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.Recipient;
import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Reads the directory and the broadcasts on the disk. May be called from any thread while the store
 * is open. Blocks. Fails only with a {@link dev.parley.gateway.log.LogException}.
 */
final class InboxReader {

  /** The key of the position of the newest broadcast. */
  static final byte[] POSITION = "broadcast position".getBytes(US_ASCII);

  private final RocksStore store;
  private final DamagedRecords damaged;

  InboxReader(RocksStore store, DamagedRecords damaged) {
    this.store = store;
    this.damaged = damaged;
  }

  Optional<InboxState> state(UserId user) {
    return store.get(ColumnFamily.INBOXES, Keys.user(user)).map(InboxValues::state);
  }

  /** What memory tells of the user; absent when only the disk tells. Does not block. */
  Optional<Database.InMemory> inMemory(UserId user) {
    return store.getInMemory(ColumnFamily.INBOXES, Keys.user(user));
  }

  static Optional<InboxState> state(Database.InMemory known) {
    return known.value().map(InboxValues::state);
  }

  long position() {
    return store
        .get(ColumnFamily.STORE, POSITION)
        .map(value -> Values.number(RecordKind.POSITION, value))
        .orElse(0L);
  }

  Optional<BroadcastStatus> status(BroadcastKey key) {
    return store.get(ColumnFamily.RECEIPTS, Keys.broadcast(key)).map(InboxValues::status);
  }

  /** Whether there are counts of the broadcast, damaged or not. */
  boolean hasCounts(BroadcastKey key) {
    return store.get(ColumnFamily.RECEIPTS, Keys.broadcast(key)).isPresent();
  }

  Optional<BroadcastRecord> record(BroadcastKey key) {
    return store.readSnapshot(view -> record(view, Keys.broadcast(key)));
  }

  private static Optional<BroadcastRecord> record(Database.SnapshotView view, byte[] key)
      throws RocksDBException {
    Optional<byte[]> counts = view.get(ColumnFamily.RECEIPTS, key);
    return view.get(ColumnFamily.BROADCASTS, key)
        .flatMap(value -> counts.map(status -> record(value, InboxValues.status(status))));
  }

  private static BroadcastRecord record(byte[] broadcast, BroadcastStatus status) {
    return new BroadcastRecord(InboxValues.broadcast(broadcast).at(status.position()), status);
  }

  /**
   * All broadcasts.
   *
   * @param records in the order of their positions
   * @param damaged what is wrong with each of the others
   */
  record StoredBroadcasts(
      List<BroadcastRecord> records, Map<BroadcastKey, DamagedRecordException> damaged) {}

  StoredBroadcasts all() {
    return store.readSnapshot(
        view -> {
          List<BroadcastRecord> records = new ArrayList<>();
          Map<BroadcastKey, DamagedRecordException> damaged = new LinkedHashMap<>();
          for (byte[] key : broadcastKeys(view)) {
            try {
              records.add(
                  record(view, key)
                      .orElseThrow(
                          () ->
                              new DamagedRecordException(
                                  "broadcast: only a part (expected: its content and its counts)")));
            } catch (DamagedRecordException damage) {
              damaged.put(Keys.parseBroadcast(key), damage);
            }
          }
          records.sort(Comparator.comparingLong(each -> each.broadcast().position()));
          return new StoredBroadcasts(records, damaged);
        });
  }

  private static Set<byte[]> broadcastKeys(Database.SnapshotView view) throws RocksDBException {
    Set<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
    for (ColumnFamily each : List.of(ColumnFamily.BROADCASTS, ColumnFamily.RECEIPTS)) {
      view.scan(
          each,
          Keys.FIRST,
          Keys.LAST,
          (key, value) -> {
            keys.add(key);
            return true;
          });
    }
    return keys;
  }

  /**
   * Each broadcast that names the user, encoded without that name, but for those whose records are
   * damaged.
   */
  Map<BroadcastKey, byte[]> withoutName(UserId user) {
    byte[] prefix = Keys.tenant(user.tenant());
    Map<BroadcastKey, byte[]> found = new HashMap<>();
    store.scan(
        ColumnFamily.BROADCASTS,
        prefix,
        Keys.afterPrefix(prefix),
        (key, value) -> {
          withoutName(key, value, user)
              .ifPresent(without -> found.put(Keys.parseBroadcast(key), without));
          return true;
        });
    return found;
  }

  /** As for all, for this broadcast. */
  Optional<byte[]> withoutName(BroadcastKey broadcast, UserId user) {
    byte[] key = Keys.broadcast(broadcast);
    return store.get(ColumnFamily.BROADCASTS, key).flatMap(value -> withoutName(key, value, user));
  }

  private Optional<byte[]> withoutName(byte[] key, byte[] value, UserId user) {
    return undamaged(key, () -> InboxValues.withoutName(value, user)).flatMap(without -> without);
  }

  List<FiringAlert> alerts() {
    List<FiringAlert> alerts = new ArrayList<>();
    store.scan(
        ColumnFamily.STORE,
        Keys.alerts(),
        Keys.afterPrefix(Keys.alerts()),
        (key, value) -> {
          undamaged(key, () -> InboxValues.alert(value)).ifPresent(alerts::add);
          return true;
        });
    return alerts;
  }

  /** Empty when the record is damaged: one record must not keep the others from being read. */
  private <T> Optional<T> undamaged(byte[] key, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (DamagedRecordException damage) {
      damaged.leftOut("the record of " + Keys.text(key), damage);
      return Optional.empty();
    }
  }

  /** What is in the user's inbox after one seq and up to another, by seq. */
  NavigableMap<Long, InboxEntry> received(UserId user, long after, long last) {
    NavigableMap<Long, InboxEntry> received = new TreeMap<>();
    if (after < last) {
      store.scan(
          ColumnFamily.RECEIVED,
          Keys.received(user, after + 1),
          Keys.received(user, last + 1),
          (key, value) -> {
            received.put(Keys.seq(key), InboxValues.received(value));
            return true;
          });
    }
    return received;
  }

  RecipientPage recipients(
      Broadcast broadcast, @Nullable UserId after, int limit, boolean withSeqs) {
    List<UserEntry> users =
        broadcast.audience() instanceof Audience.Named named
            ? named(broadcast, named, after, limit)
            : entries(broadcast.key().tenant(), after, limit);
    List<Recipient> recipients = new ArrayList<>();
    for (UserEntry each : users) {
      InboxState state = each.state();
      if (state != null && broadcast.isAddressedTo(each.user().subject(), state)) {
        Long seq = withSeqs ? seqOf(each.user(), broadcast.position()) : null;
        recipients.add(new Recipient(each.user(), state, seq));
      }
    }
    UserId last = users.size() < limit ? null : users.get(users.size() - 1).user();
    return new RecipientPage(recipients, last);
  }

  private record UserEntry(UserId user, @Nullable InboxState state) {}

  private List<UserEntry> named(
      Broadcast broadcast, Audience.Named audience, @Nullable UserId after, int limit) {
    String tenant = broadcast.key().tenant();
    // In the order of the names, which need not be that of the keys.
    return (after == null
            ? audience.subjects()
            : new TreeSet<>(audience.subjects()).tailSet(after.subject(), false))
        .stream()
            .limit(limit)
            .map(subject -> new UserId(tenant, subject))
            .map(user -> new UserEntry(user, undamagedState(user)))
            .toList();
  }

  private @Nullable InboxState undamagedState(UserId user) {
    return undamaged(Keys.user(user), () -> state(user)).flatMap(found -> found).orElse(null);
  }

  DirectoryPage directory(String tenant, @Nullable UserId after, int limit) {
    // One more than the page shows whether there is another page.
    List<UserEntry> found = entries(tenant, after, limit + 1);
    List<UserEntry> page = found.subList(0, Math.min(limit, found.size()));
    List<DirectoryPage.DirectoryEntry> users = new ArrayList<>();
    for (UserEntry each : page) {
      InboxState state = each.state();
      if (state != null) {
        users.add(new DirectoryPage.DirectoryEntry(each.user(), state.tier()));
      }
    }
    boolean isLast = page.size() == found.size();
    return new DirectoryPage(users, isLast ? null : page.get(page.size() - 1).user());
  }

  private List<UserEntry> entries(String tenant, @Nullable UserId after, int limit) {
    byte[] prefix = Keys.tenant(tenant);
    byte[] from = after == null ? prefix : Keys.after(Keys.user(after));
    List<UserEntry> users = new ArrayList<>();
    store.scan(
        ColumnFamily.INBOXES,
        from,
        Keys.afterPrefix(prefix),
        (key, value) ->
            users.add(
                    new UserEntry(
                        Keys.parseUser(key),
                        undamaged(key, () -> InboxValues.state(value)).orElse(null)))
                && users.size() < limit);
    return users;
  }

  /**
   * The keys of {@link ColumnFamily#RECEIVED_AT} of this place in an inbox, whose own record does
   * not tell its position.
   */
  List<byte[]> positionsOf(byte[] place) {
    List<byte[]> found = new ArrayList<>();
    Optional<Long> position = firstPosition(0);
    while (position.isPresent()) {
      byte[] key = Keys.receivedAt(position.get(), place);
      store.get(ColumnFamily.RECEIVED_AT, key).ifPresent(value -> found.add(key));
      position = firstPosition(position.get() + 1);
    }
    return found;
  }

  /** The least position of a broadcast in an inbox, from this one on. */
  private Optional<Long> firstPosition(long from) {
    Long[] first = {null};
    store.scan(
        ColumnFamily.RECEIVED_AT,
        Keys.receivedAt(from),
        Keys.LAST,
        (key, value) -> {
          first[0] = Keys.positionOf(key);
          return false;
        });
    return Optional.ofNullable(first[0]);
  }

  private @Nullable Long seqOf(UserId user, long position) {
    Long[] found = {null};
    byte[] prefix = Keys.receivedAt(position, user);
    store.scan(
        ColumnFamily.RECEIVED_AT,
        prefix,
        Keys.afterPrefix(prefix),
        (key, value) -> {
          found[0] = Keys.seq(key);
          return false;
        });
    return found[0];
  }
}
