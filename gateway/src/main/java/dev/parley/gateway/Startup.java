package dev.parley.gateway;

import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.alert.AlertInbox;
import dev.parley.gateway.alert.AlertWatch;
import dev.parley.gateway.alert.Condition;
import dev.parley.gateway.alert.Conditions;
import dev.parley.gateway.alert.DiskUse;
import dev.parley.gateway.alert.StallConfig;
import dev.parley.gateway.alert.Stalls;
import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.AuditRetention;
import dev.parley.gateway.auth.RevocationVerifier;
import dev.parley.gateway.auth.Revocations;
import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Reloadable;
import dev.parley.gateway.config.Reloads;
import dev.parley.gateway.hook.HookReceiver;
import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.limit.PageBudget;
import dev.parley.gateway.live.LiveConnections;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.monitor.FigureHistory;
import dev.parley.gateway.monitor.LoopHeartbeat;
import dev.parley.gateway.monitor.MetricLabels;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.monitor.Phases.Phase;
import dev.parley.gateway.notify.Notifier;
import dev.parley.gateway.notify.NotifyConfig;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.route.Router;
import dev.parley.gateway.trace.Traces;
import dev.parley.gateway.trace.otlp.OtlpTraces;
import dev.parley.gateway.transport.Admission;
import dev.parley.gateway.transport.ConnectionServices;
import dev.parley.gateway.transport.Loops;
import dev.parley.gateway.transport.ServerTls;
import dev.parley.gateway.user.Services;
import dev.parley.gateway.user.UserContexts;
import dev.parley.gateway.user.inbox.Broadcasts;
import dev.parley.gateway.user.inbox.InboxServices;
import dev.parley.gateway.user.inbox.OpenBroadcasts;
import dev.parley.gateway.user.read.ReadServices;
import dev.parley.gateway.user.run.Recovery;
import dev.parley.gateway.user.run.RunServices;
import dev.parley.gateway.user.run.ToldEnds;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start, phase by phase: configuration, listeners, store, recovery, agents, ready. The
 * listeners are bound first and serve health checks alone; once the store is open they serve
 * everything. Problems of all phases are collected and reported together. Used by one thread, once.
 */
final class Startup {

  private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

  /** Without the key sets. */
  private static final Duration TO_RELOAD = Duration.ofSeconds(30);

  private final GatewayConfig config;
  private final Problems problems;
  private final Clock clock = Clock.systemUTC();
  private final IdSource ids = IdSource.random();
  private final MetricLabels labels;
  private final Metrics metrics;
  private final Phases phases = new Phases(System::nanoTime);

  /** The ends of runs that users are told of by web hook. */
  private final ToldEnds told;

  private final StoreHealth health;
  private final RouteTable table;
  private final Admission admission;
  private final LiveConnections live = new LiveConnections(clock);
  private final Revocations revocations;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  Startup(GatewayConfig config, Problems problems) {
    this.config = config;
    this.problems = problems;
    labels = labels(config);
    metrics =
        new Metrics(
            config.outbound().account(), new ByteAccount(config.reads().recentBytes()), labels);
    revocations = new Revocations(config.revocations(), config.jwt().leeway(), clock);
    told =
        new ToldEnds(
            config.notifications().receiver().map(receiver -> config.notifications().after()),
            Set.copyOf(config.notifications().agents()));
    health = new StoreHealth(phases, metrics, System::nanoTime);
    table = new RouteTable(Endpoints.ofProcess(phases));
    admission =
        new Admission(
            principal -> config.limits().tier(principal.tier()).connections(),
            config.listener().sockets().tenantConnections(),
            config.listener().sockets().policy());
  }

  private static MetricLabels labels(GatewayConfig config) {
    Set<String> agents =
        config.agents().agents().keySet().stream()
            .map(AgentName::value)
            .collect(Collectors.toSet());
    return new MetricLabels(config.limits().tiers().keySet(), Principal.DEFAULT_TIER, agents);
  }

  private static long allocated(ToLongFunction<ByteBufAllocatorMetric> figure) {
    return ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider allocator
        ? figure.applyAsLong(allocator.metric())
        : 0;
  }

  Gateway run() {
    if (!problems.isEmpty()) {
      AgentRuntime.check(config, problems);
      config.tls().ifPresent(tls -> ServerTls.start(tls, clock, problems));
      StartupChecks.check(config, problems);
      throw new StartException(problems);
    }
    try {
      return start();
    } catch (RuntimeException failure) {
      if (!(failure instanceof StartException)) {
        phases.fail();
      }
      LOG.error("start failed: {}", phases.json());
      closeOpened();
      throw failure;
    }
  }

  private Gateway start() {
    Runnable watch = metrics.watchProcess();
    metrics.gauge(
        "parley_netty_direct_bytes",
        "Direct memory that Netty's allocator holds.",
        () -> allocated(ByteBufAllocatorMetric::usedDirectMemory));
    metrics.gauge(
        "parley_netty_heap_bytes",
        "Heap memory that Netty's allocator holds.",
        () -> allocated(ByteBufAllocatorMetric::usedHeapMemory));
    LimitGauges.add(metrics, config);
    metrics.gauge(
        "parley_revocations", "Revocations of tokens that are in force.", revocations::count);
    opened.push(watch::run);
    Traces traces = keep(traces());
    AgentRuntime agents = keep(AgentRuntime.of(config, clock, metrics, traces, problems));
    Authentication verified = keep(Authentication.of(config, clock, metrics, problems));
    Authentication authentication =
        verified.behind(
            verifier ->
                new RevocationVerifier(verifier, revocations, metrics::revokedTokenRefused));
    phases.begin(Phase.LISTENER);
    Loops loops = keep(new Loops(config.listener().binding().loops(), clock));
    List<LoopHeartbeat> heartbeats = loops.watch(metrics);
    Optional<ServerTls> tls = tls();
    Optional<Listeners> listeners = listen(authentication, tls, loops);
    phases.begin(Phase.STORE);
    EventLog log = openLog();
    if (listeners.isEmpty() || log == null || !problems.isEmpty()) {
      throw new StartException(problems);
    }
    phases.begin(Phase.RECOVERY);
    Recovery.Recovered recovered = recover(log, agents.agents());
    phases.begin(Phase.AGENTS);
    Services services = services(log, agents, traces);
    UserContexts contexts = new UserContexts(loops.homes(), services);
    Broadcasts broadcasts =
        new Broadcasts(
            loops.homes().all().get(0),
            services.inboxes(),
            ids,
            contexts,
            config.retention().age());
    broadcasts.open().toCompletableFuture().join();
    Audit audit = new Audit(log.audit(), clock, metrics::auditSuppressed);
    audit.open().toCompletableFuture().join();
    AuditRetention.start(audit, loops.homes().all().get(0), config.audit());
    revocations.open(log.revocations()).toCompletableFuture().join();
    RevocationExpiry.start(revocations, loops.homes().all().get(0));
    contexts.resumeRuns(recovered.open());
    int queued = resume(log, contexts);
    Reloads reloads = keep(reloads(authentication, tls));
    FigureHistory history = new FigureHistory(metrics, System.nanoTime());
    AlertWatch alerts = keep(watch(history, heartbeats, log, broadcasts, tls));
    table.replace(
        Endpoints.all(
            config,
            authentication,
            agents,
            admission,
            live,
            services,
            contexts,
            phases,
            broadcasts,
            history,
            alerts.alerts(),
            audit,
            revocations,
            reloads,
            clock),
        (principal, subscriber) -> Router.open(contexts, principal, subscriber),
        contexts::called);
    Optional<Notifier> notifier = notifier(log, contexts);
    phases.begin(Phase.READY);
    if (recovered.ended() > 0) {
      LOG.info("ended {} runs that the last process left open", recovered.ended());
    }
    if (!recovered.open().isEmpty()) {
      LOG.info("resuming {} runs that the last process left open", recovered.open().size());
    }
    if (queued > 0) {
      LOG.info("{} threads had queued messages", queued);
    }
    LOG.info("{}", phases.json());
    agents.probe(config);
    return new Gateway(
        config,
        new Gateway.Parts(
            phases,
            metrics,
            contexts,
            listeners.get(),
            log,
            notifier.<List<Runnable>>map(part -> List.of(part::close)).orElse(List.of()),
            List.of(alerts::close, agents::close, traces::close, authentication::close, watch),
            loops),
        authentication.developmentKey(),
        new SignalledReload(audit, reloads));
  }

  private Reloads reloads(Authentication authentication, Optional<ServerTls> tls) {
    return new Reloads(
        problems -> {
          List<Reloadable> parts = new ArrayList<>();
          tls.ifPresent(parts::add);
          ReloadedSettings.read(config, problems)
              .ifPresent(
                  now -> {
                    if (!now.developmentMode()) {
                      parts.add(authentication.keys().with(now.jwt()));
                    }
                    addKeys("alerts", config.alerts().receiver(), now.alerts().receiver(), parts);
                    addKeys(
                        "notify",
                        config.notifications().receiver(),
                        now.notifications().receiver(),
                        parts);
                  });
          return parts;
        },
        metrics::reloaded,
        TO_RELOAD.plus(config.verification().jwks().timeout()));
  }

  private static void addKeys(
      String section,
      Optional<HookReceiver> used,
      Optional<HookReceiver> now,
      List<Reloadable> parts) {
    used.ifPresent(
        receiver -> now.ifPresent(next -> parts.add(receiver.keys().with(section, next.keys()))));
  }

  /** Without a receiver, no class of the library that sends traces is loaded. */
  private Traces traces() {
    return config
        .traces()
        .url()
        .<Traces>map(
            url ->
                OtlpTraces.start(
                    url,
                    config.traces(),
                    Version.number(),
                    (outcome, spans) ->
                        metrics.spans(outcome.name().toLowerCase(Locale.ROOT), spans)))
        .orElse(Traces.OFF);
  }

  private AlertWatch watch(
      FigureHistory history,
      List<LoopHeartbeat> loops,
      EventLog log,
      Broadcasts broadcasts,
      Optional<ServerTls> tls) {
    Optional<DiskUse> disk =
        config.store().type() == StoreConfig.Type.MEMORY
            ? Optional.empty()
            : Optional.of(new DiskUse(config.store().path()));
    StallConfig stalls = config.alerts().stalls();
    Stalls seen =
        new Stalls(
            loops,
            health::workNanos,
            () -> live.behind(stalls.socketAge(), stalls.slowSocketCount()));
    List<Condition> conditions =
        new ArrayList<>(Conditions.of(config.alerts(), metrics, labels.agents(), disk, seen));
    tls.ifPresent(
        used -> conditions.add(Conditions.certificate(config.alerts(), () -> remaining(used))));
    return AlertWatch.start(
        config.alerts(),
        conditions,
        metrics,
        () -> !phases.isDraining(),
        nanos -> {
          disk.ifPresent(DiskUse::read);
          history.sample(nanos);
        },
        new AlertInbox(
            log.inboxes(), Optional.of(broadcasts).filter(all -> config.alerts().inbox()), metrics),
        clock);
  }

  /** The seconds for which the certificate is still valid. */
  private long remaining(ServerTls tls) {
    return Duration.between(clock.instant(), tls.expiry()).toSeconds();
  }

  private Optional<Notifier> notifier(EventLog log, UserContexts contexts) {
    NotifyConfig notify = config.notifications();
    metrics.gauge(
        "parley_run_hooks_waiting",
        "Web hooks of ends of runs that wait for an acknowledgement or their receiver now.",
        log.hooks()::waiting);
    Notifier.Presence presence =
        notify.when() == NotifyConfig.TellWhen.NOT_CONNECTED
            ? contexts::isConnected
            : user -> CompletableFuture.completedStage(false);
    return notify
        .receiver()
        .map(
            receiver ->
                keep(
                    Notifier.start(
                        log.hooks(),
                        receiver.client(clock)::send,
                        notify.after(),
                        presence,
                        metrics,
                        clock)));
  }

  private <T extends AutoCloseable> T keep(T part) {
    opened.push(part);
    return part;
  }

  private void closeOpened() {
    for (AutoCloseable part : opened) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("a part did not close after a failed start", e);
      }
    }
  }

  /** TLS of the listeners; nothing, with a problem, if its files are wrong. */
  private Optional<ServerTls> tls() {
    Optional<ServerTls> tls =
        config.tls().flatMap(files -> ServerTls.start(files, clock, problems));
    tls.ifPresent(this::keep);
    metrics.gauge(
        "parley_tls_handshakes_waiting",
        "Steps of TLS handshakes that wait for a thread now.",
        () -> tls.map(ServerTls::waiting).orElse(0));
    metrics.gauge(
        "parley_tls_certificate_expiry_timestamp_seconds",
        "When the certificate of the gateway, or one of its issuers', ends; 0 without TLS.",
        () -> tls.map(used -> used.expiry().getEpochSecond()).orElse(0L));
    metrics.gauge(
        "parley_tls_certificate_remaining_seconds",
        "Seconds until that certificate ends; negative after it, 0 without TLS.",
        () -> tls.map(this::remaining).orElse(0L));
    return tls;
  }

  private Optional<Listeners> listen(
      Authentication authentication, Optional<ServerTls> tls, Loops loops) {
    if (config.tls().isPresent() && tls.isEmpty()) {
      phases.fail();
      StartupChecks.checkPorts(config, problems); // nothing is served without the certificate
      return Optional.empty();
    }
    ConnectionServices connections =
        new ConnectionServices(
            table, authentication.verifier(), revocations, admission, live, ids, metrics, clock);
    Optional<Listeners> bound =
        Listeners.bind(
            config, new Listeners.Served(table, phases, connections, tls), loops, problems);
    bound.ifPresentOrElse(this::keep, phases::fail);
    return bound;
  }

  private @Nullable EventLog openLog() {
    QueueBound queue = new QueueBound(QueueBound.DEFAULT_BYTES);
    metrics.bytes("commit_queue", "Bytes that wait for the committer", queue::held, queue::highest);
    try {
      if (config.store().type() == StoreConfig.Type.MEMORY) {
        LOG.warn("store.type is memory: nothing is kept when the gateway ends");
        return keep(new MemoryLog(clock, ids, config.retention(), queue, health));
      }
      return problems.isEmpty() || StartupChecks.canWrite(config.store().path())
          ? keep(openStore(queue))
          : null;
    } catch (LogException e) {
      phases.fail();
      problems.addLine(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private EmbeddedLog openStore(QueueBound queue) {
    EmbeddedLog.LogOptions options =
        new EmbeddedLog.LogOptions(
            new DeltaCodec(),
            config.retention(),
            config.store().memory(),
            queue,
            config.store().minFree(),
            health);
    EmbeddedLog log = EmbeddedLog.open(config.store().path(), clock, ids, options);
    StoreGauges.add(metrics, log::figures, config.store().path(), System::nanoTime);
    metrics.counter(
        "parley_store_reads_total",
        "Entries of the store that were looked up or visited.",
        log::reads);
    return log;
  }

  private Recovery.Recovered recover(EventLog log, Agents agents) {
    try {
      return new Recovery(log, agents, told, clock).endOpenRuns();
    } catch (LogException e) {
      phases.fail();
      problems.addLine(String.valueOf(e.getMessage()));
      throw new StartException(problems);
    }
  }

  /** Starts the runs of messages that were queued before the restart. */
  private static int resume(EventLog log, UserContexts contexts) {
    List<ThreadKey> waiting = log.threadsWithQueue().toCompletableFuture().join();
    contexts.resume(waiting).toCompletableFuture().join();
    return waiting.size();
  }

  private Services services(EventLog log, AgentRuntime agents, Traces traces) {
    PageBudget pages = new PageBudget(config.reads().pageBytes());
    metrics.bytes("page", "Bytes of pages of the store in memory", pages::held, pages::highest);
    return new Services(
        new RunServices(
            agents.agents(),
            agents.pool().threads(),
            ids,
            config.runs(),
            told,
            live.errors()::failed,
            metrics,
            traces),
        new ReadServices(log, pages, config.listener().timeouts().heartbeat(), metrics),
        new InboxServices(log.inboxes(), new OpenBroadcasts()),
        config.limits(),
        config.listener().frames().maxBytes());
  }
}
