package dev.parley.gateway.bench.socket;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Finds event loops that block outside of their select. The select is a native call that the flight
 * recorder does not count as waiting. Samples also find native calls of the store on a loop, which
 * would block unseen. Used by one thread.
 */
final class LoopWatch {

  private static final Duration THRESHOLD = Duration.ofMillis(1);
  private static final List<String> WAITS =
      List.of(
          "jdk.JavaMonitorEnter",
          "jdk.JavaMonitorWait",
          "jdk.ThreadPark",
          "jdk.ThreadSleep",
          "jdk.FileRead",
          "jdk.FileWrite",
          "jdk.FileForce",
          "jdk.SocketRead",
          "jdk.SocketWrite");
  private static final List<String> SAMPLES =
      List.of("jdk.ExecutionSample", "jdk.NativeMethodSample");
  private static final Duration BETWEEN_SAMPLES = Duration.ofMillis(10);
  private static final String STORE = "org.rocksdb.";
  private static final String PARLEY = "dev.parley.";

  private @Nullable Recording recording;

  /** Starts to record this process. */
  void begin() {
    Recording begun = new Recording();
    WAITS.forEach(event -> begun.enable(event).withThreshold(THRESHOLD).withStackTrace());
    SAMPLES.forEach(event -> begun.enable(event).withPeriod(BETWEEN_SAMPLES).withStackTrace());
    begun.start();
    recording = begun;
  }

  /** Ends the recording and writes it to the file. */
  void end(Path file) throws IOException {
    if (recording != null) {
      try (Recording ended = recording) {
        ended.stop();
        ended.dump(file);
      }
      recording = null;
    }
  }

  /**
   * Describes the waits of the threads {@code loop-…} in a recording, one a line; empty if there
   * are none.
   */
  static List<String> waits(Path file) throws IOException {
    Map<String, long[]> found = new TreeMap<>();
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        RecordedEvent event = events.readEvent();
        if (isWait(event)) {
          long[] sums = found.computeIfAbsent(describe(event), added -> new long[2]);
          sums[0]++;
          sums[1] = Math.max(sums[1], event.getDuration().toNanos());
        }
      }
    }
    return found.entrySet().stream()
        .map(
            each ->
                each.getKey()
                    + ": "
                    + each.getValue()[0]
                    + " times, longest "
                    + each.getValue()[1] / 1_000
                    + " us")
        .toList();
  }

  private static boolean isWait(RecordedEvent event) {
    String type = event.getEventType().getName();
    boolean sample = SAMPLES.contains(type);
    RecordedThread thread = sample ? event.getThread("sampledThread") : event.getThread();
    String name = thread == null ? null : thread.getJavaName();
    if (name == null || !name.startsWith("loop-")) {
      return false;
    }
    return sample ? className(top(event)).startsWith(STORE) : WAITS.contains(type);
  }

  private static String describe(RecordedEvent event) {
    String where = "somewhere";
    RecordedStackTrace stack = event.getStackTrace();
    if (stack != null) {
      where =
          stack.getFrames().stream()
              .map(RecordedFrame::getMethod)
              .filter(method -> className(method).startsWith(PARLEY))
              .map(method -> className(method) + '.' + method.getName())
              .findFirst()
              .orElse(className(top(event)));
    }
    return event.getEventType().getName() + " in " + where;
  }

  private static @Nullable RecordedMethod top(RecordedEvent event) {
    RecordedStackTrace stack = event.getStackTrace();
    return stack == null || stack.getFrames().isEmpty()
        ? null
        : stack.getFrames().get(0).getMethod();
  }

  private static String className(@Nullable RecordedMethod method) {
    RecordedClass type = method == null ? null : method.getType();
    return type == null ? "" : type.getName();
  }
}
