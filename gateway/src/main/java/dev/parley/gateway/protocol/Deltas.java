package dev.parley.gateway.protocol;

import java.util.Optional;

/**
 * Encoded events that carry a piece of a growing text, for those who join and cut them and do not
 * know the encoding (protocol, "Merged deltas"). Callable from any thread.
 */
public interface Deltas {

  /**
   * What an event carries.
   *
   * @param whole what its text belongs to; equal for all pieces of one text
   * @param offset where the piece begins in that text, in UTF-16 units
   */
  record Delta(Object whole, long offset, String piece) {

    /** Whether the other one goes on where this one ends. */
    public boolean isFollowedBy(Delta next) {
      return whole.equals(next.whole) && offset + piece.length() == next.offset;
    }
  }

  /** What the encoded event carries, if it is one that may be joined. */
  Optional<Delta> read(EventType type, byte[] body);

  /** The encoded event with another piece of the same text in place of its own. */
  byte[] with(EventType type, byte[] body, long offset, String piece);
}
