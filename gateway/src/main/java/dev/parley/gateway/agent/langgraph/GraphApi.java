package dev.parley.gateway.agent.langgraph;

import static dev.parley.gateway.agent.model.ServiceJson.NODES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.model.ContentParts;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The calls to one service. Callable from any thread.
 *
 * @see <a href="https://langchain-ai.github.io/agent-protocol/">Agent Protocol</a>
 */
final class GraphApi {

  private static final List<String> MODES = List.of("messages-tuple", "updates", "custom");
  private static final String STREAM_MODE = "stream_mode";
  private static final String STREAM_SUBGRAPHS = "stream_subgraphs";
  private static final String MESSAGES = "messages";

  private final URI base;
  private final String assistant;
  private final ObjectNode parameters;
  private final boolean streamsSubgraphs;

  /**
   * A service.
   *
   * @param base the address under which {@code /threads} is, perhaps with a query
   * @param assistant the id of an assistant, or of a graph
   * @param parameters more members of each new run, a JSON object
   * @throws IllegalArgumentException when the parameters are no JSON object
   */
  GraphApi(URI base, String assistant, Optional<RawJson> parameters) {
    this.base = base;
    this.assistant = assistant;
    this.parameters = object(parameters.map(RawJson::toString).orElse("{}"));
    this.streamsSubgraphs = this.parameters.path(STREAM_SUBGRAPHS).asBoolean(true);
  }

  private static ObjectNode object(String json) {
    if (ServiceJson.read(json).orElse(null) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("parameters: no JSON object");
  }

  String assistant() {
    return assistant;
  }

  /**
   * Begins a run and streams it. The service makes the thread if it does not have it. The message
   * has an id of its own, so that the service takes it once even if the call is sent again.
   *
   * @throws UpstreamException for a part of the input that cannot be sent; names it
   */
  HttpCall begin(String thread, AgentRequest request) throws UpstreamException {
    ObjectNode message = NODES.objectNode().put("role", "user");
    message.set("content", GraphContent.of(ContentParts.input(request.input())));
    message.put("id", request.run().value() + "-input");
    ObjectNode body = NODES.objectNode();
    body.put(STREAM_SUBGRAPHS, true).put("multitask_strategy", "enqueue");
    body.setAll(parameters);
    ObjectNode input =
        parameters.get("input") instanceof ObjectNode given ? given.deepCopy() : NODES.objectNode();
    input.set(MESSAGES, NODES.arrayNode().add(message));
    context(request.context()).ifPresent(context -> input.set("context", context));
    body.put("assistant_id", assistant).put("if_not_exists", "create");
    body.set("input", input);
    body.set(STREAM_MODE, modes());
    body.put("stream_resumable", true).put("on_disconnect", "continue");
    return HttpCall.post(
        uri("/threads/" + thread + "/runs/stream", ""), Map.of(), RawJson.of(body.toString()));
  }

  private static Optional<JsonNode> context(@Nullable RawJson context) {
    return context == null ? Optional.empty() : ServiceJson.read(context.toString());
  }

  private ArrayNode modes() {
    ArrayNode modes = NODES.arrayNode();
    MODES.forEach(modes::add);
    JsonNode given = parameters.path(STREAM_MODE);
    TreeSet<String> more = new TreeSet<>();
    for (JsonNode mode : given.isTextual() ? NODES.arrayNode().add(given) : given) {
      more.add(mode.asText());
    }
    more.stream().filter(mode -> !MODES.contains(mode)).forEach(modes::add);
    return modes;
  }

  /**
   * Streams on a run that was begun. Without a mode the service sends those of the run; with one it
   * leaves out subgraphs.
   *
   * @param after the last event that was taken
   */
  HttpCall join(String thread, String run, String after) {
    return new HttpCall(
        "GET",
        uri(path(thread, run) + "/stream", streamsSubgraphs ? STREAM_SUBGRAPHS + "=true" : ""),
        Map.of("last-event-id", after),
        null);
  }

  /** Asks for the state of a run. */
  HttpCall look(String thread, String run) {
    return new HttpCall("GET", uri(path(thread, run), ""), Map.of(), null);
  }

  /** Stops a run; answered when it has stopped. */
  HttpCall cancel(String thread, String run) {
    return new HttpCall(
        "POST",
        uri(path(thread, run) + "/cancel", "wait=true&action=interrupt"),
        Map.of(),
        RawJson.of("{}"));
  }

  private static String path(String thread, String run) {
    return "/threads/" + thread + "/runs/" + run;
  }

  private URI uri(String path, String query) {
    String folder = base.getRawPath() == null ? "" : base.getRawPath().replaceFirst("/+$", "");
    String given = base.getRawQuery() == null ? "" : base.getRawQuery();
    String all = given.isEmpty() || query.isEmpty() ? given + query : given + '&' + query;
    return URI.create(
        base.getScheme()
            + "://"
            + base.getRawAuthority()
            + folder
            + path
            + (all.isEmpty() ? "" : '?' + all));
  }
}
