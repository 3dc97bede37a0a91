package dev.parley.gateway.codec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ToolStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Folds the stored events of one run into what is open at its end: tools, and the text so far. */
public final class RunFold {

  private record OpenTool(String name, Instant since) {}

  private final Map<String, OpenTool> openTools = new LinkedHashMap<>();
  private final StringBuilder text = new StringBuilder();

  /** Takes the next event by its stored body. */
  public void add(EventType type, byte[] body) {
    if (type == EventType.AGENT_MESSAGE) {
      text.append(StoredBody.read(body).path("payload").path("delta").asText());
    } else if (type == EventType.TOOL_EXECUTING) {
      JsonNode event = StoredBody.read(body);
      JsonNode payload = event.path("payload");
      openTools.put(
          payload.path("tool_call_id").asText(),
          new OpenTool(
              payload.path("tool_name").asText(), Instant.parse(event.path("timestamp").asText())));
    } else if (type == EventType.TOOL_COMPLETED) {
      openTools.remove(StoredBody.read(body).path("payload").path("tool_call_id").asText());
    }
  }

  /** The ends of the tools that are open: nobody knows how they ended. */
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
                    Math.max(0, Duration.between(tool.since(), now).toMillis()))));
    return ends;
  }

  /** What the agent had said, or null if nothing. */
  public @Nullable String partialText() {
    return text.isEmpty() ? null : text.toString();
  }
}
