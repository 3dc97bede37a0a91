package dev.parley.gateway.user.read;

import dev.parley.gateway.protocol.ThreadId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The appending commands of one connection that are not answered yet. Each makes the connection
 * read its thread when it is accepted. So a later command that moves a cursor of that thread waits
 * for them: commands take effect in the order sent. Used at the user's home only.
 */
public final class UnansweredAppends {

  private final Map<ThreadId, Integer> commands = new HashMap<>();
  private Collection<ThreadId> awaited = List.of();
  private @Nullable Runnable action;

  public void begin(ThreadId thread) {
    commands.merge(thread, 1, Integer::sum);
  }

  /** One of them was answered. */
  public void end(ThreadId thread) {
    commands.computeIfPresent(thread, (id, count) -> count == 1 ? null : count - 1);
    Runnable next = action;
    if (next != null && awaited.stream().noneMatch(commands::containsKey)) {
      action = null;
      next.run();
    }
  }

  /**
   * Runs the action once none of these threads has one: now, or in the task that answers the last.
   * Until then no other action may be given.
   */
  public void whenNone(Collection<ThreadId> threads, Runnable next) {
    if (threads.stream().noneMatch(commands::containsKey)) {
      next.run();
    } else {
      awaited = threads;
      action = next;
    }
  }

  /** The same for all that are under way now. */
  public void whenNone(Runnable next) {
    whenNone(Set.copyOf(commands.keySet()), next);
  }
}
