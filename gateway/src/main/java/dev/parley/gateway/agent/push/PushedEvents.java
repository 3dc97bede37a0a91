package dev.parley.gateway.agent.push;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.codec.Fields;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.ToolStatus;
import dev.parley.gateway.protocol.WireName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a call that adds events (protocol, "Events of a back end"). The events have the
 * names and fields of the protocol's own.
 */
public final class PushedEvents {

  private static final int MAX_EVENTS = 1_000;
  private static final int MAX_NAME = 255;
  private static final int MAX_MESSAGE = 2_000;
  private static final long MAX_RETRY_MILLIS = 86_400_000;

  private static final String TYPE = "type";
  private static final String EVENTS = "events";
  private static final String CALL = "tool_call_id";
  private static final String SUBAGENT = "subagent";

  /** Reads the fields of one type. */
  @FunctionalInterface
  private interface EventForm {
    AgentEvent read(Fields fields);
  }

  private static final Map<String, EventForm> FORMS =
      Map.of(
          "agent_thinking", PushedEvents::thinking,
          "agent_message", PushedEvents::message,
          "tool_executing", PushedEvents::toolExecuting,
          "tool_completed", PushedEvents::toolCompleted,
          "thread_titled", PushedEvents::titled,
          "state_updated", PushedEvents::state,
          "custom", PushedEvents::custom,
          "agent_completed", PushedEvents::completed,
          "agent_failed", PushedEvents::failed);

  private PushedEvents() {}

  /**
   * The events of a body in UTF-8.
   *
   * @throws RefusedException with 400, naming the field
   */
  public static List<AgentEvent> read(byte[] body) {
    Fields fields = Fields.read(body, 0, body.length, "");
    fields.allowOnly(Set.of(EVENTS));
    List<Fields> given = fields.anyObjects(EVENTS);
    if (given.size() > MAX_EVENTS) {
      throw fields.refuse(EVENTS, given.size() + " events", "at most " + MAX_EVENTS);
    }
    List<AgentEvent> events = new ArrayList<>(given.size());
    for (Fields each : given) {
      String type = each.required(TYPE, text -> text);
      EventForm form = FORMS.get(type);
      if (form == null) {
        String names = String.join(", ", FORMS.keySet().stream().sorted().toList());
        throw each.refuse(TYPE, type, "one of " + names);
      }
      if (!events.isEmpty() && PushedBatch.isEnd(events.get(events.size() - 1))) {
        throw each.refuse(TYPE, type, "nothing after the end of the run");
      }
      events.add(form.read(each));
    }
    return events;
  }

  private static void allow(Fields fields, String... names) {
    Set<String> allowed = new HashSet<>(List.of(names));
    allowed.add(TYPE);
    fields.allowOnly(allowed);
  }

  private static AgentEvent thinking(Fields fields) {
    ThinkingPhase phase =
        fields.required("phase", text -> WireName.parse("phase", ThinkingPhase.values(), text));
    AgentEvent.Thinking thought =
        switch (phase) {
          case START, END -> {
            allow(fields, "phase", SUBAGENT);
            yield new AgentEvent.Thinking(phase, null, null, null);
          }
          case DELTA -> {
            allow(fields, "phase", "text", SUBAGENT);
            yield AgentEvent.Thinking.delta(fields.required("text", text -> text));
          }
          case STEP -> {
            allow(fields, "phase", "step", "progress", SUBAGENT);
            yield new AgentEvent.Thinking(
                phase, null, name(fields, "step"), fields.optionalNumber("progress", 0, 1));
          }
        };
    return thought.by(subagent(fields));
  }

  private static @Nullable Subagent subagent(Fields fields) {
    if (!fields.has(SUBAGENT)) {
      return null;
    }
    Fields given = fields.object(SUBAGENT);
    given.allowOnly(Set.of("id", "name", "parent"));
    return new Subagent(
        given.required("id", id -> Subagent.checkId("id", id)),
        given.required("name", Subagent::checkName),
        given.optional("parent", id -> Subagent.checkId("parent", id)));
  }

  private static AgentEvent message(Fields fields) {
    allow(fields, "delta");
    return new AgentEvent.Message(fields.required("delta", text -> text));
  }

  private static AgentEvent toolExecuting(Fields fields) {
    allow(fields, CALL, "tool_name", "arguments", SUBAGENT);
    return new AgentEvent.ToolStarted(
        name(fields, CALL),
        name(fields, "tool_name"),
        raw(fields.any("arguments")),
        subagent(fields));
  }

  private static AgentEvent toolCompleted(Fields fields) {
    allow(fields, CALL, "status", "result", "error");
    return new AgentEvent.ToolEnded(
        name(fields, CALL),
        fields.required("status", text -> WireName.parse("status", ToolStatus.values(), text)),
        optionalRaw(fields.optionalAny("result")),
        fields.optional("error", text -> text));
  }

  private static AgentEvent titled(Fields fields) {
    allow(fields, "title");
    return new AgentEvent.Titled(fields.required("title", Title::trimmed).value());
  }

  private static AgentEvent state(Fields fields) {
    allow(fields, "snapshot", "patch");
    boolean isPatch = fields.has("patch");
    if (isPatch == fields.has("snapshot")) {
      throw fields.refuse(
          "snapshot", isPatch ? "beside patch" : "missing", "exactly one of snapshot and patch");
    }
    return new AgentEvent.State(isPatch, raw(fields.any(isPatch ? "patch" : "snapshot")));
  }

  private static AgentEvent custom(Fields fields) {
    allow(fields, "name", "value");
    return new AgentEvent.Custom(name(fields, "name"), raw(fields.any("value")));
  }

  private static AgentEvent completed(Fields fields) {
    allow(fields, "finish", "usage", "result");
    Finish finish =
        fields.optional("finish", text -> WireName.parse("finish", Finish.values(), text));
    return new AgentEvent.Completed(
        finish == null ? Finish.STOP : finish,
        optionalRaw(fields.optionalObject("usage")),
        optionalRaw(fields.optionalAny("result")));
  }

  private static AgentEvent failed(Fields fields) {
    allow(fields, "code", "message", "retryable", "retry_after_ms");
    ErrorCode code =
        fields.optional("code", text -> WireName.parse("code", ErrorCode.values(), text));
    Long retryAfter = fields.optionalInteger("retry_after_ms", 1, MAX_RETRY_MILLIS);
    return new AgentEvent.Failed(
        code == null ? ErrorCode.AGENT_ERROR : code,
        fields.required("message", text -> Fields.checkedLength("message", text, MAX_MESSAGE)),
        fields.isTrue("retryable"),
        retryAfter == null ? null : Duration.ofMillis(retryAfter));
  }

  private static String name(Fields fields, String field) {
    return fields.required(field, text -> Fields.checkedLength(field, text, MAX_NAME));
  }

  /** The gateway repairs halves of surrogate pairs in it, as in the values of every agent. */
  private static RawJson raw(RawJson value) {
    return RawJson.of(value.toString());
  }

  private static @Nullable RawJson optionalRaw(@Nullable RawJson value) {
    return value == null ? null : raw(value);
  }
}
