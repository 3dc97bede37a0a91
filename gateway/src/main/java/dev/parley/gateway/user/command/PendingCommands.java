package dev.parley.gateway.user.command;

import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ThreadId;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The commands of a user that the log has not decided yet, in the order submitted. Several may have
 * the same id: then the log tells which one counts. Used at the user's home only.
 */
final class PendingCommands {

  private final Set<PendingCommand> commands = new LinkedHashSet<>();
  private final Runnable onProgress;

  /** Runs the task each time when one of them is answered. */
  PendingCommands(Runnable onProgress) {
    this.onProgress = onProgress;
  }

  void add(PendingCommand command) {
    commands.add(command);
  }

  void remove(PendingCommand command) {
    commands.remove(command);
  }

  /** One that was removed is answered. */
  void progressed() {
    onProgress.run();
  }

  boolean isEmpty() {
    return commands.isEmpty();
  }

  /** How many runs they open at most: of those that share an id or a thread, only one opens one. */
  int starting() {
    Set<CommandId> ids = new HashSet<>();
    Set<ThreadId> threads = new HashSet<>();
    for (PendingCommand command : commands) {
      if (command.mayOpenRun()) {
        ids.add(command.id());
        threads.add(command.threadId());
      }
    }
    return Math.min(ids.size(), threads.size());
  }

  /** Whether one of them may open a run on this thread. */
  boolean startsOn(ThreadId thread) {
    return commands.stream()
        .anyMatch(command -> command.starts() && command.threadId().equals(thread));
  }

  /**
   * Cancels what the first command of this id will start; the reply comes when the log has decided.
   * False if there is no such command.
   */
  boolean cancel(CommandId id, CancelReply reply) {
    for (PendingCommand command : commands) {
      if (command.id().equals(id) && command.starts()) {
        command.cancel(reply);
        return true;
      }
    }
    return false;
  }

  void cancelAll(CancelledBy by) {
    commands.forEach(command -> command.cancel(by));
  }

  /** Runs the action when no command of this id is undecided: now, or after the last of them. */
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
