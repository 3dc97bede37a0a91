package dev.parley.gateway.user;

import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ThreadId;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The commands of a user that the log has not decided yet, in the order submitted. Several may have
 * the same id: then the log tells which is the one. Used at the user's home only.
 */
final class PendingCommands {

  private final Set<PendingCommand> commands = new LinkedHashSet<>();

  void add(PendingCommand command) {
    commands.add(command);
  }

  void remove(PendingCommand command) {
    commands.remove(command);
  }

  boolean isEmpty() {
    return commands.isEmpty();
  }

  /**
   * How many runs they will open at most; of those that share an id or a thread, only one opens
   * one.
   */
  int starting() {
    Set<CommandId> ids = new HashSet<>();
    Set<ThreadId> threads = new HashSet<>();
    for (PendingCommand command : commands) {
      if (command.mayOpenRun()) {
        ids.add(command.id());
        threads.add(command.thread());
      }
    }
    return Math.min(ids.size(), threads.size());
  }

  /** Whether one of them may open a run on this thread. */
  boolean startOn(ThreadId thread) {
    return commands.stream()
        .anyMatch(command -> command.starts() && command.thread().equals(thread));
  }

  /**
   * Stops what the first command of this id will start, which answers once the log has decided;
   * tells whether there is one.
   */
  boolean stop(CommandId id, Stops.Answer answer) {
    for (PendingCommand command : commands) {
      if (command.id().equals(id) && command.starts()) {
        command.stop(answer);
        return true;
      }
    }
    return false;
  }

  void cancelAll(CancelledBy by) {
    commands.forEach(command -> command.cancel(by));
  }

  /** Runs the action when no command of this id is undecided: now, or behind the last of them. */
  void whenDecided(CommandId id, Runnable action) {
    PendingCommand last = null;
    for (PendingCommand command : commands) {
      last = command.id().equals(id) ? command : last;
    }
    if (last == null) {
      action.run();
    } else {
      last.afterwards(action);
    }
  }
}
