package dev.parley.gateway.user.run;

import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.NotesCodec;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.protocol.DeltaMerger;
import dev.parley.gateway.protocol.Deltas;
import dev.parley.gateway.protocol.Deltas.Delta;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The events of a run that wait while its append is in flight. Adjacent deltas are merged before
 * they have a seq, so a run appends fewer events under load. Used at the user's home only.
 */
final class UncommittedEvents {

  private final List<ServerEvent> events = new ArrayList<>();

  /** What is hidden with an event, by its place among the events. */
  private final Map<Integer, byte[]> hidden = new HashMap<>();

  /** The deltas that the last event stands for; empty if it is none. */
  private final DeltaMerger deltas = new DeltaMerger();

  private long bytes;

  /**
   * Adds events that count so many bytes together.
   *
   * @param notes hidden with some of these events; the same objects
   */
  void add(
      List<ServerEvent> more, IdentityHashMap<ServerEvent, List<RawJson>> notes, long itsBytes) {
    bytes += itsBytes;
    for (ServerEvent event : more) {
      List<RawJson> itsNotes = notes.get(event);
      if (itsNotes != null) {
        merge();
        hidden.put(events.size(), NotesCodec.encode(itsNotes));
      }
      Delta delta = Deltas.of(null, event);
      if (delta == null || deltas.isEmpty() || !deltas.add(delta)) {
        merge();
        events.add(event);
        if (delta != null) {
          deltas.add(delta);
        }
      }
    }
  }

  /** Puts the deltas together into the last event. */
  private void merge() {
    if (deltas.count() > 1) {
      int last = events.size() - 1;
      events.set(last, Deltas.with(events.get(last), deltas.offset(), deltas.text()));
    }
    deltas.clear();
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  /** Whether the end of the run is among them; it is the last one then. */
  boolean hasEnd() {
    ServerEvent last = events.isEmpty() ? null : events.get(events.size() - 1);
    return last instanceof ServerEvent.AgentCompleted
        || last instanceof ServerEvent.AgentFailed
        || last instanceof ServerEvent.AgentCancelled;
  }

  /** The bytes that were counted for what is here. */
  long bytes() {
    return bytes;
  }

  /** Takes everything out, encoded. */
  List<NewEvent> drain(RunId run, Instant time) {
    merge();
    List<NewEvent> encoded = new ArrayList<>(events.size());
    for (ServerEvent event : events) {
      byte[] notes = hidden.get(encoded.size());
      encoded.add(NewEvent.of(event, EventCodec.body(event, run, time), notes));
    }
    clear();
    return encoded;
  }

  void clear() {
    events.clear();
    hidden.clear();
    deltas.clear();
    bytes = 0;
  }
}
