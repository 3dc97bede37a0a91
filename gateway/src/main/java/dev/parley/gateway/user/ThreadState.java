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
  }

  void remove(Subscription subscription) {
    subscriptions.remove(subscription);
    forgetRecentIfRead();
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
    boolean kept = !recent.isFull() && subscriptions.stream().anyMatch(Subscription::needsRecent);
    recent.add(first, events, kept);
    head = first + events.size() - 1;
    lookForNewest(first, events);
    subscriptions.forEach(subscription -> subscription.grown(subscription.cursor() < before));
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

  /** Parked asks of those who are behind are answered; who is not asking finds it kept. */
  void wakeReaders() {
    for (Subscription subscription : List.copyOf(subscriptions)) {
      subscription.reader().wake(subscription);
    }
    forgetRecentIfRead();
    recent.keep();
  }

  /** Nobody will read on in what is recent: let it go. Who is further behind reads pages. */
  void forgetRecentIfRead() {
    for (Subscription subscription : subscriptions) {
      if (subscription.isBehind() && recent.reachesBackTo(subscription.cursor())) {
        return;
      }
    }
    recent.clear();
  }
}
