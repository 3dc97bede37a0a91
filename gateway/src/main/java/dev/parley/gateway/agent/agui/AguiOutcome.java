package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.UsageSum;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended. Used by one thread.
 *
 * @see <a href="https://docs.ag-ui.com/spec/1.0/events/lifecycle">Runs and steps</a>
 */
final class AguiOutcome {

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
              "The agent waits for results of tools of the front end: " + names(pending));
        }
        if (asked) {
          throw unsupported("The agent waits for an approval.");
        }
      }
      case "interrupt" -> throw unsupported("The agent waits for an approval" + reason(outcome));
      case "cancelled" ->
          throw new UpstreamException(
              ErrorCode.UPSTREAM_ERROR, "The agent cancelled the run.", true, null);
      default -> throw AguiMistake.of("outcome.type", type, "success, interrupt or cancelled");
    }
    JsonNode result = event.path("result");
    boolean hasResult = !result.isMissingNode() && !result.isNull();
    return new AgentEvent.Completed(
        Finish.STOP, usage(event.path("usage")), hasResult ? RawJson.of(result.toString()) : null);
  }

  private static String names(JsonNode ids) {
    return Texts.cut(
        StreamSupport.stream(ids.spliterator(), false)
            .map(id -> id.asText(""))
            .collect(Collectors.joining(", ")));
  }

  private static String reason(JsonNode outcome) {
    JsonNode first = outcome.path("interrupts").path(0);
    String message = AguiJson.text(first, "message");
    String shown = message.isEmpty() ? AguiJson.text(first, "reason") : message;
    return shown.isEmpty() ? "." : ": " + Texts.cut(shown);
  }

  private static UpstreamException unsupported(String message) {
    return UpstreamException.permanent(ErrorCode.APPROVAL_UNSUPPORTED, message);
  }

  /** The failure that a {@code RUN_ERROR} tells. */
  static UpstreamException error(JsonNode event) {
    String message = AguiJson.text(event, "message");
    String code = AguiJson.text(event, "code");
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_ERROR,
        "The agent reported an error"
            + (code.isEmpty() ? "" : " (" + Texts.cut(code) + ")")
            + (message.isEmpty() ? "." : ": " + Texts.cut(message)));
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
