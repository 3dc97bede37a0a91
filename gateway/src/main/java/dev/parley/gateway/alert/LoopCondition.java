package dev.parley.gateway.alert;

import dev.parley.gateway.monitor.LoopHeartbeat;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** No event loop may be blocked for long. Its detail is where the loop is now. */
final class LoopCondition implements Condition {

  static final int MAX_FRAMES = 40;

  private final List<LoopHeartbeat> loops;
  private final LevelCondition level;

  LoopCondition(List<LoopHeartbeat> loops, LevelCondition.Goal goal) {
    this.loops = loops;
    this.level =
        new LevelCondition(
            "loop_delay",
            "loop_delay that has not ended",
            goal,
            () -> latest().map(LoopHeartbeat::overdueNanos).orElse(0L));
  }

  private Optional<LoopHeartbeat> latest() {
    return loops.stream().max(Comparator.comparingLong(LoopHeartbeat::overdueNanos));
  }

  @Override
  public String name() {
    return level.name();
  }

  @Override
  public Reading read(long nanos) {
    return level.read(nanos);
  }

  @Override
  public String detail() {
    return latest().flatMap(LoopHeartbeat::thread).map(LoopCondition::where).orElse("");
  }

  private static String where(Thread thread) {
    String line = System.lineSeparator() + "\tat ";
    return Arrays.stream(thread.getStackTrace())
        .limit(MAX_FRAMES)
        .map(StackTraceElement::toString)
        .collect(
            Collectors.joining(line, thread.getName() + " is " + thread.getState() + line, ""));
  }
}
