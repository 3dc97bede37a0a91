package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.model.UsageSum;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended. Of what the agent says only words of a fixed form are shown: its sentences may
 * quote the conversation or a key. Used by one thread.
 *
 * @see <a href="https://docs.ag-ui.com/spec/1.0/events/lifecycle">Runs and steps</a>
 */
final class AguiOutcome {

  private static final Pattern WORD = Pattern.compile("[a-zA-Z0-9_.:-]{1,64}");

  private boolean asked;

  /** The older adapter of LangGraph asks for an approval by an event of its own. */
  void custom(String name) {
    asked |= name.equals("on_interrupt");
  }

  /**
   * The end that a {@code RUN_FINISHED} tells.
   *
   * @throws UpstreamException when the agent has not done what it was asked for
   */
  AgentEvent.Completed of(JsonNode event) throws UpstreamException {
    JsonNode outcome = event.path("outcome");
    String type = outcome.isTextual() ? outcome.textValue() : AguiJson.text(outcome, "type");
    switch (type) {
      case "", "success" -> {
        JsonNode pending = outcome.path("pendingToolCallIds");
        if (!pending.isEmpty()) {
          throw unsupported(
              "The agent waits for results of tools of the front end: " + pending.size() + '.');
        }
        if (asked) {
          throw unsupported("The agent waits for an approval.");
        }
      }
      case "interrupt" ->
          throw unsupported("The agent waits for an approval" + reason(outcome) + '.');
      case "cancelled" ->
          throw new UpstreamException(
              ErrorCode.UPSTREAM_ERROR, "The agent cancelled the run.", true, null);
      default -> throw ServiceMistake.of("outcome.type", type, "success, interrupt or cancelled");
    }
    JsonNode result = event.path("result");
    boolean hasResult = !result.isMissingNode() && !result.isNull();
    return new AgentEvent.Completed(
        Finish.STOP, usage(event.path("usage")), hasResult ? RawJson.of(result.toString()) : null);
  }

  private static String reason(JsonNode outcome) {
    return word(": ", AguiJson.text(outcome.path("interrupts").path(0), "reason"));
  }

  private static String word(String before, String text) {
    return WORD.matcher(text).matches() ? before + text : "";
  }

  private static UpstreamException unsupported(String message) {
    return UpstreamException.permanent(ErrorCode.APPROVAL_UNSUPPORTED, message);
  }

  /** The failure that a {@code RUN_ERROR} tells. */
  static UpstreamException error(JsonNode event) {
    String code = word(": ", AguiJson.text(event, "code"));
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_ERROR, "The agent reported an error" + code + '.');
  }

  /** The sum of a list: one entry for each model. */
  private static @Nullable RawJson usage(JsonNode usage) {
    UsageSum sum = new UsageSum();
    for (JsonNode entry : usage.isObject() ? AguiJson.NODES.arrayNode().add(usage) : usage) {
      if (entry.isObject()) {
        sum.report(entry.toString());
        sum.endStep();
      }
    }
    return sum.total();
  }
}
