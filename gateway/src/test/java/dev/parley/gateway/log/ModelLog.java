package dev.parley.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The expected answers of a log, computed each time from the list of all accepted commits that were
 * not deleted.
 */
final class ModelLog {

  private record AcceptedCommit(
      Commit commit, long first, boolean queued, List<QueuedMessage> replaced, long millis) {

    List<NewEvent> events() {
      if (queued && commit.expectation() instanceof Expectation.IdleElseQueue queue) {
        List<NewEvent> events = new ArrayList<>(queue.events());
        replaced.forEach(each -> events.add(Commits.takenBack(each)));
        return events;
      }
      return commit.events();
    }

    QueuedMessage waits() {
      Expectation.IdleElseQueue wish = (Expectation.IdleElseQueue) commit.expectation();
      return new QueuedMessage(
          Objects.requireNonNull(commit.command()).id(),
          first,
          Commits.AGENT,
          Commits.MESSAGE,
          wish.replaceable());
    }
  }

  private record Known(UserId user, CommandId command, CommandReceipt answer, long millis) {}

  private record Life(ThreadKey thread, Epoch epoch) {}

  private final Epoch epoch;
  private final Map<UserId, Epoch> unborn = new HashMap<>();
  private final Map<ThreadKey, Epoch> born = new HashMap<>();
  private final Set<Life> over = new HashSet<>();
  private final List<AcceptedCommit> accepted = new ArrayList<>();
  private final List<Known> ledger = new ArrayList<>();

  ModelLog(Epoch epoch) {
    this.epoch = epoch;
  }

  Epoch epoch(ThreadKey thread) {
    return born.getOrDefault(thread, unborn.getOrDefault(thread.user(), epoch));
  }

  CommitResult commit(Commit commit, long millis) {
    CommitResult refusal = refusal(commit, millis);
    if (refusal != null) {
      return refusal;
    }
    ThreadKey thread = commit.thread();
    boolean queued = commit.expectation() instanceof Expectation.IdleElseQueue && isBusy(thread);
    List<QueuedMessage> replaced = queued ? replaced(commit) : List.of();
    AcceptedCommit one = new AcceptedCommit(commit, head(thread) + 1, queued, replaced, millis);
    remember(one, millis);
    born.putIfAbsent(thread, epoch(thread));
    assertThat(over).doesNotContain(new Life(thread, epoch(thread)));
    accepted.add(one);
    return new CommitResult.Committed(one.first(), head(thread), epoch(thread), queued, replaced);
  }

  /** The commands that the commit cancels if it is queued, in the order of the queue. */
  private List<QueuedMessage> replaced(Commit commit) {
    boolean replaces =
        commit.expectation() instanceof Expectation.IdleElseQueue wish && wish.cancelled() != null;
    return replaces
        ? line(commit.thread()).stream().filter(QueuedMessage::replaceable).toList()
        : List.of();
  }

  private void remember(AcceptedCommit one, long millis) {
    UserId user = one.commit().thread().user();
    if (one.commit().run() instanceof RunChange.Opened opened && opened.queued() != null) {
      ledger.replaceAll(
          known ->
              known.user().equals(user)
                      && known.command().equals(opened.queued())
                      && isRemembered(known, millis)
                  ? new Known(user, known.command(), with(known, opened.run()), known.millis())
                  : known);
    }
    CommandStamp command = one.commit().command();
    if (command != null) {
      boolean opens = one.commit().run() instanceof RunChange.Opened && !one.queued();
      RunId run = opens ? ((RunChange.Opened) one.commit().run()).run() : null;
      CommandReceipt answer =
          new CommandReceipt(
              command.fingerprint(),
              one.commit().thread().thread(),
              one.first(),
              run,
              epoch(one.commit().thread()));
      ledger.add(new Known(user, command.id(), answer, millis));
    }
  }

  private static CommandReceipt with(Known known, RunId run) {
    CommandReceipt answer = known.answer();
    return new CommandReceipt(
        answer.fingerprint(), answer.thread(), answer.seq(), run, answer.epoch());
  }

  private @Nullable CommitResult refusal(Commit commit, long millis) {
    CommandStamp command = commit.command();
    if (command != null) {
      Optional<CommandReceipt> known = find(commit.thread().user(), command, millis);
      if (known.isPresent()) {
        return known.get().fingerprint().equals(command.fingerprint())
            ? new CommitResult.Duplicate(known.get())
            : new CommitResult.Conflict();
      }
    }
    RunId open = openRun(commit.thread());
    List<CommandId> waiting = waiting(commit.thread());
    if (commit.expectation() instanceof Expectation.RunOpen due && !due.run().equals(open)) {
      return new CommitResult.RunNotOpen(due.run());
    }
    if (commit.run() instanceof RunChange.QueuedCancelled back) {
      return waiting.contains(back.queued()) ? null : new CommitResult.NotQueued(back.queued());
    }
    if (commit.run() instanceof RunChange.Opened opened && opened.queued() != null) {
      boolean isNext = waiting.indexOf(opened.queued()) == 0;
      return open != null
          ? new CommitResult.Busy(open)
          : isNext ? null : new CommitResult.NotQueued(opened.queued());
    }
    if (commit.expectation() instanceof Expectation.IdleElseQueue queue) {
      int left = waiting.size() - replaced(commit).size();
      boolean full = isBusy(commit.thread()) && left >= queue.max();
      return full ? new CommitResult.QueueFull() : null;
    }
    boolean refused = commit.expectation() instanceof Expectation.Idle && isBusy(commit.thread());
    return refused ? new CommitResult.Busy(open) : null;
  }

  private boolean isBusy(ThreadKey thread) {
    return openRun(thread) != null || !waiting(thread).isEmpty();
  }

  /** The queued commands of the thread. */
  List<CommandId> waiting(ThreadKey thread) {
    return line(thread).stream().map(QueuedMessage::command).toList();
  }

  private List<QueuedMessage> line(ThreadKey thread) {
    List<QueuedMessage> line = new ArrayList<>();
    for (AcceptedCommit a : of(thread).toList()) {
      line.removeAll(a.replaced());
      if (a.queued() && a.commit().expectation() instanceof Expectation.IdleElseQueue wish) {
        int at = wish.position() == Expectation.QueuePosition.FIRST ? 0 : line.size();
        line.add(at, a.waits());
      }
      line.removeIf(each -> each.command().equals(a.commit().dequeued()));
    }
    return line;
  }

  /** Applies the log's result of a thread's deletion. */
  void delete(ThreadKey thread, Deletion made) {
    if (isBusy(thread)) {
      assertThat(made).isEqualTo(new Deletion.InUse(openRun(thread)));
    } else if (head(thread) == 0) {
      assertThat(made).isEqualTo(new Deletion.Deleted(epoch(thread)));
    } else {
      over.add(new Life(thread, epoch(thread)));
      born.remove(thread);
      unborn.put(thread.user(), ((Deletion.Deleted) made).epoch());
      accepted.removeIf(a -> a.commit().thread().equals(thread));
    }
  }

  /** Applies the log's result of erasing the user, whose threads these are. */
  void erase(UserId user, List<ThreadKey> threads, Deletion made) {
    if (threads.stream().anyMatch(thread -> openRun(thread) != null)) {
      assertThat(made).isInstanceOf(Deletion.InUse.class);
      return;
    }
    threads.forEach(thread -> over.add(new Life(thread, epoch(thread))));
    born.keySet().removeAll(threads);
    unborn.put(user, ((Deletion.Deleted) made).epoch());
    threads.forEach(thread -> assertThat(over).doesNotContain(new Life(thread, epoch(thread))));
    accepted.removeIf(a -> a.commit().thread().user().equals(user));
    ledger.removeIf(known -> known.user().equals(user));
  }

  Optional<CommandReceipt> find(UserId user, CommandStamp command, long millis) {
    return ledger.stream()
        .filter(known -> known.user().equals(user) && known.command().equals(command.id()))
        .filter(known -> isRemembered(known, millis))
        .reduce((earlier, later) -> later)
        .map(Known::answer);
  }

  private static boolean isRemembered(Known known, long millis) {
    return millis - known.millis() < Duration.ofDays(1).toMillis();
  }

  private Stream<AcceptedCommit> of(ThreadKey thread) {
    return accepted.stream().filter(a -> a.commit().thread().equals(thread));
  }

  long head(ThreadKey thread) {
    return of(thread).mapToLong(a -> a.events().size()).sum();
  }

  /** When something other than what a run says was accepted last. */
  long activity(ThreadKey thread) {
    return of(thread)
        .filter(
            a ->
                a.commit().run() instanceof RunChange.Ended
                    || a.events().stream().anyMatch(ModelLog::isActivity))
        .mapToLong(AcceptedCommit::millis)
        .reduce(0, (earlier, later) -> later);
  }

  private static boolean isActivity(NewEvent event) {
    return event.type() == EventType.MESSAGE_ADDED || event.type() == EventType.THREAD_TITLED;
  }

  /** The title that was set last. */
  @Nullable Title title(ThreadKey thread) {
    Title title = null;
    for (NewEvent event : of(thread).flatMap(a -> a.events().stream()).toList()) {
      title = event.title() == null ? title : event.title();
    }
    return title;
  }

  @Nullable RunId openRun(ThreadKey thread) {
    RunId open = null;
    for (AcceptedCommit a : of(thread).toList()) {
      if (a.commit().run() instanceof RunChange.Opened opened && !a.queued()) {
        open = opened.run();
      } else if (a.commit().run() instanceof RunChange.Ended) {
        open = null;
      }
    }
    return open;
  }

  /** The bodies after the cursor, as many as fit, at least one. */
  List<String> page(ThreadKey thread, long after, int maxBytes) {
    List<String> page = new ArrayList<>();
    int bytes = 0;
    List<NewEvent> all = of(thread).flatMap(a -> a.events().stream()).toList();
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
        .filter(a -> a.commit().run() instanceof RunChange.Opened && !a.queued())
        .map(a -> record(a, (RunChange.Opened) a.commit().run()))
        .toList();
  }

  private RunRecord record(AcceptedCommit a, RunChange.Opened run) {
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
