package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ThreadId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Events as text frames in two pieces: the body (run, time, payload) is encoded once and stored;
 * the head (type, thread, seq) is put before it when the seq is known. Head and body together are
 * one JSON object. Callable from any thread.
 */
public final class EventCodec {

  private static final String RUN = "run_id";
  private static final String TIME = "timestamp";
  private static final String PAYLOAD = "payload";

  private EventCodec() {}

  /**
   * The body of an event: everything after its seq, up to the closing brace.
   *
   * <p>Raw values are written as they are: they must be {@link #checked}.
   */
  public static byte[] body(ServerEvent event, @Nullable RunId run, Instant time) {
    return JsonOut.tail(
        out -> {
          if (run != null) {
            out.text(RUN, run.value());
          }
          out.text(TIME, JsonOut.timestamp(time));
          out.json().writeObjectFieldStart(PAYLOAD);
          event.write(out);
          out.json().writeEndObject();
        });
  }

  /**
   * Reads back what {@link #body} wrote.
   *
   * @throws UncheckedIOException when the body is no JSON
   * @throws IllegalArgumentException when a field is missing or has another form
   */
  public static DecodedEvent read(EventType type, byte[] body) {
    byte[] object = new byte[body.length + 1];
    object[0] = '{';
    System.arraycopy(body, 0, object, 1, body.length);
    // Raw values were checked before they were stored: nothing is checked twice.
    try (JsonParser parser = JsonForm.LENIENT.createParser(object)) {
      parser.nextToken();
      EventReader in = new EventReader(object, parser);
      String run = in.optionalText(RUN);
      String timestamp = in.text(TIME);
      ServerEvent event = ServerEvent.read(type, in.object(PAYLOAD));
      return new DecodedEvent(run == null ? null : new RunId(run), timestamp, event);
    } catch (IOException e) {
      throw new UncheckedIOException("event body: broken JSON (expected: what was stored)", e);
    }
  }

  /** The head of an event's frame. */
  public static byte[] head(EventType type, ThreadId thread, long seq) {
    return head(type, thread, seq, seq);
  }

  /** The head of a frame that stands for the events from {@code firstSeq} to {@code seq}. */
  public static byte[] head(EventType type, ThreadId thread, long firstSeq, long seq) {
    // No escapes: types and thread ids have no character that JSON escapes.
    return ("{\"type\":\""
            + type.wire()
            + "\",\"thread_id\":\""
            + thread.value()
            + (firstSeq < seq ? "\",\"seq_from\":" + firstSeq + ",\"seq\":" : "\",\"seq\":")
            + seq
            + ',')
        .getBytes(UTF_8);
  }

  /**
   * The value, checked by a strict parser; U+FFFD replaces each half of a surrogate pair that
   * stands alone.
   *
   * @throws IllegalArgumentException when it is no JSON value; the message does not quote it
   */
  public static RawJson checked(String name, RawJson value) {
    if (value.isChecked()) {
      return value;
    }
    RawJson whole = RawJson.checked(Surrogates.replaced(value.bytes()));
    JsonOut.check(name, whole);
    return whole;
  }

  /** The text as a JSON string. */
  public static RawJson quoted(String text) {
    return RawJson.checked(JsonOut.quoted(text));
  }
}
