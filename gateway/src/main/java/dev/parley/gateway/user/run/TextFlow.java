package dev.parley.gateway.user.run;

import dev.parley.gateway.protocol.Texts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one growing text into pieces for the wire. A piece is never empty, never longer than a
 * bound, and never ends within a surrogate pair; a lone surrogate is replaced. The number of UTF-16
 * units does not change.
 */
final class TextFlow {

  private static final int MAX_PIECE = 32 * 1024;

  /** One piece and where it begins. */
  record Piece(long offset, String text) {}

  private final StringBuilder held = new StringBuilder();
  private long offset;

  /** Takes the next text; a high surrogate at its end waits for its other half. */
  List<Piece> take(String text) {
    held.append(text);
    int end = held.length();
    if (end > 0 && Character.isHighSurrogate(held.charAt(end - 1))) {
      end--;
    }
    return cut(end);
  }

  /** Continues after a text of so many UTF-16 units, with half a surrogate pair if there is one. */
  void continueAfter(long units, @Nullable Character half) {
    offset = units;
    held.setLength(0);
    if (half != null) {
      held.append(half.charValue());
    }
  }

  /** The half of a surrogate pair that waits for its other half. */
  @Nullable Character half() {
    return held.isEmpty() ? null : held.charAt(0);
  }

  /** The rest, when nothing follows. */
  List<Piece> finish() {
    return cut(held.length());
  }

  /** The UTF-16 units of all pieces so far. */
  long length() {
    return offset;
  }

  private List<Piece> cut(int end) {
    List<Piece> pieces = new ArrayList<>(1);
    int from = 0;
    while (from < end) {
      int to = Math.min(end, from + MAX_PIECE);
      if (to < end && Character.isHighSurrogate(held.charAt(to - 1))) {
        to--;
      }
      String text = Texts.whole(held.substring(from, to));
      pieces.add(new Piece(offset, text));
      offset += text.length();
      from = to;
    }
    held.delete(0, end);
    return pieces;
  }

  /** The beginning of the text, up to so many UTF-16 units, cleaned. */
  static String clean(String text, int max) {
    return Texts.whole(text.length() <= max ? text : text.substring(0, max));
  }
}
