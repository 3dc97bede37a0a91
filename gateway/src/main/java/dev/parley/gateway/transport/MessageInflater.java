package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses messages, each by itself (RFC 7692, section 7.2.2), for all connections of one loop.
 * It stops at the first byte beyond a bound.
 */
final class MessageInflater implements AutoCloseable {

  /** A message may inflate to this size whatever its ratio, and to {@link #MAX_RATIO} above it. */
  static final int FREE = 64 * 1024;

  /** Maximum ratio of text to payload of a larger message. DEFLATE reaches 1032. */
  static final int MAX_RATIO = 128;

  /** Maximum number of blocks with BFINAL of a message: each costs a new start. */
  static final int MAX_FINAL_BLOCKS = 64;

  private static final int MIN_STEP = 1024;

  /**
   * The end that is not sent, then an empty block with BFINAL: a payload that ends within a block
   * does not reach its end.
   */
  private static final byte[] TAIL = {0, 0, -1, -1, 1, 0, 0, -1, -1};

  private final Inflater inflater = new Inflater(true);

  /**
   * Appends the text of a whole payload to a buffer with an array.
   *
   * @param maxText maximum bytes of the text
   * @return why the connection must close; then the text is not whole
   */
  Optional<CloseReason> inflate(ByteBuf payload, ByteBuf text, int maxText) {
    long ratio = Math.max(FREE, (long) MAX_RATIO * payload.readableBytes());
    try {
      return inflate(payload.nioBuffer(), text, (int) Math.min(maxText, ratio));
    } catch (DataFormatException e) {
      return Optional.of(CloseReason.BAD_DEFLATE);
    } finally {
      inflater.reset();
    }
  }

  private Optional<CloseReason> inflate(ByteBuffer payload, ByteBuf text, int max)
      throws DataFormatException {
    int finalBlocks = 0;
    boolean isTail = false;
    inflater.setInput(payload);
    while (true) {
      int bytes = step(text, max + 1 - text.readableBytes());
      if (text.readableBytes() > max) {
        return Optional.of(CloseReason.TOO_LARGE);
      }
      if (inflater.finished()) {
        if (isTail) {
          return inflater.getRemaining() == 0 ? Optional.empty() : broken();
        }
        if (!payload.hasRemaining()) {
          return Optional.empty(); // without the octet of section 7.2.3.4 after the final block
        }
        if (++finalBlocks > MAX_FINAL_BLOCKS) {
          return Optional.of(CloseReason.TOO_MANY_FRAGMENTS);
        }
        inflater.reset();
        inflater.setInput(payload);
      } else if (bytes == 0 && isTail) {
        return broken();
      } else if (bytes == 0) {
        isTail = true;
        inflater.setInput(TAIL);
      }
    }
  }

  /** Inflates what fits in the buffer, and makes room first if there is none. */
  private int step(ByteBuf text, int left) throws DataFormatException {
    if (text.writableBytes() == 0) {
      text.ensureWritable(Math.min(MIN_STEP, left));
    }
    int room = Math.min(left, text.writableBytes());
    int start = text.arrayOffset() + text.writerIndex();
    int bytes = inflater.inflate(text.array(), start, room);
    text.writerIndex(text.writerIndex() + bytes);
    return bytes;
  }

  private static Optional<CloseReason> broken() {
    return Optional.of(CloseReason.BAD_DEFLATE);
  }

  @Override
  public void close() {
    inflater.end();
  }
}
