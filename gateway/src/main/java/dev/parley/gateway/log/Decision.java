package dev.parley.gateway.log;

import java.util.List;
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
   * @param head the thread's head afterwards
   * @param first the seq of the first event
   * @param entry what to remember of the command, present when the commit has one
   * @param run the record of the run that begins or ends
   */
  record Append(
      Commit commit,
      ThreadHead head,
      long first,
      @Nullable LedgerEntry entry,
      @Nullable RunRecord run)
      implements Decision {

    public ThreadKey thread() {
      return commit.thread();
    }

    public List<NewEvent> events() {
      return commit.events();
    }

    @Override
    public CommitResult result() {
      return new CommitResult.Committed(first, head.head(), head.epoch());
    }
  }
}
