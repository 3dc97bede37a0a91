package dev.parley.gateway.protocol;

import dev.parley.gateway.protocol.Deltas.Delta;
import org.jspecify.annotations.Nullable;

/**
 * Merges adjacent deltas of one text into one delta (protocol, "Merged deltas"). The one bound of
 * merged texts: events of a run before they have a seq, stored ranges and frames for readers all
 * use it. Not to be shared between threads.
 */
public final class DeltaMerger {

  /** Maximum UTF-16 units of a merged text. Its body is below 64 KiB with every unit escaped. */
  public static final int MAX_UNITS = 10_000;

  private final StringBuilder text = new StringBuilder();
  private @Nullable Delta first;
  private @Nullable Delta last;
  private int count;

  /**
   * Adds a delta that continues the text and fits, or any delta when the merger is empty. Returns
   * false and changes nothing for any other delta.
   */
  public boolean add(Delta next) {
    if (last == null || first == null) {
      first = next;
    } else if (last.isFollowedBy(next) && length(first) + next.piece().length() <= MAX_UNITS) {
      // A delta that stays alone is not copied.
      if (count == 1) {
        text.append(first.piece());
      }
      text.append(next.piece());
    } else {
      return false;
    }
    last = next;
    count++;
    return true;
  }

  private int length(Delta alone) {
    return count == 1 ? alone.piece().length() : text.length();
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /** The number of deltas that were added. */
  public int count() {
    return count;
  }

  /** The offset of the first delta. */
  public long offset() {
    return first == null ? 0 : first.offset();
  }

  /** The text of all deltas together. */
  public String text() {
    return first != null && count == 1 ? first.piece() : text.toString();
  }

  /** Removes all deltas. */
  public void clear() {
    first = null;
    last = null;
    count = 0;
    text.setLength(0);
  }
}
