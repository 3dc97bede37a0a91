package dev.parley.gateway.log.memory;

import dev.parley.gateway.log.CommandStamp;
import dev.parley.gateway.log.Decision;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.LogState;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.Page;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything a memory log keeps, under the same names as a real store. Its committer's alone. */
final class MemoryState implements LogState {

  private final Epoch epoch;
  private final Map<ThreadKey, ThreadHead> heads = new HashMap<>();
  private final Map<ThreadKey, List<StoredEvent>> events = new HashMap<>();
  private final Map<UserId, Map<CommandId, LedgerEntry>> ledger = new HashMap<>();
  private final Map<UserId, Map<RunId, RunRecord>> runs = new HashMap<>();
  private final Map<ThreadKey, RunRecord> open = new LinkedHashMap<>();

  MemoryState(Epoch epoch) {
    this.epoch = epoch;
  }

  @Override
  public ThreadHead head(ThreadKey thread) {
    return heads.getOrDefault(thread, ThreadHead.unborn(epoch));
  }

  @Override
  public Optional<LedgerEntry> ledgerEntry(UserId user, CommandId command) {
    return Optional.ofNullable(ledger.getOrDefault(user, Map.of()).get(command));
  }

  @Override
  public Optional<RunRecord> run(UserId user, RunId run) {
    return Optional.ofNullable(runs.getOrDefault(user, Map.of()).get(run));
  }

  List<RunRecord> openRuns() {
    return List.copyOf(open.values());
  }

  Page read(ThreadKey thread, long after, int maxBytes) {
    ThreadHead head = head(thread);
    List<StoredEvent> page = new ArrayList<>();
    long bytes = 0;
    for (long seq = Math.max(after, 0); seq < head.head(); seq++) {
      StoredEvent next = events.getOrDefault(thread, List.of()).get((int) seq);
      bytes += next.body().length;
      if (bytes > maxBytes && !page.isEmpty()) {
        break;
      }
      page.add(next);
    }
    return new Page(head, page);
  }

  void apply(Decision.Append append) {
    ThreadKey thread = append.thread();
    heads.put(thread, append.head());
    List<StoredEvent> stored = events.computeIfAbsent(thread, born -> new ArrayList<>());
    for (NewEvent event : append.events()) {
      stored.add(new StoredEvent(stored.size() + 1L, event.type(), event.body()));
    }
    CommandStamp command = append.commit().command();
    if (command != null && append.entry() != null) {
      ledger
          .computeIfAbsent(thread.user(), born -> new HashMap<>())
          .put(command.id(), append.entry());
    }
    if (append.run() != null) {
      apply(append.run());
    }
  }

  private void apply(RunRecord run) {
    ThreadKey thread = run.thread();
    runs.computeIfAbsent(thread.user(), born -> new HashMap<>()).put(run.run(), run);
    if (run.state() == RunState.OPEN) {
      open.put(thread, run);
    } else {
      open.remove(thread);
    }
  }
}
