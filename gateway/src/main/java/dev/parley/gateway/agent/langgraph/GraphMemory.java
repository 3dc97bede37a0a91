package dev.parley.gateway.agent.langgraph;

import static dev.parley.gateway.agent.model.ServiceJson.NODES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.UsageSum;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of a run has to be known after a restart, so that nothing is shown twice: the newest
 * messages and tool calls, and the usage so far. Used by one thread at a time.
 */
final class GraphMemory {

  /** How many messages and calls a checkpoint holds of each, so that it stays below 64 KiB. */
  private static final int MAX_WRITTEN = 150;

  /** How many sub-agents a checkpoint holds. */
  private static final int MAX_SUBAGENTS = 32;

  /** The maximum characters of an id that are kept. */
  private static final int MAX_ID = 100;

  private final Map<String, Said> messages = new HashMap<>();
  private final Map<String, Said> newestMessages = new LinkedHashMap<>();
  private final Map<String, Boolean> calls = new HashMap<>();
  private final Map<String, Boolean> newestCalls = new LinkedHashMap<>();
  private final Map<String, Delegate> subagents = new LinkedHashMap<>();

  /** The sub-agents that have an open thought. */
  private final Map<String, Subagent> thinking = new LinkedHashMap<>();

  private final UsageSum usage = new UsageSum();
  private String lastText = "";
  private String lastThought = "";

  /** How much of a message was shown: its length in UTF-16 units, and the hash of the text. */
  record Said(int length, int hash) {

    static final Said NOTHING = new Said(0, 0);

    /** After more of the text. The hash is that of {@link String#hashCode}. */
    Said and(String more) {
      int all = hash;
      for (int i = 0; i < more.length(); i++) {
        all = 31 * all + more.charAt(i);
      }
      return new Said(length + more.length(), all);
    }

    /** What follows in the whole text; empty if it does not begin with what was shown. */
    String rest(String whole) {
      boolean isBeginning =
          length <= whole.length() && whole.substring(0, length).hashCode() == hash;
      return isBeginning ? whole.substring(length) : "";
    }
  }

  /** A sub-agent, and the message of its open thought; empty if none is open. */
  private record Delegate(Subagent who, String last) {}

  /** A run that begins. */
  GraphMemory() {}

  /** A run of which this was written. */
  static GraphMemory parse(JsonNode json) {
    GraphMemory memory = new GraphMemory();
    for (Map.Entry<String, JsonNode> message : json.path("messages").properties()) {
      JsonNode said = message.getValue();
      memory.shown(message.getKey(), new Said(said.path(0).asInt(), said.path(1).asInt()));
    }
    json.path("calls")
        .properties()
        .forEach(c -> memory.shown(c.getKey(), c.getValue().asBoolean()));
    for (JsonNode each : json.path("subagents")) {
      Subagent who = Subagent.of(text(each, "id"), text(each, "name"), text(each, "parent"));
      memory.begun(who);
      if (!text(each, "thought").isEmpty()) {
        memory.thought(who, text(each, "thought"));
      }
    }
    memory.lastText = text(json, "text");
    memory.lastThought = text(json, "thought");
    if (json.path("usage").isObject()) {
      memory.used(json.path("usage"));
    }
    return memory;
  }

  private static String text(JsonNode json, String name) {
    String text = ServiceJson.text(json, name);
    return text == null ? "" : text;
  }

  ObjectNode json() {
    ObjectNode json = NODES.objectNode().put("text", lastText).put("thought", lastThought);
    ObjectNode said = json.putObject("messages");
    newestMessages.forEach((id, text) -> said.putArray(id).add(text.length()).add(text.hash()));
    newestCalls.forEach(json.putObject("calls")::put);
    ArrayNode delegates = json.putArray("subagents");
    subagents.values().stream()
        .skip(Math.max(0, subagents.size() - MAX_SUBAGENTS))
        .forEach(each -> delegates.add(json(each)));
    RawJson total = usage.total();
    if (total != null) {
      ServiceJson.read(total.toString()).ifPresent(read -> json.set("usage", read));
    }
    return json;
  }

  private static ObjectNode json(Delegate delegate) {
    Subagent who = delegate.who();
    ObjectNode json = NODES.objectNode().put("id", who.id()).put("name", who.name());
    if (who.parent() != null) {
      json.put("parent", who.parent());
    }
    return json.put("thought", delegate.last());
  }

  /** An id of bounded length, which stands for the id. */
  static String cut(String id) {
    return id.length() <= MAX_ID ? id : id.substring(0, MAX_ID) + '#' + id.hashCode();
  }

  private static void trim(Iterator<?> oldest, int size) {
    if (size > MAX_WRITTEN) {
      oldest.next();
      oldest.remove();
    }
  }

  /** The message that the last text of the answer belongs to; empty before the first. */
  String lastText() {
    return lastText;
  }

  void said(String message) {
    lastText = cut(message);
  }

  /** The message of the open thought of an agent; empty if none is open. */
  String lastThought(@Nullable Subagent by) {
    if (by == null) {
      return lastThought;
    }
    Delegate known = subagents.get(by.id());
    return known == null ? "" : known.last();
  }

  void thought(@Nullable Subagent by, String message) {
    if (by == null) {
      lastThought = cut(message);
    } else {
      subagents.remove(by.id());
      subagents.put(by.id(), new Delegate(by, cut(message)));
      if (message.isEmpty()) {
        thinking.remove(by.id());
      } else {
        thinking.put(by.id(), by);
      }
    }
  }

  /** The sub-agent of this id; null if it has not begun. */
  @Nullable Subagent subagent(String id) {
    Delegate known = subagents.get(id);
    return known == null ? null : known.who();
  }

  void begun(Subagent subagent) {
    subagents.put(subagent.id(), new Delegate(subagent, ""));
  }

  int subagents() {
    return subagents.size();
  }

  /** The sub-agents that have an open thought. */
  List<Subagent> thinking() {
    return thinking.isEmpty() ? List.of() : List.copyOf(thinking.values());
  }

  /** What was shown of a message of the model; null if it has not begun. */
  @Nullable Said shownOf(String message) {
    return messages.get(cut(message));
  }

  void shown(String message, Said said) {
    messages.put(cut(message), said);
    newestMessages.remove(cut(message));
    newestMessages.put(cut(message), said);
    trim(newestMessages.keySet().iterator(), newestMessages.size());
  }

  int messages() {
    return messages.size();
  }

  /** Whether the call was shown. */
  boolean wasShown(String call) {
    return calls.containsKey(cut(call));
  }

  boolean hasEnded(String call) {
    return calls.getOrDefault(cut(call), false);
  }

  void shown(String call, boolean ended) {
    calls.put(cut(call), ended);
    newestCalls.put(cut(call), ended);
    trim(newestCalls.keySet().iterator(), newestCalls.size());
  }

  void used(JsonNode tokens) {
    usage.report(tokens.toString());
    usage.endStep();
  }

  @Nullable RawJson usage() {
    return usage.total();
  }
}
