package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.codec.SavedCheckpoint;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The notes of one run: those that wait for an event that they can be stored with, and how much of
 * the bound of a run they have used. Used at the user's home only.
 */
final class RunNotes {

  /** What the log has of the notes of a run, with its events. */
  record StoredNotes(long count, long bytes) {

    static final StoredNotes NONE = new StoredNotes(0, 0);

    /** With these too. */
    StoredNotes plus(List<RawJson> more) {
      return new StoredNotes(
          count + more.size(), bytes + more.stream().mapToLong(RunNotes::bytesOf).sum());
    }
  }

  private List<RawJson> waiting = new ArrayList<>();
  private IdentityHashMap<ServerEvent, List<RawJson>> carried = new IdentityHashMap<>();
  private long count;
  private long bytes;

  static long bytesOf(RawJson note) {
    return (long) AgentEvent.Note.OVERHEAD + note.length();
  }

  /** The bytes of all notes of the run so far. */
  long bytes() {
    return bytes;
  }

  /** Those that wait, in order. */
  List<RawJson> waiting() {
    return waiting;
  }

  /** How many notes the run had before those that wait. */
  long before() {
    return count - waiting.size();
  }

  /** Takes one that the run has room for. */
  void add(RawJson note) {
    waiting.add(note);
    bytes += bytesOf(note);
    count++;
  }

  /** Gives those that wait to the first of these events that is no text delta. */
  void carry(List<ServerEvent> events) {
    if (waiting.isEmpty()) {
      return;
    }
    for (ServerEvent event : events) {
      if (!event.isTextDelta()) {
        carried.put(event, waiting);
        waiting = new ArrayList<>();
        return;
      }
    }
  }

  /** Takes out those that are hidden with events that were given since the last call. */
  IdentityHashMap<ServerEvent, List<RawJson>> takeCarried() {
    IdentityHashMap<ServerEvent, List<RawJson>> taken = carried;
    carried = new IdentityHashMap<>();
    return taken;
  }

  /** Goes on after those that the log has. Called before anything else. */
  void restore(StoredNotes stored) {
    count = stored.count();
    bytes = stored.bytes();
  }

  /** Restores those that waited at the checkpoint, unless an event after it has them. */
  void restore(SavedCheckpoint checkpoint) {
    List<RawJson> waited = checkpoint.notes();
    long stored = Math.max(0, count - checkpoint.notesBefore());
    waited.stream().skip(stored).forEach(this::add);
  }
}
