package dev.parley.gateway.monitor;

import dev.parley.gateway.monitor.MetricFamily.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * How long each stage takes, from the handshake to the end of a run: the one source of latencies,
 * for {@code /metrics} and for everything else that shows or judges them. Each method returns the
 * latency of one stage with these labels. Callable from any thread.
 */
public final class Latencies {

  private static final String TIER = "tier";
  private static final String AGENT = "agent";

  private final MetricLabels labels;
  private final List<LatencyFamily> families = new ArrayList<>();
  private final LatencyFamily handshake =
      add(
          "parley_handshake_seconds",
          "From the whole request of a handshake, or the frame with the token, to the welcome.",
          TIER);
  private final LatencyFamily accept =
      add(
          "parley_accept_seconds",
          "From a decoded command to its accepted, when it is on the disk.",
          TIER);
  private final LatencyFamily commit =
      add(
          "parley_commit_seconds",
          "From the submission of a commit to the end of the write that has it.");
  private final LatencyFamily write =
      add("parley_store_write_seconds", "One synced write of the store, with all its commits.");
  private final LatencyFamily delivery =
      add(
          "parley_delivery_seconds",
          "From the commit of an event to its frame in the buffer of a socket, for each"
              + " connection that had caught up and asked for no rollup.",
          TIER);
  private final LatencyFamily firstEvent =
      add(
          "parley_first_event_seconds",
          "From the start of a run, with its accepted, to the first event of its agent.",
          TIER,
          AGENT);
  private final LatencyFamily run =
      add("parley_run_seconds", "From the start of a run to its committed end.", TIER, AGENT);
  private final LatencyFamily firstByte =
      add(
          "parley_upstream_first_byte_seconds",
          "From a request to the service of an agent or a tool to the head of its answer.",
          "service");
  private final LatencyFamily resume =
      add("parley_resume_seconds", "From a subscribe that missed events to caught_up.", TIER);
  private final LatencyFamily loopDelay =
      add(
          "parley_loop_delay_seconds",
          "How late a task of an event loop ran that was due; measured ten times a second.",
          "loop");

  Latencies(MetricLabels labels) {
    this.labels = labels;
  }

  private LatencyFamily add(String name, String help, String... labelNames) {
    LatencyFamily family =
        new LatencyFamily(new MetricFamily(name, Kind.HISTOGRAM, List.of(labelNames), help));
    families.add(family);
    return family;
  }

  List<LatencyFamily> families() {
    return List.copyOf(families);
  }

  /**
   * All durations with this name, of one tier, or of all.
   *
   * @param name as it is exposed, {@code parley_accept_seconds}
   * @param tier empty for all; a latency that has no tier ignores it
   */
  public LatencySnapshot snapshot(String name, String tier) {
    LatencyFamily wanted =
        families.stream()
            .filter(each -> each.family().name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(name));
    int tierAt = tier.isEmpty() ? -1 : wanted.family().labels().indexOf(TIER);
    List<LatencySnapshot> series = new ArrayList<>(List.of(new Latency().snapshot()));
    wanted.forEach(
        (values, latency) -> {
          if (tierAt < 0 || values[tierAt].equals(tier)) {
            series.add(latency);
          }
        });
    return series.stream().reduce(LatencySnapshot::plus).orElseThrow();
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
