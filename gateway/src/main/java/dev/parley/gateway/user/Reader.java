package dev.parley.gateway.user;

import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.log.Page;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ThreadId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
  private Home.Timer heartbeat = () -> {};
  private int asked;
  private boolean reading;
  private boolean owesPage;
  private boolean attached = true;

  Reader(UserContext context, Principal principal, Subscriber subscriber) {
    this.context = context;
    this.principal = principal;
    this.subscriber = subscriber;
  }

  /** Whose connection it is. */
  public Principal principal() {
    return principal;
  }

  /** A newer token counts; the threads that it does not allow to be read are not read any more. */
  List<ThreadId> refresh(Principal renewed) {
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

  void signal(ServerSignal signal) {
    subscriber.signal(Frame.of(MessageCodec.encode(signal)));
  }

  void startHeartbeat() {
    heartbeat = context.home().schedule(context.services().heartbeat(), this::beat);
  }

  private void beat() {
    Map<ThreadId, Long> heads = new LinkedHashMap<>();
    subscriptions.forEach(
        (thread, subscription) -> {
          if (subscription.movedSinceHeartbeat()) {
            heads.put(thread, subscription.cursor());
          }
        });
    signal(new ServerSignal.Heartbeat(heads));
    startHeartbeat();
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

  /**
   * Reads a thread on from an event of its own, that event included, unless it reads it already. A
   * thread that was deleted since may have no such event yet.
   */
  void follow(ThreadState thread, long seq) {
    boolean reads = subscriptions.containsKey(thread.id());
    boolean mayRead = principal.has(Scope.CHAT) || principal.has(Scope.AGENT);
    if (!attached || reads || !mayRead || !hasRoomFor(List.of(thread.id()))) {
      return;
    }
    long cursor = Math.min(seq - 1, thread.head());
    signal(
        new ServerSignal.Subscribed(
            null, thread.id(), thread.epoch(), thread.oldest(), thread.head(), cursor));
    subscribe(thread, cursor);
  }

  /** Reads the thread on from behind the cursor, wherever it was read before. */
  void subscribe(ThreadState thread, long cursor) {
    if (!attached) {
      return;
    }
    unsubscribe(thread.id());
    Subscription subscription = new Subscription(this, thread, cursor);
    subscriptions.put(thread.id(), subscription);
    thread.add(subscription);
    wake();
  }

  /** The thread was deleted: reads what its name stands for now, from the beginning. */
  void beginAnew(Subscription subscription) {
    ThreadState thread = subscription.thread();
    signal(
        new ServerSignal.Gap(
            thread.id(), ServerSignal.GapReason.EPOCH_CHANGED, thread.epoch(), thread.oldest()));
    subscribe(thread, 0);
  }

  void unsubscribe(ThreadId thread) {
    Subscription subscription = subscriptions.remove(thread);
    if (subscription != null) {
      subscription.thread().remove(subscription);
      context.dropIfUnused(subscription.thread());
    }
  }

  /** Asks for at most so many bytes of events, or one event; parked until there is something. */
  public void ask(int bytes) {
    asked = bytes;
    wake();
  }

  /** The connection has closed. */
  public void detach() {
    attached = false;
    heartbeat.cancel();
    List.copyOf(subscriptions.keySet()).forEach(this::unsubscribe);
    context.detached(this);
  }

  /** Answers the ask if there is something to answer with. */
  void wake() {
    if (asked == 0 || reading || !attached || readOwedPage()) {
      return;
    }
    Subscription.Room room = new Subscription.Room(asked);
    List<Frame> frames = new ArrayList<>();
    Subscription unread = null;
    for (Subscription subscription : List.copyOf(subscriptions.values())) {
      if (!subscription.isReady()) {
        continue;
      }
      frames.addAll(subscription.takeJustCommitted(room));
      if (subscription.reachesEnd()) {
        frames.add(caughtUp(subscription));
      } else if (unread == null && subscription.isBehind()) {
        unread = subscription;
      }
    }
    if (!frames.isEmpty()) {
      owesPage = unread != null;
      answer(frames);
    } else if (unread != null) {
      read(unread, room.left());
    }
  }

  // Every second turn is that of a thread far behind, however busy the others are.
  private boolean readOwedPage() {
    if (!owesPage) {
      return false;
    }
    owesPage = false;
    for (Subscription subscription : subscriptions.values()) {
      if (subscription.needsPage()) {
        read(subscription, asked);
        return true;
      }
    }
    return false;
  }

  private void answer(List<Frame> frames) {
    asked = 0;
    subscriber.answer(Answer.of(frames));
  }

  private static Frame caughtUp(Subscription subscription) {
    ServerSignal signal =
        new ServerSignal.CaughtUp(subscription.thread().id(), subscription.cursor());
    return Frame.of(MessageCodec.encode(signal));
  }

  private void read(Subscription subscription, int bytes) {
    reading = true;
    moveToBack(subscription);
    context
        .services()
        .log()
        .read(subscription.thread().key(), subscription.cursor(), bytes)
        .whenComplete(
            (page, failure) -> context.home().execute(() -> readDone(subscription, page, failure)));
  }

  // Round robin: the thread that is read now comes last in the next answer.
  private void moveToBack(Subscription subscription) {
    ThreadId thread = subscription.thread().id();
    subscriptions.remove(thread);
    subscriptions.put(thread, subscription);
  }

  private void readDone(
      Subscription subscription, @Nullable Page page, @Nullable Throwable failure) {
    reading = false;
    if (!attached) {
      return;
    }
    if (page == null || failure != null) {
      subscriber.close(CloseReason.FAULT);
      return;
    }
    // The cursor may have been moved meanwhile: then this page is of no use.
    boolean current = subscriptions.get(subscription.thread().id()) == subscription;
    if (current && !page.head().epoch().equals(subscription.thread().epoch())) {
      subscription.thread().deleted(page.head().epoch());
      current = false;
    }
    if (current && isMissing(subscription, page)) {
      subscriber.close(CloseReason.FAULT);
      return;
    }
    List<Frame> frames = current ? frames(subscription, page) : List.of();
    if (frames.isEmpty()) {
      wake();
    } else {
      answer(frames);
    }
  }

  /** Nothing comes behind a cursor that is behind, though nothing was dropped there. */
  private static boolean isMissing(Subscription subscription, Page page) {
    return page.events().isEmpty()
        && subscription.isBehind()
        && page.head().oldest() <= subscription.cursor() + 1;
  }

  private List<Frame> frames(Subscription subscription, Page page) {
    List<Frame> frames = new ArrayList<>(page.events().size() + 1);
    ThreadState thread = subscription.thread();
    // The page was cut by its bodies; the heads count too.
    Subscription.Room room = new Subscription.Room(asked);
    thread.keptFrom(page.head().oldest());
    if (page.events().isEmpty() && subscription.isBehind()) {
      long oldest = Math.min(page.head().oldest(), thread.head() + 1);
      frames.add(retentionGap(thread, oldest));
      subscription.advanceTo(oldest - 1);
    }
    for (StoredEvent event : page.events()) {
      byte[] head = EventCodec.head(event.type(), thread.id(), event.firstSeq(), event.seq());
      Frame frame = Frame.event(thread.epoch(), event.seq(), head, event.body());
      // The store may be ahead of this home: what it has not been told of yet comes later, behind
      // the answer to the command that caused it.
      if (event.seq() > thread.head() || !room.take(frame.length())) {
        break;
      }
      if (event.firstSeq() != subscription.cursor() + 1) {
        frames.add(retentionGap(thread, event.firstSeq()));
      }
      frames.add(frame);
      subscription.advanceTo(event.seq());
    }
    thread.forgetBatchIfRead();
    if (subscription.reachesEnd()) {
      frames.add(caughtUp(subscription));
    }
    return frames;
  }

  private static Frame retentionGap(ThreadState thread, long oldest) {
    ServerSignal.GapReason reason = ServerSignal.GapReason.RETENTION;
    return Frame.of(
        MessageCodec.encode(new ServerSignal.Gap(thread.id(), reason, thread.epoch(), oldest)));
  }
}
