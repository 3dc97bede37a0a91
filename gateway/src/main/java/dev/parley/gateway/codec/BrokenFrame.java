package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.ThreadId;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a refused frame again, without limits, to find out what is wrong with it and which command
 * the answer belongs to. Used once.
 */
final class BrokenFrame {

  private static final String EXPECTED = " (expected: one JSON object";

  private final byte[] frame;
  private final int alone;
  private final Deque<Set<String>> names = new ArrayDeque<>();
  private boolean isRead;
  private boolean isOne = true;
  private OuterText id = new OuterText(null, false);
  private OuterText thread = new OuterText(null, false);
  private @Nullable String limit;
  private @Nullable String pointer;

  /** A text field of the outer object; ambiguous, so null, when its name occurs twice. */
  private record OuterText(@Nullable String text, boolean found) {
    OuterText and(String next) {
      return new OuterText(found ? null : next, true);
    }
  }

  private BrokenFrame(byte[] frame) {
    this.frame = frame;
    this.alone = Surrogates.firstAlone(frame, 0);
  }

  static BrokenFrame read(byte[] frame) {
    BrokenFrame broken = new BrokenFrame(frame);
    // The parser cannot read a name with half a surrogate pair.
    try (JsonParser parser = JsonForm.LENIENT.createParser(Surrogates.replaced(frame))) {
      broken.isRead = broken.walk(parser);
    } catch (IOException e) {
      // What was found before the error is used.
    }
    return broken;
  }

  private boolean walk(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return false;
    }
    names.push(new HashSet<>());
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return false;
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      look(parser, token, depth);
    }
    isOne = false;
    isOne = parser.nextToken() == null;
    return isOne;
  }

  private void look(JsonParser parser, JsonToken token, int depth) throws IOException {
    if (limit == null) {
      limit = limit(parser, token, depth);
    }
    if (token == JsonToken.VALUE_STRING && depth == 1) {
      if (parser.currentName().equals("id")) {
        id = id.and(parser.getText());
      } else if (parser.currentName().equals("thread_id")) {
        thread = thread.and(parser.getText());
      }
    }
    boolean isText = token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME;
    if (isText && alone != Surrogates.NONE && pointer == null) {
      parser.getText();
      if (parser.currentLocation().getByteOffset() > alone) {
        pointer = parser.getParsingContext().pathAsPointer().toString();
      }
    }
  }

  private @Nullable String limit(JsonParser parser, JsonToken token, int depth) throws IOException {
    if (token.isStructStart()) {
      names.push(new HashSet<>());
      return depth <= JsonForm.MAX_DEPTH
          ? null
          : "nested deeper than "
              + JsonForm.MAX_DEPTH
              + EXPECTED
              + ", nested at most "
              + JsonForm.MAX_DEPTH
              + " deep)";
    }
    if (token.isStructEnd()) {
      names.pop();
    } else if (token.isNumeric()) {
      long digits = parser.getText().chars().filter(c -> c >= '0' && c <= '9').count();
      return digits <= JsonForm.MAX_DIGITS
          ? null
          : "a number of "
              + digits
              + " digits"
              + EXPECTED
              + ", numbers of at most "
              + JsonForm.MAX_DIGITS
              + " digits)";
    } else if (token == JsonToken.FIELD_NAME) {
      return limitOfName(parser.currentName());
    }
    return null;
  }

  private @Nullable String limitOfName(String name) {
    int bytes = name.getBytes(UTF_8).length;
    if (bytes > JsonForm.MAX_NAME_BYTES) {
      return "a name of "
          + bytes
          + " bytes"
          + EXPECTED
          + ", names of at most "
          + JsonForm.MAX_NAME_BYTES
          + " bytes)";
    }
    return names.element().add(name)
        ? null
        : "the name " + Texts.cut(name) + " twice" + EXPECTED + ", names once each)";
  }

  private boolean hasByteOrderMark() {
    return frame.length >= 3
        && frame[0] == (byte) 0xEF
        && frame[1] == (byte) 0xBB
        && frame[2] == (byte) 0xBF;
  }

  /**
   * The error: the first limit that the frame breaks, else half a surrogate pair, else its form.
   */
  Refusal refusal(Refusal otherwise) {
    if (hasByteOrderMark()) {
      return Refusal.of(
          ErrorCode.BAD_FRAME, "frame: a byte order mark before the JSON" + EXPECTED + " alone)");
    }
    if (limit != null) {
      return Refusal.of(ErrorCode.BAD_FRAME, "frame: " + limit);
    }
    if (!isRead || pointer == null) {
      return otherwise;
    }
    String field = Texts.cut(pointer);
    return Refusal.at(
        ErrorCode.INVALID_ARGUMENT,
        field,
        Texts.expected(
            field.substring(1).replace('/', '.'),
            new String(frame, alone, Math.min(6, frame.length - alone), US_ASCII) + " alone",
            "whole characters, both halves of a surrogate pair"));
  }

  /** The id, or null if there is none that can be used. */
  @Nullable CommandId id() {
    return usable(id, CommandId::new);
  }

  @Nullable ThreadId thread() {
    return usable(thread, ThreadId::readable);
  }

  private <T> @Nullable T usable(OuterText outer, Function<String, T> form) {
    if (outer.text() == null || !isOne) {
      return null;
    }
    try {
      return form.apply(outer.text());
    } catch (IllegalArgumentException unusable) {
      return null;
    }
  }
}
