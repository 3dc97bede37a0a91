package dev.parley.gateway.monitor;

import dev.parley.gateway.limit.ByteAccount;
import io.micrometer.core.instrument.Counter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The counters and gauges of the gateway, with one method for each event that is counted. Callable
 * from any thread; never blocks. The names and meanings are those of the operations manual,
 * "Metrics".
 */
public final class Metrics {

  private static final String TIER = "tier";
  private static final String AGENT = "agent";
  private static final String REASON = "reason";

  private final Meters meters = new Meters();
  private final Scrape scrape = new Scrape(meters);
  private final MetricLabels labels;
  private final Latencies latencies;
  private final ByteAccount outbound;
  private final ByteAccount recent;

  private final LevelFamily connections =
      meters.levels("parley_connections", "Connections that are open now.", TIER);
  private final CounterFamily connectionsOpened =
      meters.counters("parley_connections_opened_total", "Connections that were opened.", TIER);
  private final CounterFamily connectionsClosed =
      meters.counters(
          "parley_connections_closed_total",
          "Connections that were closed. Reasons: those of close codes; peer: the client sent a"
              + " Close frame; lost: the socket ended without one.",
          REASON);
  private final CounterFamily handshakesRefused =
      meters.counters(
          "parley_handshakes_refused_total",
          "HTTP requests and handshakes that were refused before their endpoint.",
          "status");
  private final CounterFamily authenticationsFailed =
      meters.counters(
          "parley_authentications_failed_total",
          "WebSockets that ended before their user was known.",
          REASON);
  private final Counter revokedTokensRefused =
      meters.counter(
          "parley_revoked_tokens_refused_total",
          "Tokens that were refused only because they are revoked.");
  private final Counter socketsEvicted =
      meters.counter("parley_sockets_evicted_total", "Sockets that were closed for newer ones.");
  private final Counter deadlinesMissed =
      meters.counter(
          "parley_socket_deadlines_missed_total",
          "Sockets that sent no token, or no whole request, in time.");
  private final CounterFamily tlsHandshakes =
      meters.counters(
          "parley_tls_handshakes_total",
          "TLS handshakes by how they ended. done; failed: no common version or cipher, or a broken"
              + " message; lost: closed or timed out before the end; plain_http, not_tls, too_large:"
              + " the socket was closed for what it sent; renegotiation: a second one was refused;"
              + " empty_records: too many records without data came, then or later.",
          "outcome");
  private final CounterFamily reloads =
      meters.counters(
          "parley_reloads_total",
          "Reloads of keys and certificate: done; refused: a mistake in them, or too slow, and nothing changed; failed.",
          "outcome");
  private final Counter framesReceived =
      meters.counter("parley_frames_received_total", "WebSocket frames of clients.");
  private final Counter framesSent =
      meters.counter(
          "parley_frames_sent_total",
          "Text frames, and events of event streams, that were written to sockets.");
  private final CounterFamily commands =
      meters.counters("parley_commands_total", "Valid commands, by type.", "type");
  private final CounterFamily commandsRefused =
      meters.counters(
          "parley_commands_refused_total",
          "Commands and frames that were answered with an error, by its code.",
          "code");
  private final AtomicLong users = new AtomicLong();
  private final Counter usersEntered =
      meters.counter("parley_users_entered_total", "Users that came to be counted as present.");
  private final Counter usersLeft =
      meters.counter("parley_users_left_total", "Users that are no longer counted as present.");
  private final LevelFamily runs = meters.levels("parley_runs", "Runs that are open now.", AGENT);
  private final CounterFamily runsStarted =
      meters.counters(
          "parley_runs_started_total", "Runs that were started, or resumed at a start.", AGENT);
  private final CounterFamily runsEnded =
      meters.counters(
          "parley_runs_ended_total",
          "Runs that ended in this state; lost: the log failed, and the next start ends it;"
              + " detached: the next process goes on with it.",
          AGENT,
          "state");
  private final CounterFamily runRepairs =
      meters.counters(
          "parley_run_repairs_total",
          "Mistakes of agents that the grammar of runs repaired, by repair.",
          "repair");
  private final Counter lateAgentEvents =
      meters.counter(
          "parley_agent_events_late_total",
          "Events of agents that were dropped, because their run was cancelled or had ended.");
  private final CounterFamily runsFailed =
      meters.counters(
          "parley_runs_failed_total",
          "Runs that ended failed, by the code of their agent_failed.",
          AGENT,
          "code");
  private final CounterFamily eventsMerged =
      meters.counters(
          "parley_events_merged_total",
          "Deltas that became part of another event before they were stored (append), or of another"
              + " frame on the way to a connection that was behind or asked for rollup (read).",
          "stage");
  private final CounterFamily httpAnswers =
      meters.counters(
          "parley_http_answers_total", "HTTP requests that were answered, by status.", "status");
  private final CounterFamily socketLimits =
      meters.counters(
          "parley_socket_limits_total",
          "Sockets that met a limit: address_full and all_full (only health checks are answered),"
              + " idle_closed, oldest_closed, caller_closed, full_closed, no_proxy, no_header.",
          REASON);
  private final UpstreamMetrics upstreams = new UpstreamMetrics(meters);
  private final VerificationMetrics verifications = new VerificationMetrics(meters);
  private final CompressionMetrics compression = new CompressionMetrics(meters);
  private final BiConsumer<String, LongSupplier> loopDelays =
      meters.nanosGauges(
          "parley_loop_delay_highest_seconds",
          "The longest delay of an event loop in the last minute.",
          "loop");
  private final Counter eventsAppended =
      meters.counter("parley_events_appended_total", "Events that the log has stored.");
  private final CounterFamily storeIncidents =
      meters.counters(
          "parley_store_incidents_total",
          "Incidents of the store: lost, reopened, slow_write, short_of_room, low_on_room,"
              + " broadcast_dropped, record_damaged (left out where others were read; counted once).",
          "incident");
  private final CounterFamily spans =
      meters.counters(
          "parley_spans_total",
          "Spans of traces that ended, by what became of them: sent, failed (the receiver did not"
              + " take them), dropped (too many waited for it).",
          "outcome");

  private final CounterFamily runHooks =
      meters.counters(
          "parley_run_hooks_total",
          "Web hooks of ends of runs that do not wait any more, by outcome: acknowledged, sent,"
              + " connected (notify.when), refused by the receiver, expired, damaged in the store, or"
              + " dropped because too many wait.",
          "outcome");

  private final BiConsumer<String, LongSupplier> alerts =
      meters.gauges(
          "parley_alert_firing", "1 while the alert of this name fires, else 0.", "alert");

  private final Counter auditSuppressed =
      meters.counter(
          "parley_audit_suppressed_total",
          "Refused calls of operators that are not in the audit log, because the same, or too many"
              + " of the user or tenant, were recorded in the last hour.");
  private final Counter alertsNotTold =
      meters.counter(
          "parley_alert_notices_failed_total",
          "Steps of telling operators of alerts in their inboxes that the store refused, or that"
              + " were dropped because too many waited.");

  /** Counts bytes without a bound, and knows no names. */
  public Metrics() {
    this(
        new ByteAccount(),
        new ByteAccount(),
        new MetricLabels(Set.of(), MetricLabels.OTHER, Set.of()));
  }

  /**
   * Counts bytes in these accounts: see {@link #outbound} and {@link #recent}.
   *
   * @param labels the tiers and agents of the settings
   */
  public Metrics(ByteAccount outbound, ByteAccount recent, MetricLabels labels) {
    this.labels = labels;
    this.latencies = new Latencies(labels);
    meters.latencies(latencies.families());
    this.outbound = outbound;
    this.recent = recent;
    bytes("outbound", "Bytes that wait for sockets", outbound::held, outbound::highest);
    bytes("recent", "Bytes of recent events in memory", recent::held, recent::highest);
    gauge(
        "parley_users",
        "Users that have a connection, an open run or a limit in use now.",
        users::get);
  }

  /** How long each stage takes. */
  public Latencies latencies() {
    return latencies;
  }

  /** The figures of tokens that public keys verify. */
  public VerificationMetrics verifications() {
    return verifications;
  }

  /** The delay of an event loop of this number, from 0. Called once for each loop. */
  public LoopDelay loopDelay(String loop) {
    LoopDelay delay = new LoopDelay(latencies.loopDelay(loop));
    loopDelays.accept(loop, delay::highestNanos);
    return delay;
  }

  /** The bytes that wait for sockets: in all, by tenant, by user and by connection. */
  public ByteAccount outbound() {
    return outbound;
  }

  /** The bytes of recent events that are cached for readers a little behind. */
  public ByteAccount recent() {
    return recent;
  }

  /**
   * Adds the gauges {@code parley_NAME_bytes} and, for its maximum since the start, {@code
   * parley_NAME_highest_bytes}.
   *
   * @param help without a full stop
   */
  public void bytes(String name, String help, LongSupplier held, LongSupplier highest) {
    gauge("parley_" + name + "_bytes", help + " now.", held);
    gauge("parley_" + name + "_highest_bytes", help + ", at most since the start.", highest);
  }

  /** Adds a counter with this name; the supplier is called on the thread that scrapes. */
  public void counter(String name, String help, LongSupplier count) {
    meters.counter(name, help, count);
  }

  /** Adds a gauge with this name; the supplier is called on the thread that scrapes. */
  public void gauge(String name, String help, LongSupplier figure) {
    meters.gauge(name, help, figure);
  }

  /**
   * Adds gauges with one label; what is returned adds one for a value of it. The suppliers are
   * called on the thread that scrapes.
   */
  public BiConsumer<String, LongSupplier> gauges(String name, String help, String label) {
    return meters.gauges(name, help, label);
  }

  /** Adds the alert of this name; the supplier is called on the thread that scrapes. */
  public void alert(String name, BooleanSupplier isFiring) {
    alerts.accept(name, () -> isFiring.getAsBoolean() ? 1 : 0);
  }

  /** A connection of a user whose token names this tier has opened. */
  public void connectionOpened(String tier) {
    connectionsOpened.increment(labels.tier(tier));
    connections.add(labels.tier(tier), 1);
  }

  /**
   * A connection of a user ended.
   *
   * @param tier the tier with which it was opened
   * @param reason the name of a close reason, {@code peer} or {@code lost}
   */
  public void connectionClosed(String tier, String reason) {
    connections.add(labels.tier(tier), -1);
    connectionsClosed.increment(lowerCase(reason));
  }

  /** A handshake was refused with this HTTP status. */
  public void handshakeRefused(int status) {
    handshakesRefused.increment(Integer.toString(status));
  }

  /** A socket was evicted for a newer one. */
  public void socketEvicted() {
    socketsEvicted.increment();
  }

  /** A socket sent no token, or no request, in time. */
  public void deadlineMissed() {
    deadlinesMissed.increment();
  }

  /** Files were read again, with this outcome. */
  public void reloaded(String outcome) {
    reloads.increment(outcome);
  }

  /** A TLS handshake ended in this way. */
  public void tlsHandshake(String outcome) {
    tlsHandshakes.increment(lowerCase(outcome));
  }

  /**
   * A WebSocket ended before its user was known; the reason is as for {@link #connectionClosed}.
   */
  public void authenticationFailed(String reason) {
    authenticationsFailed.increment(lowerCase(reason));
  }

  /** A token that is valid but for its revocation was refused. */
  public void revokedTokenRefused() {
    revokedTokensRefused.increment();
  }

  private static String lowerCase(String reason) {
    return reason.toLowerCase(Locale.ROOT);
  }

  /** What compression of messages saves. */
  public CompressionMetrics compression() {
    return compression;
  }

  public void frameIn() {
    framesReceived.increment();
  }

  public void framesOut(int frames) {
    framesSent.increment(frames);
  }

  /** A valid command of this type has come. */
  public void commandReceived(String type) {
    commands.increment(type);
  }

  /** A command, or a frame that is none, was answered with an error of this code. */
  public void commandRefused(String code) {
    commandsRefused.increment(code);
  }

  public void contextBorn() {
    usersEntered.increment();
    users.incrementAndGet();
  }

  public void contextEnded() {
    usersLeft.increment();
    users.decrementAndGet();
  }

  /** A run of this agent is open from now on. */
  public void runStarted(String agent) {
    runsStarted.increment(labels.agent(agent));
    runs.add(labels.agent(agent), 1);
  }

  /**
   * A run has ended with this state, or with {@code lost}: the log failed, and its end is appended
   * at the next start.
   */
  public void runEnded(String agent, String state) {
    runs.add(labels.agent(agent), -1);
    runsEnded.increment(labels.agent(agent), state);
  }

  /** A run of this agent failed with this error code. */
  public void runFailed(String agent, String code) {
    runsFailed.increment(labels.agent(agent), code);
  }

  /** So many deltas were merged into others before they were stored. */
  public void mergedOnAppend(int events) {
    eventsMerged.add("append", events);
  }

  /** So many events were merged into the frames of others. */
  public void mergedOnRead(long events) {
    eventsMerged.add("read", events);
  }

  /** An HTTP request was answered with this status. */
  public void httpAnswered(int status) {
    httpAnswers.increment(Integer.toString(status));
  }

  /** A socket met this limit. */
  public void socketLimited(String reason) {
    socketLimits.increment(lowerCase(reason));
  }

  /** The figures of services of agents. */
  public UpstreamMetrics upstreams() {
    return upstreams;
  }

  /** So many spans were sent, or were not: the outcome says which. */
  public void spans(String outcome, int count) {
    spans.add(outcome, count);
  }

  /** The grammar of runs repaired a mistake of an agent. */
  public void runRepaired(String repair) {
    runRepairs.increment(repair);
  }

  /** An event of an agent was dropped, because its run was cancelled or has ended. */
  public void lateAgentEvent() {
    lateAgentEvents.increment();
  }

  /** So many events were stored. */
  public void eventsAppended(int events) {
    eventsAppended.increment(events);
  }

  /** So many web hooks of ends of runs were acknowledged before they were sent. */
  public void runHooksAcknowledged(int hooks) {
    if (hooks > 0) {
      runHooks.add("acknowledged", hooks);
    }
  }

  /** A web hook of the end of a run has ended so. */
  public void runHookEnded(String outcome) {
    runHooks.increment(outcome);
  }

  /** A refused call of an operator was not recorded. */
  public void auditSuppressed() {
    auditSuppressed.increment();
  }

  /** An alert could not be told, or kept, in the store. */
  public void alertNotTold() {
    alertsNotTold.increment();
  }

  /** A write of the log failed; the log is being opened again. */
  public void storeLost() {
    storeIncidents.increment("lost");
  }

  /** The log is open again after a failed write. */
  public void storeReopened() {
    storeIncidents.increment("reopened");
  }

  /** A synced write of the log took longer than a second. */
  public void storeSlow() {
    storeIncidents.increment("slow_write");
  }

  /** The disk of the log became too full for users who store much. */
  public void storeShortOfRoom() {
    storeIncidents.increment("short_of_room");
  }

  /** The disk of the log became too full for anything but the ends of runs. */
  public void storeLowOnRoom() {
    storeIncidents.increment("low_on_room");
  }

  /** So many damaged broadcasts were removed. */
  public void storeBroadcastsDropped(int broadcasts) {
    for (int i = 0; i < broadcasts; i++) {
      storeIncidents.increment("broadcast_dropped");
    }
  }

  /** A record of the log is damaged. */
  public void storeRecordDamaged() {
    storeIncidents.increment("record_damaged");
  }

  /** Connections that are open now. */
  public long openConnections() {
    return connections.sum();
  }

  /** User contexts that exist now. */
  public long liveContexts() {
    return users.get();
  }

  /** Runs that are open now. */
  public long openRuns() {
    return runs.sum();
  }

  /**
   * The sum of all series of a counter that have these labels; 0 if there are none.
   *
   * @param tags names and values in turn, for example {@code "state", "completed"}
   */
  public long count(String name, String... tags) {
    return meters.count(name, tags);
  }

  /**
   * The sum of all series of a gauge, for example {@code parley_page_bytes}; 0 if there are none.
   */
  public long figure(String name) {
    // NaN becomes 0.
    return (long) meters.figure(name);
  }

  /** The sum of all series of a gauge; NaN if there are none. */
  double level(String name) {
    return meters.figure(name);
  }

  /** The sums of all counters and gauges by name. */
  public Map<String, Long> snapshot() {
    return meters.sums();
  }

  /** What {@code /metrics} has, but for the figures of the Java process, in a fixed order. */
  public List<MetricFamily> families() {
    return meters.families();
  }

  /**
   * Adds the figures of the Java process, until the result is run. They are not among {@link
   * #families}.
   */
  public Runnable watchProcess() {
    return new ProcessMeters(meters.registry())::close;
  }

  /** The text of {@code /metrics}. */
  public Scrape scrape() {
    return scrape;
  }
}
