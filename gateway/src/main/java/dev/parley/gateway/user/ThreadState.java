package dev.parley.gateway.user;

import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ThreadId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a user context knows of one thread: where its log stands, who reads it, and the batch just
 * committed for as long as somebody is about to read it. Used at the user's home only.
 */
final class ThreadState {

  private final ThreadKey key;
  private final Set<Subscription> subscriptions = new LinkedHashSet<>();
  private Epoch epoch;
  private long oldest;
  private long head;
  private @Nullable AgentName lastAgent;
  private @Nullable Run openRun;
  private final WaitingLine line;
  private Batch batch = Batch.NONE;
  private int holds;

  ThreadState(ThreadKey key, ThreadHead head) {
    this.key = key;
    this.epoch = head.epoch();
    this.oldest = head.oldest();
    this.head = head.head();
    this.lastAgent = head.lastAgent();
    this.line = new WaitingLine(head.queue());
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
    forgetBatchIfRead();
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
    lastAgent = null;
    batch = Batch.NONE;
    hold();
    for (Subscription subscription : List.copyOf(subscriptions)) {
      subscription.reader().beginAnew(subscription);
    }
    release();
  }

  /** The log has grown by this batch; {@link #wakeReaders} follows. */
  void grown(long first, Epoch itsEpoch, List<NewEvent> events) {
    deleted(itsEpoch);
    head = first + events.size() - 1;
    batch = new Batch(first, events);
  }

  /** Parked asks of those who are behind are answered. */
  void wakeReaders() {
    for (Subscription subscription : List.copyOf(subscriptions)) {
      subscription.reader().wake();
    }
    forgetBatchIfRead();
  }

  /** The frames behind the cursor up to the head, or none if they must be read from the store. */
  List<Frame> justCommittedAfter(long cursor) {
    return batch.after(cursor, id(), epoch);
  }

  /** Nobody will read on in the batch: let it go. Who is further behind reads from the store. */
  void forgetBatchIfRead() {
    for (Subscription subscription : subscriptions) {
      if (subscription.isBehind() && batch.reachesBackTo(subscription.cursor())) {
        return;
      }
    }
    batch = Batch.NONE;
  }

  /** The events of the last commit, the first having this seq; framed when somebody reads them. */
  private static final class Batch {
    static final Batch NONE = new Batch(1, List.of());

    private final long first;
    private final List<NewEvent> events;
    private List<Frame> frames = List.of();

    Batch(long first, List<NewEvent> events) {
      this.first = first;
      this.events = events;
    }

    /** Whether the event behind the cursor is here, if anywhere. */
    boolean reachesBackTo(long cursor) {
      return cursor + 1 >= first;
    }

    List<Frame> after(long cursor, ThreadId thread, Epoch epoch) {
      long from = cursor + 1 - first;
      if (from < 0 || from >= events.size()) {
        return List.of();
      }
      if (frames.isEmpty()) {
        frames = framed(thread, epoch);
      }
      return frames.subList((int) from, frames.size());
    }

    private List<Frame> framed(ThreadId thread, Epoch epoch) {
      List<Frame> framed = new ArrayList<>(events.size());
      long seq = first;
      for (NewEvent event : events) {
        byte[] head = EventCodec.head(event.type(), thread, seq);
        framed.add(Frame.event(epoch, seq++, head, event.body()));
      }
      return framed;
    }
  }
}
