package dev.parley.gateway.log;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Decider}'s decision on a commit. A store carries it out in one write, or not at all.
 */
public sealed interface Decision {

  /** The result to report when the decision has been carried out. */
  CommitResult result();

  /** Nothing is to be changed. */
  record Refused(CommitResult result) implements Decision {}

  /**
   * All of this is to be written at once.
   *
   * @param before the thread's head before the commit
   * @param head the thread's head after it
   * @param closed the segment that is closed by this commit or just before it
   * @param queued whether the command is queued
   * @param entries ledger entries of commands
   * @param run the record of the run that begins or ends
   * @param saved what is saved of a run from now on
   * @param hook the web hook that is to wait; absent when none was asked for, or too many wait
   */
  record Append(
      ThreadKey thread,
      List<NewEvent> events,
      ThreadHead before,
      ThreadHead head,
      @Nullable Segment closed,
      boolean queued,
      Map<CommandId, LedgerEntry> entries,
      @Nullable RunRecord run,
      @Nullable Saving saved,
      @Nullable RunHook hook)
      implements Decision {

    /**
     * A change of a {@link SavedRun}.
     *
     * @param request absent when it stays
     * @param checkpoint absent when it stays
     */
    public record Saving(
        RunId run, @Nullable RawJson request, @Nullable RawJson checkpoint, boolean isRemoved) {}

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
