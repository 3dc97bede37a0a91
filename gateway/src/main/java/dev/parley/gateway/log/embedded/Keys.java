package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * The keys of the store. Every key begins with its user, or its tenant, and every name is preceded
 * by its length in bytes (one byte, 1 to 255). So no two lists of names share a key, and no user's
 * keys begin with another user's. A seq has eight bytes, most significant first: byte order is the
 * order of events. The keys have no version: a change needs a new column family.
 */
final class Keys {

  /** Not greater than any key. */
  static final byte[] FIRST = {};

  /** Greater than any key: a name has at most 255 bytes, and its first byte is never 0xFF. */
  static final byte[] LAST = {(byte) 0xFF, (byte) 0xFF};

  private static final String ALERT = "alert";
  private static final String REVOCATION = "revocation";

  private Keys() {}

  /** The prefix of all keys of the tenant's users. */
  static byte[] tenant(String tenant) {
    return names(tenant);
  }

  /** Identifies a user without naming it. */
  static byte[] digest(UserId user) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(user(user));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every Java)", e);
    }
  }

  /** Greater than the digests of all users. */
  static byte[] digestEnd() {
    byte[] end = new byte[digest(new UserId("any", "any")).length + 1];
    Arrays.fill(end, (byte) 0xFF);
    return end;
  }

  /** The prefix of all keys of the user. */
  static byte[] user(UserId user) {
    return names(user.tenant(), user.subject());
  }

  /** The key of the thread's head, and the prefix of the keys of its events. */
  static byte[] thread(ThreadKey thread) {
    UserId user = thread.user();
    return names(user.tenant(), user.subject(), thread.thread().value());
  }

  static byte[] event(ThreadKey thread, long seq) {
    return event(thread(thread), seq);
  }

  /** The key of an event of the thread with this key. */
  static byte[] event(byte[] thread, long seq) {
    byte[] key = Arrays.copyOf(thread, thread.length + Long.BYTES);
    ByteBuffer.wrap(key).putLong(thread.length, seq);
    return key;
  }

  /** The key of another event of the same thread. */
  static byte[] atSeq(byte[] event, long seq) {
    byte[] key = event.clone();
    ByteBuffer.wrap(key).putLong(key.length - Long.BYTES, seq);
    return key;
  }

  /** Keys of an hour (counted from the epoch) come after those of earlier hours. */
  static byte[] expiry(long hour, byte[] thread) {
    return ByteBuffer.allocate(Long.BYTES + thread.length).putLong(hour).put(thread).array();
  }

  /** The thread's key in an expiry key. */
  static byte[] threadOfExpiry(byte[] key) {
    return Arrays.copyOfRange(key, Long.BYTES, key.length);
  }

  /** Keys of a time (epoch milliseconds) come after those of earlier times. */
  static byte[] due(long millis, byte[] hook) {
    return ByteBuffer.allocate(Long.BYTES + hook.length).putLong(millis).put(hook).array();
  }

  /** The key of the web hook in a key of the index by time; empty when that key is too short. */
  static byte[] hookOfDue(byte[] key) {
    return Arrays.copyOfRange(key, Math.min(Long.BYTES, key.length), key.length);
  }

  /** Keys of a later activity lie before those of the user's other threads. */
  static byte[] activity(ThreadKey thread, long millis) {
    byte[] user = user(thread.user());
    byte[] name = names(thread.thread().value());
    return ByteBuffer.allocate(user.length + Long.BYTES + name.length)
        .put(user)
        .putLong(Long.MAX_VALUE - millis)
        .put(name)
        .array();
  }

  /** The thread of an activity's key. */
  static ThreadKey active(byte[] key) {
    return parse(
        key,
        names -> {
          UserId user = new UserId(name(names), name(names));
          names.getLong();
          return new ThreadKey(user, new ThreadId(name(names)));
        });
  }

  static byte[] run(UserId user, RunId run) {
    return names(user.tenant(), user.subject(), run.value());
  }

  /** The key of what is kept of an open run. */
  static byte[] savedRun(UserId user, RunId run, RecordKind kind) {
    byte[] key = run(user, run);
    byte[] saved = Arrays.copyOf(key, key.length + 1);
    saved[key.length] = (byte) (kind == RecordKind.RUN_REQUEST ? 0 : 1);
    return saved;
  }

  static byte[] broadcast(BroadcastKey broadcast) {
    return names(broadcast.tenant(), broadcast.id().value());
  }

  /** A fact about the store: this alert fires. */
  static byte[] alert(String name) {
    return names(ALERT, name);
  }

  /** The prefix of the keys of all alerts. */
  static byte[] alerts() {
    return names(ALERT);
  }

  /** A fact about the store: these tokens are revoked. The name may be longer than other names. */
  static byte[] revocation(RevocationKey revocation) {
    byte[] tenant = names(REVOCATION, revocation.tenant());
    byte[] name = revocation.name().getBytes(UTF_8);
    return ByteBuffer.allocate(tenant.length + 1 + name.length)
        .put(tenant)
        .put((byte) revocation.kind().code())
        .put(name)
        .array();
  }

  /** The prefix of the keys of all revocations. */
  static byte[] revocations() {
    return names(REVOCATION);
  }

  /** What is revoked, in its key. */
  static RevocationKey parseRevocation(byte[] key) {
    return parse(
        key,
        names -> {
          name(names);
          String tenant = name(names);
          RevocationKey.Kind kind = RevocationKey.Kind.of(names.get());
          byte[] name = new byte[names.remaining()];
          names.get(name);
          return new RevocationKey(tenant, kind, ValueReader.text(name));
        });
  }

  /** A place in the user's inbox. */
  static byte[] received(UserId user, long seq) {
    return event(user(user), seq);
  }

  /** The least key of an inbox with the broadcast of this position. */
  static byte[] receivedAt(long position) {
    return ByteBuffer.allocate(Long.BYTES).putLong(position).array();
  }

  /** The prefix of the keys of the user's inbox with the broadcast of this position. */
  static byte[] receivedAt(long position, UserId user) {
    byte[] name = user(user);
    return ByteBuffer.allocate(Long.BYTES + name.length).putLong(position).put(name).array();
  }

  /** The broadcast of this position is at this place of an inbox. */
  static byte[] receivedAt(long position, byte[] received) {
    return ByteBuffer.allocate(Long.BYTES + received.length)
        .putLong(position)
        .put(received)
        .array();
  }

  /** The position in a key of the broadcasts in inboxes. */
  static long positionOf(byte[] receivedAt) {
    return ByteBuffer.wrap(receivedAt).getLong();
  }

  /** The place in an inbox in such a key. */
  static byte[] placeOf(byte[] receivedAt) {
    return Arrays.copyOfRange(receivedAt, Long.BYTES, receivedAt.length);
  }

  /** The user of the inbox in such a key. */
  static UserId parsePlace(byte[] receivedAt) {
    return parseUser(placeOf(receivedAt));
  }

  static byte[] command(UserId user, CommandId command) {
    return names(user.tenant(), user.subject(), command.value());
  }

  /** The keys of higher numbers come first. */
  static byte[] audit(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(Long.MAX_VALUE - number).array();
  }

  /** The number in an audit key. */
  static long auditNumber(byte[] key) {
    return Long.MAX_VALUE - ByteBuffer.wrap(key).getLong();
  }

  /** The least key after this one. */
  static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /** The least key after all keys with this prefix. */
  static byte[] afterPrefix(byte[] prefix) {
    int last = prefix.length - 1;
    while (last >= 0 && prefix[last] == (byte) 0xFF) {
      last--;
    }
    if (last < 0) {
      throw new IllegalArgumentException("prefix: only 0xFF (expected: a byte below 0xFF)");
    }
    byte[] next = Arrays.copyOf(prefix, last + 1);
    next[last]++;
    return next;
  }

  /** The user in a key that holds only a user. */
  static UserId parseUser(byte[] key) {
    return parse(key, names -> new UserId(name(names), name(names)));
  }

  /** The broadcast in its key. */
  static BroadcastKey parseBroadcast(byte[] key) {
    return parse(key, names -> new BroadcastKey(name(names), new BroadcastId(name(names))));
  }

  /** The thread in a key that begins with a thread. */
  static ThreadKey parseThread(byte[] key) {
    return parse(key, Keys::nextThread);
  }

  private static ThreadKey nextThread(ByteBuffer names) {
    UserId user = new UserId(name(names), name(names));
    return new ThreadKey(user, new ThreadId(name(names)));
  }

  /**
   * The thread in the key of an event, or of a web hook.
   *
   * @throws DamagedRecordException unless a seq follows, and nothing else
   */
  static ThreadKey threadOfEvent(byte[] key) {
    return parse(
        key,
        names -> {
          ThreadKey thread = nextThread(names);
          if (names.remaining() != Long.BYTES) {
            throw new IllegalArgumentException("seq: missing (expected: 8 bytes)");
          }
          return thread;
        });
  }

  /**
   * Reads the names at the begin of a key.
   *
   * @throws DamagedRecordException when they are none; it tells no part of the key
   */
  private static <T> T parse(byte[] key, Function<ByteBuffer, T> names) {
    try {
      return names.apply(ByteBuffer.wrap(key));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new DamagedRecordException(
          "key: " + key.length + " bytes (expected: an undamaged key)", e);
    }
  }

  /** The seq in an event's key. */
  static long seq(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
  }

  private static byte[] names(String... names) {
    byte[][] encoded = new byte[names.length][];
    int length = 0;
    for (int i = 0; i < names.length; i++) {
      encoded[i] = names[i].getBytes(UTF_8);
      length += 1 + encoded[i].length;
    }
    ByteBuffer key = ByteBuffer.allocate(length);
    for (byte[] name : encoded) {
      key.put((byte) name.length).put(name);
    }
    return key.array();
  }

  /** The names in a key that has nothing else, for a line of the gateway's log. */
  static String text(byte[] key) {
    try {
      return parse(
          key,
          names -> {
            StringJoiner text = new StringJoiner("/");
            while (names.hasRemaining()) {
              text.add(name(names));
            }
            return text.toString();
          });
    } catch (DamagedRecordException damage) {
      return "a damaged key";
    }
  }

  private static String name(ByteBuffer names) {
    byte[] name = new byte[Byte.toUnsignedInt(names.get())];
    names.get(name);
    return ValueReader.text(name);
  }
}
