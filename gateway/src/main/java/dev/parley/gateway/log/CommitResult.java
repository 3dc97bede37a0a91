package dev.parley.gateway.log;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The log's decision on a commit. Only {@link Committed} changed anything. */
public sealed interface CommitResult {

  /**
   * Calls the handler's method for this result. A new result type breaks the build of every
   * handler.
   */
  void dispatch(ResultHandler handler);

  /** One method per result. */
  interface ResultHandler {
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
   * The events are stored durably, as the store promises, with the seqs {@code first} to {@code
   * last}.
   *
   * @param queued whether the command was queued; then the events are those of {@link
   *     Expectation.IdleElseQueue}
   * @param replaced the queued commands that this one replaced
   */
  record Committed(long first, long last, Epoch epoch, boolean queued, List<QueuedMessage> replaced)
      implements CommitResult {

    public Committed {
      replaced = List.copyOf(replaced);
    }

    /** A commit that replaced no queued command. */
    public Committed(long first, long last, Epoch epoch, boolean queued) {
      this(first, last, epoch, queued, List.of());
    }

    @Override
    public void dispatch(ResultHandler handler) {
      handler.committed(this);
    }
  }

  /** The same command was accepted before, with this answer. */
  record Duplicate(CommandReceipt answer) implements CommitResult {
    @Override
    public void dispatch(ResultHandler handler) {
      handler.duplicate(this);
    }
  }

  /** Another command was accepted before under the same id. */
  record Conflict() implements CommitResult {
    @Override
    public void dispatch(ResultHandler handler) {
      handler.conflict(this);
    }
  }

  /** This run is open on the thread. Without a run, commands are queued on it. */
  record Busy(@Nullable RunId run) implements CommitResult {
    @Override
    public void dispatch(ResultHandler handler) {
      handler.busy(this);
    }
  }

  /** The thread's queue holds as many commands as it may. */
  record QueueFull() implements CommitResult {
    @Override
    public void dispatch(ResultHandler handler) {
      handler.queueFull(this);
    }
  }

  /** The command is not in the queue, or not at its front when its run is opened. */
  record NotQueued(CommandId command) implements CommitResult {
    @Override
    public void dispatch(ResultHandler handler) {
      handler.notQueued(this);
    }
  }

  /** The run is not open. */
  record RunNotOpen(RunId run) implements CommitResult {
    @Override
    public void dispatch(ResultHandler handler) {
      handler.runNotOpen(this);
    }
  }

  /** The bound of a {@link Quota}, named as its setting. */
  enum QuotaType {
    STORED_BYTES,
    THREADS;

    private final String wire = name().toLowerCase(Locale.ROOT);

    public String wire() {
      return wire;
    }
  }

  /**
   * The user has reached a quota.
   *
   * @param used what is stored now
   * @param max the quota
   */
  record QuotaExceeded(QuotaType what, long used, long max) implements CommitResult {
    @Override
    public void dispatch(ResultHandler handler) {
      handler.quotaExceeded(this);
    }
  }

  /** The log's queue or disk is full. Nothing was changed. */
  record Overloaded() implements CommitResult {
    @Override
    public void dispatch(ResultHandler handler) {
      handler.overloaded(this);
    }
  }
}
