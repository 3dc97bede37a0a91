package dev.parley.gateway.monitor;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The phases of the gateway's start, with their states and times. Written by the starting thread
 * and by the draining thread; read from any thread.
 */
public final class Phases {

  /** The phases of a start, in order. */
  public enum Phase {
    CONFIGURATION,
    LISTENER,
    STORE,
    RECOVERY,
    AGENTS,
    READY;

    private final String wire = name().toLowerCase(Locale.ROOT);

    public String wire() {
      return wire;
    }
  }

  private enum PhaseState {
    WAITING,
    RUNNING,
    DONE,
    FAILED
  }

  private final LongSupplier nanoClock;
  private final Map<Phase, PhaseState> states = new EnumMap<>(Phase.class);
  private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
  private final Map<String, String> degraded = new TreeMap<>();
  private Phase current = Phase.CONFIGURATION;
  private long startNanos;
  private long currentNanos;
  private volatile boolean ready;
  private volatile boolean announced;
  private volatile boolean draining;

  /** Begins the first phase. The clock is monotonic, in nanoseconds. */
  public Phases(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
    this.currentNanos = startNanos;
    Arrays.stream(Phase.values()).forEach(phase -> states.put(phase, PhaseState.WAITING));
    states.put(current, PhaseState.RUNNING);
  }

  /**
   * Ends the current phase and begins this one. {@link Phase#READY} ends at once, and its time is
   * that of the whole start. An earlier phase may begin again; then the gateway is not ready.
   */
  public synchronized void begin(Phase phase) {
    long now = nanoClock.getAsLong();
    if (states.get(current) == PhaseState.RUNNING) {
      end(PhaseState.DONE, now);
    }
    if (ready) {
      startNanos = now;
    }
    boolean reached = phase == Phase.READY;
    current = phase;
    currentNanos = reached ? startNanos : now;
    states.put(phase, PhaseState.RUNNING);
    if (reached) {
      end(PhaseState.DONE, now);
    } else {
      states.put(Phase.READY, PhaseState.WAITING);
    }
    ready = reached;
  }

  /** The current phase has failed. */
  public synchronized void fail() {
    end(PhaseState.FAILED, nanoClock.getAsLong());
    ready = false;
  }

  private void end(PhaseState state, long now) {
    states.put(current, state);
    nanos.put(current, now - currentNanos);
  }

  /**
   * A component is degraded for this reason; the gateway is still ready. Both are words of
   * lower-case letters and underscores.
   */
  public synchronized void degrade(String component, String reason) {
    degraded.put(component, reason);
  }

  /** A component is not degraded any more. */
  public synchronized void restore(String component) {
    degraded.remove(component);
  }

  /** From now on load balancers are told to send nothing more; what comes is accepted. */
  public void announceDrain() {
    announced = true;
  }

  /** From now on the gateway accepts nothing new. */
  public void drain() {
    announced = true;
    draining = true;
  }

  /** Whether new work is accepted. */
  public boolean isReady() {
    return ready && !draining;
  }

  /** Whether a load balancer should send new work here. */
  public boolean isInRotation() {
    return ready && !announced;
  }

  public boolean isDraining() {
    return draining;
  }

  /** The phase that is running, was the last one or has failed. */
  public synchronized Phase current() {
    return current;
  }

  /** One line of JSON: the body of {@code /readyz} and a log line. */
  public synchronized String json() {
    return Arrays.stream(Phase.values())
        .map(this::json)
        .collect(
            Collectors.joining(
                ",", "{\"status\":\"" + status() + "\"" + degraded() + ",\"phases\":[", "]}"));
  }

  private String degraded() {
    return degraded.isEmpty()
        ? ""
        : degraded.entrySet().stream()
            .map(
                each ->
                    "{\"component\":\"%s\",\"reason\":\"%s\"}"
                        .formatted(each.getKey(), each.getValue()))
            .collect(Collectors.joining(",", ",\"degraded\":[", "]"));
  }

  private String status() {
    if (announced) {
      return "draining";
    }
    if (ready) {
      return degraded.isEmpty() ? "ready" : "degraded";
    }
    return states.containsValue(PhaseState.FAILED) ? "failed" : "starting";
  }

  private String json(Phase phase) {
    PhaseState state = states.getOrDefault(phase, PhaseState.WAITING);
    long took =
        state == PhaseState.RUNNING
            ? nanoClock.getAsLong() - currentNanos
            : nanos.getOrDefault(phase, 0L);
    String millis =
        state == PhaseState.WAITING ? "" : ",\"millis\":" + TimeUnit.NANOSECONDS.toMillis(took);
    return "{\"phase\":\"%s\",\"state\":\"%s\"%s}"
        .formatted(phase.wire(), state.name().toLowerCase(Locale.ROOT), millis);
  }
}
