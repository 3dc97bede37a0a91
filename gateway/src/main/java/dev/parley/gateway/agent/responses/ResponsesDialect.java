package dev.parley.gateway.agent.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.Resumption;
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
import dev.parley.gateway.protocol.Texts;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * OpenAI's Responses API (platform.openai.com/docs/api-reference/responses). The service keeps
 * nothing, and is told the whole thread in each request, unless {@code parameters} say {@code
 * "store": true} or {@code "background": true}: the requests of one run then refer to the answer
 * before. One instance serves all runs of an agent.
 */
public final class ResponsesDialect implements ModelDialect {

  private static final String PATH = "/responses";
  private static final String STORE = "store";
  private static final String INCLUDE = "include";
  private static final String STREAM_OPTIONS = "stream_options";
  private static final String ENCRYPTED = "reasoning.encrypted_content";

  private final ModelEndpoint endpoint;
  private final URI uri;
  private final ModelNotes notes;
  private final boolean isBackground;
  private final boolean isKept;

  /** The service has rejected something that it can do without. */
  private volatile boolean isPlain;

  /**
   * The dialect with this endpoint.
   *
   * @throws IllegalArgumentException when its parameters contradict each other
   */
  public ResponsesDialect(ModelEndpoint endpoint) {
    this.endpoint = endpoint;
    this.uri = endpoint.uri(PATH);
    ObjectNode parameters = endpoint.parameterObject();
    this.notes = new ModelNotes(uri, parameters.path("model").asText(endpoint.model().orElse("")));
    this.isBackground = parameters.path("background").asBoolean();
    this.isKept = isBackground || parameters.path(STORE).asBoolean();
    if (isBackground && !parameters.path(STORE).asBoolean(true)) {
      throw new IllegalArgumentException(
          Texts.expected("parameters.store", "false", "true, because of background"));
    }
  }

  @Override
  public ModelSession begin(AgentRequest request, History history) throws UpstreamException {
    return begin(request, history, List.of());
  }

  @Override
  public ModelSession begin(AgentRequest request, History history, List<ToolSpec> tools)
      throws UpstreamException {
    List<ContentPart> input = ContentParts.input(request);
    InputContent.check(input);
    InputItems items = new InputItems(notes);
    items.turns(Turns.withNotes(history, input, note -> notes.read(note).isPresent()));
    return new ResponsesSession(this, items, tools);
  }

  @Override
  public boolean isResumable() {
    return isBackground;
  }

  @Override
  public Optional<ModelSession> resume(AgentRequest request, RawJson place, List<ToolSpec> tools) {
    Resumption resumption = request.resumption();
    long noteBytes = resumption == null ? 0 : resumption.noteBytes();
    return ServiceJson.read(place.toString())
        .map(state -> new ResponsesSession(this, state, tools, noteBytes));
  }

  /** The notes of the model that is asked. */
  ModelNotes notes() {
    return notes;
  }

  /** The request that goes on with an answer after the event with this number. */
  HttpCall rejoin(String response, long sequence) {
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery() + "&";
    String from = "?" + query + "stream=true&starting_after=" + sequence;
    return new HttpCall("GET", URI.create(base() + "/" + response + from), Map.of(), null);
  }

  /** The request that stops the work on an answer. */
  HttpCall cancel(String response) {
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    URI whole = URI.create(base() + "/" + response + "/cancel" + query);
    return HttpCall.post(whole, Map.of(), RawJson.of("{}"));
  }

  private String base() {
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }

  /** Whether the service keeps its answers, so that a request may refer to one. */
  boolean isKept() {
    return isKept;
  }

  /**
   * The request with this input.
   *
   * @param previous the answer that the request goes on from; empty if the input is all
   */
  HttpCall call(InputItems input, String previous, List<ToolSpec> tools) {
    ObjectNode body = ServiceJson.NODES.objectNode();
    endpoint.model().ifPresent(model -> body.put("model", model));
    endpoint.system().ifPresent(system -> body.put("instructions", system));
    if (!isPlain) {
      body.put(STORE, isKept);
      // Random bytes beside each piece, against those who only see its length.
      body.putObject(STREAM_OPTIONS).put("include_obfuscation", false);
      body.putArray(INCLUDE);
    }
    body.setAll(endpoint.parameterObject());
    if (!isPlain && body.path(INCLUDE) instanceof ArrayNode include && !names(include)) {
      include.add(ENCRYPTED);
    }
    body.put("stream", true);
    if (!previous.isEmpty()) {
      body.put("previous_response_id", previous);
    }
    if (!tools.isEmpty()) {
      ArrayNode offered = body.withArray("tools");
      tools.forEach(tool -> offered.add(offer(tool)));
    }
    body.set("input", input.json());
    return HttpCall.post(uri, Map.of(), RawJson.of(body.toString()));
  }

  private static ObjectNode offer(ToolSpec tool) {
    ObjectNode offer = ServiceJson.NODES.objectNode().put("type", "function");
    offer.put("name", tool.name());
    if (!tool.description().isEmpty()) {
      offer.put("description", tool.description());
    }
    offer.set("parameters", ServiceJson.read(tool.parameters().toString()).orElseThrow());
    // Strict schemas must name every member as required, which these need not.
    return offer.put("strict", false);
  }

  private static boolean names(ArrayNode include) {
    for (JsonNode each : include) {
      if (each.asText().equals(ENCRYPTED)) {
        return true;
      }
    }
    return false;
  }

  /** The same without what some services do not know. */
  Optional<HttpCall> plainCall(
      InputItems input, String previous, List<ToolSpec> tools, UpstreamException rejection) {
    boolean canHelp =
        Stream.of(INCLUDE, STREAM_OPTIONS, "include_obfuscation", STORE, "ncrypted content")
            .anyMatch(rejection::rejects);
    if (isPlain || !canHelp) {
      return Optional.empty();
    }
    // It would reject the next request too.
    isPlain = true;
    return Optional.of(call(input, previous, tools));
  }
}
