package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of one run, as the gateway shows them. What the rules of AG-UI ask of a producer is
 * not insisted on: pieces of what was not begun are taken, what is left open is ended, and unknown
 * events are ignored. Used by one thread.
 *
 * @see <a href="https://docs.ag-ui.com/spec/1.0/schema#events">Events</a>
 */
final class AguiStream {

  /** The maximum characters of raw events that are passed on: some agents send all twice. */
  static final int MAX_RAW = 1 << 20;

  /** The member that names the sub-agent of an event or message. */
  static final String SUBAGENT = "subagentRunId";

  private static final String DELTA = "delta";
  private static final String MESSAGE_ID = "messageId";
  private static final String NAME = "name";
  private static final String STEP_NAME = "stepName";
  private static final String CALL_ID = "toolCallId";

  private final Consumer<AgentEvent> out;
  private final AguiSubagents subagents = new AguiSubagents();
  private final AguiThoughts thoughts;
  private final AguiTexts texts;
  private final AguiCalls calls;
  private final AguiSnapshot snapshot;
  private final AguiState state;
  private final AguiOutcome outcome = new AguiOutcome();
  private int raw;

  /**
   * A run.
   *
   * @param state of the thread
   * @param saidBefore what agents said in the thread before
   */
  AguiStream(AguiState state, Set<String> saidBefore, Consumer<AgentEvent> out) {
    this.out = out;
    this.state = state;
    thoughts = new AguiThoughts(out);
    texts = new AguiTexts(out, thoughts);
    calls = new AguiCalls(out);
    snapshot = new AguiSnapshot(texts, calls, subagents, saidBefore);
  }

  /**
   * Takes the next event of the run.
   *
   * @return the end of the run; null if it goes on
   * @throws UpstreamException when the run fails
   */
  AgentEvent.@Nullable Completed take(JsonNode event) throws UpstreamException {
    String type = AguiJson.text(event, "type");
    Subagent by = type.startsWith("SUBAGENT_") ? null : subagents.find(subagent(event));
    Subagent owner = owner(type, event, by);
    if (endsChunks(type)) {
      calls.endChunks(AguiSubagents.key(owner));
    }
    if (type.startsWith("TEXT_MESSAGE_")) {
      text(type, event, owner);
    } else if (type.startsWith("TOOL_CALL_")) {
      if (by == null) {
        thoughts.pause();
      }
      tool(type, event, owner);
    } else if (type.startsWith("REASONING_") || type.startsWith("THINKING_")) {
      thought(type, event, by);
    } else if (type.startsWith("RUN_")) {
      return run(type, event);
    } else {
      other(type, event, by);
    }
    return null;
  }

  private static String subagent(JsonNode event) {
    return AguiJson.text(event, SUBAGENT);
  }

  /** Events of a message or call that has begun need not name the sub-agent again. */
  private @Nullable Subagent owner(String type, JsonNode event, @Nullable Subagent by) {
    if (type.startsWith("TEXT_MESSAGE_")) {
      return texts.owner(AguiJson.text(event, MESSAGE_ID), by);
    }
    return type.startsWith("TOOL_CALL_") ? calls.owner(AguiJson.text(event, CALL_ID), by) : by;
  }

  /** Chunks go on after what stands beside the answer, and after what other agents do. */
  private static boolean endsChunks(String type) {
    return switch (type) {
      case "TOOL_CALL_CHUNK",
          "RAW",
          "CUSTOM",
          "ACTIVITY_SNAPSHOT",
          "ACTIVITY_DELTA",
          "REASONING_ENCRYPTED_VALUE" ->
          false;
      default -> !type.startsWith("SUBAGENT_");
    };
  }

  private void text(String type, JsonNode event, @Nullable Subagent by) throws UpstreamException {
    String id = AguiJson.text(event, MESSAGE_ID);
    String role = AguiJson.text(event, "role");
    switch (type) {
      case "TEXT_MESSAGE_START" -> texts.start(id, role, by);
      case "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_CHUNK" ->
          texts.text(id, role, by, AguiJson.text(event, DELTA));
      default -> {
        // The end of a message says nothing that is shown.
      }
    }
  }

  private void tool(String type, JsonNode event, @Nullable Subagent by) throws UpstreamException {
    String id = AguiJson.text(event, CALL_ID);
    String name = AguiJson.text(event, "toolCallName");
    String delta = AguiJson.text(event, DELTA);
    switch (type) {
      case "TOOL_CALL_START" -> calls.start(id, name, by);
      case "TOOL_CALL_ARGS" -> calls.arguments(id, delta, by);
      case "TOOL_CALL_CHUNK" -> calls.chunk(id, name, delta, by);
      case "TOOL_CALL_END" -> calls.end(id, by);
      case "TOOL_CALL_RESULT" -> calls.result(id, event, by);
      default -> {
        // An event of a later version.
      }
    }
  }

  /** The thoughts of version 1, and those of the versions before it, which had no messages. */
  private void thought(String type, JsonNode event, @Nullable Subagent by)
      throws UpstreamException {
    String id = AguiJson.text(event, MESSAGE_ID);
    switch (type) {
      case "REASONING_START", "THINKING_START" -> {
        thoughts.start(by);
        String title = AguiJson.text(event, "title");
        thoughts.stepStarted(by, title);
        thoughts.stepFinished(by, title);
      }
      case "REASONING_MESSAGE_CONTENT",
          "REASONING_MESSAGE_CHUNK",
          "THINKING_TEXT_MESSAGE_CONTENT" ->
          thoughts.text(by, id, AguiJson.text(event, DELTA));
      case "REASONING_MESSAGE_END", "THINKING_TEXT_MESSAGE_END" -> {
        if (by == null) {
          thoughts.pause();
        }
      }
      case "REASONING_END", "THINKING_END" -> thoughts.end(by);
      default -> {
        // The begin of a message says nothing; an encrypted value is not for people.
      }
    }
  }

  private AgentEvent.@Nullable Completed run(String type, JsonNode event) throws UpstreamException {
    switch (type) {
      case "RUN_FINISHED" -> {
        thoughts.end(null);
        state.keep(out);
        AgentEvent.Completed end = outcome.of(event);
        calls.endAll();
        thoughts.endAll();
        return end;
      }
      case "RUN_ERROR" -> {
        thoughts.end(null);
        state.keep(out);
        throw AguiOutcome.error(event);
      }
      default -> {
        return null;
      }
    }
  }

  private void other(String type, JsonNode event, @Nullable Subagent by) throws UpstreamException {
    switch (type) {
      case "STEP_STARTED" -> thoughts.stepStarted(by, AguiJson.text(event, STEP_NAME));
      case "STEP_FINISHED" -> thoughts.stepFinished(by, AguiJson.text(event, STEP_NAME));
      case "SUBAGENT_STARTED" -> {
        subagents.start(
            subagent(event),
            AguiJson.text(event, NAME),
            AguiJson.text(event, "parentSubagentRunId"));
        Subagent begun = subagents.find(subagent(event));
        if (begun != null) {
          String parent = begun.parent();
          calls.endChunks(parent == null ? "" : parent);
          thoughts.start(begun);
        }
      }
      case "SUBAGENT_FINISHED", "SUBAGENT_ERROR" -> {
        Subagent ended = subagents.find(subagent(event));
        if (ended != null) {
          calls.endChunks(ended.id());
          thoughts.workEnded(ended);
        }
      }
      case "STATE_SNAPSHOT" -> {
        state.snapshot(event.path("snapshot"));
        out.accept(new AgentEvent.State(false, AguiJson.raw(event, "snapshot")));
      }
      case "STATE_DELTA" -> {
        state.patch(event.path(DELTA));
        out.accept(new AgentEvent.State(true, AguiJson.raw(event, DELTA)));
      }
      case "MESSAGES_SNAPSHOT" -> snapshot.take(event.path("messages"));
      case "CUSTOM" -> {
        String name = AguiJson.text(event, NAME);
        outcome.custom(name);
        out.accept(new AgentEvent.Custom(name, AguiJson.raw(event, "value")));
      }
      case "RAW" -> raw(event);
      case "ACTIVITY_SNAPSHOT" -> whole("agui.activity_snapshot", event);
      case "ACTIVITY_DELTA" -> whole("agui.activity_delta", event);
      default -> {
        // An event of a later version.
      }
    }
  }

  /** An event that the framework of the agent made: passed on as long as it can be stored. */
  private void raw(JsonNode event) {
    String value = event.path("event").toString();
    boolean fits = value.length() <= MAX_RAW - raw && AguiJson.value(value).isPresent();
    if (fits) {
      raw += value.length();
      out.accept(new AgentEvent.Custom("agui.raw", RawJson.of(value)));
    }
  }

  private void whole(String name, JsonNode event) {
    out.accept(new AgentEvent.Custom(name, RawJson.of(event.toString())));
  }
}
