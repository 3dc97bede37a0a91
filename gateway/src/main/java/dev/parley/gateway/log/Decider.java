package dev.parley.gateway.log;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of {@link EventLog#commit}, the same for every store that decides in this process:
 * first whether the command is known, then whether the thread is as expected, then the numbers.
 */
public final class Decider {

  private Decider() {}

  /**
   * Decides one commit; changes nothing.
   *
   * @param nowMillis the time of acceptance, epoch milliseconds
   */
  public static Decision decide(Commit commit, LogState state, long nowMillis) {
    Optional<CommitResult> known = known(commit, state, nowMillis);
    if (known.isPresent()) {
      return new Decision.Refused(known.get());
    }
    ThreadHead head = state.head(commit.thread());
    CommitResult refusal = refusal(commit, head.openRun());
    if (refusal != null) {
      return new Decision.Refused(refusal);
    }
    return append(commit, head, state, nowMillis);
  }

  private static Optional<CommitResult> known(Commit commit, LogState state, long nowMillis) {
    CommandStamp command = commit.command();
    if (command == null) {
      return Optional.empty();
    }
    return state
        .ledgerEntry(commit.thread().user(), command.id())
        .filter(entry -> !entry.isForgotten(nowMillis))
        .map(LedgerEntry::answer)
        .map(
            answer ->
                answer.fingerprint().equals(command.fingerprint())
                    ? new CommitResult.Duplicate(answer)
                    : new CommitResult.Conflict());
  }

  /** A run that begins needs an idle thread, one that ends must be open, whatever is expected. */
  private static @Nullable CommitResult refusal(Commit commit, @Nullable RunId open) {
    boolean needsIdle =
        commit.expectation() instanceof Expectation.Idle
            || commit.run() instanceof RunChange.Opened;
    if (commit.expectation() instanceof Expectation.RunOpen expected
        && !expected.run().equals(open)) {
      return new CommitResult.Ended(expected.run());
    }
    if (commit.run() instanceof RunChange.Ended ending && !ending.run().equals(open)) {
      return new CommitResult.Ended(ending.run());
    }
    return needsIdle && open != null ? new CommitResult.Busy(open) : null;
  }

  private static Decision append(Commit commit, ThreadHead head, LogState state, long nowMillis) {
    long first = head.head() + 1;
    return new Decision.Append(
        commit,
        headAfter(commit, head),
        first,
        entry(commit, first, nowMillis),
        runAfter(commit, first, state));
  }

  private static ThreadHead headAfter(Commit commit, ThreadHead head) {
    RunId open = head.openRun();
    AgentName agent = head.lastAgent();
    if (commit.run() instanceof RunChange.Opened opened) {
      open = opened.run();
      agent = opened.agent();
    } else if (commit.run() instanceof RunChange.Ended) {
      open = null;
    }
    long last = head.head() + commit.events().size();
    return new ThreadHead(head.epoch(), head.oldest(), last, open, agent);
  }

  private static @Nullable LedgerEntry entry(Commit commit, long first, long nowMillis) {
    CommandStamp command = commit.command();
    if (command == null) {
      return null;
    }
    Remembered answer =
        new Remembered(command.fingerprint(), commit.thread().thread(), first, commit.startedRun());
    return new LedgerEntry(answer, nowMillis);
  }

  private static @Nullable RunRecord runAfter(Commit commit, long first, LogState state) {
    if (commit.run() instanceof RunChange.Opened opened) {
      return new RunRecord(
          commit.thread(), opened.run(), opened.agent(), opened.message(), first, RunState.OPEN);
    }
    if (commit.run() instanceof RunChange.Ended ended) {
      RunRecord record =
          state
              .run(commit.thread().user(), ended.run())
              .orElseThrow(
                  () -> new LogException("run: " + ended.run() + " is open without record"));
      return record.in(ended.state());
    }
    return null;
  }
}
