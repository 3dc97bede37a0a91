package dev.parley.gateway.codec;

import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ToolStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Folds the stored events of one run: which tools are open at its end, and the text so far. */
public final class RunFold {

  private static final Set<EventType> FOLDED =
      EnumSet.of(EventType.AGENT_MESSAGE, EventType.TOOL_EXECUTING, EventType.TOOL_COMPLETED);

  private record OpenTool(String name, Instant since, @Nullable Subagent subagent) {}

  private final Map<String, OpenTool> openTools = new LinkedHashMap<>();
  private final StringBuilder text = new StringBuilder();

  /** Takes the next event by its stored body. */
  public void add(EventType type, byte[] body) {
    if (!FOLDED.contains(type)) {
      return;
    }
    DecodedEvent decoded = EventCodec.read(type, body);
    if (decoded.event() instanceof ServerEvent.AgentMessage message) {
      text.append(message.delta());
    } else if (decoded.event() instanceof ServerEvent.ToolExecuting tool) {
      openTools.put(tool.toolCall(), new OpenTool(tool.tool(), decoded.time(), tool.subagent()));
    } else if (decoded.event() instanceof ServerEvent.ToolCompleted tool) {
      openTools.remove(tool.toolCall());
    }
  }

  /** The events that end the open tools; how the tools ended is unknown. */
  public List<ServerEvent> openTools(Instant now) {
    List<ServerEvent> ends = new ArrayList<>();
    openTools.forEach(
        (call, tool) ->
            ends.add(
                new ServerEvent.ToolCompleted(
                    call,
                    tool.name(),
                    ToolStatus.UNKNOWN,
                    null,
                    null,
                    false,
                    Math.max(0, Duration.between(tool.since(), now).toMillis()),
                    tool.subagent())));
    return ends;
  }

  /** The text that the agent has written, or null if none. */
  public @Nullable String partialText() {
    return text.isEmpty() ? null : text.toString();
  }
}
