package dev.parley.gateway.agent.builtin;

import dev.parley.gateway.protocol.RawJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one task: perhaps the call of a tool or a title, then pieces of the answer.
 *
 * @param title the new title of the conversation
 * @param answer the text for the result of the run: the pieces joined, or a summary
 */
record TaskOutcome(
    @Nullable ToolCall call, @Nullable String title, List<String> deltas, String answer) {

  TaskOutcome(@Nullable ToolCall call, List<String> deltas) {
    this(call, deltas, String.join("", deltas));
  }

  TaskOutcome(@Nullable ToolCall call, List<String> deltas, String answer) {
    this(call, null, deltas, answer);
  }

  /**
   * One call of a tool, with a result or an error.
   *
   * @param takes how long the tool works
   */
  record ToolCall(
      String tool,
      RawJson arguments,
      Duration takes,
      @Nullable RawJson result,
      @Nullable String error) {

    static ToolCall ok(String tool, RawJson arguments, RawJson result) {
      return new ToolCall(tool, arguments, Duration.ZERO, result, null);
    }

    static ToolCall error(String tool, RawJson arguments, String error) {
      return new ToolCall(tool, arguments, Duration.ZERO, null, error);
    }

    ToolCall taking(Duration duration) {
      return new ToolCall(tool, arguments, duration, result, error);
    }
  }

  static TaskOutcome of(ToolCall call, String answer) {
    return new TaskOutcome(call, words(answer));
  }

  static TaskOutcome of(String answer) {
    return new TaskOutcome(null, words(answer));
  }

  static TaskOutcome titled(String title, String answer) {
    return new TaskOutcome(null, title, words(answer), answer);
  }

  /** The words of the text, each with the space after it. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf(' '); end >= 0; end = text.indexOf(' ', start)) {
      words.add(text.substring(start, end + 1));
      start = end + 1;
    }
    if (start < text.length()) {
      words.add(text.substring(start));
    }
    return words;
  }
}
