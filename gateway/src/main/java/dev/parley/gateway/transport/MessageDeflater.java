package dev.parley.gateway.transport;

import dev.parley.gateway.user.thread.Frame;
import io.netty.buffer.ByteBuf;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses messages, each by itself (RFC 7692, section 7.2.1), for all connections of one loop.
 * What several of them send in turn is compressed once: it keeps the last few small results.
 */
final class MessageDeflater implements AutoCloseable {

  /** Maximum bytes of a message that is compressed: the largest event with its head. */
  static final int MAX_TEXT = 320 * 1024;

  /** Maximum bytes of a message whose result is kept. */
  static final int MAX_KEPT = 16 * 1024;

  /** How many results are kept. Their frames are kept in memory as well. */
  static final int KEPT = 16;

  /** {@code 00 00 FF FF}, with which a flush ends, is not sent. */
  private static final int TAIL = 4;

  /** Level 6 takes up to three times as long and saves little more: docs/benchmarks.md. */
  private static final int LEVEL = Deflater.BEST_SPEED;

  private final Deflater deflater = new Deflater(LEVEL, true);
  private final byte[] results = new byte[MAX_TEXT + TAIL];
  private final @Nullable Frame[] frames = new Frame[KEPT];
  private final int[] starts = new int[KEPT];
  private final int[] ends = new int[KEPT];
  private int kept;

  /**
   * Writes the frame as one compressed WebSocket frame.
   *
   * @return false, with nothing written, when it would not be shorter
   */
  boolean write(Frame frame, ByteBuf to) {
    int found = find(frame);
    if (found >= 0) {
      write(to, starts[found], ends[found]);
      return true;
    }
    if (frame.length() > MAX_TEXT) {
      return false;
    }
    int start = place(frame.length());
    int end = deflate(frame, start);
    if (end < 0) {
      return false;
    }
    if (frame.length() <= MAX_KEPT) {
      frames[kept] = frame;
      starts[kept] = start;
      ends[kept] = end;
      kept++;
    }
    write(to, start, end);
    return true;
  }

  private int find(Frame frame) {
    for (int i = kept - 1; i >= 0; i--) {
      if (frames[i] == frame) {
        return i;
      }
    }
    return -1;
  }

  /** Where the next result goes. When there is no place for it, all kept ones are forgotten. */
  private int place(int length) {
    int end = kept == 0 ? 0 : ends[kept - 1];
    if (kept < KEPT && length + TAIL <= results.length - end) {
      return end;
    }
    for (int i = 0; i < kept; i++) {
      frames[i] = null;
    }
    kept = 0;
    return 0;
  }

  /** The end of the result; negative when it is as long as the text. */
  private int deflate(Frame frame, int start) {
    int limit = start + frame.length() + TAIL;
    deflater.setInput(frame.head());
    int end = start;
    while (!deflater.needsInput() && end < limit) {
      end += deflater.deflate(results, end, limit - end, Deflater.NO_FLUSH);
    }
    deflater.setInput(frame.body());
    end += deflater.deflate(results, end, limit - end, Deflater.SYNC_FLUSH);
    deflater.reset(); // it lets go of the body
    return end < limit ? end - TAIL : -1; // at the limit there may be more to come
  }

  private void write(ByteBuf to, int start, int end) {
    WebSocketFraming.compressedHeader(to, end - start);
    to.writeBytes(results, start, end - start);
  }

  @Override
  public void close() {
    deflater.end();
  }
}
