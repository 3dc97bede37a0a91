package dev.parley.gateway.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MpscLinkedQueue;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A queue from many threads to one that parks while it is empty. Producers never block; {@link
 * #take} is for the consumer alone.
 */
interface Handoff {

  void add(Object item);

  /** Takes all items, and waits at most 10 ms for the first. Returns how many. */
  int take();

  /** The queues to compare; ratios are to the first. */
  enum HandoffKind {
    TRANSFER("LinkedTransferQueue"),
    STACK("lock-free stack"),
    LINKED("ConcurrentLinkedQueue"),
    JCTOOLS_LINKED("JCTools MpscLinkedQueue"),
    JCTOOLS_ARRAY("JCTools MpscUnboundedArrayQueue");

    private final String label;

    HandoffKind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }

    Handoff open() {
      return switch (this) {
        case TRANSFER -> new Transfer();
        case STACK -> new Stack();
        case LINKED -> new Parking(new ConcurrentLinkedQueue<>());
        case JCTOOLS_LINKED -> new Parking(new MpscLinkedQueue<>());
        case JCTOOLS_ARRAY -> new Parking(new MpscUnboundedArrayQueue<>(1024));
      };
    }
  }

  /** Adds park and wake to a queue that has no blocking take. */
  final class Parking implements Handoff {
    private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Queue<Object> queue;
    private volatile @Nullable Thread sleeper;

    Parking(Queue<Object> queue) {
      this.queue = queue;
    }

    @Override
    public void add(Object item) {
      queue.add(item);
      // Producers add, then read sleeper; the consumer sets sleeper, then reads the queue.
      Thread waiting = sleeper;
      if (waiting != null) {
        LockSupport.unpark(waiting);
      }
    }

    @Override
    public int take() {
      if (queue.isEmpty()) {
        sleeper = Thread.currentThread();
        if (queue.isEmpty()) {
          LockSupport.parkNanos(this, WAIT_NANOS);
        }
        sleeper = null;
      }
      int taken = 0;
      while (queue.poll() != null) {
        taken++;
      }
      return taken;
    }
  }

  /** Wakes its consumer by itself; the log's commit queue. */
  final class Transfer implements Handoff {
    private final LinkedTransferQueue<Object> queue = new LinkedTransferQueue<>();

    @Override
    public void add(Object item) {
      queue.add(item);
    }

    @Override
    public int take() {
      int taken = 0;
      try {
        Object first = queue.poll(10, TimeUnit.MILLISECONDS);
        for (Object next = first; next != null; next = queue.poll()) {
          taken++;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return taken;
    }
  }

  /** A stack that the consumer takes as a whole and reverses (R. K. Treiber, IBM RJ 5118, 1986). */
  final class Stack implements Handoff {
    private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private record Link(Object item, @Nullable Link below) {}

    private final AtomicReference<@Nullable Link> top = new AtomicReference<>();
    private final Deque<Object> order = new ArrayDeque<>();
    private volatile @Nullable Thread sleeper;

    @Override
    public void add(Object item) {
      Link below = top.get();
      while (!top.compareAndSet(below, new Link(item, below))) {
        below = top.get();
      }
      Thread waiting = sleeper;
      if (waiting != null) {
        LockSupport.unpark(waiting);
      }
    }

    @Override
    public int take() {
      if (top.get() == null) {
        sleeper = Thread.currentThread();
        if (top.get() == null) {
          LockSupport.parkNanos(this, WAIT_NANOS);
        }
        sleeper = null;
      }
      for (Link link = top.getAndSet(null); link != null; link = link.below()) {
        order.addFirst(link.item());
      }
      int taken = order.size();
      order.clear();
      return taken;
    }
  }
}
