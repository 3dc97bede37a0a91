package dev.parley.gateway.agent.agui;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.Cancellation;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ConversationId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run of the dialect, played by hand: what it shows, and the one event that ends it. */
final class AguiPlay {

  static final String RUN = "r_XvlAJ3SJ6WdYcFVZBIpt";
  static final String THREAD = "U2hhLTI1NiBvZiB0ZW5hbnQsIHVzZXIsIHRocmVhZA";
  static final URI URL = URI.create("https://agent.example.org/agui");

  final List<AgentEvent> shown = new ArrayList<>();
  final ModelSession session;
  private boolean over;
  private @Nullable AgentEvent failure;

  private AguiPlay(ModelSession session) {
    this.session = session;
  }

  static AguiPlay begin() {
    return begin(History.EMPTY);
  }

  static AguiPlay begin(History history) {
    try {
      return new AguiPlay(dialect("{}").begin(request("\"hi\"", null), history));
    } catch (UpstreamException e) {
      throw new AssertionError(e);
    }
  }

  /** A thread in which an agent said this. */
  static History said(String text) {
    return new History(
        List.of(
            new History.PastAnswer(
                new RunId("r_0vlAJ3SJ6WdYcFVZBIpt"),
                new AgentName("helper"),
                RunState.COMPLETED,
                List.of(new History.AnswerText(text)))),
        false);
  }

  static AguiDialect dialect(String parameters) {
    try {
      return new AguiDialect(URL, RawMembers.parse(parameters));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static AgentRequest request(String input, @Nullable String context) {
    return new AgentRequest(
        new UserId("default", "ada"),
        new ThreadId("secret-name"),
        new RunId(RUN),
        new ConversationId(THREAD),
        RawJson.of(input),
        context == null ? null : RawJson.of(context),
        null,
        HistorySource.NONE,
        null,
        new Cancellation() {
          @Override
          public boolean isCancelled() {
            return false;
          }

          @Override
          public void onCancel(Runnable action) {}
        });
  }

  /** Single quotes stand for double ones. */
  static String json(String text) {
    return text.replace('\'', '"');
  }

  static String started(String thread, String run) {
    return json("{'type':'RUN_STARTED','threadId':'" + thread + "','runId':'" + run + "'}");
  }

  static String started() {
    return started(THREAD, RUN);
  }

  static String finished(String more) {
    return json("{'type':'RUN_FINISHED'" + more + "}");
  }

  static String text(String id, String delta) {
    return json("{'type':'TEXT_MESSAGE_CONTENT','messageId':'" + id + "','delta':'" + delta + "'}");
  }

  /** Takes these events, up to the terminal one. */
  AguiPlay take(String... events) {
    for (String event : events) {
      takeSse(new SseEvent("message", json(event), null));
    }
    return this;
  }

  /** Takes the event, unless the run is over. */
  void takeSse(SseEvent event) {
    if (over) {
      return;
    }
    try {
      over = session.take(event, shown::add);
    } catch (UpstreamException e) {
      over = true;
      failure = e.toEvent();
    }
  }

  boolean isOver() {
    return over;
  }

  /** The stream has ended: the terminal event of the run. */
  AgentEvent end() {
    if (failure != null) {
      return failure;
    }
    try {
      return ((StepEnd.Finished) session.end(shown::add)).event();
    } catch (UpstreamException e) {
      return e.toEvent();
    }
  }

  /** The text of the answer so far. */
  String answer() {
    StringBuilder answer = new StringBuilder();
    for (AgentEvent event : shown) {
      if (event instanceof AgentEvent.Message message) {
        answer.append(message.delta());
      }
    }
    return answer.toString();
  }
}
