package dev.parley.gateway.agent.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.parley.gateway.protocol.ErrorCode;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events out of bytes that are split anywhere (HTML Standard, "Interpreting an
 * event stream"). Used by one thread at a time.
 *
 * <p>A line has at most 1 MiB, the lines of an event together 4 MiB.
 */
public final class SseReader {

  /** The maximum bytes of a line. */
  static final int MAX_LINE = 1 << 20;

  /** The maximum bytes of the lines of one event. */
  static final int MAX_EVENT = 4 << 20;

  private static final JsonFactory JSON = new JsonFactory();
  private static final String DONE = "[DONE]";
  private static final String DEFAULT_TYPE = "message";
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final int FIRST_BYTES = 256;
  private static final int KEPT_BYTES = 16 << 10;

  private byte[] line = new byte[FIRST_BYTES];
  private int length;
  private boolean firstLine = true;

  /** The last byte was a carriage return, which a line feed may follow. */
  private boolean afterReturn;

  private final StringBuilder data = new StringBuilder();
  private boolean hasData;
  private String type = "";
  private @Nullable String id;
  private int eventBytes;

  /**
   * Reads up to the end of the next event.
   *
   * @param in read as far as the end of the event; wholly if it has none
   * @return null if the event is not whole yet
   * @throws UpstreamException when a line or an event is too long
   */
  public @Nullable SseEvent next(ByteBuf in) throws UpstreamException {
    while (in.isReadable()) {
      if (afterReturn) {
        afterReturn = false;
        if (in.getByte(in.readerIndex()) == '\n') {
          in.skipBytes(1);
          continue;
        }
      }
      int end = in.forEachByte(SseReader::isInLine);
      int bytes = (end < 0 ? in.writerIndex() : end) - in.readerIndex();
      append(in, bytes);
      if (end >= 0) {
        afterReturn = in.readByte() == '\r';
        SseEvent event = endLine() ? takeEvent() : null;
        if (event != null) {
          return event;
        }
      }
    }
    return null;
  }

  /**
   * The stream has ended. A last event without its blank line counts if its data is whole: a JSON
   * value or {@code [DONE]}.
   *
   * @return null if there is no such event
   * @throws UpstreamException when the stream ended in the middle of an event
   */
  public @Nullable SseEvent end() throws UpstreamException {
    return end(true);
  }

  /**
   * The stream has ended.
   *
   * @param takesUnended whether a last event without its blank line counts, as in {@link #end()};
   *     else the stream ended in its middle
   */
  @Nullable SseEvent end(boolean takesUnended) throws UpstreamException {
    if (length > 0) {
      endLine();
    }
    if (!hasData) {
      return null;
    }
    SseEvent event = takeEvent();
    if (takesUnended && event != null && (event.data().equals(DONE) || isJson(event.data()))) {
      return event;
    }
    throw UpstreamException.permanent(
        ErrorCode.UPSTREAM_TRUNCATED, "The answer of the service ended in the middle of an event.");
  }

  private static boolean isInLine(byte value) {
    return value != '\n' && value != '\r';
  }

  private void append(ByteBuf in, int bytes) throws UpstreamException {
    if (bytes > MAX_LINE - length) {
      throw tooLong("a line", MAX_LINE);
    }
    if (length + bytes > line.length) {
      line = Arrays.copyOf(line, Math.max(length + bytes, Math.min(2 * line.length, MAX_LINE)));
    }
    in.readBytes(line, length, bytes);
    length += bytes;
  }

  private static UpstreamException tooLong(String what, int bytes) {
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_PROTOCOL,
        "The service sent " + what + " of more than " + (bytes >> 20) + " MiB.");
  }

  /** Takes the line; true for a blank one, which ends an event. */
  private boolean endLine() throws UpstreamException {
    int start = firstLine && startsWithMark() ? BYTE_ORDER_MARK.length : 0;
    int end = length;
    firstLine = false;
    length = 0;
    if (start == end) {
      return true;
    }
    if (line[start] != ':') {
      eventBytes += end - start;
      if (eventBytes > MAX_EVENT) {
        throw tooLong("an event", MAX_EVENT);
      }
      field(start, end);
    }
    if (line.length > KEPT_BYTES) {
      line = new byte[FIRST_BYTES];
    }
    return false;
  }

  private boolean startsWithMark() {
    int mark = BYTE_ORDER_MARK.length;
    return length >= mark && Arrays.equals(line, 0, mark, BYTE_ORDER_MARK, 0, mark);
  }

  private void field(int start, int end) {
    int colon = start;
    while (colon < end && line[colon] != ':') {
      colon++;
    }
    int from = Math.min(colon + 1, end);
    if (from < end && line[from] == ' ') {
      from++;
    }
    switch (text(start, colon)) {
      case "data" -> {
        if (hasData) {
          data.append('\n');
        }
        hasData = true;
        data.append(text(from, end));
      }
      case "event" -> type = text(from, end);
      case "id" -> {
        String given = text(from, end);
        id = given.indexOf('\0') < 0 ? given : id;
      }
      default -> {
        // Unknown, or the time until a reconnect, which means nothing to an answer.
      }
    }
  }

  private String text(int from, int to) {
    return new String(line, from, to - from, StandardCharsets.UTF_8);
  }

  /** The event that a blank line ended; null if it has no data. */
  private @Nullable SseEvent takeEvent() {
    SseEvent event =
        hasData ? new SseEvent(type.isEmpty() ? DEFAULT_TYPE : type, data.toString(), id) : null;
    data.setLength(0);
    if (data.capacity() > KEPT_BYTES) {
      data.trimToSize();
    }
    hasData = false;
    type = "";
    eventBytes = 0;
    return event;
  }

  private static boolean isJson(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      // A scalar is read lazily: asking for its text reads it to the end.
      if (parser.currentToken().isScalarValue()) {
        parser.getText();
      }
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }
}
