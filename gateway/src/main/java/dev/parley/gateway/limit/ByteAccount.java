package dev.parley.gateway.limit;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are held under a path of names, such as tenant, user and connection. They are counted
 * in the account at the end of the path and in each one above it. Each level has a bound. An
 * account exists from the first {@link #open} of its path to the last {@link #close}.
 *
 * <p>Figures are read from any thread; the account at the end of a path is written by one thread.
 */
public final class ByteAccount {

  /** Bytes that may still be asked for at once while an account is full, so that all progress. */
  public static final int MIN_ASK = 4 * 1024;

  private final @Nullable ByteAccount above;
  private final String name;
  private final long[] bounds;
  private final Map<String, ByteAccount> below = new ConcurrentHashMap<>();
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong highest = new AtomicLong();
  private int opened;
  private boolean isClosed;

  /** The account above all others, with its bound and the bound of each level below it. */
  public ByteAccount(long... bounds) {
    this(null, "", bounds.clone());
  }

  private ByteAccount(@Nullable ByteAccount above, String name, long... bounds) {
    this.above = above;
    this.name = name;
    this.bounds = bounds;
  }

  /** Opens the account at the end of this path, and those above it that do not exist. */
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
        (key, present) -> {
          ByteAccount account =
              present == null ? new ByteAccount(this, step, boundsBelow()) : present;
          account.opened++;
          return account;
        });
  }

  private long[] boundsBelow() {
    return bounds.length == 0 ? bounds : Arrays.copyOfRange(bounds, 1, bounds.length);
  }

  /** Subtracts what is left; bytes that are added later do not count. Idempotent. */
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

  /** Adds bytes to this account and to all above it; a negative number subtracts. */
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

  /** Whether this account or one above it has reached its bound. */
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

  /** The maximum of bytes that were ever held. */
  public long highest() {
    return highest.get();
  }
}
