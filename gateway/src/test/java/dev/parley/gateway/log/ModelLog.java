package dev.parley.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a log should answer, worked out anew each time from the list of all that it accepted. */
final class ModelLog {

  private record Accepted(Commit commit, long first, long millis) {}

  private final Epoch epoch;
  private final List<Accepted> accepted = new ArrayList<>();

  ModelLog(Epoch epoch) {
    this.epoch = epoch;
  }

  CommitResult commit(Commit commit, long millis) {
    CommitResult refusal = refusal(commit, millis);
    if (refusal != null) {
      return refusal;
    }
    long head = head(commit.thread());
    accepted.add(new Accepted(commit, head + 1, millis));
    return new CommitResult.Committed(head + 1, head + commit.events().size(), epoch);
  }

  private @Nullable CommitResult refusal(Commit commit, long millis) {
    CommandStamp command = commit.command();
    if (command != null) {
      Optional<Remembered> known = find(commit.thread().user(), command, millis);
      if (known.isPresent()) {
        return known.get().fingerprint().equals(command.fingerprint())
            ? new CommitResult.Duplicate(known.get())
            : new CommitResult.Conflict();
      }
    }
    RunId open = openRun(commit.thread());
    if (commit.expectation() instanceof Expectation.Idle && open != null) {
      return new CommitResult.Busy(open);
    }
    if (commit.expectation() instanceof Expectation.RunOpen due && !due.run().equals(open)) {
      return new CommitResult.Ended(due.run());
    }
    return null;
  }

  Optional<Remembered> find(UserId user, CommandStamp command, long millis) {
    return accepted.stream()
        .filter(a -> a.commit().thread().user().equals(user))
        .filter(a -> millis - a.millis() < Duration.ofDays(1).toMillis())
        .filter(a -> isOf(a.commit(), command))
        .reduce((earlier, later) -> later)
        .map(a -> remembered(a));
  }

  private static boolean isOf(Commit commit, CommandStamp command) {
    return commit.command() != null && commit.command().id().equals(command.id());
  }

  private static Remembered remembered(Accepted a) {
    RunId run = a.commit().run() instanceof RunChange.Opened opened ? opened.run() : null;
    CommandStamp command = Objects.requireNonNull(a.commit().command());
    return new Remembered(command.fingerprint(), a.commit().thread().thread(), a.first(), run);
  }

  private Stream<Accepted> of(ThreadKey thread) {
    return accepted.stream().filter(a -> a.commit().thread().equals(thread));
  }

  long head(ThreadKey thread) {
    return of(thread).mapToLong(a -> a.commit().events().size()).sum();
  }

  @Nullable RunId openRun(ThreadKey thread) {
    RunId open = null;
    for (Accepted a : of(thread).toList()) {
      if (a.commit().run() instanceof RunChange.Opened opened) {
        open = opened.run();
      } else if (a.commit().run() instanceof RunChange.Ended) {
        open = null;
      }
    }
    return open;
  }

  /** The bodies behind the cursor, as many as fit, at least one. */
  List<String> page(ThreadKey thread, long after, int maxBytes) {
    List<String> page = new ArrayList<>();
    int bytes = 0;
    List<NewEvent> all = of(thread).flatMap(a -> a.commit().events().stream()).toList();
    for (NewEvent event : all.subList((int) Math.min(after, all.size()), all.size())) {
      bytes += event.body().length;
      if (bytes > maxBytes && !page.isEmpty()) {
        return page;
      }
      page.add(new String(event.body(), UTF_8));
    }
    return page;
  }

  /** The records of all runs of the user, in the order they were opened. */
  List<RunRecord> runs(UserId user) {
    return accepted.stream()
        .filter(a -> a.commit().thread().user().equals(user))
        .filter(a -> a.commit().run() instanceof RunChange.Opened)
        .map(a -> record(a, (RunChange.Opened) a.commit().run()))
        .toList();
  }

  private RunRecord record(Accepted a, RunChange.Opened run) {
    RunState state =
        of(a.commit().thread())
            .map(later -> later.commit().run())
            .filter(change -> change instanceof RunChange.Ended e && e.run().equals(run.run()))
            .map(change -> ((RunChange.Ended) change).state())
            .findAny()
            .orElse(RunState.OPEN);
    return new RunRecord(
        a.commit().thread(), run.run(), run.agent(), run.message(), a.first(), state);
  }
}
