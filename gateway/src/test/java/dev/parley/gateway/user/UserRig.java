package dev.parley.gateway.user;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentThreads;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.limit.PageBudget;
import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.monitor.MetricLabels;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.NotificationId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.trace.Traces;
import dev.parley.gateway.user.home.Homes;
import dev.parley.gateway.user.home.ManualHome;
import dev.parley.gateway.user.inbox.InboxServices;
import dev.parley.gateway.user.inbox.OpenBroadcasts;
import dev.parley.gateway.user.read.ReadServices;
import dev.parley.gateway.user.read.Reader;
import dev.parley.gateway.user.run.RunConfig;
import dev.parley.gateway.user.run.RunServices;
import dev.parley.gateway.user.run.ToldEnds;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The domain as it is, over a log in memory, with one home in virtual time and agents that run when
 * the test settles. Used by one thread.
 */
public final class UserRig implements AutoCloseable {

  /** The idle timeout of runs. */
  public static final Duration IDLE = Duration.ofMinutes(2);

  /** The timeout of whole runs. */
  public static final Duration WHOLE = Duration.ofMinutes(30);

  /** An end that gives runs no time. */
  public static final DrainConfig AT_ONCE =
      new DrainConfig(Duration.ZERO, Duration.ZERO, Duration.ZERO);

  public static final Duration HEARTBEAT = Duration.ofSeconds(20);

  public final ManualHome home = new ManualHome();
  public final GatedLog log;
  public final ScriptedAgent agent = new ScriptedAgent();
  public final PageBudget pages = new PageBudget(1 << 20);
  public final Metrics metrics =
      new Metrics(
          new ByteAccount(),
          new ByteAccount(1 << 20),
          new MetricLabels(Set.of("early"), "early", Set.of("builtin", "other")));
  public final OpenBroadcasts open = new OpenBroadcasts();
  public final Services services;
  public final UserContexts contexts;
  private final Queue<Runnable> pool = new ArrayDeque<>();
  private boolean inPool;

  /** Where agents begin their work. */
  public Executor workers = pool::add;

  /** Where the stages of agents complete. */
  public Executor callbacks = pool::add;

  private final AtomicInteger connections = new AtomicInteger();
  private final List<RecordingSubscriber> seen = new ArrayList<>();

  public UserRig() {
    this(Map.of());
  }

  /** A rig with more agents than {@code builtin} and {@code other}, which do as the test says. */
  public UserRig(Map<String, Agent> more) {
    this(new MemoryLog(Clock.systemUTC(), IdSource.random()), more, 0, Map.of());
  }

  /** The next process, over the log that another rig has left. */
  public UserRig(EventLog left) {
    this(left, 0);
  }

  /** The same, with ids after this number. */
  public UserRig(EventLog left, int ids) {
    this(left, Map.of(), ids, Map.of());
  }

  /** A rig whose limits are not all as they are by default. */
  public static UserRig withLimits(Map<String, String> limits) {
    return new UserRig(new MemoryLog(Clock.systemUTC(), IdSource.random()), Map.of(), 0, limits);
  }

  /** The same over a log of the test's own, which it closes. */
  public static UserRig over(EventLog store, Map<String, String> limits) {
    return new UserRig(store, Map.of(), 0, limits);
  }

  /** A rig that tells these ends of runs. */
  public static UserRig telling(EventLog store, ToldEnds told) {
    return new UserRig(store, Map.of(), 0, Map.of(), told);
  }

  private UserRig(
      EventLog store, Map<String, Agent> more, int firstId, Map<String, String> limits) {
    this(store, more, firstId, limits, ToldEnds.NONE);
  }

  private UserRig(
      EventLog store,
      Map<String, Agent> more,
      int firstId,
      Map<String, String> limits,
      ToldEnds told) {
    AtomicInteger count = new AtomicInteger(firstId);
    IdSource ids = new IdSource(() -> "n" + count.incrementAndGet());
    log = new GatedLog(store);
    Map<AgentName, Agent> agents = new HashMap<>();
    agents.put(new AgentName("builtin"), agent);
    agents.put(new AgentName("other"), agent);
    more.forEach((name, other) -> agents.put(new AgentName(name), other));
    RunConfig runs = new RunConfig(IDLE, IDLE, WHOLE, new AgentName("builtin"));
    services =
        new Services(
            new RunServices(
                new Agents(agents),
                new AgentThreads(work -> workers.execute(work), task -> callbacks.execute(task)),
                ids,
                runs,
                told,
                (user, run, code) -> {},
                metrics,
                Traces.OFF),
            new ReadServices(log, pages, HEARTBEAT, metrics),
            new InboxServices(log.inboxes(), open),
            limits(limits),
            65536);
    contexts = new UserContexts(new Homes(List.of(home)), services);
  }

  private static LimitConfig limits(Map<String, String> set) {
    Problems problems = new Problems();
    return Settings.read(LimitConfig::read, set, problems);
  }

  /** A connection of Ada, whose tier is enterprise. */
  public Peer connect() {
    return connect("ada", "enterprise");
  }

  /** A connection that reads whatever there is. */
  public Peer connect(String user, String tier) {
    Peer peer = connectUnread(user, tier);
    peer.readOn(1 << 20);
    return peer;
  }

  /** A connection that does not ask for anything yet. */
  public Peer connectUnread(String user, String tier) {
    return connectUnread(user, tier, EnumSet.allOf(Scope.class));
  }

  /** The same with a token of these scopes. */
  public Peer connectUnread(String user, String tier, Set<Scope> scopes) {
    UserId name = new UserId("default", user);
    Principal principal = new Principal(name, tier, scopes, home.now());
    RecordingSubscriber subscriber = new RecordingSubscriber("c_" + connections.incrementAndGet());
    UserContext context = contexts.of(name);
    Reader reader = context.attach(principal, subscriber);
    context.welcome(reader);
    seen.add(subscriber);
    return new Peer(this, context, reader, subscriber);
  }

  /** Runs everything until nothing moves: home, agents and log. */
  public void settle() {
    home.await(
        () -> {
          home.runAll();
          runPool();
          // In this order: what a log gives the home, it gives before it is quiet.
          return log.isQuiet() && home.isEmpty() && pool.isEmpty();
        });
    seen.forEach(RecordingSubscriber::requireValid);
  }

  private void runPool() {
    inPool = true;
    for (Runnable work = pool.poll(); work != null; work = pool.poll()) {
      work.run();
    }
    inPool = false;
  }

  /** Whether what runs now is on a thread of the agents. */
  public boolean inPool() {
    return inPool;
  }

  /** Lets virtual time pass; everything settles at each alarm. */
  public void pass(Duration time) {
    settle();
    long until = home.nanoTime() + time.toNanos();
    while (home.passToNextAlarm(until)) {
      settle();
    }
    settle();
  }

  @Override
  public void close() {
    log.close();
  }

  /** Stores a broadcast to all; nobody looks for it yet. */
  void broadcast(String id) {
    Broadcast broadcast =
        new Broadcast(
            new BroadcastKey("default", new BroadcastId(id)),
            0,
            new NotificationId("n_" + id),
            new Audience.All(),
            new Notice("Title", "body", null, Priority.NORMAL),
            1,
            null,
            Long.MAX_VALUE);
    log.behind().inboxes().add(broadcast).toCompletableFuture().join();
    open.replace(log.behind().inboxes().all().toCompletableFuture().join());
  }
}
