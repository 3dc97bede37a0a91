package dev.parley.gateway.agent.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.model.ServiceJson;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One item of an answer, as far as it has come. Used by one thread at a time. */
final class OutputItem {

  static final String MESSAGE = "message";
  static final String REASONING = "reasoning";
  static final String APPROVAL = "mcp_approval_request";

  private static final String PARTS = "parts";

  private final Set<String> shownParts = new TreeSet<>();
  private final StringBuilder pieces = new StringBuilder();
  private ObjectNode json;
  private boolean done;
  private @Nullable String call;

  OutputItem(ObjectNode json) {
    this.json = json;
  }

  /** An item whose beginning was not told. */
  static OutputItem unannounced(String type, @Nullable String id) {
    ObjectNode json = ServiceJson.NODES.objectNode().put("type", type);
    return new OutputItem(id == null ? json : json.put("id", id));
  }

  /** An item of which an earlier process has shown these parts. */
  static OutputItem restored(JsonNode state) {
    OutputItem item = unannounced(state.path("type").asText(), ServiceJson.text(state, "id"));
    item.call = ServiceJson.text(state, "call");
    state.path(PARTS).forEach(part -> item.shownParts.add(part.asText()));
    return item;
  }

  /** What {@link #restored} needs of it. */
  ObjectNode state() {
    ObjectNode state = ServiceJson.NODES.objectNode().put("type", type());
    if (id() != null) {
      state.put("id", id());
    }
    if (call != null) {
      state.put("call", call);
    }
    if (!shownParts.isEmpty()) {
      shownParts.forEach(state.putArray(PARTS)::add);
    }
    return state;
  }

  String type() {
    return json.path("type").asText();
  }

  @Nullable String id() {
    return ServiceJson.text(json, "id");
  }

  boolean isDone() {
    return done;
  }

  /** The item as the service has told it last. */
  ObjectNode json() {
    return json;
  }

  /** The item, whole. */
  void done(ObjectNode whole) {
    json = whole;
    done = true;
  }

  /** Sets a member that was told outside of the item. */
  void set(String name, JsonNode value) {
    json.set(name, value);
  }

  /** Keeps a piece of its text or arguments: some services never tell the item whole. */
  void append(String piece) {
    pieces.append(piece);
  }

  boolean hasShownParts() {
    return !shownParts.isEmpty();
  }

  /** Whether something of this part was shown: of it, what is told whole later adds nothing. */
  boolean isShown(String part) {
    return shownParts.contains(part);
  }

  void shown(String part) {
    shownParts.add(part);
  }

  /** The id of the shown call of a tool of the service; null if it is not shown. */
  @Nullable String call() {
    return call;
  }

  void call(@Nullable String shown) {
    call = shown;
  }

  /** The item, with what came in pieces only. */
  ObjectNode whole() {
    if (done || pieces.isEmpty()) {
      return json;
    }
    if (type().equals(MESSAGE)) {
      return json.put("role", "assistant").put("content", pieces.toString());
    }
    String member = FunctionCalls.member(type());
    boolean isTold = !json.path(member).asText().isEmpty();
    return isTold ? json : json.put(member, pieces.toString());
  }
}
