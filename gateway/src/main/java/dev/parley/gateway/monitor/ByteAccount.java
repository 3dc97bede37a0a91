package dev.parley.gateway.monitor;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are held under a name, and with them under every name above it. An account is there
 * from the first {@link #open} of its name to the last {@link #close}. Figures are read from any
 * thread; one account at the end of a path is written by one thread.
 */
public final class ByteAccount {

  /** What may still be asked for at a time while an account is full: nobody stands still. */
  public static final int LEAST_ASK = 4 * 1024;

  private final @Nullable ByteAccount above;
  private final String name;
  private final long[] bounds;
  private final Map<String, ByteAccount> below = new ConcurrentHashMap<>();
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong highest = new AtomicLong();
  private int opened;
  private boolean isClosed;

  /** The account above all others; its bound, then that of each level below it. */
  public ByteAccount(long... bounds) {
    this(null, "", bounds.clone());
  }

  private ByteAccount(@Nullable ByteAccount above, String name, long... bounds) {
    this.above = above;
    this.name = name;
    this.bounds = bounds;
  }

  /** Opens the account at the end of this path, and each on the way that is not there. */
  public ByteAccount open(String... path) {
    ByteAccount account = this;
    for (String step : path) {
      account = account.openBelow(step);
    }
    return account;
  }

  private ByteAccount openBelow(String step) {
    return below.compute(
        step,
        (key, there) -> {
          ByteAccount account = there == null ? new ByteAccount(this, step, boundsBelow()) : there;
          account.opened++;
          return account;
        });
  }

  private long[] boundsBelow() {
    return bounds.length == 0 ? bounds : Arrays.copyOfRange(bounds, 1, bounds.length);
  }

  /** Takes off what is left; what is added later does not count. Idempotent. */
  public void close() {
    if (isClosed) {
      return;
    }
    add(-held.get());
    isClosed = true;
    for (ByteAccount each = this; each.above != null; each = each.above) {
      each.above.closeBelow(each.name);
    }
  }

  private void closeBelow(String step) {
    below.computeIfPresent(step, (key, account) -> --account.opened == 0 ? null : account);
  }

  /** Adds bytes here and to all above, or takes them off. */
  public void add(long bytes) {
    if (isClosed || bytes == 0) {
      return;
    }
    for (ByteAccount each = this; each != null; each = each.above) {
      long now = each.held.addAndGet(bytes);
      if (now > each.highest.get()) {
        each.highest.accumulateAndGet(now, Math::max);
      }
    }
  }

  /** Whether this or one above it holds as much as its bound. */
  public boolean isFull() {
    for (ByteAccount each = this; each != null; each = each.above) {
      if (each.bounds.length > 0 && each.held.get() >= each.bounds[0]) {
        return true;
      }
    }
    return false;
  }

  /** The account at the end of this path, if it is open. */
  public Optional<ByteAccount> find(String... path) {
    Optional<ByteAccount> account = Optional.of(this);
    for (String step : path) {
      account = account.map(each -> each.below.get(step));
    }
    return account;
  }

  /** The bytes that are held now. */
  public long held() {
    return held.get();
  }

  /** The most bytes that were ever held. */
  public long highest() {
    return highest.get();
  }
}
