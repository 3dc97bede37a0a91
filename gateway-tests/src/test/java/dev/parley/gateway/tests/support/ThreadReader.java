package dev.parley.gateway.tests.support;

import dev.parley.gateway.tests.report.Tally;
import dev.parley.gateway.tests.report.Tally.Counted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client holds of one thread: a cursor and the events up to it. Fails at the first missing,
 * duplicate or reordered event, and at the first event that breaks the grammar of its run. Used
 * from any thread.
 */
public final class ThreadReader {
  private final List<Received> events = new ArrayList<>();
  private final Map<String, RunReader> runs = new LinkedHashMap<>();
  private String epoch = "";
  private long cursor;
  private long begin;

  /** A subscription continues at its cursor; a requested one may start elsewhere. */
  synchronized void subscribed(Received signal) {
    long after = signal.payload().path("after").asLong();
    boolean fresh = epoch.isEmpty();
    require(fresh || !signal.id().isEmpty() || after == cursor, signal, "after " + cursor);
    if (fresh || after != cursor) {
      begin(after);
    }
    epoch = signal.text("epoch");
  }

  synchronized void gap(Received signal) {
    begin(signal.payload().path("oldest").asLong() - 1);
    epoch = signal.text("epoch");
  }

  private void begin(long after) {
    events.clear();
    runs.clear();
    begin = after;
    cursor = after;
  }

  synchronized void caughtUp(Received signal) {
    long seq = signal.payload().path("seq").asLong();
    Tally.add(Counted.LOST, Math.max(0, seq - cursor));
    require(seq == cursor, signal, "the cursor, " + cursor);
  }

  synchronized void event(Received event) {
    require(!epoch.isEmpty(), event, "subscribed before the first event");
    count(event);
    require(event.firstSeq() == cursor + 1, event, "seq " + (cursor + 1));
    require(event.seq() >= event.firstSeq(), event, "seq_from at or below seq");
    cursor = event.seq();
    events.add(event);
    readRun(event);
  }

  private void count(Received event) {
    Tally.add(Counted.EVENTS, event.seq() - event.firstSeq() + 1);
    if (event.firstSeq() > cursor + 1) {
      Tally.add(Counted.LOST, event.firstSeq() - cursor - 1);
    } else if (event.firstSeq() <= cursor) {
      Tally.add(events.contains(event) ? Counted.DOUBLED : Counted.REORDERED, 1);
    }
  }

  private void readRun(Received event) {
    String id = event.runId();
    if (id.isEmpty()) {
      return;
    }
    if (event.type().equals("agent_started")) {
      require(runs.put(id, new RunReader()) == null, event, "a run that has not started yet");
    }
    RunReader run = runs.get(id);
    require(run != null || begin > 0, event, "agent_started before it");
    if (run != null) {
      run.read(event);
    }
  }

  /** The epoch of the held events; empty before the first subscription. */
  public synchronized String epoch() {
    return epoch;
  }

  /** The seq up to which everything is held. */
  public synchronized long cursor() {
    return cursor;
  }

  public synchronized List<Received> events() {
    return List.copyOf(events);
  }

  /** The held events of one run, in order. */
  public synchronized List<Received> eventsOf(String run) {
    return events.stream().filter(event -> event.runId().equals(run)).toList();
  }

  /** Whether the end of this run is held. */
  public boolean hasEnded(String run) {
    List<Received> held = eventsOf(run);
    return !held.isEmpty() && held.get(held.size() - 1).isTerminal();
  }

  /** The number of runs that have started and not ended. */
  public synchronized long openRuns() {
    return runs.values().stream().filter(run -> !run.ended()).count();
  }

  /** The held events with adjacent deltas merged; equal for two readers of the same thread. */
  public synchronized List<String> canonical() {
    List<String> lines = new ArrayList<>();
    StringBuilder joined = new StringBuilder();
    for (Received event : events) {
      boolean delta = event.payload().has("offset");
      if (!delta || event.payload().path("offset").asInt() == 0) {
        flush(joined, lines);
      }
      if (delta) {
        joined.append(event.text("delta")).append(event.text("text"));
      } else {
        lines.add(event.toString());
      }
    }
    flush(joined, lines);
    return lines;
  }

  private static void flush(StringBuilder joined, List<String> lines) {
    if (!joined.isEmpty()) {
      lines.add(joined.toString());
      joined.setLength(0);
    }
  }

  private static void require(boolean holds, Received frame, String expected) {
    if (!holds) {
      throw new AssertionError("frame: " + frame + " (expected: " + expected + ")");
    }
  }
}
