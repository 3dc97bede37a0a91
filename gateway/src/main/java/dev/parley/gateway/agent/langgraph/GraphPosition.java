package dev.parley.gateway.agent.langgraph;

import static dev.parley.gateway.agent.model.ServiceJson.NODES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.protocol.RawJson;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands at the service: its thread and id there, and the events of its stream that
 * were taken. Used by one thread at a time.
 */
final class GraphPosition {

  private static final int VERSION = 1;
  private static final Pattern RUN = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** What can stand in a header. */
  private static final Pattern EVENT_ID = Pattern.compile("[\\x21-\\x7e]{1,256}");

  private final String thread;
  private String run;
  private String first;
  private String last;
  private int lastHash;
  private boolean joined;
  private boolean replayed;

  private GraphPosition(String thread, String run, String first, String last, int lastHash) {
    this.thread = thread;
    this.run = run;
    this.first = first;
    this.last = last;
    this.lastHash = lastHash;
  }

  /** A run that has no id yet. */
  static GraphPosition begin(String thread) {
    return new GraphPosition(thread, "", "", "", 0);
  }

  /** A position that was written before; null if it is none, or has no id of the run. */
  static @Nullable GraphPosition parse(JsonNode checkpoint) {
    String thread = text(checkpoint, "thread");
    String run = text(checkpoint, "run");
    boolean isKnown = checkpoint.path("v").asInt() == VERSION;
    return isKnown && !thread.isEmpty() && isRun(run)
        ? new GraphPosition(
            thread,
            run,
            text(checkpoint, "first"),
            text(checkpoint, "last"),
            checkpoint.path("hash").asInt())
        : null;
  }

  private static String text(JsonNode object, String name) {
    String text = ServiceJson.text(object, name);
    return text == null ? "" : text;
  }

  static boolean isRun(String id) {
    return RUN.matcher(id).matches();
  }

  /** The position with what the mapping has to remember. */
  RawJson checkpoint(ObjectNode memory) {
    ObjectNode checkpoint = NODES.objectNode().put("v", VERSION);
    checkpoint.put("thread", thread).put("run", run);
    checkpoint.put("first", first).put("last", last).put("hash", lastHash);
    checkpoint.set("memory", memory);
    return RawJson.of(checkpoint.toString());
  }

  String thread() {
    return thread;
  }

  boolean hasRun() {
    return !run.isEmpty();
  }

  String run() {
    return run;
  }

  void begun(String id) {
    run = id;
  }

  /** Whether the service gives its events ids, without which no stream can be joined. */
  boolean canJoin() {
    return !last.isEmpty();
  }

  String last() {
    return last;
  }

  /** A stream of the run begins after the last event. */
  void joining() {
    joined = true;
    replayed = false;
  }

  /**
   * Moves on to this event.
   *
   * @return whether it is new: a service may send the last one again, or all from the beginning
   */
  boolean moveTo(SseEvent event) {
    String given = event.id() == null ? "" : event.id();
    String id = EVENT_ID.matcher(given).matches() ? given : "";
    int hash = 31 * event.type().hashCode() + event.data().hashCode();
    boolean isFirstOfJoin = joined;
    joined = false;
    boolean isLast = !id.isEmpty() && id.equals(last) && hash == lastHash;
    if (isFirstOfJoin && !isLast && !id.isEmpty() && id.equals(first)) {
      replayed = true;
    }
    if (replayed) {
      replayed = !isLast;
      return false;
    }
    if (isFirstOfJoin && isLast) {
      return false;
    }
    first = first.isEmpty() ? id : first;
    last = id;
    lastHash = hash;
    return true;
  }
}
