package dev.parley.gateway.agent.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The items of one answer, in the order in which they began. Used by one thread at a time. */
final class OutputItems {

  static final int MAX_ITEMS = 1000;

  private static final String OUTPUT_INDEX = "output_index";
  private static final String ITEM_ID = "item_id";

  private final Map<String, OutputItem> items = new LinkedHashMap<>();
  private final int maxUnits;
  private int unitsLeft;

  /**
   * No items yet.
   *
   * @param maxUnits the maximum length of all of them, in UTF-16 units of their JSON
   */
  OutputItems(int maxUnits) {
    this.maxUnits = maxUnits;
    this.unitsLeft = maxUnits;
  }

  /** Adds the items that were open when an earlier process ended. */
  void restore(JsonNode state) {
    state
        .properties()
        .forEach(each -> items.put(each.getKey(), OutputItem.restored(each.getValue())));
  }

  /** What {@link #restore} needs. Calls of functions are told again when they are whole. */
  ObjectNode state() {
    ObjectNode state = ServiceJson.NODES.objectNode();
    items.forEach(
        (key, item) -> {
          if (!item.isDone() && !FunctionCalls.isFunction(item.type())) {
            state.set(key, item.state());
          }
        });
    return state;
  }

  /** Whether one of them calls a function. */
  boolean hasFunctions() {
    return items.values().stream().anyMatch(item -> FunctionCalls.isFunction(item.type()));
  }

  /** The item that the event is about; a new one of this type if its beginning was not told. */
  OutputItem at(JsonNode event, String type) throws UpstreamException {
    return at(event, type, ServiceJson.text(event, ITEM_ID));
  }

  /** The item that the event tells; of it, nothing but its place and id is read. */
  OutputItem at(JsonNode event, ObjectNode json) throws UpstreamException {
    return at(event, json.path("type").asText(), ServiceJson.text(json, "id"));
  }

  private OutputItem at(JsonNode event, String type, @Nullable String id) throws UpstreamException {
    String key = key(event, id);
    OutputItem known = items.get(key);
    if (known == null && !event.path(OUTPUT_INDEX).isInt()) {
      known = lastOpen(type);
    }
    return known == null ? add(key, OutputItem.unannounced(type, id)) : known;
  }

  /** Some services give an item another id in each event: its place is what counts. */
  private static String key(JsonNode event, @Nullable String id) {
    JsonNode index = event.path(OUTPUT_INDEX);
    return index.isInt() ? index.asText() : "id " + id;
  }

  private @Nullable OutputItem lastOpen(String type) {
    OutputItem last = null;
    for (OutputItem item : items.values()) {
      last = item.type().equals(type) && !item.isDone() ? item : last;
    }
    return last;
  }

  /** The item that begins here; null if it has begun before. */
  @Nullable OutputItem begin(JsonNode event, ObjectNode json) throws UpstreamException {
    String key = key(event, ServiceJson.text(json, "id"));
    return items.containsKey(key) ? null : add(key, new OutputItem(json));
  }

  private OutputItem add(String key, OutputItem item) throws UpstreamException {
    if (items.size() == MAX_ITEMS) {
      throw ServiceMistake.of("output", "one more item", "at most " + MAX_ITEMS);
    }
    count(item.json().toString().length());
    items.put(key, item);
    return item;
  }

  /**
   * So much was told.
   *
   * @throws UpstreamException when it is too much
   */
  void count(int units) throws UpstreamException {
    unitsLeft -= units;
    if (unitsLeft < 0) {
      throw ServiceMistake.of("output", "more", "at most " + maxUnits + " characters");
    }
  }

  int unitsLeft() {
    return unitsLeft;
  }

  int size() {
    return items.size();
  }

  Collection<OutputItem> all() {
    return items.values();
  }

  /** The items as far as they have come. */
  List<ObjectNode> json() {
    return items.values().stream().map(OutputItem::whole).toList();
  }
}
