package dev.parley.gateway.agent;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said in a thread before the message of this run, the oldest first. It begins with a
 * whole turn.
 *
 * @param truncated whether something older is left out: by the bound of the agent, or because it is
 *     not kept any more
 */
public record History(List<Item> items, boolean truncated) {

  public static final History EMPTY = new History(List.of(), false);

  public History {
    items = List.copyOf(items);
  }

  /** A message of the user, or the answer of an agent. */
  public sealed interface Item {}

  /**
   * A message of the user.
   *
   * @param content a JSON string, object or list of parts
   */
  public record PastMessage(RawJson content) implements Item {}

  /**
   * What an agent did in one run that has ended.
   *
   * @param state how the run ended; of a failed or cancelled run, the parts are what it had said
   */
  public record PastAnswer(RunId run, AgentName agent, RunState state, List<AnswerPart> parts)
      implements Item {
    public PastAnswer {
      parts = List.copyOf(parts);
    }
  }

  /** A part of an answer, in the order of the run. */
  public sealed interface AnswerPart {}

  /** Text that was shown. */
  public record AnswerText(String text) implements AnswerPart {}

  /**
   * A tool call with its end. A call without an end in the log has status {@code UNKNOWN}.
   *
   * @param call the id of the call, unique within the run
   */
  public record PastToolCall(
      String call,
      String tool,
      RawJson arguments,
      ToolStatus status,
      @Nullable RawJson result,
      @Nullable String error)
      implements AnswerPart {}

  /** A note of the agent that is asked now ({@link AgentEvent.Note}), where it was emitted. */
  public record PastNote(RawJson value) implements AnswerPart {}
}
