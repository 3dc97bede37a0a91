package dev.parley.gateway.monitor;

import dev.parley.gateway.limit.ByteAccount;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The counters and gauges of the gateway, with one method for each event that is counted. Callable
 * from any thread; never blocks.
 */
public final class Metrics {

  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();
  private final ByteAccount outbound;
  private final ByteAccount recent;
  private final LongAdder connectionsOpened = new LongAdder();
  private final LongAdder connectionsClosed = new LongAdder();
  private final LongAdder framesIn = new LongAdder();
  private final LongAdder framesOut = new LongAdder();
  private final LongAdder contextsBorn = new LongAdder();
  private final LongAdder contextsEnded = new LongAdder();
  private final LongAdder runsStarted = new LongAdder();
  private final LongAdder runsEnded = new LongAdder();

  /** Counts bytes without a bound. */
  public Metrics() {
    this(new ByteAccount(), new ByteAccount());
  }

  /** Counts bytes in these accounts: see {@link #outbound} and {@link #recent}. */
  public Metrics(ByteAccount outbound, ByteAccount recent) {
    this.outbound = outbound;
    this.recent = recent;
    bytes("outbound_bytes", outbound::held, outbound::highest);
    bytes("recent_bytes", recent::held, recent::highest);
  }

  /** The bytes that wait for sockets: in all, by tenant, by user and by connection. */
  public ByteAccount outbound() {
    return outbound;
  }

  /** The bytes of recent events that are cached for readers a little behind. */
  public ByteAccount recent() {
    return recent;
  }

  /** Adds a gauge with this name, and one for its maximum. */
  public void bytes(String name, LongSupplier held, LongSupplier highest) {
    gauge(name, held);
    gauge(name + "_highest", highest);
  }

  /** Adds a gauge with this name; the supplier is called on any thread. */
  public void gauge(String name, LongSupplier figure) {
    gauges.put(name, figure);
  }

  /** The value of a gauge, for example {@code page_bytes}; 0 if there is none. */
  public long figure(String name) {
    LongSupplier figure = gauges.get(name);
    return figure == null ? 0 : figure.getAsLong();
  }

  /** A WebSocket was upgraded and belongs to a user. */
  public void connectionOpened() {
    connectionsOpened.increment();
  }

  /**
   * A connection of a user ended; {@code reason} is a close reason's name, {@code peer} or {@code
   * lost}.
   */
  public void connectionClosed(String reason) {
    connectionsClosed.increment();
    count("connection_closed", reason);
  }

  /** A handshake was refused with this HTTP status. */
  public void handshakeRefused(int status) {
    count("handshake_refused", Integer.toString(status));
  }

  /** A socket was evicted for a newer one. */
  public void socketEvicted() {
    count("socket", "evicted");
  }

  /** A socket sent no token, or no request, in time. */
  public void deadlineMissed() {
    count("socket", "deadline_missed");
  }

  /**
   * A WebSocket ended before its user was known; the reason is as for {@link #connectionClosed}.
   */
  public void authenticationFailed(String reason) {
    count("authentication_failed", reason);
  }

  public void frameIn() {
    framesIn.increment();
  }

  public void framesOut(int frames) {
    framesOut.add(frames);
  }

  public void contextBorn() {
    contextsBorn.increment();
  }

  public void contextEnded() {
    contextsEnded.increment();
  }

  public void runStarted() {
    runsStarted.increment();
  }

  /**
   * A run has ended with this state, or with {@code lost}: the log failed, and its end is appended
   * at the next start.
   */
  public void runEnded(String state) {
    runsEnded.increment();
    count("run_ended", state);
  }

  /** The grammar of runs repaired a mistake of an agent. */
  public void runRepaired(String repair) {
    count("run_repaired", repair);
  }

  /** An event of an agent was dropped, because its run was cancelled or has ended. */
  public void lateAgentEvent() {
    count("agent_event", "late");
  }

  /** A write of the log failed; the log is being opened again. */
  public void storeLost() {
    count("store", "lost");
  }

  /** The log is open again after a failed write. */
  public void storeReopened() {
    count("store", "reopened");
  }

  /** A synced write of the log took longer than a second. */
  public void storeSlow() {
    count("store", "slow_write");
  }

  /** The disk of the log became too full for users who store much. */
  public void storeShortOfRoom() {
    count("store", "short_of_room");
  }

  /** The disk of the log became too full for anything but the ends of runs. */
  public void storeLowOnRoom() {
    count("store", "low_on_room");
  }

  private void count(String fact, String kind) {
    counts.computeIfAbsent(fact + '.' + kind, key -> new LongAdder()).increment();
  }

  /** Connections that are open now. */
  public long openConnections() {
    // Closed first: so a connection that closes meanwhile does not make the result negative.
    long closed = connectionsClosed.sum();
    return connectionsOpened.sum() - closed;
  }

  /** User contexts that exist now. */
  public long liveContexts() {
    long ended = contextsEnded.sum();
    return contextsBorn.sum() - ended;
  }

  /** Runs that are open now. */
  public long openRuns() {
    long ended = runsEnded.sum();
    return runsStarted.sum() - ended;
  }

  /** A counter by its full name, for example {@code run_ended.completed}. */
  public long count(String factAndKind) {
    LongAdder adder = counts.get(factAndKind);
    return adder == null ? 0 : adder.sum();
  }

  /** All counters and gauges by name. */
  public Map<String, Long> snapshot() {
    Map<String, Long> all = new TreeMap<>();
    counts.forEach((name, adder) -> all.put(name, adder.sum()));
    gauges.forEach((name, figure) -> all.put(name, figure.getAsLong()));
    all.put("connections_opened", connectionsOpened.sum());
    all.put("connections_closed", connectionsClosed.sum());
    all.put("frames_in", framesIn.sum());
    all.put("frames_out", framesOut.sum());
    all.put("contexts_born", contextsBorn.sum());
    all.put("contexts_ended", contextsEnded.sum());
    all.put("runs_started", runsStarted.sum());
    all.put("runs_ended", runsEnded.sum());
    return all;
  }
}
