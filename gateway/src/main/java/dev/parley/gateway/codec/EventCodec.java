package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ThreadId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Events as text frames in two pieces: the body (run, time, payload) is encoded once and stored;
 * the head (type, thread, seq) is put before it when the seq is known. Head and body together are
 * one JSON object. Callable from any thread.
 */
public final class EventCodec {

  private EventCodec() {}

  /**
   * The body of an event: everything behind its seq, up to the closing brace.
   *
   * <p>Raw values go in as they are: they must be {@link #checked}.
   */
  public static byte[] body(ServerEvent event, @Nullable RunId run, Instant time) {
    byte[] object =
        JsonOut.object(
            out -> {
              JsonGenerator json = out.json();
              if (run != null) {
                json.writeStringField("run_id", run.value());
              }
              json.writeStringField("timestamp", JsonOut.timestamp(time));
              json.writeObjectFieldStart("payload");
              new PayloadEncoder(out).write(event);
              json.writeEndObject();
            });
    return Arrays.copyOfRange(object, 1, object.length);
  }

  /** The head of an event's frame. */
  public static byte[] head(EventType type, ThreadId thread, long seq) {
    return head(type, thread, seq, seq);
  }

  /** The head of a frame that stands for the events from {@code firstSeq} to {@code seq}. */
  public static byte[] head(EventType type, ThreadId thread, long firstSeq, long seq) {
    // No escapes: the type is ours, and a thread's form has no character that JSON escapes.
    return ("{\"type\":\""
            + type.wire()
            + "\",\"thread_id\":\""
            + thread.value()
            + (firstSeq < seq ? "\",\"seq_from\":" + firstSeq + ",\"seq\":" : "\",\"seq\":")
            + seq
            + ',')
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The value, once a strict parser has read it; half a character has become U+FFFD.
   *
   * @throws IllegalArgumentException when it is no JSON value; the message has nothing of it
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
    byte[] object = JsonOut.object(out -> out.json().writeStringField("", text));
    // {"":"…"} without the first four bytes and the last one.
    return RawJson.checked(Arrays.copyOfRange(object, 4, object.length - 1));
  }

  /** Writes the payload of one event; one method a type lists its fields. */
  private static final class PayloadEncoder implements ServerEvent.Handler {

    @FunctionalInterface
    private interface Step {
      void run() throws IOException;
    }

    private final JsonOut out;
    private final JsonGenerator json;
    private Step step = () -> {};

    PayloadEncoder(JsonOut out) {
      this.out = out;
      this.json = out.json();
    }

    void write(ServerEvent event) throws IOException {
      event.dispatch(this);
      step.run();
    }

    private void text(String name, @Nullable String value) throws IOException {
      if (value != null) {
        json.writeStringField(name, value);
      }
    }

    private void raw(String name, @Nullable RawJson value) throws IOException {
      if (value != null) {
        out.raw(name, value);
      }
    }

    @Override
    public void messageAdded(ServerEvent.MessageAdded event) {
      step =
          () -> {
            text("message_id", event.message().value());
            text("role", "user");
            text("kind", event.kind().wire());
            boolean start = event.kind() == ServerEvent.MessageKind.START_AGENT;
            raw(start ? "input" : "content", event.body());
            if (event.waiting() != null) {
              json.writeBooleanField("queued", true);
              raw("context", event.waiting().context());
              text("traceparent", event.waiting().traceparent());
            }
          };
    }

    @Override
    public void messageTakenBack(ServerEvent.MessageTakenBack event) {
      step = () -> text("message_id", event.message().value());
    }

    @Override
    public void agentStarted(ServerEvent.AgentStarted event) {
      step =
          () -> {
            text("agent", event.agent().value());
            text("message_id", event.message().value());
            json.writeNumberField("attempt", event.attempt());
          };
    }

    @Override
    public void agentThinking(ServerEvent.AgentThinking event) {
      step =
          () -> {
            text("phase", event.phase().wire());
            if (event.text() != null) {
              text("text", event.text());
              json.writeNumberField("offset", event.offset());
            }
            text("step", event.step());
            if (event.progress() != null) {
              json.writeNumberField("progress", event.progress());
            }
          };
    }

    @Override
    public void agentMessage(ServerEvent.AgentMessage event) {
      step =
          () -> {
            text("message_id", event.message().value());
            json.writeNumberField("offset", event.offset());
            text("delta", event.delta());
          };
    }

    @Override
    public void toolExecuting(ServerEvent.ToolExecuting event) {
      step =
          () -> {
            text("tool_call_id", event.toolCall());
            text("tool_name", event.tool());
            raw("arguments", event.arguments());
          };
    }

    @Override
    public void toolCompleted(ServerEvent.ToolCompleted event) {
      step =
          () -> {
            text("tool_call_id", event.toolCall());
            text("tool_name", event.tool());
            text("status", event.status().wire());
            raw("result", event.result());
            text("error", event.error());
            if (event.truncated()) {
              json.writeBooleanField("truncated", true);
            }
            json.writeNumberField("duration_ms", event.durationMillis());
          };
    }

    @Override
    public void agentCompleted(ServerEvent.AgentCompleted event) {
      step =
          () -> {
            text("text", event.text());
            text("finish", event.finish().wire());
            raw("usage", event.usage());
            raw("result", event.result());
          };
    }

    @Override
    public void agentFailed(ServerEvent.AgentFailed event) {
      step =
          () -> {
            text("code", event.code().wire());
            text("message", event.message());
            json.writeBooleanField("retryable", event.retryable());
            text("partial_text", event.partialText());
          };
    }

    @Override
    public void agentCancelled(ServerEvent.AgentCancelled event) {
      step =
          () -> {
            text("by", event.by().wire());
            json.writeBooleanField("upstream_confirmed", event.upstreamConfirmed());
            text("partial_text", event.partialText());
          };
    }

    @Override
    public void stateUpdated(ServerEvent.StateUpdated event) {
      step = () -> raw(event.isPatch() ? "patch" : "snapshot", event.value());
    }

    @Override
    public void custom(ServerEvent.Custom event) {
      step =
          () -> {
            text("name", event.name());
            raw("value", event.value());
          };
    }
  }
}
