package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of an AG-UI agent: one request and its stream. The stream may tell older runs of the
 * thread before the one that was asked for. Some agents name the run themselves. So a whole run of
 * another name is shown when it is the only one of the stream, and says something new.
 */
final class AguiSession implements ModelSession {

  /** The maximum characters of runs that may turn out to be ours. */
  static final int MAX_HELD = 4 << 20;

  private static final String RUN_STARTED = "RUN_STARTED";

  private enum Phase {
    BEFORE,
    OTHER_RUN,
    AFTER_OTHER_RUN,
    OUR_RUN
  }

  private final HttpCall call;
  private final RunId run;
  private final Set<String> saidBefore;
  private final String thread;
  private final List<AgentEvent> shown = new ArrayList<>();
  private final AguiStream stream;
  private final List<JsonNode> held = new ArrayList<>();
  private int heldUnits;
  private int otherRuns;
  private Phase phase = Phase.BEFORE;
  private AgentEvent.@Nullable Completed end;

  /**
   * A run that has not begun.
   *
   * @param thread its name in the request
   * @param state of the thread
   * @param saidBefore what agents said in the thread before
   */
  AguiSession(HttpCall call, RunId run, String thread, AguiState state, Set<String> saidBefore) {
    this.call = call;
    this.run = run;
    this.thread = thread;
    this.saidBefore = saidBefore;
    this.stream = new AguiStream(state, saidBefore, shown::add);
  }

  @Override
  public HttpCall nextCall(List<ToolResult> results) {
    return call;
  }

  @Override
  public boolean take(SseEvent event, Consumer<AgentEvent> out) throws UpstreamException {
    String data = event.data();
    if (data.isBlank() || data.equals("[DONE]")) {
      return false;
    }
    JsonNode known =
        AguiJson.event(data)
            .orElseThrow(() -> ServiceMistake.of("event", "no JSON object", "an event of AG-UI"));
    try {
      take(known, data.length());
    } finally {
      flush(out);
    }
    return end != null;
  }

  private void take(JsonNode event, int units) throws UpstreamException {
    String type = AguiJson.text(event, "type");
    if (phase == Phase.OUR_RUN) {
      end = stream.take(event);
    } else if (type.equals(RUN_STARTED) && !isOurs(event)) {
      forget();
      otherRuns++;
      phase = Phase.OTHER_RUN;
    } else if (type.equals(RUN_STARTED)
        || phase == Phase.BEFORE
        || (phase == Phase.AFTER_OTHER_RUN && type.equals("RUN_ERROR"))) {
      forget();
      phase = Phase.OUR_RUN;
      end = stream.take(event);
    } else {
      hold(event, units);
      boolean over = type.equals("RUN_FINISHED") || type.equals("RUN_ERROR");
      phase = over ? Phase.AFTER_OTHER_RUN : phase;
    }
  }

  /** Whether the run that begins is ours. An older run of the thread has the thread's name. */
  private boolean isOurs(JsonNode event) {
    String named = AguiJson.text(event, "runId");
    return named.isEmpty()
        || named.equals(run.value())
        || !AguiJson.text(event, "threadId").equals(thread);
  }

  private void hold(JsonNode event, int units) throws UpstreamException {
    ServiceMistake.checkCount("events of another run", held.size());
    heldUnits += units;
    if (heldUnits > MAX_HELD) {
      throw ServiceMistake.of("runId", "of another run", "the one of the request");
    }
    held.add(event);
  }

  private void forget() {
    held.clear();
    heldUnits = 0;
  }

  private void flush(Consumer<AgentEvent> out) {
    shown.forEach(out);
    shown.clear();
  }

  @Override
  public StepEnd end(Consumer<AgentEvent> out) throws UpstreamException {
    if (phase == Phase.AFTER_OTHER_RUN && otherRuns == 1) {
      takeHeld(out);
    }
    AgentEvent.Completed completed = end;
    if (completed == null) {
      throw UpstreamException.permanent(
          ErrorCode.UPSTREAM_TRUNCATED, "The answer of the agent ended before it was complete.");
    }
    return new StepEnd.Finished(completed);
  }

  private void takeHeld(Consumer<AgentEvent> out) throws UpstreamException {
    try {
      for (JsonNode event : held) {
        end = end == null ? stream.take(event) : end;
      }
    } finally {
      if (saidBefore.contains(answer())) {
        end = null;
      } else {
        flush(out);
      }
    }
  }

  private String answer() {
    StringBuilder answer = new StringBuilder();
    for (AgentEvent event : shown) {
      if (event instanceof AgentEvent.Message message) {
        answer.append(message.delta());
      }
    }
    return answer.toString().strip();
  }
}
