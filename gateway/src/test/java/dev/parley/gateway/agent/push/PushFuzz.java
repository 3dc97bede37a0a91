package dev.parley.gateway.agent.push;

import dev.parley.gateway.fuzz.FuzzTarget;
import dev.parley.gateway.protocol.RefusedException;
import java.util.List;

/** Bodies of calls that add events to a run. */
public final class PushFuzz implements FuzzTarget {

  @Override
  public String name() {
    return "push";
  }

  @Override
  public List<byte[]> examples() {
    return FuzzTarget.texts(
        "{\"events\":[{\"type\":\"agent_message\",\"delta\":\"Hi é\"},"
            + "{\"type\":\"agent_thinking\",\"phase\":\"start\"},"
            + "{\"type\":\"agent_thinking\",\"phase\":\"delta\",\"text\":\"hm\","
            + "\"subagent\":{\"id\":\"s:1\",\"name\":\"w\",\"parent\":\"s:0\"}},"
            + "{\"type\":\"agent_thinking\",\"phase\":\"step\",\"step\":\"s\",\"progress\":0.5}]}",
        "{\"events\":[{\"type\":\"tool_executing\",\"tool_call_id\":\"k\",\"tool_name\":\"look\","
            + "\"arguments\":{\"a\":[1, 2]}},{\"type\":\"tool_completed\",\"tool_call_id\":\"k\","
            + "\"status\":\"ok\",\"result\":{}}]}",
        "{\"events\":[{\"type\":\"thread_titled\",\"title\":\"T\"},{\"type\":\"state_updated\","
            + "\"delta\":[]},{\"type\":\"custom\",\"name\":\"n\",\"value\":1}]}",
        "{\"events\":[{\"type\":\"agent_completed\",\"finish\":\"stop\",\"usage\":{\"n\":1}}]}",
        "{\"events\":[{\"type\":\"agent_failed\",\"message\":\"m\",\"code\":\"agent_error\","
            + "\"retryable\":true,\"retry_after_ms\":5}]}");
  }

  @Override
  public List<String> words() {
    return List.of("\"type\":\"custom\"", "\"value\":", "\"subagent\":{", "\"events\":[");
  }

  @Override
  public void take(byte[] input) {
    try {
      if (PushedEvents.read(input).size() > input.length) {
        throw new IllegalStateException("more events than bytes");
      }
    } catch (RefusedException documented) {
      if (String.valueOf(documented.getMessage()).length() > 2_048) {
        throw new IllegalStateException("the refusal is too long", documented);
      }
    }
  }
}
