package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.protocol.RawJson;
import java.util.List;

/** A message of a conversation, as model APIs expect them (see {@link Turns}). */
public sealed interface Turn {

  /** What the user said; not empty. */
  record User(List<ContentPart> parts) implements Turn {
    public User {
      parts = List.copyOf(parts);
    }
  }

  /**
   * What the model said, and the tools that it then called, with their ends.
   *
   * @param text blank only if there are calls or notes
   * @param notes of the agent, which stood before the first call
   */
  record Assistant(String text, List<History.PastToolCall> calls, List<RawJson> notes)
      implements Turn {
    public Assistant {
      calls = List.copyOf(calls);
      notes = List.copyOf(notes);
    }

    /** A message without notes. */
    public Assistant(String text, List<History.PastToolCall> calls) {
      this(text, calls, List.of());
    }
  }
}
