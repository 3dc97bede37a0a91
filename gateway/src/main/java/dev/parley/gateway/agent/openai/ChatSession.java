package dev.parley.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.model.ToolSpec;
import dev.parley.gateway.agent.model.UsageSum;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.Finish;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The requests of one run, and what is kept of its answers for the next request. */
final class ChatSession implements ModelSession {

  /** Words of a service that refuses what another one, or it itself long ago, wanted back. */
  private static final List<String> NOTED =
      List.of("extra_content", "reasoning_details", "signature");

  private final OpenAiDialect dialect;
  private final ChatMessages messages;
  private final List<ToolSpec> tools;
  private final UsageSum usage = new UsageSum();
  private final Set<String> usedIds = new HashSet<>();
  private final ModelNotes.Writer notes;
  private ChatStep step = new ChatStep();

  ChatSession(
      OpenAiDialect dialect, ChatMessages messages, ModelNotes.Writer notes, List<ToolSpec> tools) {
    this.notes = notes;
    this.tools = List.copyOf(tools);
    this.dialect = dialect;
    this.messages = messages;
  }

  @Override
  public HttpCall nextCall(List<ToolResult> results) {
    results.forEach(messages::result);
    step = new ChatStep();
    return dialect.call(messages, tools);
  }

  @Override
  public Optional<HttpCall> callWithout(UpstreamException rejection) {
    Optional<HttpCall> withoutUsage = dialect.callWithoutUsage(messages, tools, rejection);
    boolean mayLeaveNotes = messages.tellsNotes() && NOTED.stream().anyMatch(rejection::rejects);
    if (withoutUsage.isPresent() || !mayLeaveNotes) {
      return withoutUsage;
    }
    messages.leaveNotesOut();
    return Optional.of(dialect.call(messages, tools));
  }

  @Override
  public boolean take(SseEvent event, Consumer<AgentEvent> out) throws UpstreamException {
    String data = event.data().strip();
    if (data.equals("[DONE]")) {
      step.done();
      return true;
    }
    if (data.isEmpty()) {
      return false;
    }
    JsonNode chunk = ServiceJson.read(data).orElseThrow(() -> ChatErrors.malformed(data));
    // Google sends its errors as a list.
    chunk = chunk.isArray() && chunk.size() == 1 ? chunk.get(0) : chunk;
    if (!chunk.isObject()) {
      throw ChatErrors.malformed(data);
    }
    // Before anything else: a chunk with an error may look like any other.
    UpstreamException error = ChatErrors.in(chunk);
    if (error != null) {
      throw error;
    }
    if (event.type().equals("error")) {
      throw ChatErrors.failed("");
    }
    if (chunk.path("usage").isObject()) {
      usage.report(chunk.get("usage").toString());
    }
    step.take(chunk, out);
    return false;
  }

  @Override
  public StepEnd end(Consumer<AgentEvent> out) throws UpstreamException {
    Finish finish = step.finish();
    step.closeThinking(out);
    usage.endStep();
    if (finish == Finish.LENGTH || step.calls().isEmpty()) {
      if (finish != Finish.LENGTH && !step.text().isBlank()) {
        note(List.of(), out);
      }
      return new StepEnd.Finished(new AgentEvent.Completed(finish, usage.total(), null));
    }
    List<ToolSlot> calls = step.calls().close(usedIds);
    note(calls, out);
    messages.answer(step.text(), step.reasoning(), step.unknown(), calls);
    return new StepEnd.Calls(calls.stream().map(ToolSlot::request).toList());
  }

  private void note(List<ToolSlot> calls, Consumer<AgentEvent> out) {
    ChatNote note = ChatNote.of(step.unknown(), calls);
    if (!note.isEmpty()) {
      notes.add(note.members(), out);
    }
  }
}
