package dev.parley.gateway.agent.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ContentPart;
import dev.parley.gateway.agent.model.ContentParts;
import dev.parley.gateway.agent.model.ModelDialect;
import dev.parley.gateway.agent.model.ModelEndpoint;
import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ToolSpec;
import dev.parley.gateway.agent.model.Turns;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * OpenAI's Chat Completions (platform.openai.com/docs/api-reference/chat), with the deviations of
 * the services that copy them. One instance serves all runs of an agent.
 */
public final class OpenAiDialect implements ModelDialect {

  private static final String STREAM = "stream";
  private static final String STREAM_OPTIONS = "stream_options";
  private static final String INCLUDE_USAGE = "include_usage";
  private static final String TOOLS = "tools";
  private static final String MODEL = "model";
  private static final String MESSAGES = "messages";

  private final ModelEndpoint endpoint;
  private final URI uri;
  private final ModelNotes notes;
  private volatile boolean asksForUsage;

  public OpenAiDialect(ModelEndpoint endpoint) {
    this.endpoint = endpoint;
    this.uri = endpoint.uri("/chat/completions");
    String model = endpoint.parameterObject().path(MODEL).asText(endpoint.model().orElse(""));
    this.notes = new ModelNotes(uri, model);
    this.asksForUsage = !endpoint.parameterObject().has(STREAM_OPTIONS);
  }

  @Override
  public ModelSession begin(AgentRequest request, History history) throws UpstreamException {
    return begin(request, history, List.of());
  }

  @Override
  public ModelSession begin(AgentRequest request, History history, List<ToolSpec> tools)
      throws UpstreamException {
    List<ContentPart> input = ContentParts.input(request);
    UserContent.check(input);
    ChatMessages messages = new ChatMessages(endpoint.system(), notes);
    messages.turns(Turns.withNotes(history, input, note -> notes.read(note).isPresent()));
    return new ChatSession(this, messages, notes.begin(), tools);
  }

  /** The request with these messages. */
  HttpCall call(ChatMessages messages, List<ToolSpec> tools) {
    ObjectNode body = ServiceJson.NODES.objectNode();
    endpoint.model().ifPresent(model -> body.put(MODEL, model));
    if (asksForUsage) {
      body.putObject(STREAM_OPTIONS).put(INCLUDE_USAGE, true);
    }
    body.setAll(endpoint.parameterObject());
    body.put(STREAM, true);
    if (!tools.isEmpty()) {
      ArrayNode offered = body.withArray(TOOLS);
      tools.forEach(tool -> offered.add(offer(tool)));
    }
    body.set(MESSAGES, messages.json());
    return HttpCall.post(uri, Map.of(), RawJson.of(body.toString()));
  }

  private static ObjectNode offer(ToolSpec tool) {
    ObjectNode offer = ServiceJson.NODES.objectNode().put("type", "function");
    ObjectNode function = offer.putObject("function").put("name", tool.name());
    if (!tool.description().isEmpty()) {
      function.put("description", tool.description());
    }
    function.set("parameters", ServiceJson.read(tool.parameters().toString()).orElseThrow());
    return offer;
  }

  /** The same without the question for the usage, which some services do not know. */
  Optional<HttpCall> callWithoutUsage(
      ChatMessages messages, List<ToolSpec> tools, UpstreamException rejection) {
    if (!asksForUsage || !(rejection.rejects(STREAM_OPTIONS) || rejection.rejects(INCLUDE_USAGE))) {
      return Optional.empty();
    }
    // It would reject the next request too.
    asksForUsage = false;
    return Optional.of(call(messages, tools));
  }
}
