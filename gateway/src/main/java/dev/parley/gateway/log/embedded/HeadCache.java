package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The heads used last, with what is about to become of them. On the committer's thread only. */
final class HeadCache {

  /** A few MiB at most. */
  static final int CAPACITY = 10_000;

  private final Map<ThreadKey, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);

  /** One thread's head: on the disk, and as the batch that is being made will leave it. */
  static final class Slot {

    final ThreadKey thread;

    /** The key of the thread in the store. */
    final byte[] key;

    /** Whether the batch holds the head itself, rather than growth only. */
    boolean rewritten;

    private ThreadHead kept;
    private @Nullable ThreadHead next;

    private Slot(ThreadKey thread, ThreadHead kept) {
      this.thread = thread;
      this.key = Keys.thread(thread);
      this.kept = kept;
    }

    ThreadHead head() {
      return next != null ? next : kept;
    }

    boolean isChanged() {
      return next != null;
    }

    void change(ThreadHead head) {
      next = head;
    }

    /** The head is on the disk as it is now. */
    void keep() {
      kept = head();
      next = null;
      rewritten = false;
    }
  }

  /** The thread's slot; it stays until {@link #shrink} or {@link #clear}. */
  Slot get(ThreadKey thread, Function<ThreadKey, ThreadHead> disk) {
    Slot slot = slots.get(thread);
    if (slot == null) {
      slot = new Slot(thread, disk.apply(thread));
      slots.put(thread, slot);
    }
    return slot;
  }

  /** Lets go of what was used longest ago and is too much. */
  void shrink() {
    Iterator<Slot> eldest = slots.values().iterator();
    for (int over = slots.size() - CAPACITY; over > 0; over--) {
      eldest.next();
      eldest.remove();
    }
  }

  void clear() {
    slots.clear();
  }

  int size() {
    return slots.size();
  }
}
