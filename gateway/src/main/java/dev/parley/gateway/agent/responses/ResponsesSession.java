package dev.parley.gateway.agent.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.StepEnd;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolResult;
import dev.parley.gateway.agent.model.UsageSum;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.Finish;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The requests of one run, and what is kept of its answers for the next request. */
final class ResponsesSession implements ModelSession {

  static final int MAX_CALLS = 128;

  private final ResponsesDialect dialect;
  private final UsageSum usage = new UsageSum();
  private final Set<String> usedIds = new HashSet<>();
  private final Map<String, String> typesOfCalls = new HashMap<>();
  private InputItems input;
  private String previous = "";
  private ResponseStream stream = new ResponseStream(usedIds, ResponseStream.MAX_UNITS);

  ResponsesSession(ResponsesDialect dialect, InputItems input) {
    this.dialect = dialect;
    this.input = input;
  }

  @Override
  public HttpCall nextCall(List<ToolResult> results) {
    for (ToolResult result : results) {
      String type = typesOfCalls.get(result.request().call());
      input.result(type == null ? FunctionCalls.FUNCTION : type, result);
    }
    stream = new ResponseStream(usedIds, stream.unitsLeft());
    return dialect.call(input, previous);
  }

  @Override
  public Optional<HttpCall> callWithout(UpstreamException rejection) {
    return dialect.plainCall(input, previous, rejection);
  }

  @Override
  public boolean take(SseEvent event, Consumer<AgentEvent> out) throws UpstreamException {
    String data = event.data().strip();
    if (data.isEmpty()) {
      return false;
    }
    if (data.equals("[DONE]")) {
      return true;
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
    return stream.take(type, json, out);
  }

  @Override
  public StepEnd end(Consumer<AgentEvent> out) throws UpstreamException {
    JsonNode last = stream.last();
    if (last.path("usage").isObject()) {
      usage.report(last.get("usage").toString());
    }
    usage.endStep();
    return switch (stream.reason()) {
      case "completed" -> completed();
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

  private StepEnd completed() throws UpstreamException {
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
      throw ResponseErrors.protocol(
          "tool calls", "one more", "at most " + MAX_CALLS + " in a step");
    }
    if (calls.isEmpty() && denied.isEmpty()) {
      return finished(Finish.STOP);
    }
    if (dialect.isKept() && !stream.id().isEmpty()) {
      previous = stream.id();
      input = new InputItems();
    } else {
      input.answer(output);
    }
    denied.forEach(input::denial);
    return calls.isEmpty() ? new StepEnd.Paused() : new StepEnd.Calls(calls);
  }
}
