package dev.parley.gateway.log;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the log decided. Only {@link Committed} changed anything. */
public sealed interface CommitResult {

  /** Calls the one method for this result; a new result breaks every handler's build. */
  void dispatch(Handler handler);

  /** One method for each result. */
  interface Handler {
    void committed(Committed result);

    void duplicate(Duplicate result);

    void conflict(Conflict result);

    void busy(Busy result);

    void queueFull(QueueFull result);

    void notQueued(NotQueued result);

    void runNotOpen(RunNotOpen result);

    void quotaExceeded(QuotaExceeded result);

    void overloaded(Overloaded result);
  }

  /**
   * The events are kept as the store promises and have the seqs {@code first} to {@code last}.
   *
   * @param queued whether the command waits for its run: then the events are those for that case
   * @param replaced the commands that waited until this one took their place
   */
  record Committed(long first, long last, Epoch epoch, boolean queued, List<QueuedMessage> replaced)
      implements CommitResult {

    public Committed {
      replaced = List.copyOf(replaced);
    }

    /** A commit that took nobody's place. */
    public Committed(long first, long last, Epoch epoch, boolean queued) {
      this(first, last, epoch, queued, List.of());
    }

    @Override
    public void dispatch(Handler handler) {
      handler.committed(this);
    }
  }

  /** The same command was accepted before, with this answer. */
  record Duplicate(CommandReceipt answer) implements CommitResult {
    @Override
    public void dispatch(Handler handler) {
      handler.duplicate(this);
    }
  }

  /** Another command was accepted under this id before. */
  record Conflict() implements CommitResult {
    @Override
    public void dispatch(Handler handler) {
      handler.conflict(this);
    }
  }

  /** This run is open on the thread, or without one commands wait for theirs. */
  record Busy(@Nullable RunId run) implements CommitResult {
    @Override
    public void dispatch(Handler handler) {
      handler.busy(this);
    }
  }

  /** As many commands wait on the thread as may. */
  record QueueFull() implements CommitResult {
    @Override
    public void dispatch(Handler handler) {
      handler.queueFull(this);
    }
  }

  /** The command does not wait, or not as the first one. */
  record NotQueued(CommandId command) implements CommitResult {
    @Override
    public void dispatch(Handler handler) {
      handler.notQueued(this);
    }
  }

  /** The run is not open any more. */
  record RunNotOpen(RunId run) implements CommitResult {
    @Override
    public void dispatch(Handler handler) {
      handler.runNotOpen(this);
    }
  }

  /** What a {@link Quota} bounds, by the name of the setting. */
  enum QuotaType {
    STORED_BYTES,
    THREADS;

    private final String wire = name().toLowerCase(Locale.ROOT);

    public String wire() {
      return wire;
    }
  }

  /**
   * As much as may be is kept of the user.
   *
   * @param used how much that is now
   * @param most how much it may be
   */
  record QuotaExceeded(QuotaType what, long used, long max) implements CommitResult {
    @Override
    public void dispatch(Handler handler) {
      handler.quotaExceeded(this);
    }
  }

  /** The queue of the log is full; nothing was done. */
  record Overloaded() implements CommitResult {
    @Override
    public void dispatch(Handler handler) {
      handler.overloaded(this);
    }
  }
}
