package dev.parley.gateway.user.read;

import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.limit.ByteAllowance;
import dev.parley.gateway.monitor.Latencies;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.thread.Frame;
import dev.parley.gateway.user.thread.ThreadState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection within its user's context: its cursors, and its ask until that is answered from
 * recent events or from a page of the store. Used at the user's home only.
 */
public final class Reader implements Subscription.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(Reader.class);

  private final Readers readers;
  private final Home home;
  private Principal principal;
  private final Subscriber subscriber;
  private final Map<ThreadId, Subscription> subscriptions = new LinkedHashMap<>();
  private final Map<ThreadId, Integer> reserved = new HashMap<>();
  private final ReadScheduler scheduler = new ReadScheduler();
  private final UnansweredAppends unanswered = new UnansweredAppends();
  private final Pages pages;
  private Home.Timer heartbeat = () -> {};
  private int asked;
  private long inboxGiven;
  private boolean pageIsDue;
  private boolean beatIsDue;
  private boolean ackIsDue;
  private boolean attached = true;

  Reader(Principal principal, Subscriber subscriber, Readers readers) {
    this.readers = readers;
    this.home = readers.home();
    this.principal = principal;
    this.subscriber = subscriber;
    this.pages = new Pages(this, scheduler, home, readers.services());
  }

  /** The bearer of the connection's newest token. */
  public Principal principal() {
    return principal;
  }

  /**
   * A newer token counts. Returns the threads that are not read any more, as it does not allow it.
   */
  public List<ThreadId> refresh(Principal renewed) {
    home.check();
    principal = renewed;
    List<ThreadId> dropped =
        renewed.has(Scope.CHAT) ? List.of() : List.copyOf(subscriptions.keySet());
    dropped.forEach(this::unsubscribe);
    return dropped;
  }

  public Subscriber subscriber() {
    return subscriber;
  }

  /** Answers a command. */
  public void reply(ServerSignal signal) {
    subscriber.reply(signal);
  }

  /** The command is carried out, and its type has no answer. */
  public void done() {
    subscriber.done();
  }

  /** Closes the connection, after everything that was given before. */
  public void close(CloseReason reason) {
    subscriber.close(reason);
  }

  /** Gives a signal that answers no command. */
  public void signal(ServerSignal signal) {
    subscriber.signal(Frame.of(MessageCodec.encode(signal)));
  }

  /** From now on tells the connection of the cursors that have moved, once a period. */
  public void startHeartbeat() {
    home.check();
    heartbeat = home.schedule(readers.services().heartbeat(), this::beat);
  }

  // A heartbeat waits for an ask, as everything does that answers no command.
  private void beat() {
    beatIsDue = true;
    beatIfAsked();
    startHeartbeat();
  }

  private void beatIfAsked() {
    if (asked == 0 || !beatIsDue) {
      return;
    }
    beatIsDue = false;
    Map<ThreadId, Long> heads = new LinkedHashMap<>();
    subscriptions.forEach(
        (thread, subscription) -> {
          if (subscription.movedSinceHeartbeat()) {
            heads.put(thread, subscription.seq());
          }
        });
    signal(new ServerSignal.Heartbeat(heads));
  }

  /** This connection has acknowledged the thread up to a seq: only others are told of that. */
  public void hasAcknowledged(ThreadId thread, long seq) {
    home.check();
    Subscription subscription = subscriptions.get(thread);
    if (subscription != null) {
      subscription.knowsAcknowledged(seq);
    }
  }

  /** It waits for an ask, so that a connection which reads slowly is told of the newest only. */
  @Override
  public void acknowledged() {
    ackIsDue = true;
    wake();
  }

  private void addAcknowledged(List<Frame> frames) {
    ackIsDue = false;
    subscriptions.forEach(
        (thread, subscription) -> {
          long seq = subscription.takeAcknowledged();
          if (seq > 0) {
            frames.add(Frame.of(MessageCodec.encode(new ServerSignal.Acknowledged(thread, seq))));
          }
        });
  }

  Set<ThreadId> threads() {
    return subscriptions.keySet();
  }

  /** Whether these threads may be read in addition to those that are, or are about to be. */
  public boolean hasRoomFor(Collection<ThreadId> threads) {
    Set<ThreadId> all = new HashSet<>(threads());
    all.addAll(reserved.keySet());
    all.addAll(threads);
    return all.size() <= readers.tier().subscriptions();
  }

  /** Whether an event of a thread that it reads was not given to it yet. */
  boolean isBehind() {
    return subscriptions.values().stream().anyMatch(Subscription::isBehind);
  }

  /** Keeps a place for a thread that an unanswered command will make this connection read. */
  public void reserve(ThreadId thread) {
    home.check();
    reserved.merge(thread, 1, Integer::sum);
  }

  /** Gives the place back. */
  public void unreserve(ThreadId thread) {
    reserved.computeIfPresent(thread, (id, commands) -> commands == 1 ? null : commands - 1);
  }

  /** Its appending commands that are not answered yet. */
  public UnansweredAppends unanswered() {
    return unanswered;
  }

  /** Reads a thread from after this seq, unless it is read already. */
  public void follow(ThreadState thread, long after) {
    boolean reads = subscriptions.containsKey(thread.id());
    if (!attached || reads || !principal.mayRead() || !hasRoomFor(List.of(thread.id()))) {
      return;
    }
    signal(
        new ServerSignal.Subscribed(
            null, thread.id(), thread.epoch(), thread.oldest(), thread.head(), after));
    subscribe(thread, after, Duration.ZERO);
  }

  /** Reads the thread from after this seq, wherever it was read before. */
  void subscribe(ThreadState thread, long after, Duration rollup) {
    if (!attached) {
      return;
    }
    unsubscribe(thread.id());
    if (thread.id().isInbox()) {
      inboxGiven = after;
    }
    Subscription subscription = new Subscription(this, home, thread, after, rollup);
    subscriptions.put(thread.id(), subscription);
    subscriber.subscriptions(subscriptions.size());
    wake(subscription);
  }

  @Override
  public void resumed(long nanos) {
    latencies().resume(readers.tier().tier().name()).record(nanos);
  }

  @Override
  public void delivered(long nanos) {
    latencies().delivery(readers.tier().tier().name()).record(nanos);
  }

  @Override
  public void merged(long events) {
    readers.services().metrics().mergedOnRead(events);
  }

  private Latencies latencies() {
    return readers.services().metrics().latencies();
  }

  @Override
  public void restart(Subscription subscription) {
    ThreadState thread = subscription.thread();
    try {
      subscriber.signal(gap(thread, ServerSignal.GapReason.EPOCH_CHANGED, thread.oldest()));
      subscribe(thread, 0, subscription.rollup());
    } catch (RuntimeException | Error fault) {
      failed(fault);
    }
  }

  /**
   * The connection cannot be given what it reads: its client reads on with another one. Those who
   * tell it that there is something go on with the next connection.
   */
  void failed(Throwable fault) {
    LOG.error("a connection cannot be given what it reads", fault);
    asked = 0;
    close(CloseReason.FAULT);
  }

  void unsubscribe(ThreadId thread) {
    Subscription subscription = subscriptions.remove(thread);
    if (subscription != null) {
      subscriber.subscriptions(subscriptions.size());
      scheduler.remove(subscription);
      readers.progressed();
      // Last: the context may end with it.
      subscription.close();
    }
  }

  /** Asks for at most so many bytes of events, or one event; parked until there is something. */
  public void ask(int bytes) {
    home.check();
    asked = bytes;
    beatIfAsked();
    wake();
  }

  /** The bytes that were asked for; 0 when the ask was answered. */
  int asked() {
    return asked;
  }

  /** The connection has closed. */
  public void detach() {
    home.check();
    attached = false;
    asked = 0;
    heartbeat.cancel();
    List.copyOf(subscriptions.keySet()).forEach(this::unsubscribe);
    readers.detached(this);
  }

  @Override
  public void wake(Subscription subscription) {
    home.check();
    if (reads(subscription)) {
      scheduler.put(subscription);
      wake();
    }
  }

  /** Whether the connection reads the thread with this subscription, and not with a later one. */
  boolean reads(Subscription subscription) {
    return attached && subscriptions.get(subscription.thread().id()) == subscription;
  }

  /** Answers the ask if there is something to answer with. */
  void wake() {
    if (asked == 0 || !attached || pages.isReading() || (scheduler.isEmpty() && !ackIsDue)) {
      return;
    }
    try {
      serve();
    } catch (RuntimeException | Error fault) {
      failed(fault);
    }
  }

  private void serve() {
    // Every second answer is a page for a thread that is far behind, however busy the others are.
    if (pageIsDue && pages.begin(asked)) {
      pageIsDue = false;
      return;
    }
    pageIsDue = false;
    ByteAllowance allowance = new ByteAllowance(asked);
    List<Frame> frames = new ArrayList<>();
    scheduler.serve(subscription -> serve(subscription, allowance, frames));
    if (ackIsDue) {
      addAcknowledged(frames);
    }
    pageIsDue |= scheduler.isPageNext();
    if (!frames.isEmpty()) {
      answer(Answer.of(frames));
    } else if (pageIsDue) {
      pageIsDue = !pages.begin(asked);
    }
  }

  private boolean serve(Subscription subscription, ByteAllowance allowance, List<Frame> frames) {
    subscription.take(allowance, frames);
    readTo(subscription, frames);
    pageIsDue |= subscription.needsPage();
    return subscription.needsPage() || !subscription.isBehind();
  }

  /** Frames were read up to the cursor. Adds {@code caught_up} if that is the end of the replay. */
  void readTo(Subscription subscription, List<Frame> frames) {
    if (subscription.reachesEnd()) {
      ThreadId thread = subscription.thread().id();
      frames.add(
          Frame.of(MessageCodec.encode(new ServerSignal.CaughtUp(thread, subscription.seq()))));
    }
  }

  void answer(Answer answer) {
    home.check();
    asked = 0;
    scheduler.turnOver();
    subscriber.answer(withInbox(answer));
    readers.progressed();
  }

  /** Everything up to the cursor of the inbox is in this answer or in one before. */
  private Answer withInbox(Answer answer) {
    Subscription inbox = subscriptions.get(ThreadId.INBOX);
    if (inbox == null || inbox.seq() <= inboxGiven) {
      return answer;
    }
    inboxGiven = inbox.seq();
    long given = inboxGiven;
    return answer.whenWritten(() -> readers.inbox().written(given));
  }

  static Frame gap(ThreadState thread, ServerSignal.GapReason reason, long oldest) {
    return Frame.of(
        MessageCodec.encode(new ServerSignal.Gap(thread.id(), reason, thread.epoch(), oldest)));
  }
}
