package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.History;
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
   * @param text blank only if there are calls
   */
  record Assistant(String text, List<History.PastToolCall> calls) implements Turn {
    public Assistant {
      calls = List.copyOf(calls);
    }
  }
}
