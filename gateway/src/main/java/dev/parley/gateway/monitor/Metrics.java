package dev.parley.gateway.monitor;

import dev.parley.gateway.limit.ByteAccount;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What the gateway counts: one method for each fact. Callable from any thread; never blocks. Gauges
 * are differences of two counts, or asked of who knows them.
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

  /**
   * The bytes that wait for sockets: in all, and below it by tenant, then by user, then by
   * connection.
   */
  public ByteAccount outbound() {
    return outbound;
  }

  /** The bytes of new events that are kept for readers a little behind. */
  public ByteAccount recent() {
    return recent;
  }

  /** From now on there is a figure of this name, and one of the highest that it ever was. */
  public void bytes(String name, LongSupplier held, LongSupplier highest) {
    gauge(name, held);
    gauge(name + "_highest", highest);
  }

  /** From now on the figure of this name is what the supplier says; it is asked on any thread. */
  public void gauge(String name, LongSupplier figure) {
    gauges.put(name, figure);
  }

  /** What the figure of this name is now, for example {@code page_bytes}; 0 if there is none. */
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

  /** A socket was closed to make room for another. */
  public void socketEvicted() {
    count("socket", "evicted");
  }

  /** A socket did not say in time who it is, or what it wants. */
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
   * A run is over: {@code state} says how it ended, or {@code lost} when the log failed it, and the
   * next start gives it its end.
   */
  public void runEnded(String state) {
    runsEnded.increment();
    count("run_ended", state);
  }

  /** The grammar of runs put something right that an agent got wrong. */
  public void runRepaired(String repair) {
    count("run_repaired", repair);
  }

  /** A write of the log failed; the log is being opened anew. */
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

  /** The disk of the log came to be too full for users who store much. */
  public void storeShortOfRoom() {
    count("store", "short_of_room");
  }

  /** The disk of the log came to be too full for anything but the ends of runs. */
  public void storeLowOnRoom() {
    count("store", "low_on_room");
  }

  private void count(String fact, String kind) {
    counts.computeIfAbsent(fact + '.' + kind, key -> new LongAdder()).increment();
  }

  /** Connections that are open now. */
  public long openConnections() {
    // Closed first: a connection that closes in between is then never counted below zero.
    long closed = connectionsClosed.sum();
    return connectionsOpened.sum() - closed;
  }

  /** User contexts that live now. */
  public long liveContexts() {
    long ended = contextsEnded.sum();
    return contextsBorn.sum() - ended;
  }

  /** Runs that are open now. */
  public long openRuns() {
    long ended = runsEnded.sum();
    return runsStarted.sum() - ended;
  }

  /** How often a fact of this kind was counted, for example {@code run_repaired} and its name. */
  public long count(String factAndKind) {
    LongAdder adder = counts.get(factAndKind);
    return adder == null ? 0 : adder.sum();
  }

  /** All counts and figures by name, for a page or a log. */
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
