package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.model.UsageSum;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One run: what the model said goes back to it as it came, with its thinking and signatures. A
 * paused answer and what follows it are one message.
 */
final class AnthropicSession implements ModelSession {

  /** Makes a request. */
  @FunctionalInterface
  interface RequestForm {

    /**
     * The request with these messages.
     *
     * @param container where the service has run code in this run
     */
    HttpCall of(List<String> messages, Optional<String> container);
  }

  /**
   * The thread before a run, and the message to answer.
   *
   * @param messages with the notes of this model
   * @param plain the same without them
   * @param ids of all calls in the notes
   */
  record Past(List<String> messages, List<String> plain, Set<String> ids) {}

  private final RequestForm request;
  private final Past past;
  private final ModelNotes.Writer notes;
  private final List<String> messages;
  private final List<String> said = new ArrayList<>();
  private final List<ToolRequest> calls = new ArrayList<>();
  private final Set<String> callIds;
  private final UsageSum usage = new UsageSum();
  private final ServerTools serverTools = new ServerTools();
  private Optional<String> container = Optional.empty();
  private boolean hasMore;
  private boolean tellsNotes;
  private MessageStream stream = new MessageStream(usage, serverTools, MessageStream.MAX_UNITS);

  /** A run that begins with this past. */
  AnthropicSession(Past past, ModelNotes.Writer notes, RequestForm request) {
    this.past = past;
    this.notes = notes;
    this.messages = new ArrayList<>(past.messages());
    this.callIds = new HashSet<>(past.ids());
    this.tellsNotes = !past.messages().equals(past.plain());
    this.request = request;
  }

  @Override
  public HttpCall nextCall(List<ToolResult> results) {
    container = stream.container().or(() -> container);
    stream = new MessageStream(usage, serverTools, stream.unitsLeft());
    if (!calls.isEmpty()) {
      messages.add(HistoryMessages.message("assistant", said));
      messages.add(
          HistoryMessages.message(
              "user", calls.stream().map(call -> result(call, results)).toList()));
      said.clear();
      calls.clear();
      hasMore = false;
    }
    return call();
  }

  private HttpCall call() {
    if (said.isEmpty()) {
      return request.of(messages, container);
    }
    List<String> paused = new ArrayList<>(messages);
    paused.add(HistoryMessages.message("assistant", said));
    return request.of(paused, container);
  }

  /** A service may refuse what it signed itself, for example after a change of its keys. */
  @Override
  public Optional<HttpCall> callWithout(UpstreamException rejection) {
    if (!tellsNotes || !(rejection.rejects("thinking") || rejection.rejects("signature"))) {
      return Optional.empty();
    }
    tellsNotes = false;
    List<String> ofRun = messages.subList(past.messages().size(), messages.size());
    List<String> all = new ArrayList<>(past.plain());
    all.addAll(ofRun);
    messages.clear();
    messages.addAll(all);
    return Optional.of(call());
  }

  /** Every call has its result in the next message, also one that nobody answered. */
  private static String result(ToolRequest call, List<ToolResult> results) {
    AgentEvent.ToolEnded end =
        results.stream()
            .filter(result -> result.request().call().equals(call.call()))
            .map(ToolResult::end)
            .findFirst()
            .orElseGet(() -> AgentEvent.ToolEnded.error(call.call(), "The call has no result."));
    return ToolBlocks.result(call.call(), end.status(), end.result(), end.error());
  }

  @Override
  public boolean take(SseEvent event, Consumer<AgentEvent> out) throws UpstreamException {
    return stream.take(event, out);
  }

  @Override
  public StepEnd end(Consumer<AgentEvent> out) throws UpstreamException {
    if (!stream.isWhole()) {
      throw UpstreamException.permanent(
          ErrorCode.UPSTREAM_TRUNCATED, "The answer ended before it was complete.");
    }
    usage.endStep();
    return switch (stream.stopReason()) {
      case "max_tokens" -> finished(Finish.LENGTH);
      case "refusal" -> throw refused();
      case "model_context_window_exceeded" ->
          throw UpstreamException.permanent(
              ErrorCode.UPSTREAM_REJECTED,
              "The conversation is too long for the model: its context window is full.");
      case "pause_turn" -> {
        keep();
        if (!calls.isEmpty()) {
          note(out);
        }
        yield calls.isEmpty() ? new StepEnd.Paused() : new StepEnd.Calls(calls);
      }
      case "tool_use" -> {
        keep();
        note(out);
        if (calls.isEmpty()) {
          throw ServiceMistake.of("stop_reason", "tool_use", "a call of a tool before it");
        }
        yield new StepEnd.Calls(calls);
      }
      default -> {
        // Some services say end_turn although they call tools.
        keep();
        note(out);
        yield calls.isEmpty() ? finished(Finish.STOP) : new StepEnd.Calls(calls);
      }
    };
  }

  private StepEnd.Finished finished(Finish finish) {
    return new StepEnd.Finished(new AgentEvent.Completed(finish, usage.total(), null));
  }

  private UpstreamException refused() {
    String category =
        AnthropicErrors.word(stream.refusal()).map(word -> " (" + word + ")").orElse("");
    return UpstreamException.permanent(
        ErrorCode.CONTENT_FILTER, "The model refused to answer" + category + '.');
  }

  private void keep() throws UpstreamException {
    for (ContentBlock block : stream.blocks()) {
      if (block.type().equals("tool_use")) {
        calls.add(call(block));
      }
      if (block.isKept()) {
        hasMore |= !block.isPlain();
        said.add(block.toString());
      }
    }
  }

  /** Notes a whole message that is more than its texts and calls. */
  private void note(Consumer<AgentEvent> out) {
    if (hasMore) {
      notes.add(NotedMessage.note(said), out);
    }
  }

  private ToolRequest call(ContentBlock block) throws UpstreamException {
    String name = block.text("name").orElse("");
    if (name.isEmpty()) {
      throw ServiceMistake.of("tool_use.name", "missing", "the name of a tool");
    }
    String id = block.text("id").orElse("");
    if (id.isEmpty() || !callIds.add(id)) {
      int number = callIds.size();
      do {
        id = "parley_run_" + number++;
      } while (!callIds.add(id));
      block.putText("id", id);
    }
    return new ToolRequest(id, name, RawJson.of(block.arguments()));
  }
}
