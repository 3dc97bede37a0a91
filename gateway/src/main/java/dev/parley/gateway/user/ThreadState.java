package dev.parley.gateway.user;

import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.ThreadId;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a user context knows of one thread: where its log stands, who reads it, and the batch just
 * committed for as long as somebody is about to read it. Used at the user's home only.
 */
final class ThreadState {

  /** Beside the deltas, what may wait while there is something critical to read. */
  private static final Set<EventType> PASSING =
      EnumSet.of(EventType.STATE_UPDATED, EventType.CUSTOM);

  private final ThreadKey key;
  private final Set<Subscription> subscriptions = new LinkedHashSet<>();
  private Epoch epoch;
  private long oldest;
  private long head;
  private @Nullable AgentName lastAgent;
  private @Nullable Run openRun;
  private final WaitingLine line;
  private final Recent recent;
  private long newestCritical;
  private long lastOfOther;
  private @Nullable EventType growing;
  private int holds;

  /** Subscriptions whose next event is in {@link #recent}. */
  private int awaited;

  ThreadState(ThreadKey key, ThreadHead head, Recents recents) {
    this.key = key;
    this.epoch = head.epoch();
    this.oldest = head.oldest();
    this.head = head.head();
    this.lastAgent = head.lastAgent();
    this.line = new WaitingLine(head.queue());
    this.recent = new Recent(key.thread(), recents);
    // What came before is not known: there may be something critical in it.
    this.newestCritical = head.head();
    this.lastOfOther = head.head();
  }

  ThreadKey key() {
    return key;
  }

  ThreadId id() {
    return key.thread();
  }

  Epoch epoch() {
    return epoch;
  }

  long oldest() {
    return oldest;
  }

  long head() {
    return head;
  }

  @Nullable AgentName lastAgent() {
    return lastAgent;
  }

  @Nullable Run openRun() {
    return openRun;
  }

  /** The messages that wait for their runs. */
  WaitingLine line() {
    return line;
  }

  /** Whether a new run has to wait. */
  boolean isBusy() {
    return openRun != null || !line.isEmpty();
  }

  void opened(Run run) {
    openRun = run;
    lastAgent = run.agent();
  }

  void ended(Run run) {
    if (openRun == run) {
      openRun = null;
    }
  }

  /** Keeps the state while something that is under way needs it. */
  void hold() {
    holds++;
  }

  void release() {
    holds--;
  }

  boolean isUnused() {
    return holds == 0 && !isBusy() && subscriptions.isEmpty();
  }

  void add(Subscription subscription) {
    subscriptions.add(subscription);
    moved(subscription);
  }

  void remove(Subscription subscription) {
    subscriptions.remove(subscription);
    count(subscription, false);
    forgetRecentIfRead();
  }

  /** The subscription's cursor has moved, or the thread has grown. */
  void moved(Subscription subscription) {
    count(subscription, subscription.isBehind() && recent.reachesBackTo(subscription.cursor()));
  }

  private void count(Subscription subscription, boolean awaits) {
    if (subscription.awaitsRecent(awaits)) {
      awaited += awaits ? 1 : -1;
    }
  }

  /** What is older is not kept any more. */
  void keptFrom(long seq) {
    oldest = Math.max(oldest, Math.min(seq, head + 1));
  }

  /**
   * The thread was deleted: its name has begun a new life, of which nothing is known yet. Who reads
   * it is told to forget what it holds, and reads on from the new beginning.
   */
  void deleted(Epoch next) {
    if (epoch.equals(next)) {
      return;
    }
    epoch = next;
    oldest = 1;
    head = 0;
    newestCritical = 0;
    lastOfOther = 0;
    growing = null;
    lastAgent = null;
    line.reset(List.of());
    recent.clear();
    hold();
    for (Subscription subscription : List.copyOf(subscriptions)) {
      subscription.reader().beginAnew(subscription);
    }
    release();
  }

  /** The log has grown by this batch; {@link #wakeReaders} follows. */
  void grown(long first, Epoch itsEpoch, List<NewEvent> events) {
    deleted(itsEpoch);
    long before = head;
    recent.add(first, events, awaited > 0);
    head = first + events.size() - 1;
    lookForNewest(first, events);
    for (Subscription subscription : subscriptions) {
      moved(subscription);
      subscription.grown(subscription.cursor() < before);
    }
  }

  private void lookForNewest(long first, List<NewEvent> events) {
    long seq = first;
    for (NewEvent event : events) {
      boolean delta = DeltaCodec.isDelta(event.type(), event.body());
      if (!delta && !PASSING.contains(event.type())) {
        newestCritical = seq;
      }
      EventType kind = delta ? event.type() : null;
      if (kind == null || kind != growing) {
        lastOfOther = delta ? seq - 1 : seq;
        growing = kind;
      }
      seq++;
    }
  }

  /** Behind this seq there are nothing but pieces of one kind of text. */
  long lastOfOther() {
    return lastOfOther;
  }

  /** The seq of the newest event that must not wait behind texts, states and custom events. */
  long newestCritical() {
    return newestCritical;
  }

  Recent recent() {
    return recent;
  }

  /** Answers the parked asks of readers that are behind; what the others will take is kept. */
  void wakeReaders() {
    for (Subscription subscription : List.copyOf(subscriptions)) {
      subscription.reader().wake(subscription);
    }
    if (awaited == 0) {
      recent.clear();
    } else {
      recent.keep();
    }
  }

  /** No reader will take the recent events: lets them go. A reader further behind reads pages. */
  void forgetRecentIfRead() {
    if (awaited == 0) {
      recent.clear();
    }
  }
}
