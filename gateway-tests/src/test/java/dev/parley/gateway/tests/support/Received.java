package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.JsonNode;

/** One frame from the gateway. */
public record Received(JsonNode json) {

  public String type() {
    return json.path("type").asText();
  }

  /** The id of the command it answers; empty when it answers none. */
  public String id() {
    return json.path("id").asText();
  }

  public String thread() {
    return json.path("thread_id").asText();
  }

  public JsonNode payload() {
    return json.path("payload");
  }

  /** A text field of the payload; empty when absent. */
  public String text(String field) {
    return payload().path(field).asText();
  }

  /** Whether it is a stored event: only events have a seq. */
  public boolean isEvent() {
    return json.has("seq");
  }

  public long seq() {
    return json.path("seq").asLong();
  }

  /** The first seq that it covers: its own unless deltas were merged. */
  public long firstSeq() {
    return json.path("seq_from").asLong(seq());
  }

  /** The run of an event, or the run that an answer names; empty if there is none. */
  public String runId() {
    return isEvent() ? json.path("run_id").asText() : text("run_id");
  }

  /** Whether it ends its run. */
  public boolean isTerminal() {
    return switch (type()) {
      case "agent_completed", "agent_failed", "agent_cancelled" -> true;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return json.toString();
  }
}
