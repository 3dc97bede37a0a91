package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.model.UsageSum;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the events of one answer (Anthropic, "Streaming Messages"). Events of unknown types, and
 * events before {@code message_start}, do no harm. Used by one thread.
 */
final class MessageStream {

  /** The maximum length of all content of a run, in UTF-16 units of its JSON. */
  static final int MAX_UNITS = 8 * 1024 * 1024;

  private static final int MAX_BLOCKS = 1000;

  private final UsageSum usage;
  private final ServerTools serverTools;
  private final List<ContentBlock> blocks = new ArrayList<>();
  private final Map<String, ContentBlock> open = new LinkedHashMap<>();
  private Optional<String> stopReason = Optional.empty();
  private Optional<String> refusal = Optional.empty();
  private Optional<String> container = Optional.empty();
  private boolean started;
  private boolean stopped;
  private int unitsLeft;

  /**
   * The stream of one step; usage and tools of the service are those of the run.
   *
   * @param maxUnits what is left of {@link #MAX_UNITS}
   */
  MessageStream(UsageSum usage, ServerTools serverTools, int maxUnits) {
    this.usage = usage;
    this.serverTools = serverTools;
    this.unitsLeft = maxUnits;
  }

  /** Takes the next event; returns whether it was the last. */
  boolean take(SseEvent event, Consumer<AgentEvent> out) throws UpstreamException {
    if (event.data().isBlank() || event.data().equals("[DONE]")) {
      return false;
    }
    RawMembers json = ContentBlock.object("event", event.data());
    String type = json.get("error") == null ? event.type() : "error";
    switch (json.text("type").orElse(type)) {
      case "message_start" -> messageStarted(json);
      case "content_block_start" -> blockStarted(json, out);
      case "content_block_delta" -> blockDelta(json, out);
      case "content_block_stop" -> blockStopped(index(json), out);
      case "message_delta" -> messageDelta(json);
      case "message_stop" -> messageStopped(out);
      case "error" -> throw AnthropicErrors.of(json);
      default -> {
        // ping, and what later versions add
      }
    }
    return stopped;
  }

  private void messageStarted(RawMembers json) throws UpstreamException {
    started = true;
    RawMembers message = member(json, "message");
    usage.report(message.get("usage"));
    keepContainer(message);
  }

  private void blockStarted(RawMembers json, Consumer<AgentEvent> out) throws UpstreamException {
    started = true;
    String index = index(json);
    blockStopped(index, out);
    if (blocks.size() == MAX_BLOCKS) {
      throw ServiceMistake.of("content", "one more block", "at most " + MAX_BLOCKS);
    }
    ContentBlock block = ContentBlock.of(json.get("content_block"));
    count(block.toString().length());
    blocks.add(block);
    open.put(index, block);
    switch (block.type()) {
      case "text" -> show(block.text("text").orElse(""), false, out);
      case "thinking" -> {
        out.accept(AgentEvent.Thinking.start());
        show(block.text("thinking").orElse(""), true, out);
      }
      case "redacted_thinking" -> out.accept(AgentEvent.Thinking.start());
      default -> {
        // shown when it is complete
      }
    }
  }

  private void blockDelta(RawMembers json, Consumer<AgentEvent> out) throws UpstreamException {
    ContentBlock block = open.get(index(json));
    if (block == null) {
      throw ServiceMistake.of("content_block_delta", index(json), "the index of a block");
    }
    RawMembers delta = ContentBlock.object("delta", json.get("delta"));
    for (Map.Entry<String, String> member : delta.all().entrySet()) {
      count(member.getKey().equals("type") ? 0 : member.getValue().length());
    }
    show(block.add(delta), isThinking(block), out);
    String citation = delta.get("citation");
    if (citation != null) {
      RawJson shown = RawJson.of(EncryptedMembers.removed(citation).toString());
      out.accept(new AgentEvent.Custom("citation", shown));
    }
  }

  private void count(int units) throws UpstreamException {
    unitsLeft -= units;
    if (unitsLeft < 0) {
      throw ServiceMistake.of("content", "more", "at most " + MAX_UNITS + " characters");
    }
  }

  private static void show(String text, boolean isThought, Consumer<AgentEvent> out) {
    if (!text.isEmpty()) {
      out.accept(isThought ? AgentEvent.Thinking.delta(text) : new AgentEvent.Message(text));
    }
  }

  private void blockStopped(String index, Consumer<AgentEvent> out) throws UpstreamException {
    ContentBlock block = open.remove(index);
    if (block == null) {
      return;
    }
    block.complete();
    if (isThinking(block)) {
      out.accept(AgentEvent.Thinking.end());
    } else if (ServerTools.isCall(block)) {
      serverTools.started(block, out);
    } else if (ServerTools.isResult(block)) {
      serverTools.ended(block, out);
    }
  }

  private static boolean isThinking(ContentBlock block) {
    return block.type().endsWith("thinking");
  }

  private void messageDelta(RawMembers json) throws UpstreamException {
    usage.report(json.get("usage"));
    RawMembers delta = member(json, "delta");
    stopReason = delta.text("stop_reason").or(() -> stopReason);
    keepContainer(delta);
    refusal = member(delta, "stop_details").text("category").or(() -> refusal);
  }

  private void keepContainer(RawMembers holder) throws UpstreamException {
    container = member(holder, "container").text("id").or(() -> container);
  }

  private void messageStopped(Consumer<AgentEvent> out) throws UpstreamException {
    for (String index : List.copyOf(open.keySet())) {
      blockStopped(index, out);
    }
    stopped = true;
  }

  /** A member that is an object; one without members where it is missing or null. */
  private static RawMembers member(RawMembers json, String name) throws UpstreamException {
    String value = json.get(name);
    return value == null || value.equals("null")
        ? new RawMembers()
        : ContentBlock.object(name, value);
  }

  private static String index(RawMembers json) {
    return String.valueOf(json.get("index")).strip();
  }

  /** Whether the answer is whole: {@code message_stop} was seen, and something before it. */
  boolean isWhole() {
    return stopped && started && (stopReason.isPresent() || !blocks.isEmpty());
  }

  int unitsLeft() {
    return unitsLeft;
  }

  List<ContentBlock> blocks() {
    return blocks;
  }

  String stopReason() {
    return stopReason.orElse("");
  }

  /** Where the service ran code, which the next request of the run has to name. */
  Optional<String> container() {
    return container;
  }

  /** Why the model refused to answer, if it said so. */
  Optional<String> refusal() {
    return refusal;
  }
}
