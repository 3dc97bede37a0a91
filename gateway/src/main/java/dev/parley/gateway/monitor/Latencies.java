package dev.parley.gateway.monitor;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.monitor.MetricFamily.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long each stage takes, from the handshake to the end of a run: the one source of latencies,
 * for {@code /metrics} and for everything else that shows or judges them. Each method returns the
 * latency of one stage with these labels. Callable from any thread.
 */
public final class Latencies {

  private static final String TIER = "tier";
  private static final String AGENT = "agent";

  private final MetricLabels labels;
  private final Map<Stage, LatencyFamily> families = new LinkedHashMap<>();
  private final LatencyFamily handshake =
      add(
          Stage.HANDSHAKE,
          "From the whole request of a handshake, or the frame with the token, to the welcome.",
          TIER);
  private final LatencyFamily accept =
      add(Stage.ACCEPT, "From a decoded command to its accepted, when it is on the disk.", TIER);
  private final LatencyFamily commit =
      add(Stage.COMMIT, "From the submission of a commit to the end of the write that has it.");
  private final LatencyFamily write =
      add(Stage.STORE_WRITE, "One synced write of the store, with all its commits.");
  private final LatencyFamily delivery =
      add(
          Stage.DELIVERY,
          "From the commit of an event to its frame in the buffer of a socket, for each"
              + " connection that had caught up and asked for no rollup.",
          TIER);
  private final LatencyFamily firstEvent =
      add(
          Stage.FIRST_EVENT,
          "From the start of a run, with its accepted, to the first event of its agent.",
          TIER,
          AGENT);
  private final LatencyFamily run =
      add(Stage.RUN, "From the start of a run to its committed end.", TIER, AGENT);
  private final LatencyFamily firstByte =
      add(
          Stage.UPSTREAM_FIRST_BYTE,
          "From a request to the service of an agent or a tool to the head of its answer.",
          "service");
  private final LatencyFamily resume =
      add(Stage.RESUME, "From a subscribe that missed events to caught_up.", TIER);
  private final LatencyFamily loopDelay =
      add(
          Stage.LOOP_DELAY,
          "How late a task of an event loop ran that was due; measured ten times a second.",
          "loop");

  Latencies(MetricLabels labels) {
    this.labels = labels;
  }

  private LatencyFamily add(Stage stage, String help, String... labelNames) {
    LatencyFamily family =
        new LatencyFamily(
            new MetricFamily(stage.metric(), Kind.HISTOGRAM, List.of(labelNames), help));
    families.put(stage, family);
    return family;
  }

  List<LatencyFamily> families() {
    return List.copyOf(families.values());
  }

  /**
   * All durations of a stage, of one tier, or of all.
   *
   * @param tier empty for all; a stage that has no tier ignores it
   */
  public LatencySnapshot snapshot(Stage stage, String tier) {
    LatencyFamily family = requireNonNull(families.get(stage));
    int label = tier.isEmpty() ? -1 : family.family().labels().indexOf(TIER);
    return family.sum(values -> label < 0 || values[label].equals(tier));
  }

  public Latency handshake(String tier) {
    return handshake.of(labels.tier(tier));
  }

  public Latency accept(String tier) {
    return accept.of(labels.tier(tier));
  }

  public Latency commit() {
    return commit.of();
  }

  public Latency write() {
    return write.of();
  }

  public Latency delivery(String tier) {
    return delivery.of(labels.tier(tier));
  }

  public Latency firstEvent(String tier, String agent) {
    return firstEvent.of(labels.tier(tier), labels.agent(agent));
  }

  public Latency run(String tier, String agent) {
    return run.of(labels.tier(tier), labels.agent(agent));
  }

  /** The service is named by the settings: an agent, or {@code tools.} and the name of a tool. */
  public Latency firstByte(String service) {
    return firstByte.of(service);
  }

  public Latency resume(String tier) {
    return resume.of(labels.tier(tier));
  }

  /** The loop has a number from 0. */
  public Latency loopDelay(String loop) {
    return loopDelay.of(loop);
  }
}
