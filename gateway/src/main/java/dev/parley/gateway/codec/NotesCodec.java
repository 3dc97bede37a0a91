package dev.parley.gateway.codec;

import dev.parley.gateway.protocol.RawJson;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The notes of an agent as they are hidden with an event: each one as it was given, after its
 * length in four bytes, the highest first. Callable from any thread.
 */
public final class NotesCodec {

  private static final int LENGTH = Integer.BYTES;

  private NotesCodec() {}

  public static byte[] encode(List<RawJson> notes) {
    int bytes = notes.stream().mapToInt(note -> LENGTH + note.length()).sum();
    ByteBuffer out = ByteBuffer.allocate(bytes);
    for (RawJson note : notes) {
      out.putInt(note.length()).put(note.bytes());
    }
    return out.array();
  }

  /**
   * Reads back what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when it did not write that
   */
  public static List<RawJson> decode(byte[] hidden) {
    List<RawJson> notes = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(hidden);
    try {
      while (in.hasRemaining()) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
          throw new BufferUnderflowException();
        }
        byte[] note = new byte[length];
        in.get(note);
        notes.add(RawJson.checked(note));
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "notes: cut at " + hidden.length + " bytes (expected: what was stored)", e);
    }
    return notes;
  }
}
