package dev.parley.gateway.agent.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.parley.gateway.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands: the content of its checkpoints.
 *
 * @param step the number of the step, the first is 1
 * @param areToolsOver whether the tools that the step called have begun, so that none may begin
 *     again
 * @param session where the session stands; absent if the service does not keep its answer
 */
record RunPlace(int step, boolean areToolsOver, @Nullable RawJson session) {

  private static final String STEP = "step";
  private static final String TOOLS = "tools";
  private static final String SESSION = "session";

  /** Reads a checkpoint; null if there is none, or none that a run can go on from. */
  static @Nullable RunPlace read(@Nullable RawJson checkpoint) {
    JsonNode json =
        checkpoint == null ? null : ServiceJson.read(checkpoint.toString()).orElse(null);
    if (json == null || !json.path(STEP).isInt() || !json.path(SESSION).isObject()) {
      return null;
    }
    return new RunPlace(
        json.path(STEP).intValue(),
        json.path(TOOLS).asBoolean(),
        RawJson.of(json.path(SESSION).toString()));
  }

  RawJson json() {
    ObjectNode json = ServiceJson.NODES.objectNode().put(STEP, step).put(TOOLS, areToolsOver);
    if (session != null) {
      json.putRawValue(SESSION, new RawValue(session.toString()));
    }
    return RawJson.of(json.toString());
  }
}
