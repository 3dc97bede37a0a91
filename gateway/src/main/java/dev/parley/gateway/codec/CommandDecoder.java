package dev.parley.gateway.codec;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.WhenBusy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decodes a text frame; each type of command has one method that lists its fields. */
final class CommandDecoder {

  private static final String ACK = "ack";
  private static final long MAX_SEQ = (1L << 53) - 1;
  private static final int MAX_TOKEN = 16 * 1024;
  private static final Pattern TRACEPARENT =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  /** Decodes the fields of one type. */
  @FunctionalInterface
  private interface Shape {
    ClientCommand decode(Envelope envelope);
  }

  private static final Map<String, Shape> SHAPES =
      Map.ofEntries(
          Map.entry("authenticate", CommandDecoder::authenticate),
          Map.entry("start_agent", CommandDecoder::startAgent),
          Map.entry("user_message", CommandDecoder::userMessage),
          Map.entry("chat", CommandDecoder::chat),
          Map.entry("set_title", CommandDecoder::setTitle),
          Map.entry("cancel_run", CommandDecoder::cancelRun),
          Map.entry("subscribe", CommandDecoder::subscribe),
          Map.entry("unsubscribe", CommandDecoder::unsubscribe),
          Map.entry(ACK, CommandDecoder::ack),
          Map.entry("refresh_token", CommandDecoder::refreshToken),
          Map.entry("ping", CommandDecoder::ping));

  private CommandDecoder() {}

  /**
   * Decodes a frame.
   *
   * @param outerTrace the trace context of a frame without one; ignored if it is not well formed
   */
  static ClientCommand decode(byte[] frame, @Nullable String outerTrace) {
    Fields fields = envelope(frame);
    CommandId id = null;
    ThreadId thread = null;
    try {
      id = fields.optional("id", CommandId::new);
      String type = fields.required("type", text -> text);
      Shape shape = SHAPES.get(type);
      if (shape == null) {
        throw new RefusedException(
            Refusal.at(
                ErrorCode.UNSUPPORTED_TYPE,
                "/type",
                Texts.expected(
                    "type", type, String.join(", ", SHAPES.keySet().stream().sorted().toList()))));
      }
      thread =
          fields.optional("thread_id", type.equals(ACK) ? ThreadId::readable : ThreadId::named);
      String trace = fields.optional("traceparent", CommandDecoder::trace);
      return shape.decode(
          new Envelope(fields, id, thread, trace == null ? wellFormed(outerTrace) : trace));
    } catch (RefusedException e) {
      throw new RefusedException(e.refusal(), id, thread);
    }
  }

  /**
   * The fields of the frame.
   *
   * @throws RefusedException when it is no JSON object, or breaks a limit
   */
  private static Fields envelope(byte[] frame) {
    try {
      Fields fields = Fields.read(frame, 0, frame.length, "");
      if (Surrogates.firstAlone(frame, 0) == Surrogates.NONE) {
        return fields;
      }
      throw new RefusedException(Fields.NOT_WELL_FORMED);
    } catch (RefusedException e) {
      BrokenFrame broken = BrokenFrame.read(frame);
      throw new RefusedException(broken.refusal(e.refusal()), broken.id(), broken.thread());
    }
  }

  private static String trace(String text) {
    if (!TRACEPARENT.matcher(text).matches()) {
      throw new IllegalArgumentException(
          Texts.expected("traceparent", text, "a W3C traceparent, 00-<trace>-<span>-<flags>"));
    }
    return text;
  }

  private static @Nullable String wellFormed(@Nullable String trace) {
    return trace != null && TRACEPARENT.matcher(trace).matches() ? trace : null;
  }

  /** The fields that all types share. */
  private record Envelope(
      Fields fields,
      @Nullable CommandId id,
      @Nullable ThreadId thread,
      @Nullable String traceparent) {

    private static final Set<String> ON_THREAD =
        Set.of("type", "id", "thread_id", "traceparent", "payload");
    private static final Set<String> PLAIN = Set.of("type", "id", "traceparent", "payload");

    CommandId requiredId() {
      return id != null ? id : fields.required("id", CommandId::new);
    }

    ThreadId requiredThread() {
      return thread != null ? thread : fields.required("thread_id", ThreadId::named);
    }

    Fields payloadOnThread(String... names) {
      return payload(ON_THREAD, names);
    }

    Fields plainPayload(String... names) {
      return payload(PLAIN, names);
    }

    private Fields payload(Set<String> envelope, String... names) {
      fields.allowOnly(envelope);
      Fields payload = fields.object("payload");
      payload.allowOnly(Set.of(names));
      return payload;
    }
  }

  private static ClientCommand authenticate(Envelope envelope) {
    Fields payload = envelope.plainPayload("token", "replaces");
    return new ClientCommand.Authenticate(
        envelope.id(), token(payload), payload.optional("replaces", ConnectionId::new));
  }

  private static ClientCommand refreshToken(Envelope envelope) {
    return new ClientCommand.RefreshToken(
        envelope.requiredId(), token(envelope.plainPayload("token")));
  }

  private static String token(Fields payload) {
    // A token is never shown, nor a value of another type in its place.
    if (payload.has("token") && !payload.isText("token")) {
      throw payload.refuse("token", "not shown", "a string");
    }
    String token = payload.required("token", text -> text);
    if (token.isEmpty() || token.length() > MAX_TOKEN) {
      throw payload.refuse("token", token.length() + " characters", "1 to " + MAX_TOKEN);
    }
    return token;
  }

  private static ClientCommand startAgent(Envelope envelope) {
    Fields payload = envelope.payloadOnThread("agent", "input", "context", "when_busy", "keep");
    return new ClientCommand.StartAgent(
        envelope.requiredId(),
        envelope.requiredThread(),
        payload.required("agent", AgentName::new),
        payload.stringOrObject("input"),
        payload.optionalObject("context"),
        whenBusy(payload),
        payload.isTrue("keep"),
        envelope.traceparent());
  }

  private static ClientCommand userMessage(Envelope envelope) {
    Fields payload = envelope.payloadOnThread("content", "agent", "when_busy", "keep");
    return new ClientCommand.UserMessage(
        envelope.requiredId(),
        envelope.requiredThread(),
        payload.content("content"),
        payload.optional("agent", AgentName::new),
        whenBusy(payload),
        payload.isTrue("keep"),
        envelope.traceparent());
  }

  private static WhenBusy whenBusy(Fields payload) {
    WhenBusy choice = payload.optional("when_busy", WhenBusy::parse);
    return choice == null ? WhenBusy.REJECT : choice;
  }

  private static ClientCommand chat(Envelope envelope) {
    Fields payload = envelope.payloadOnThread("content");
    return new ClientCommand.Chat(
        envelope.requiredId(),
        envelope.requiredThread(),
        payload.content("content"),
        envelope.traceparent());
  }

  private static ClientCommand setTitle(Envelope envelope) {
    Fields payload = envelope.payloadOnThread("title");
    return new ClientCommand.SetTitle(
        envelope.requiredId(),
        envelope.requiredThread(),
        payload.required("title", Title::trimmed),
        envelope.traceparent());
  }

  private static ClientCommand cancelRun(Envelope envelope) {
    Fields payload = envelope.plainPayload("run_id", "command_id", "reason");
    RunId run = payload.optional("run_id", RunId::new);
    CommandId started = payload.optional("command_id", CommandId::new);
    if ((run == null) == (started == null)) {
      throw payload.refuse(
          "run_id", run == null ? "missing" : run.value(), "exactly one of run_id and command_id");
    }
    return new ClientCommand.CancelRun(
        envelope.requiredId(),
        run,
        started,
        payload.optional("reason", text -> Fields.checkedLength("reason", text, 256)),
        envelope.traceparent());
  }

  private static ClientCommand subscribe(Envelope envelope) {
    Fields payload = envelope.plainPayload("threads", "rollup_ms");
    List<ClientCommand.Position> positions = new ArrayList<>();
    for (Fields position : payload.objects("threads")) {
      position.allowOnly(Set.of("thread_id", "after", "epoch"));
      Long after = position.optionalInteger("after", 0, MAX_SEQ);
      Epoch epoch = position.optional("epoch", Epoch::new);
      if (after != null && after > 0 && epoch == null) {
        throw position.refuse("epoch", "missing", "the epoch that after belongs to");
      }
      positions.add(
          new ClientCommand.Position(
              position.required("thread_id", ThreadId::readable),
              after == null ? OptionalLong.empty() : OptionalLong.of(after),
              epoch));
    }
    Long rollup = payload.optionalInteger("rollup_ms", 0, 500);
    return new ClientCommand.Subscribe(
        envelope.requiredId(), positions, rollup == null ? 0 : rollup.intValue());
  }

  private static ClientCommand unsubscribe(Envelope envelope) {
    Fields payload = envelope.plainPayload("threads");
    return new ClientCommand.Unsubscribe(
        envelope.requiredId(), payload.list("threads", ThreadId::readable));
  }

  private static ClientCommand ack(Envelope envelope) {
    ThreadId thread =
        envelope.thread() != null
            ? envelope.thread()
            : envelope.fields().required("thread_id", ThreadId::readable);
    Fields payload = envelope.payloadOnThread("seq");
    Long seq = payload.optionalInteger("seq", 1, MAX_SEQ);
    if (seq == null) {
      throw payload.refuse("seq", "missing", "the seq of an event");
    }
    return new ClientCommand.Ack(envelope.id(), thread, seq);
  }

  private static ClientCommand ping(Envelope envelope) {
    if (envelope.fields().has("payload")) {
      envelope.plainPayload();
    } else {
      envelope.fields().allowOnly(Envelope.PLAIN);
    }
    return new ClientCommand.Ping(envelope.id());
  }
}
