package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ThreadId;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Encodes a signal; each type has one method that lists its fields. */
final class SignalEncoder implements ServerSignal.Handler {

  private byte[] frame = {};

  private SignalEncoder() {}

  static byte[] encode(ServerSignal signal) {
    SignalEncoder encoder = new SignalEncoder();
    signal.dispatch(encoder);
    return encoder.frame;
  }

  @FunctionalInterface
  private interface Payload {
    void write(JsonGenerator json) throws IOException;
  }

  private void frame(
      String type, @Nullable CommandId id, @Nullable ThreadId thread, Payload payload) {
    frame =
        JsonOut.object(
            out -> {
              JsonGenerator json = out.json();
              json.writeStringField("type", type);
              if (id != null) {
                json.writeStringField("id", id.value());
              }
              if (thread != null) {
                json.writeStringField("thread_id", thread.value());
              }
              json.writeObjectFieldStart("payload");
              payload.write(json);
              json.writeEndObject();
            });
  }

  @Override
  public void welcome(ServerSignal.Welcome signal) {
    frame(
        "welcome",
        null,
        null,
        json -> {
          json.writeStringField("connection_id", signal.connection().value());
          json.writeStringField("user_id", signal.user());
          json.writeStringField("tier", signal.tier());
          json.writeStringField("server_time", JsonOut.timestamp(signal.serverTime()));
          json.writeNumberField("heartbeat_ms", signal.heartbeatMillis());
          json.writeNumberField("max_frame_bytes", signal.maxFrameBytes());
          json.writeArrayFieldStart("features");
          json.writeString("rollup");
          json.writeEndArray();
          limits(json, signal.limits());
          json.writeArrayFieldStart("open_runs");
          for (ServerSignal.OpenRun run : signal.openRuns()) {
            openRun(json, run);
          }
          json.writeEndArray();
        });
  }

  static void limits(JsonGenerator json, ServerSignal.Limits limits) throws IOException {
    json.writeObjectFieldStart("limits");
    json.writeNumberField("commands_per_minute", limits.commandsPerMinute());
    json.writeNumberField("burst", limits.burst());
    json.writeNumberField("connections", limits.connections());
    json.writeNumberField("open_runs", limits.openRuns());
    json.writeNumberField("subscriptions", limits.subscriptions());
    json.writeNumberField("stored_bytes", limits.storedBytes());
    json.writeNumberField("threads", limits.threads());
    json.writeEndObject();
  }

  private static void openRun(JsonGenerator json, ServerSignal.OpenRun run) throws IOException {
    json.writeStartObject();
    json.writeStringField("thread_id", run.thread().value());
    json.writeStringField("run_id", run.run().value());
    json.writeStringField("agent", run.agent().value());
    json.writeStringField("epoch", run.epoch().value());
    json.writeNumberField("head", run.head());
    json.writeEndObject();
  }

  @Override
  public void accepted(ServerSignal.Accepted signal) {
    frame(
        "accepted",
        signal.id(),
        signal.thread(),
        json -> {
          if (signal.seq() != null) {
            json.writeNumberField("seq", signal.seq());
          }
          if (signal.run() != null) {
            json.writeStringField("run_id", signal.run().value());
          }
          if (signal.state() != null) {
            json.writeStringField("state", signal.state());
          }
          if (signal.duplicate()) {
            json.writeBooleanField("duplicate", true);
          }
          if (signal.deletedLife() != null) {
            json.writeStringField("epoch", signal.deletedLife().value());
            json.writeBooleanField("deleted", true);
          }
        });
  }

  @Override
  public void refreshed(ServerSignal.Refreshed signal) {
    frame(
        "accepted",
        signal.id(),
        null,
        json -> {
          json.writeStringField("expires_at", JsonOut.timestamp(signal.expiresAt()));
          json.writeStringField("tier", signal.tier());
          limits(json, signal.limits());
          if (!signal.dropped().isEmpty()) {
            json.writeArrayFieldStart("dropped");
            for (ThreadId thread : signal.dropped()) {
              json.writeString(thread.value());
            }
            json.writeEndArray();
          }
        });
  }

  @Override
  public void rejected(ServerSignal.Rejected signal) {
    frame("rejected", signal.id(), signal.thread(), json -> refusal(json, signal.refusal()));
  }

  private static void refusal(JsonGenerator json, Refusal refusal) throws IOException {
    json.writeStringField("code", refusal.code().wire());
    json.writeStringField("message", refusal.message());
    if (refusal.field() != null) {
      json.writeStringField("field", refusal.field());
    }
    if (refusal.retryAfter() != null) {
      json.writeNumberField("retry_after_ms", refusal.retryAfter().toMillis());
    }
  }

  @Override
  public void subscribed(ServerSignal.Subscribed signal) {
    frame(
        "subscribed",
        signal.id(),
        signal.thread(),
        json -> {
          json.writeStringField("epoch", signal.epoch().value());
          json.writeNumberField("oldest", signal.oldest());
          json.writeNumberField("head", signal.head());
          json.writeNumberField("after", signal.after());
        });
  }

  @Override
  public void caughtUp(ServerSignal.CaughtUp signal) {
    frame("caught_up", null, signal.thread(), json -> json.writeNumberField("seq", signal.seq()));
  }

  @Override
  public void gap(ServerSignal.Gap signal) {
    frame(
        "gap",
        null,
        signal.thread(),
        json -> {
          json.writeStringField("reason", signal.reason().wire());
          json.writeStringField("epoch", signal.epoch().value());
          json.writeNumberField("oldest", signal.oldest());
        });
  }

  @Override
  public void acknowledged(ServerSignal.Acknowledged signal) {
    frame(
        "acknowledged", null, signal.thread(), json -> json.writeNumberField("seq", signal.seq()));
  }

  @Override
  public void heartbeat(ServerSignal.Heartbeat signal) {
    frame(
        "heartbeat",
        null,
        null,
        json -> {
          json.writeObjectFieldStart("heads");
          for (Map.Entry<ThreadId, Long> head : signal.heads().entrySet()) {
            json.writeNumberField(head.getKey().value(), head.getValue());
          }
          json.writeEndObject();
        });
  }

  @Override
  public void tokenExpiring(ServerSignal.TokenExpiring signal) {
    frame(
        "token_expiring",
        null,
        null,
        json -> json.writeStringField("expires_at", JsonOut.timestamp(signal.expiresAt())));
  }

  @Override
  public void goAway(ServerSignal.GoAway signal) {
    frame(
        "goaway",
        null,
        null,
        json -> {
          json.writeStringField("reason", signal.reason());
          json.writeNumberField("reconnect_after_ms", signal.reconnectAfterMillis());
        });
  }

  @Override
  public void pong(ServerSignal.Pong signal) {
    frame("pong", signal.id(), null, json -> {});
  }

  @Override
  public void error(ServerSignal.Failure signal) {
    frame("error", null, signal.thread(), json -> refusal(json, signal.refusal()));
  }
}
