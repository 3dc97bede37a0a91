package dev.parley.gateway.log;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.Title;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of {@link EventLog#commit}, shared by all stores that decide in this process. The order
 * is: known command, expectation, quota, seqs.
 */
public final class Decider {

  private Decider() {}

  /**
   * Decides one commit. Changes nothing.
   *
   * @param now the time of acceptance
   */
  public static Decision decide(Commit commit, LogState state, Moment now) {
    Optional<CommitResult> known = known(commit, state, now);
    if (known.isPresent()) {
      return new Decision.Refused(known.get());
    }
    ThreadHead head = state.head(commit.thread());
    CommitResult refusal = refusal(commit, head);
    if (refusal == null) {
      refusal = exceededQuota(commit, head, state);
    }
    if (refusal != null) {
      return new Decision.Refused(refusal);
    }
    return append(commit, head, state, now);
  }

  /** A commit that ends a run is never refused by a quota. */
  private static @Nullable CommitResult exceededQuota(
      Commit commit, ThreadHead head, LogState state) {
    Quota quota = commit.quota();
    if (quota.equals(Quota.NONE) || commit.endsRun()) {
      return null;
    }
    Usage usage = state.usage(commit.thread().user());
    if (head.retained().records() == 0 && usage.threads() >= quota.threads()) {
      return new CommitResult.QuotaExceeded(
          CommitResult.QuotaType.THREADS, usage.threads(), quota.threads());
    }
    return usage.bytes() + Usage.of(events(commit, head)) > quota.bytes()
        ? new CommitResult.QuotaExceeded(
            CommitResult.QuotaType.STORED_BYTES, usage.bytes(), quota.bytes())
        : null;
  }

  private static Optional<CommitResult> known(Commit commit, LogState state, Moment now) {
    CommandStamp command = commit.command();
    if (command == null) {
      return Optional.empty();
    }
    return state
        .ledgerEntry(commit.thread().user(), command.id())
        .filter(entry -> !entry.isExpired(now.settledMillis()))
        .map(LedgerEntry::answer)
        .map(
            answer ->
                answer.fingerprint().equals(command.fingerprint())
                    ? new CommitResult.Duplicate(answer)
                    : new CommitResult.Conflict());
  }

  /**
   * A run that begins needs an idle thread, and a run that ends or has a checkpoint must be open,
   * whatever the commit expects.
   */
  private static @Nullable CommitResult refusal(Commit commit, ThreadHead head) {
    RunId open = head.openRun();
    if (commit.expectation() instanceof Expectation.RunOpen expected
        && !expected.run().equals(open)) {
      return new CommitResult.RunNotOpen(expected.run());
    }
    RunId changed = commit.changedRun();
    if (changed != null && !changed.equals(open)) {
      return new CommitResult.RunNotOpen(changed);
    }
    if (commit.expectation() instanceof Expectation.IdleElseQueue queue) {
      int left = head.queue().size() - queue.replaced(head.queue()).size();
      return head.isBusy() && left >= queue.max() ? new CommitResult.QueueFull() : null;
    }
    return mustWait(commit, head) ? new CommitResult.Busy(open) : notQueued(commit, head.queue());
  }

  /** New commands wait behind queued ones, unless the commit takes one from the queue. */
  private static boolean mustWait(Commit commit, ThreadHead head) {
    boolean needsIdle =
        commit.expectation() instanceof Expectation.Idle
            || commit.run() instanceof RunChange.Opened;
    return needsIdle && (head.openRun() != null || (head.isBusy() && commit.dequeued() == null));
  }

  private static @Nullable CommitResult notQueued(Commit commit, List<QueuedMessage> queue) {
    CommandId taken = commit.dequeued();
    if (taken == null) {
      return null;
    }
    long within = commit.run() instanceof RunChange.Opened ? 1 : queue.size();
    boolean found = queue.stream().limit(within).anyMatch(each -> each.command().equals(taken));
    return found ? null : new CommitResult.NotQueued(taken);
  }

  /** The events to append. A queued command has other events than one that starts its run. */
  private static List<NewEvent> events(Commit commit, ThreadHead head) {
    return commit.expectation() instanceof Expectation.IdleElseQueue queue && head.isBusy()
        ? queue.events(queue.replaced(head.queue()))
        : commit.events();
  }

  private static Decision append(Commit commit, ThreadHead head, LogState state, Moment now) {
    long first = head.head() + 1;
    boolean queued = commit.expectation() instanceof Expectation.IdleElseQueue && head.isBusy();
    Effect effect = new Effect(commit, events(commit, head), first, queued, now);
    Segment past = closedBefore(effect, head);
    ThreadHead after = headAfter(effect, past == null ? head : head.closed());
    Segment closed = past == null ? closedWith(effect, after, state.retention()) : past;
    RunRecord run = queued ? null : runAfter(commit, first, state);
    return new Decision.Append(
        commit.thread(),
        effect.events(),
        head,
        past == null && closed != null ? after.closed() : after,
        closed,
        queued,
        entries(effect, head.epoch(), state),
        run,
        queued ? null : saved(commit.run(), run),
        hook(commit, run, after.head(), state, now));
  }

  private static @Nullable RunHook hook(
      Commit commit, @Nullable RunRecord ended, long seq, LogState state, Moment now) {
    HookRequest request = commit.hook();
    return request != null && ended != null && state.hasRoomForHook(commit.thread().user())
        ? RunHook.of(ended, seq, request, now)
        : null;
  }

  private static Decision.Append.@Nullable Saving saved(RunChange change, @Nullable RunRecord run) {
    if (change instanceof RunChange.Checkpointed point) {
      return new Decision.Append.Saving(point.run(), null, point.checkpoint(), false);
    }
    if (run == null || !run.isResumable()) {
      return null;
    }
    return change instanceof RunChange.Opened opened
        ? new Decision.Append.Saving(opened.run(), opened.request(), null, false)
        : new Decision.Append.Saving(run.run(), null, null, true);
  }

  /**
   * The segment to close before the commit is applied. Events of another hour, and those of a new
   * run, do not share a segment with earlier ones, because a segment is dropped as a whole.
   */
  private static @Nullable Segment closedBefore(Effect effect, ThreadHead head) {
    boolean opens = effect.commit().run() instanceof RunChange.Opened && !effect.queued();
    boolean sameHour =
        Retention.hour(effect.now().latestMillis()) == Retention.hour(head.lastMillis());
    return opens || !sameHour ? head.tail().orElse(null) : null;
  }

  /**
   * The segment that this commit closes: that of the run which ends, or that of an idle thread with
   * enough events.
   */
  private static @Nullable Segment closedWith(
      Effect effect, ThreadHead after, Retention retention) {
    RunId run = effect.commit().run() instanceof RunChange.Ended ended ? ended.run() : null;
    return after
        .tail()
        .filter(tail -> run != null || retention.isSegment(after.retained()))
        .map(tail -> tail.of(run))
        .orElse(null);
  }

  /** A commit with the events and seqs that it gets. */
  private record Effect(
      Commit commit, List<NewEvent> events, long first, boolean queued, Moment now) {}

  private static ThreadHead headAfter(Effect effect, ThreadHead head) {
    RunId open = head.openRun();
    AgentName agent = head.lastAgent();
    RunChange change = effect.commit().run();
    if (change instanceof RunChange.Opened opened && !effect.queued()) {
      open = opened.run();
      agent = opened.agent();
    } else if (change instanceof RunChange.Ended) {
      open = null;
    }
    long last = head.head() + effect.events().size();
    long millis = effect.events().isEmpty() ? head.lastMillis() : effect.now().latestMillis();
    List<QueuedMessage> queue = queueAfter(effect, head.queue());
    RetainedSize retained = head.retained();
    Title title = head.title();
    boolean active = change instanceof RunChange.Ended;
    for (NewEvent event : effect.events()) {
      retained = retained.plus(event);
      title = event.title() == null ? title : event.title();
      active |= event.title() != null || event.type() == EventType.MESSAGE_ADDED;
    }
    long activity = active ? effect.now().latestMillis() : head.activityMillis();
    return new ThreadHead(
        head.epoch(), head.oldest(), last, open, agent, millis, activity, queue, retained, title);
  }

  private static List<QueuedMessage> queueAfter(Effect effect, List<QueuedMessage> queue) {
    Commit commit = effect.commit();
    if (!effect.queued() && commit.dequeued() == null) {
      return queue;
    }
    List<QueuedMessage> after = new ArrayList<>(queue);
    CommandStamp command = commit.command();
    if (commit.expectation() instanceof Expectation.IdleElseQueue wish
        && effect.queued()
        && command != null
        && commit.run() instanceof RunChange.Opened later) {
      after.removeAll(wish.replaced(queue));
      int at = wish.position() == Expectation.QueuePosition.FIRST ? 0 : after.size();
      after.add(at, queued(effect, wish, command, later));
    }
    CommandId taken = commit.dequeued();
    after.removeIf(each -> each.command().equals(taken));
    return after;
  }

  private static QueuedMessage queued(
      Effect effect, Expectation.IdleElseQueue wish, CommandStamp command, RunChange.Opened later) {
    return new QueuedMessage(
        command.id(), effect.first(), later.agent(), later.message(), wish.replaceable());
  }

  /**
   * The ledger entries to store: that of the commit's command, and that of a queued command which
   * now has its run.
   */
  private static Map<CommandId, LedgerEntry> entries(Effect effect, Epoch epoch, LogState state) {
    Map<CommandId, LedgerEntry> entries = new HashMap<>();
    Commit commit = effect.commit();
    if (commit.run() instanceof RunChange.Opened opened && opened.queued() != null) {
      state
          .ledgerEntry(commit.thread().user(), opened.queued())
          .filter(entry -> !entry.isExpired(effect.now().settledMillis()))
          .ifPresent(entry -> entries.put(opened.queued(), entry.startedBy(opened.run())));
    }
    CommandStamp command = commit.command();
    if (command != null) {
      RunId run = effect.queued() ? null : commit.startedRun();
      CommandReceipt answer =
          new CommandReceipt(
              command.fingerprint(), commit.thread().thread(), effect.first(), run, epoch);
      entries.put(command.id(), new LedgerEntry(answer, effect.now().latestMillis()));
    }
    return entries;
  }

  private static @Nullable RunRecord runAfter(Commit commit, long first, LogState state) {
    if (commit.run() instanceof RunChange.Opened opened) {
      return new RunRecord(
          commit.thread(),
          opened.run(),
          opened.agent(),
          opened.message(),
          first,
          RunState.OPEN,
          opened.request() != null);
    }
    if (commit.run() instanceof RunChange.Ended ended) {
      RunRecord record =
          state
              .run(commit.thread().user(), ended.run())
              .orElseThrow(
                  () ->
                      new LogException(
                          "run: "
                              + ended.run()
                              + " is open and has no record (expected: a record)"));
      return record.in(ended.state());
    }
    return null;
  }
}
