package dev.parley.gateway.user;

import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ThreadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One connection within its user's context: its cursors, and its ask until that is answered from
 * the batch just committed or from a page of the store. Used at the user's home only.
 */
public final class Reader {

  private final UserContext context;
  private Principal principal;
  private final Subscriber subscriber;
  private final Map<ThreadId, Subscription> subscriptions = new LinkedHashMap<>();
  private final Map<ThreadId, Integer> expected = new HashMap<>();
  private final Rounds rounds = new Rounds();
  private final UnderWay underWay = new UnderWay();
  private final Pages pages;
  private Home.Timer heartbeat = () -> {};
  private int asked;
  private boolean owesPage;
  private boolean beatIsDue;
  private boolean attached = true;

  Reader(UserContext context, Principal principal, Subscriber subscriber) {
    this.context = context;
    this.principal = principal;
    this.subscriber = subscriber;
    this.pages = new Pages(this, rounds);
  }

  /** Whose connection it is. */
  public Principal principal() {
    return principal;
  }

  /** A newer token counts; the threads that it does not allow to be read are not read any more. */
  List<ThreadId> refresh(Principal renewed) {
    context.home().check();
    principal = renewed;
    List<ThreadId> dropped =
        renewed.has(Scope.CHAT) ? List.of() : List.copyOf(subscriptions.keySet());
    dropped.forEach(this::unsubscribe);
    return dropped;
  }

  Subscriber subscriber() {
    return subscriber;
  }

  /** Answers a command. */
  public void reply(ServerSignal signal) {
    subscriber.reply(signal);
  }

  /** Closes the connection, behind everything that was given before. */
  public void close(CloseReason reason) {
    subscriber.close(reason);
  }

  void signal(ServerSignal signal) {
    subscriber.signal(Frame.of(MessageCodec.encode(signal)));
  }

  void startHeartbeat() {
    heartbeat = context.home().schedule(context.services().heartbeat(), this::beat);
  }

  // A heartbeat waits for room to write like everything that comes by itself.
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
            heads.put(thread, subscription.cursor());
          }
        });
    signal(new ServerSignal.Heartbeat(heads));
  }

  UserContext context() {
    return context;
  }

  Set<ThreadId> threads() {
    return subscriptions.keySet();
  }

  /** Whether these threads may be read beside those that are, or are about to be. */
  boolean hasRoomFor(Collection<ThreadId> threads) {
    Set<ThreadId> all = new HashSet<>(threads());
    all.addAll(expected.keySet());
    all.addAll(threads);
    return all.size() <= context.tier().subscriptions();
  }

  /** Whether something of what it reads was not given to it yet. */
  boolean isBehind() {
    return subscriptions.values().stream().anyMatch(Subscription::isBehind);
  }

  /** Keeps a place for a thread that a command under way will make this connection follow. */
  void expect(ThreadId thread) {
    expected.merge(thread, 1, Integer::sum);
  }

  /** Gives the place back. */
  void expectNoMore(ThreadId thread) {
    expected.computeIfPresent(thread, (id, commands) -> commands == 1 ? null : commands - 1);
  }

  /** Its appending commands that are not answered yet. */
  public UnderWay underWay() {
    return underWay;
  }

  /** Reads a thread on from behind the cursor, unless it reads it already. */
  void follow(ThreadState thread, long cursor) {
    boolean reads = subscriptions.containsKey(thread.id());
    boolean mayRead = principal.has(Scope.CHAT) || principal.has(Scope.AGENT);
    if (!attached || reads || !mayRead || !hasRoomFor(List.of(thread.id()))) {
      return;
    }
    signal(
        new ServerSignal.Subscribed(
            null, thread.id(), thread.epoch(), thread.oldest(), thread.head(), cursor));
    subscribe(thread, cursor, Duration.ZERO);
  }

  /** Reads the thread on from behind the cursor, wherever it was read before. */
  void subscribe(ThreadState thread, long cursor, Duration rollup) {
    if (!attached) {
      return;
    }
    unsubscribe(thread.id());
    Subscription subscription = new Subscription(this, thread, cursor, rollup);
    subscriptions.put(thread.id(), subscription);
    thread.add(subscription);
    wake(subscription);
  }

  /** The thread was deleted: reads what its name stands for now, from the beginning. */
  void beginAnew(Subscription subscription) {
    ThreadState thread = subscription.thread();
    subscriber.signal(gap(thread, ServerSignal.GapReason.EPOCH_CHANGED, thread.oldest()));
    subscribe(thread, 0, subscription.rollup());
  }

  void unsubscribe(ThreadId thread) {
    Subscription subscription = subscriptions.remove(thread);
    if (subscription != null) {
      subscription.end();
      rounds.remove(subscription);
      subscription.thread().remove(subscription);
      context.dropIfUnused(subscription.thread());
    }
  }

  /** Asks for at most so many bytes of events, or one event; parked until there is something. */
  public void ask(int bytes) {
    context.home().check();
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
    context.home().check();
    attached = false;
    asked = 0;
    heartbeat.cancel();
    List.copyOf(subscriptions.keySet()).forEach(this::unsubscribe);
    context.detached(this);
  }

  /** There is something to say about a thread, or will be when its pieces have gathered. */
  void wake(Subscription subscription) {
    context.home().check();
    if (reads(subscription)) {
      rounds.put(subscription);
      wake();
    }
  }

  /** Whether this is where the connection is in its thread; a cursor that was moved is another. */
  boolean reads(Subscription subscription) {
    return attached && subscriptions.get(subscription.thread().id()) == subscription;
  }

  /** Answers the ask if there is something to answer with. */
  void wake() {
    if (asked == 0 || !attached || rounds.isEmpty() || pages.isReading()) {
      return;
    }
    // Every second turn is that of a thread far behind, however busy the others are.
    if (owesPage && pages.begin(asked)) {
      owesPage = false;
      return;
    }
    owesPage = false;
    Room room = new Room(asked);
    List<Frame> frames = new ArrayList<>();
    rounds.serve(subscription -> serve(subscription, room, frames));
    owesPage |= rounds.isPageNext();
    if (!frames.isEmpty()) {
      answer(Answer.of(frames));
    } else if (owesPage) {
      owesPage = !pages.begin(asked);
    }
  }

  private boolean serve(Subscription subscription, Room room, List<Frame> frames) {
    subscription.take(room, frames);
    readTo(subscription, frames);
    owesPage |= subscription.needsPage();
    return subscription.needsPage() || !subscription.isBehind();
  }

  /** Frames were read up to the cursor: says so if that is the end of the replay. */
  void readTo(Subscription subscription, List<Frame> frames) {
    if (subscription.reachesEnd()) {
      ThreadId thread = subscription.thread().id();
      frames.add(
          Frame.of(MessageCodec.encode(new ServerSignal.CaughtUp(thread, subscription.cursor()))));
    }
  }

  void answer(Answer answer) {
    context.home().check();
    asked = 0;
    rounds.taken();
    subscriber.answer(answer);
  }

  static Frame gap(ThreadState thread, ServerSignal.GapReason reason, long oldest) {
    return Frame.of(
        MessageCodec.encode(new ServerSignal.Gap(thread.id(), reason, thread.epoch(), oldest)));
  }
}
