package dev.parley.gateway.agent.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.model.ToolSpec;
import dev.parley.gateway.agent.model.UsageSum;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The requests of one run, and what is kept of its answers for the next request. */
final class ResponsesSession implements ModelSession {

  static final int MAX_CALLS = 128;

  private static final int MAX_PLACE = 60 * 1024;
  private static final String STREAM = "stream";
  private static final String SEQUENCE = "sequence";
  private static final String USAGE = "usage";

  /** Ids go into addresses. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,256}");

  private final ResponsesDialect dialect;
  private final List<ToolSpec> tools;
  private final UsageSum usage = new UsageSum();
  private final Set<String> usedIds = new HashSet<>();
  private final Map<String, String> typesOfCalls = new HashMap<>();
  private final ModelNotes.Writer notes;
  private InputItems input;
  private String previous = "";

  /** The number of the last event but for the terminal one; negative if there is none. */
  private long sequence = -1;

  private boolean isJoined;
  private ResponseStream stream = new ResponseStream(usedIds, ResponseStream.MAX_UNITS);

  ResponsesSession(ResponsesDialect dialect, InputItems input, List<ToolSpec> tools) {
    this(dialect, input, tools, dialect.notes().begin());
  }

  private ResponsesSession(
      ResponsesDialect dialect, InputItems input, List<ToolSpec> tools, ModelNotes.Writer notes) {
    this.tools = List.copyOf(tools);
    this.dialect = dialect;
    this.input = input;
    this.notes = notes;
  }

  /** A run that goes on from this place, with so many bytes of notes. */
  ResponsesSession(ResponsesDialect dialect, JsonNode place, List<ToolSpec> tools, long noteBytes) {
    this(dialect, new InputItems(dialect.notes()), tools, dialect.notes().resume(noteBytes));
    usage.report(place.path(USAGE).isObject() ? place.get(USAGE).toString() : null);
    usage.endStep();
    sequence = place.path(SEQUENCE).asLong(-1);
    stream = new ResponseStream(place.path(STREAM), usedIds);
  }

  @Override
  public HttpCall nextCall(List<ToolResult> results) {
    for (ToolResult result : results) {
      String type = typesOfCalls.get(result.request().call());
      input.result(type == null ? FunctionCalls.FUNCTION : type, result);
    }
    sequence = -1;
    isJoined = false;
    stream = new ResponseStream(usedIds, stream.unitsLeft());
    return dialect.call(input, previous, tools);
  }

  @Override
  public Optional<HttpCall> callWithout(UpstreamException rejection) {
    boolean isAboutThoughts = rejection.rejects("ncrypted") || rejection.rejects("reasoning");
    if (isAboutThoughts && input.leavePastThoughtsOut()) {
      return Optional.of(dialect.call(input, previous, tools));
    }
    return dialect.plainCall(input, previous, tools, rejection);
  }

  @Override
  public boolean take(SseEvent event, Consumer<AgentEvent> out) throws UpstreamException {
    String data = event.data().strip();
    if (data.isEmpty()) {
      return false;
    }
    if (data.equals("[DONE]")) {
      // An answer that is kept may be asked for its end.
      return !mayRejoin();
    }
    JsonNode json = ServiceJson.read(data).orElseThrow(() -> ResponseErrors.malformed(data));
    if (!json.isObject()) {
      throw ResponseErrors.malformed(data);
    }
    String type = json.path("type").asText(event.type());
    JsonNode error = json.path("error");
    // Before anything else: proxies report their errors in a form of their own.
    boolean isError =
        error.isObject() ? !error.isEmpty() : !error.asText("").isEmpty() && !error.isNull();
    if (type.equals("error") || isError) {
      throw ResponseErrors.of(error, json);
    }
    JsonNode number = json.path("sequence_number");
    if (isJoined && number.isIntegralNumber() && number.longValue() <= sequence) {
      return false;
    }
    boolean over = stream.take(type, json, out);
    sequence = number.isIntegralNumber() && !over ? number.longValue() : sequence;
    return over;
  }

  @Override
  public @Nullable RawJson place() {
    if (!mayRejoin()) {
      return null;
    }
    ObjectNode place = ServiceJson.NODES.objectNode().put(SEQUENCE, sequence);
    RawJson total = usage.total();
    if (total != null) {
      place.putRawValue(USAGE, new RawValue(total.toString()));
    }
    RawJson json = RawJson.of(place.set(STREAM, stream.state()).toString());
    return json.length() > MAX_PLACE ? null : json;
  }

  @Override
  public Optional<HttpCall> rejoin() {
    if (!mayRejoin() || isOver()) {
      return Optional.empty();
    }
    isJoined = true;
    return Optional.of(dialect.rejoin(stream.id(), sequence));
  }

  private boolean mayRejoin() {
    return sequence >= 0 && isNamed();
  }

  private boolean isOver() {
    return !stream.reason().isEmpty();
  }

  private boolean isNamed() {
    return dialect.isResumable() && ID.matcher(stream.id()).matches();
  }

  @Override
  public Optional<HttpCall> stop() {
    return isNamed() && !isOver() ? Optional.of(dialect.cancel(stream.id())) : Optional.empty();
  }

  @Override
  public StepEnd end(Consumer<AgentEvent> out) throws UpstreamException {
    JsonNode last = stream.last();
    if (last.path("usage").isObject()) {
      usage.report(last.get("usage").toString());
    }
    usage.endStep();
    return switch (stream.reason()) {
      case "completed" -> completed(out);
      case "incomplete" -> {
        String reason = last.path("incomplete_details").path("reason").asText();
        if (!reason.equals("max_output_tokens")) {
          throw ResponseErrors.stopped(reason);
        }
        yield finished(Finish.LENGTH);
      }
      case "failed" -> throw ResponseErrors.of(last.path("error"));
      case "cancelled" -> throw ResponseErrors.stopped("cancelled");
      default -> throw ResponseErrors.truncated();
    };
  }

  private StepEnd.Finished finished(Finish finish) {
    return new StepEnd.Finished(new AgentEvent.Completed(finish, usage.total(), null));
  }

  private StepEnd completed(Consumer<AgentEvent> out) throws UpstreamException {
    List<ToolRequest> calls = new ArrayList<>();
    List<String> denied = new ArrayList<>();
    List<ObjectNode> output = stream.output();
    for (ObjectNode item : output) {
      String type = item.path("type").asText();
      if (FunctionCalls.isFunction(type)) {
        String id = ServiceJson.text(item, FunctionCalls.CALL_ID);
        item.put(FunctionCalls.CALL_ID, FunctionCalls.unused(id, usedIds));
        ToolRequest call = FunctionCalls.request(item);
        typesOfCalls.put(call.call(), type);
        calls.add(call);
      } else if (type.equals(OutputItem.APPROVAL)) {
        denied.add(item.path("id").asText());
      }
    }
    if (calls.size() > MAX_CALLS) {
      throw ServiceMistake.of("tool calls", "one more", "at most " + MAX_CALLS + " in a step");
    }
    if (calls.isEmpty() && denied.isEmpty()) {
      return finished(Finish.STOP);
    }
    RawMembers thoughts = InputItems.note(output);
    if (!thoughts.all().isEmpty()) {
      notes.add(thoughts, out);
    }
    if (dialect.isKept() && !stream.id().isEmpty()) {
      previous = stream.id();
      input = new InputItems(dialect.notes());
    } else {
      input.answer(output);
    }
    denied.forEach(input::denial);
    return calls.isEmpty() ? new StepEnd.Paused() : new StepEnd.Calls(calls);
  }
}
