package dev.parley.gateway.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import java.util.ArrayList;
import java.util.List;

/** A run in the dialect of a model, without a network: what it asks, shows, and how steps end. */
public class PlayedSession {
  /** All events, with notes. */
  public final List<AgentEvent> emitted = new ArrayList<>();

  /** The events without notes. */
  public final List<AgentEvent> shown = new ArrayList<>();

  public final ModelSession session;
  private HttpCall call;

  protected PlayedSession(ModelSession session) {
    this.session = session;
    this.call = session.nextCall(List.of());
  }

  private void emit(AgentEvent event) {
    emitted.add(event);
    if (!(event instanceof AgentEvent.Note)) {
      shown.add(event);
    }
  }

  /** Takes the data of events; returns whether the last of them ended the answer. */
  public final boolean take(String... data) throws UpstreamException {
    boolean isOver = false;
    for (String each : data) {
      isOver = session.take(new SseEvent("message", each, null), this::emit);
    }
    return isOver;
  }

  /** Ends the stream of the answer. */
  public final StepEnd end() throws UpstreamException {
    return session.end(this::emit);
  }

  /** A whole answer. */
  public final StepEnd play(String... data) throws UpstreamException {
    take(data);
    return end();
  }

  /** How the run completes with this answer. */
  public final AgentEvent.Completed finished(String... data) throws UpstreamException {
    StepEnd end = play(data);
    assertThat(end).isInstanceOf(StepEnd.Finished.class);
    return ((StepEnd.Finished) end).event();
  }

  /** The tools that this answer calls. */
  public final List<ToolRequest> calls(String... data) throws UpstreamException {
    StepEnd end = play(data);
    assertThat(end).isInstanceOf(StepEnd.Calls.class);
    return ((StepEnd.Calls) end).calls();
  }

  /** How the run fails with this answer. */
  public final AgentEvent.Failed failed(String... data) {
    UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> play(data));
    assertThat(failure).as("failure").isNotNull();
    return failure.toEvent();
  }

  /** The next step, with the results of the calls. */
  public final void next(List<ToolResult> results) {
    call = session.nextCall(results);
  }

  /** The request of the step that plays now. */
  public final HttpCall call() {
    return call;
  }

  public final JsonNode body() {
    return ServiceJson.read(call.body().toString()).orElseThrow();
  }

  /** The texts of the answer, joined. */
  public final String text() {
    StringBuilder text = new StringBuilder();
    shown.forEach(event -> text.append(event instanceof AgentEvent.Message m ? m.delta() : ""));
    return text.toString();
  }

  /** The thoughts, joined; each between brackets. */
  public final String thoughts() {
    StringBuilder text = new StringBuilder();
    for (AgentEvent event : shown) {
      if (event instanceof AgentEvent.Thinking thinking) {
        switch (thinking.phase()) {
          case START -> text.append('(');
          case END -> text.append(')');
          default -> text.append(thinking.text());
        }
      }
    }
    return text.toString();
  }
}
