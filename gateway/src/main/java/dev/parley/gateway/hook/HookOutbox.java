package dev.parley.gateway.hook;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends hooks one after the other, in their order, each until its receiver has accepted or refused
 * it. It keeps them in memory: a bounded number, of which the oldest that waits is dropped for a
 * newer one. Callable from any thread; blocks none.
 */
public final class HookOutbox {

  private static final Logger LOG = LoggerFactory.getLogger(HookOutbox.class);

  /** {@link HookClient#send}. */
  @FunctionalInterface
  public interface Sending {
    CompletableFuture<? extends HookAnswer> send(String id, byte[] body);
  }

  /** A hook that waits or is sent; the attempt sends it once. */
  private record Hook(String id, Supplier<CompletableFuture<? extends HookAnswer>> attempt) {}

  private final Sending sending;
  private final HookDelivery.Pauses pauses;
  private final int maxWaiting;
  private final Deque<Hook> waiting = new ArrayDeque<>();
  private @Nullable HookDelivery current;
  private boolean closed;

  public HookOutbox(Sending sending, HookDelivery.Pauses pauses, int maxWaiting) {
    this.sending = sending;
    this.pauses = pauses;
    this.maxWaiting = maxWaiting;
  }

  /**
   * Adds a hook.
   *
   * @param id the same for each attempt; the receiver knows a repeated one by it
   * @param body JSON; must not be changed any more
   */
  public void add(String id, byte[] body) {
    HookDelivery next;
    synchronized (this) {
      if (closed) {
        return;
      }
      if (waiting.size() == maxWaiting) {
        LOG.warn("hook {} is dropped: {} newer ones wait", waiting.remove().id(), maxWaiting);
      }
      waiting.add(new Hook(id, () -> sending.send(id, body)));
      next = current == null ? next() : null;
    }
    if (next != null) {
      next.attempt();
    }
  }

  /** Takes the next hook from the queue; null if there is none. */
  private synchronized @Nullable HookDelivery next() {
    Hook hook = closed ? null : waiting.poll();
    current = hook == null ? null : new HookDelivery(hook.attempt(), pauses, new Outcome(hook));
    return current;
  }

  /** Sends nothing more. */
  public void close() {
    HookDelivery last;
    synchronized (this) {
      closed = true;
      last = current;
    }
    if (last != null) {
      last.stop();
    }
  }

  /** What became of one hook. */
  private final class Outcome implements HookDelivery.DeliveryListener {
    private final Hook hook;
    private boolean isDelayed;

    Outcome(Hook hook) {
      this.hook = hook;
    }

    @Override
    public void delayed(int status) {
      if (!isDelayed) {
        isDelayed = true;
        String answer = status == 0 ? "no answer" : "status " + status;
        LOG.warn("hook {} is not delivered yet, it is tried again: {}", hook.id(), answer);
      }
    }

    @Override
    public void accepted() {
      goOn();
    }

    @Override
    public void refused(int status) {
      LOG.warn("hook {} is refused by its receiver with {}", hook.id(), status);
      goOn();
    }

    private void goOn() {
      HookDelivery next = next();
      if (next != null) {
        next.attempt();
      }
    }
  }
}
