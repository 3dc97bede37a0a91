package dev.parley.gateway.log;

import dev.parley.gateway.protocol.CommandId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link Decider} made of a commit; a store carries it out in one write, or not at all.
 */
public sealed interface Decision {

  /** What the caller is told once the decision is carried out. */
  CommitResult result();

  /** Nothing is to be changed. */
  record Refused(CommitResult result) implements Decision {}

  /**
   * Everything is to be changed at once.
   *
   * @param before the thread's head before
   * @param head the thread's head afterwards
   * @param closed the segment that ended with this commit, or before it
   * @param queued whether the command waits for its run
   * @param entries what to remember of commands
   * @param run the record of the run that begins or ends
   */
  record Append(
      ThreadKey thread,
      List<NewEvent> events,
      ThreadHead before,
      ThreadHead head,
      @Nullable Segment closed,
      boolean queued,
      Map<CommandId, LedgerEntry> entries,
      @Nullable RunRecord run)
      implements Decision {

    /** The seq of the first event. */
    public long first() {
      return before.head() + 1;
    }

    @Override
    public CommitResult result() {
      return new CommitResult.Committed(
          first(), head.head(), head.epoch(), queued, queued ? replaced() : List.of());
    }

    private List<QueuedMessage> replaced() {
      return before.queue().stream().filter(each -> !head.queue().contains(each)).toList();
    }
  }
}
