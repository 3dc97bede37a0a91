package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.UserId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cache of thread heads, with their changes in the current batch. Evicts the least recently used.
 * On the committer's thread only.
 */
final class HeadCache {

  /** A few MiB at most. */
  static final int CAPACITY = 10_000;

  private final Map<ThreadKey, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);

  /** One thread's head: as on the disk, and as the current batch will leave it. */
  static final class Slot {

    final ThreadKey thread;

    /** The thread's key in the store. */
    final byte[] key;

    /** Whether the batch holds the head itself, not only a delta. */
    boolean rewritten;

    private ThreadHead stored;
    private RetainedSize counted;
    private @Nullable ThreadHead next;

    private Slot(ThreadKey thread, CountedHead stored) {
      this.thread = thread;
      this.key = Keys.thread(thread);
      this.stored = stored.head();
      this.counted = stored.counted();
    }

    ThreadHead head() {
      return next != null ? next : stored;
    }

    /** The head that is on the disk. */
    ThreadHead stored() {
      return stored;
    }

    /** How much of the thread the stored usage counts. */
    RetainedSize counted() {
      return counted;
    }

    boolean isChanged() {
      return next != null;
    }

    void change(ThreadHead head) {
      next = head;
    }

    /** The batch is on the disk. */
    void written() {
      stored = head();
      if (rewritten) {
        counted = stored.retained();
      }
      next = null;
      rewritten = false;
    }
  }

  /** The thread's slot. It stays until {@link #shrink}, {@link #evict} or {@link #clear}. */
  Slot get(ThreadKey thread, Function<ThreadKey, CountedHead> disk) {
    Slot slot = slots.get(thread);
    if (slot == null) {
      slot = new Slot(thread, disk.apply(thread));
      slots.put(thread, slot);
    }
    return slot;
  }

  /** Evicts the least recently used slots above the capacity. */
  void shrink() {
    Iterator<Slot> eldest = slots.values().iterator();
    for (int over = slots.size() - CAPACITY; over > 0; over--) {
      eldest.next();
      eldest.remove();
    }
  }

  /** Evicts the threads of the user, of which the current batch changes none. */
  void evict(UserId user) {
    slots.values().removeIf(slot -> slot.thread.user().equals(user));
  }

  void clear() {
    slots.clear();
  }

  int size() {
    return slots.size();
  }
}
