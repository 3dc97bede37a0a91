package dev.parley.gateway.agent.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads the events of one answer (OpenAI, "Streaming events"). Events of unknown types do no harm.
 * Used by one thread at a time.
 */
final class ResponseStream {

  /** The maximum length of all items of a run, in UTF-16 units of their JSON. */
  static final int MAX_UNITS = 8 * 1024 * 1024;

  private static final String PREFIX = "response.";
  private static final String DELTA = "delta";
  private static final String TEXT = "text";
  private static final String STATUS = "status";
  private static final String COMPLETED = "completed";
  private static final String FAILED = "failed";
  private static final String OUTPUT = "output";
  private static final String MCP_CALL = "mcp_call";
  private static final String CODE_CALL = "code_interpreter_call";
  private static final String ID = "id";
  private static final String SAID = "said";
  private static final String THINKING = "thinking";
  private static final String FUNCTIONS = "functions";
  private static final String OPEN = "open";
  private static final Set<String> ENDS = Set.of(COMPLETED, "incomplete", FAILED, "cancelled");

  private final OutputItems items;
  private final ShownTexts texts;
  private final Set<String> usedIds;
  private String id = "";
  private String reason = "";
  private JsonNode last = ServiceJson.NODES.objectNode();

  /** An earlier process has taken calls of functions of this answer. */
  private boolean hasEarlierFunctions;

  /**
   * The stream of one answer.
   *
   * @param usedIds the ids of calls that the run has used; new ones are added
   * @param maxUnits what is left of {@link #MAX_UNITS}
   */
  ResponseStream(Set<String> usedIds, int maxUnits) {
    this.items = new OutputItems(maxUnits);
    this.texts = new ShownTexts();
    this.usedIds = usedIds;
  }

  /** The rest of an answer, of which an earlier process has shown what this {@link #state} says. */
  ResponseStream(JsonNode state, Set<String> usedIds) {
    this.items = new OutputItems(MAX_UNITS);
    this.texts = new ShownTexts(state.path(SAID).asBoolean(), state.path(THINKING).asBoolean());
    this.usedIds = usedIds;
    this.id = state.path(ID).asText();
    this.hasEarlierFunctions = state.path(FUNCTIONS).asBoolean();
    items.restore(state.path(OPEN));
    items.all().stream().map(OutputItem::call).filter(Objects::nonNull).forEach(usedIds::add);
  }

  /** How far the answer is shown: a JSON object. */
  ObjectNode state() {
    ObjectNode state = ServiceJson.NODES.objectNode().put(ID, id);
    state.put(SAID, texts.hasSaid()).put(THINKING, texts.isThinking());
    state.put(FUNCTIONS, hasEarlierFunctions || items.hasFunctions());
    return state.set(OPEN, items.state());
  }

  /**
   * Takes the next event.
   *
   * @return whether it was the last
   */
  boolean take(String fullType, JsonNode event, Consumer<AgentEvent> out) throws UpstreamException {
    if (!fullType.startsWith(PREFIX)) {
      return false;
    }
    String type = fullType.substring(PREFIX.length());
    if (ENDS.contains(type)) {
      end(type, event.path("response"), out);
      return true;
    }
    switch (type) {
      case "created", "queued", "in_progress" -> identify(event.path("response"));
      case "output_item.added" -> added(event, out);
      case "output_item.done" -> done(event, out);
      case "output_text.delta", "refusal.delta" -> say(event, out);
      case "output_text.done" -> sayWhole(event, event.path(TEXT), out);
      case "refusal.done" -> sayWhole(event, event.path("refusal"), out);
      case "reasoning_summary_text.delta" -> think(event, "s", "summary_index", out);
      case "reasoning_summary_text.done" -> thinkWhole(event, "s", "summary_index", out);
      case "reasoning_text.delta" -> think(event, "r", "content_index", out);
      case "reasoning_text.done" -> thinkWhole(event, "r", "content_index", out);
      case "function_call_arguments.delta" -> append(event, FunctionCalls.FUNCTION);
      case "custom_tool_call_input.delta" -> append(event, FunctionCalls.CUSTOM);
      case "function_call_arguments.done" -> replace(event, FunctionCalls.FUNCTION, "arguments");
      case "custom_tool_call_input.done" -> replace(event, FunctionCalls.CUSTOM, "input");
      case "mcp_call_arguments.done" -> start(replace(event, MCP_CALL, "arguments"), out);
      case "code_interpreter_call_code.done" -> start(replace(event, CODE_CALL, "code"), out);
      default -> hosted(type, event);
    }
    return false;
  }

  private void identify(JsonNode response) {
    id = response.path(ID).asText(id);
  }

  private void added(JsonNode event, Consumer<AgentEvent> out) throws UpstreamException {
    if (!(event.path("item") instanceof ObjectNode json)) {
      return;
    }
    OutputItem item = items.begin(event, json);
    if (item == null) {
      return;
    }
    if (item.type().equals(OutputItem.REASONING)) {
      texts.openThinking(out);
    } else if (HostedTools.isHosted(item.type()) && HostedTools.startsWithItem(item.type())) {
      start(item, out);
    }
  }

  private void done(JsonNode event, Consumer<AgentEvent> out) throws UpstreamException {
    if (!(event.path("item") instanceof ObjectNode json)) {
      return;
    }
    OutputItem item = items.at(event, json);
    if (item.isDone()) {
      return;
    }
    items.count(json.toString().length());
    item.done(json);
    switch (item.type()) {
      case OutputItem.MESSAGE -> texts.sayWhole(item, out);
      case OutputItem.REASONING -> texts.thinkWhole(item, out);
      case OutputItem.APPROVAL -> {
        texts.closeThinking(out);
        HostedTools.deny(callId(item), json, out);
      }
      default -> endHosted(item, out);
    }
  }

  // ---- texts

  private void say(JsonNode event, Consumer<AgentEvent> out) throws UpstreamException {
    OutputItem item = items.at(event, OutputItem.MESSAGE);
    String piece = event.path(DELTA).asText();
    items.count(piece.length());
    item.append(piece);
    texts.say(item, event.path("content_index").asInt(0), piece, out);
  }

  private void sayWhole(JsonNode event, JsonNode text, Consumer<AgentEvent> out)
      throws UpstreamException {
    OutputItem item = items.at(event, OutputItem.MESSAGE);
    texts.sayWhole(item, event.path("content_index").asInt(0), text.asText(), out);
  }

  private void think(JsonNode event, String kind, String index, Consumer<AgentEvent> out)
      throws UpstreamException {
    OutputItem item = items.at(event, OutputItem.REASONING);
    texts.think(item, kind + event.path(index).asInt(0), event.path(DELTA).asText(), out);
  }

  private void thinkWhole(JsonNode event, String kind, String index, Consumer<AgentEvent> out)
      throws UpstreamException {
    OutputItem item = items.at(event, OutputItem.REASONING);
    texts.thinkWhole(item, kind + event.path(index).asInt(0), event.path(TEXT).asText(), out);
  }

  // ---- calls

  private void append(JsonNode event, String type) throws UpstreamException {
    String piece = event.path(DELTA).asText();
    items.count(piece.length());
    items.at(event, type).append(piece);
  }

  private OutputItem replace(JsonNode event, String type, String member) throws UpstreamException {
    OutputItem item = items.at(event, type);
    if (event.path(member).isTextual()) {
      item.set(member, event.get(member));
    }
    return item;
  }

  /** How a tool of the service goes on, for example {@code web_search_call.completed}. */
  private void hosted(String type, JsonNode event) throws UpstreamException {
    int dot = type.indexOf('.');
    if (dot > 0 && HostedTools.isHosted(type.substring(0, dot))) {
      OutputItem item = items.at(event, type.substring(0, dot));
      item.set(STATUS, ServiceJson.NODES.textNode(type.substring(dot + 1)));
    }
  }

  private void start(OutputItem item, Consumer<AgentEvent> out) {
    if (item.call() == null) {
      texts.closeThinking(out);
      String call = callId(item);
      item.call(call);
      HostedTools.start(call, item.json(), out);
    }
  }

  private void endHosted(OutputItem item, Consumer<AgentEvent> out) {
    if (HostedTools.isHosted(item.type())) {
      start(item, out);
      HostedTools.end(String.valueOf(item.call()), item.json(), out);
    }
  }

  private String callId(OutputItem item) {
    return FunctionCalls.unused(item.id(), usedIds);
  }

  // ---- the end

  private void end(String type, JsonNode response, Consumer<AgentEvent> out) {
    identify(response);
    last = response;
    String status = response.path(STATUS).asText();
    reason = type.equals(COMPLETED) && ENDS.contains(status) ? status : type;
    for (OutputItem item : items.all()) {
      // Its item did not come whole.
      boolean isCut = HostedTools.isHosted(item.type()) && !item.isDone();
      if (isCut && Set.of(COMPLETED, FAILED).contains(item.json().path(STATUS).asText())) {
        endHosted(item, out);
        item.done(item.json());
      }
    }
    if (!texts.hasSaid()) {
      // Some services tell the whole answer, and nothing before it.
      for (ObjectNode json : objects(response.path(OUTPUT))) {
        if (json.path("type").asText().equals(OutputItem.MESSAGE)) {
          texts.sayWhole(new OutputItem(json), out);
        }
      }
    }
    texts.closeThinking(out);
  }

  /** How the answer ended: completed, incomplete, failed or cancelled; empty if it did not. */
  String reason() {
    return reason;
  }

  /** The answer as its last event told it. */
  JsonNode last() {
    return last;
  }

  /** The service's id of the answer; empty if it told none. */
  String id() {
    return id;
  }

  /**
   * All items in their order: those of the last event if it has them, or those that came.
   *
   * @throws UpstreamException when some came before a restart, and are not told again
   */
  List<ObjectNode> output() throws UpstreamException {
    List<ObjectNode> told = objects(last.path(OUTPUT));
    if (told.size() >= Math.max(items.size(), hasEarlierFunctions ? 1 : 0)) {
      return told;
    }
    if (hasEarlierFunctions) {
      throw ServiceMistake.of(OUTPUT, "missing", "all items, because the gateway restarted");
    }
    return items.json();
  }

  private static List<ObjectNode> objects(JsonNode array) {
    List<ObjectNode> objects = new ArrayList<>();
    for (JsonNode element : array) {
      if (element instanceof ObjectNode object) {
        objects.add(object);
      }
    }
    return objects;
  }

  /** What is left of {@link #MAX_UNITS}. */
  int unitsLeft() {
    return items.unitsLeft();
  }
}
