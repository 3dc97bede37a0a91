package dev.parley.gateway.log.memory;

import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.ListPosition;
import dev.parley.gateway.log.LogState;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.SavedRun;
import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadEntry;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The data of a log in memory, structured as in the store on disk. On the committer's thread only.
 */
final class MemoryState implements LogState {

  private static final Comparator<UserId> BY_NAME =
      Comparator.comparing(UserId::tenant).thenComparing(UserId::subject);
  private static final Comparator<String> SHORTER_FIRST =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());
  private static final Comparator<ListPosition> NEWEST_FIRST =
      Comparator.comparingLong(ListPosition::activityMillis)
          .reversed()
          .thenComparing(each -> each.thread().value(), SHORTER_FIRST);

  private final Generation generation;
  private final Retention retention;

  /**
   * The life in which new threads of the user begin. It is higher than the lives of all deleted
   * threads.
   */
  private final Map<UserId, Long> lives = new HashMap<>();

  private final NavigableMap<UserId, NavigableMap<String, ThreadHead>> heads =
      new TreeMap<>(BY_NAME);
  private final Map<ThreadKey, NavigableMap<Long, StoredEvent>> events = new HashMap<>();
  private final Map<ThreadKey, Deque<Segment>> segments = new HashMap<>();
  private final Map<UserId, Map<CommandId, LedgerEntry>> ledger = new HashMap<>();
  private final Map<UserId, Map<RunId, RunRecord>> runs = new HashMap<>();
  private final Map<ThreadKey, RunRecord> open = new LinkedHashMap<>();
  private final Map<RunId, SavedRun> saved = new HashMap<>();

  private final Map<UserId, Usage> usages = new HashMap<>();

  private final MemoryInboxes inboxes = new MemoryInboxes(BY_NAME);
  private final MemoryHooks hooks = new MemoryHooks();

  private long sweptHour;

  MemoryState(Generation generation, Retention retention) {
    this.generation = generation;
    this.retention = retention;
  }

  @Override
  public ThreadHead head(ThreadKey thread) {
    ThreadHead head = headsOf(thread.user()).get(thread.thread().value());
    return head != null ? head : ThreadHead.unborn(firstEpoch(thread.user()));
  }

  private Epoch firstEpoch(UserId user) {
    return generation.ofLife(lives.getOrDefault(user, 0L));
  }

  private NavigableMap<String, ThreadHead> headsOf(UserId user) {
    return heads.getOrDefault(user, Collections.emptyNavigableMap());
  }

  @Override
  public Optional<LedgerEntry> ledgerEntry(UserId user, CommandId command) {
    return Optional.ofNullable(ledger.getOrDefault(user, Map.of()).get(command));
  }

  @Override
  public Optional<RunRecord> run(UserId user, RunId run) {
    return Optional.ofNullable(runs.getOrDefault(user, Map.of()).get(run));
  }

  @Override
  public Usage usage(UserId user) {
    return usages.getOrDefault(user, Usage.NONE);
  }

  MemoryInboxes inboxes() {
    return inboxes;
  }

  MemoryHooks hooks() {
    return hooks;
  }

  @Override
  public boolean hasRoomForHook(UserId user) {
    return hooks.hasRoom(user);
  }

  @Override
  public Retention retention() {
    return retention;
  }

  Optional<SavedRun> saved(UserId user, RunId run) {
    return run(user, run).flatMap(known -> Optional.ofNullable(saved.get(run)));
  }

  List<RunRecord> openRuns() {
    return List.copyOf(open.values());
  }

  List<ThreadKey> threadsWithQueue() {
    List<ThreadKey> waiting = new ArrayList<>();
    heads.forEach(
        (user, threads) ->
            threads.forEach(
                (name, head) -> {
                  if (!head.queue().isEmpty()) {
                    waiting.add(new ThreadKey(user, new ThreadId(name)));
                  }
                }));
    return waiting;
  }

  List<ThreadEntry> threads(UserId user, @Nullable ListPosition after, int limit) {
    return headsOf(user).entrySet().stream()
        .map(entry -> new ThreadEntry(new ThreadId(entry.getKey()), entry.getValue()))
        .filter(entry -> !entry.thread().isInbox())
        .sorted(Comparator.comparing(ThreadEntry::position, NEWEST_FIRST))
        .dropWhile(each -> after != null && NEWEST_FIRST.compare(each.position(), after) <= 0)
        .limit(limit)
        .toList();
  }

  List<UserId> users(String tenant, @Nullable UserId after, int limit) {
    return heads.keySet().stream()
        .filter(user -> user.tenant().equals(tenant))
        .filter(user -> after == null || BY_NAME.compare(user, after) > 0)
        .limit(limit)
        .toList();
  }

  Deletion delete(ThreadKey thread) {
    ThreadHead head = head(thread);
    if (head.isBusy()) {
      return new Deletion.InUse(head.openRun());
    }
    if (head.head() == 0) {
      return new Deletion.Deleted(head.epoch());
    }
    events.remove(thread);
    segments.remove(thread);
    hooks.removeUpTo(thread, Long.MAX_VALUE);
    runsOf(thread.user()).values().removeIf(run -> run.thread().equals(thread));
    removeHead(thread, head);
    return new Deletion.Deleted(firstEpoch(thread.user()));
  }

  /** Removes the head. The name is free again, and never gets this epoch again. */
  private void removeHead(ThreadKey thread, ThreadHead head) {
    count(thread, RetainedSize.NONE);
    headsOf(thread.user()).remove(thread.thread().value());
    lives.merge(thread.user(), generation.life(head.epoch()) + 1, Math::max);
  }

  Deletion erase(UserId user) {
    for (RunRecord run : open.values()) {
      if (run.thread().user().equals(user)) {
        return new Deletion.InUse(run.run());
      }
    }
    long last = generation.life(firstEpoch(user));
    for (ThreadHead head : headsOf(user).values()) {
      last = Math.max(last, generation.life(head.epoch()));
    }
    lives.put(user, last + 1);
    heads.remove(user);
    usages.remove(user);
    ledger.remove(user);
    runs.remove(user);
    inboxes.erase(user);
    hooks.erase(user);
    events.keySet().removeIf(thread -> thread.user().equals(user));
    segments.keySet().removeIf(thread -> thread.user().equals(user));
    return new Deletion.Deleted(firstEpoch(user));
  }

  EventPage read(ThreadKey thread, long after, int maxBytes, boolean withHidden) {
    ThreadHead head = head(thread);
    List<StoredEvent> page = new ArrayList<>();
    long bytes = 0;
    NavigableMap<Long, StoredEvent> all =
        events.getOrDefault(thread, Collections.emptyNavigableMap());
    for (StoredEvent stored : all.tailMap(after, false).values()) {
      StoredEvent next = withHidden ? stored : stored.withoutHidden();
      bytes += next.bytes();
      if (bytes > maxBytes && !page.isEmpty()) {
        break;
      }
      page.add(next);
    }
    return new EventPage(head, page);
  }

  void apply(Decision.Append append, long settledMillis) {
    ThreadKey thread = append.thread();
    put(thread, append.head());
    NavigableMap<Long, StoredEvent> stored = events.computeIfAbsent(thread, key -> new TreeMap<>());
    long seq = append.first();
    for (NewEvent event : append.events()) {
      stored.put(seq, StoredEvent.of(seq++, event));
    }
    if (append.closed() != null) {
      segments.computeIfAbsent(thread, key -> new ArrayDeque<>()).add(append.closed());
      trim(thread, settledMillis);
    }
    ledger.computeIfAbsent(thread.user(), key -> new HashMap<>()).putAll(append.entries());
    if (append.run() != null) {
      apply(append.run());
    }
    if (append.saved() != null) {
      save(append.saved());
    }
    if (append.hook() != null) {
      hooks.add(append.hook());
    }
  }

  private void save(Decision.Append.Saving saving) {
    SavedRun before = saved.get(saving.run());
    RawJson request =
        saving.request() != null || before == null ? saving.request() : before.request();
    if (saving.isRemoved() || request == null) {
      saved.remove(saving.run());
    } else {
      saved.put(saving.run(), new SavedRun(request, saving.checkpoint()));
    }
  }

  /** Drops what has expired since the last hour. */
  void sweep(long nowMillis) {
    if (Retention.hour(nowMillis) != sweptHour) {
      sweptHour = Retention.hour(nowMillis);
      List.copyOf(events.keySet()).forEach(thread -> trim(thread, nowMillis));
      ledger
          .values()
          .forEach(entries -> entries.values().removeIf(entry -> entry.isExpired(nowMillis)));
    }
  }

  private void trim(ThreadKey thread, long nowMillis) {
    Deque<Segment> kept = segments.getOrDefault(thread, new ArrayDeque<>());
    ThreadHead head = head(thread);
    while (!kept.isEmpty() && retention.drops(kept.element(), head, nowMillis)) {
      Segment dropped = kept.remove();
      head = head.without(dropped);
      if (dropped.run() != null) {
        runsOf(thread.user()).remove(dropped.run());
      }
    }
    Optional<Segment> tail = kept.isEmpty() ? head.tail() : Optional.empty();
    if (tail.isPresent() && retention.drops(tail.get(), head, nowMillis)) {
      head = head.without(tail.get());
    }
    // The seqs of an inbox go on: its marks outlive its events.
    boolean ends = head.isEmpty() && !thread.thread().isInbox();
    if (ends && head.lastMillis() <= retention.oldestMillis(nowMillis)) {
      events.remove(thread);
      segments.remove(thread);
      removeHead(thread, head);
    } else {
      put(thread, head);
      events.getOrDefault(thread, new TreeMap<>()).headMap(head.oldest()).clear();
    }
  }

  private void put(ThreadKey thread, ThreadHead head) {
    count(thread, head.retained());
    heads
        .computeIfAbsent(thread.user(), key -> new TreeMap<>(SHORTER_FIRST))
        .put(thread.thread().value(), head);
  }

  private void count(ThreadKey thread, RetainedSize after) {
    UserId user = thread.user();
    usages.put(user, usage(user).with(head(thread).retained(), after));
  }

  private Map<RunId, RunRecord> runsOf(UserId user) {
    return runs.computeIfAbsent(user, key -> new HashMap<>());
  }

  private void apply(RunRecord run) {
    ThreadKey thread = run.thread();
    runsOf(thread.user()).put(run.run(), run);
    if (run.state() == RunState.OPEN) {
      open.put(thread, run);
    } else {
      open.remove(thread);
    }
  }
}
