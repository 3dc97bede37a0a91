package dev.parley.gateway.user.inbox;

import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.InboxAppend;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.home.CommonRefusals;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.HomeLog;
import dev.parley.gateway.user.home.RetryDelays;
import dev.parley.gateway.user.read.InboxWatch;
import dev.parley.gateway.user.read.Reader;
import dev.parley.gateway.user.thread.ThreadLease;
import dev.parley.gateway.user.thread.ThreadState;
import dev.parley.gateway.user.thread.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inbox of one user, and the user's entry in the directory. It asks the log for one thing at a
 * time, in this order: what is known of the user, the tier if it is new, the marks if they have
 * risen, and the broadcasts that are addressed to the user while a connection is open. Marks that
 * rise meanwhile are stored together. What the log did not answer is asked again later. Used at the
 * user's home only.
 */
public final class Inbox implements InboxWatch {

  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final int MAX_AT_ONCE = 32;
  private static final int PAGE = 1 << 20;

  private final UserId user;
  private final Home home;
  private final HomeLog log;
  private final Threads threads;
  private final InboxServices services;
  private final BooleanSupplier isConnected;
  private final Runnable onProgress;
  private final RetryDelays delays = new RetryDelays(LONGEST_PAUSE);
  private final List<WaitingAck> acks = new ArrayList<>();
  private final List<LongConsumer> onKnown = new ArrayList<>();
  private final List<Consumer<Throwable>> onUnknown = new ArrayList<>();
  private @Nullable InboxState state;
  private @Nullable String tier;
  private boolean isOperator;
  private boolean isLoaded;
  private boolean isAsking;
  private boolean isPausing;

  /** Nothing more is asked of the log: what it stored would bring an erased user back. */
  private boolean isErased;

  /** Whether the log may have appended what the readers were not told of. */
  private boolean mayHaveGrown;

  private long lookedTo;
  private long delivered;
  private long acknowledged;

  private record WaitingAck(Reader reader, ClientCommand.Ack command) {}

  /**
   * The inbox of this user.
   *
   * @param isConnected whether the user has a connection now
   * @param onProgress called each time when the log has answered
   */
  public Inbox(
      UserId user,
      HomeLog log,
      Threads threads,
      InboxServices services,
      BooleanSupplier isConnected,
      Runnable onProgress) {
    this.user = user;
    this.home = log.home();
    this.log = log;
    this.threads = threads;
    this.services = services;
    this.isConnected = isConnected;
    this.onProgress = onProgress;
  }

  /** Whether the log has yet to answer: the user's context must outlast that. */
  public boolean isAtWork() {
    return isAsking;
  }

  /** The user has a connection, or has called, with a token of this tier. */
  public void online(String newestTier, boolean asOperator) {
    home.check();
    tier = newestTier;
    isOperator = asOperator;
    next();
  }

  /** The user has called as an operator; the tier counts if there was no connection yet. */
  public void calledAsOperator(String newestTier) {
    home.check();
    online(tier == null ? newestTier : tier, true);
  }

  /**
   * The user is to be erased: what waits for the log is refused, and nothing is stored any more,
   * unless {@link #keep} follows.
   */
  public void erase() {
    home.check();
    isErased = true;
    Refusal refusal = CommonRefusals.beingErased();
    refuseWaiting(refusal, new RefusedException(refusal));
  }

  /** The user was not erased. */
  public void keep() {
    home.check();
    isErased = false;
    next();
  }

  /** There may be a new broadcast for the user. */
  public void look() {
    home.check();
    next();
  }

  /**
   * The user has seen the notifications up to a seq. {@code taken} runs when the next command may
   * run.
   */
  public void ack(Reader reader, ClientCommand.Ack command, Runnable taken) {
    threads.with(
        ThreadId.INBOX,
        thread -> {
          if (isErased) {
            reader.reply(refused(command, CommonRefusals.beingErased()));
          } else if (command.seq() > thread.head()) {
            reader.reply(refused(command, beyond(command, thread)));
          } else {
            acks.add(new WaitingAck(reader, command));
            reader.hasAcknowledged(ThreadId.INBOX, command.seq());
            acknowledged = Math.max(acknowledged, command.seq());
            next();
          }
          taken.run();
        },
        failure -> {
          reader.reply(refused(command, CommonRefusals.logSilent()));
          taken.run();
        });
  }

  private static Refusal beyond(ClientCommand.Ack command, ThreadState thread) {
    return Refusal.at(
        ErrorCode.INVALID_ARGUMENT,
        "/payload/seq",
        Texts.expected(
            "payload.seq",
            Long.toString(command.seq()),
            "at most " + thread.head() + ", the newest of the inbox"));
  }

  private static ServerSignal refused(ClientCommand.Ack command, Refusal refusal) {
    return ServerSignal.refused(command.id(), ThreadId.INBOX, refusal);
  }

  @Override
  public void written(long seq) {
    home.check();
    delivered = Math.max(delivered, seq);
    next();
  }

  @Override
  public void whenAcknowledgedIsKnown(LongConsumer onResult, Consumer<Throwable> onFailure) {
    home.check();
    if (isLoaded) {
      onResult.accept(acknowledgedNow());
      return;
    }
    if (isErased) {
      onFailure.accept(new RefusedException(CommonRefusals.beingErased()));
      return;
    }
    onKnown.add(onResult);
    onUnknown.add(onFailure);
    next();
  }

  private long acknowledgedNow() {
    return Math.max(acknowledged, state == null ? 0 : state.acknowledged());
  }

  // -- one call of the log at a time

  private void next() {
    if (isAsking || isPausing || isErased) {
      return;
    }
    if (!isLoaded) {
      ask(() -> services.log().find(user), this::loaded);
    } else if (mayHaveGrown) {
      readOn();
    } else if (tier != null && (state == null || !state.isWith(tier, isOperator))) {
      String now = tier;
      ask(() -> services.log().arrive(user, now, isOperator), arrived -> state = arrived);
    } else if (state != null && hasRisen(state)) {
      ask(() -> services.log().advance(user, delivered, acknowledged), this::advanced);
    } else {
      answerAcks();
      // Whose ack is answered may send the next one within that call, and ask for more.
      if (!isAsking && state != null && isConnected.getAsBoolean()) {
        append(state);
      }
    }
  }

  private boolean hasRisen(InboxState known) {
    return delivered > known.delivered() || acknowledged > known.acknowledged();
  }

  private <T> void ask(Supplier<CompletionStage<T>> call, Consumer<T> onResult) {
    isAsking = true;
    home.whenComplete(
        call, result -> answered(() -> onResult.accept(result), () -> {}), this::failed);
  }

  /** What goes wrong with an answer must not end the asking: it counts as none. */
  private void answered(Runnable onResult, Runnable onFailure) {
    try {
      onResult.run();
    } catch (RuntimeException | Error fault) {
      LOG.error("the inbox of {} could not go on with an answer of the log", user, fault);
      onFailure.run();
      failed(fault);
      return;
    }
    asked();
  }

  private void asked() {
    isAsking = false;
    next();
    // Last: the context may end with it.
    onProgress.run();
  }

  private void failed(Throwable failure) {
    isAsking = false;
    lookedTo = 0;
    pause();
    refuseWaiting(CommonRefusals.logSilentOnCommit(), failure);
    onProgress.run();
  }

  /** The next commands come within these answers: they wait for what follows. */
  private void refuseWaiting(Refusal refusal, Throwable failure) {
    List<WaitingAck> unanswered = List.copyOf(acks);
    acks.clear();
    List<Consumer<Throwable>> unknown = List.copyOf(onUnknown);
    onUnknown.clear();
    onKnown.clear();
    unanswered.forEach(each -> each.reader().reply(refused(each.command(), refusal)));
    unknown.forEach(each -> each.accept(failure));
  }

  private void pause() {
    isPausing = true;
    var ignored =
        home.schedule(
            delays.next(),
            () -> {
              isPausing = false;
              if (isConnected.getAsBoolean()) {
                next();
              }
            });
  }

  private void loaded(Optional<InboxState> found) {
    boolean isErased = state != null && found.isEmpty();
    state = found.orElse(null);
    isLoaded = true;
    if (isErased) {
      endLife();
    }
    List<LongConsumer> known = List.copyOf(onKnown);
    onKnown.clear();
    onUnknown.clear();
    known.forEach(each -> each.accept(acknowledgedNow()));
  }

  private void advanced(Optional<InboxState> now) {
    long before = state == null ? 0 : state.acknowledged();
    state = now.orElse(null);
    if (state == null) {
      endLife();
      return;
    }
    answerAcks();
    if (state.acknowledged() > before) {
      threads.acknowledged(ThreadId.INBOX, state.acknowledged());
    }
  }

  /** The user was erased: the marks are of a life that has ended. */
  private void endLife() {
    delivered = 0;
    acknowledged = 0;
    answerAcks();
  }

  private void answerAcks() {
    if (acks.isEmpty()) {
      return;
    }
    long stored = state == null ? Long.MAX_VALUE : state.acknowledged();
    Predicate<WaitingAck> isStored = each -> each.command().seq() <= stored;
    List<WaitingAck> answered = acks.stream().filter(isStored).toList();
    acks.removeIf(isStored);
    answered.forEach(each -> each.reader().done());
  }

  // -- broadcasts

  private void append(InboxState known) {
    InboxAppend append = pending(known);
    if (append == null) {
      delays.reset();
      return;
    }
    askWithThread(
        thread -> services.log().append(append),
        (thread, result) -> appended(thread, append, result),
        () -> {
          isLoaded = false;
          mayHaveGrown = true;
        });
  }

  /** Asks while the thread is in memory, so that its readers can be told. */
  private <T> void askWithThread(
      Function<ThreadState, CompletionStage<T>> call,
      BiConsumer<ThreadState, T> onResult,
      Runnable onFailure) {
    isAsking = true;
    threads.with(
        ThreadId.INBOX,
        thread -> {
          ThreadLease lease = thread.lease();
          home.whenComplete(
              () -> call.apply(thread),
              result ->
                  answered(
                      () -> {
                        try {
                          onResult.accept(thread, result);
                        } finally {
                          lease.close();
                        }
                      },
                      onFailure),
              failure -> {
                onFailure.run();
                lease.close();
                failed(failure);
              });
        },
        this::failed);
  }

  /** The next broadcasts for the user that are not yet in this user's inbox. */
  private @Nullable InboxAppend pending(InboxState known) {
    long from = Math.max(known.seen(), lookedTo);
    long now = home.now().toEpochMilli();
    List<InboxAppend.Notified> notifications = new ArrayList<>();
    for (BroadcastRecord each : services.open().after(user.tenant(), from)) {
      Broadcast broadcast = each.broadcast();
      if (notifications.size() == MAX_AT_ONCE) {
        break;
      }
      if (!each.isOver(now) && broadcast.isAddressedTo(user.subject(), known)) {
        notifications.add(InboxAppend.Notified.of(broadcast, event(broadcast)));
      }
      // Last: the event cannot always be made.
      lookedTo = broadcast.position();
    }
    return notifications.isEmpty()
        ? null
        : new InboxAppend(user, known.seen(), lookedTo, notifications);
  }

  private NewEvent event(Broadcast broadcast) {
    BroadcastKey key = broadcast.key();
    ServerEvent event =
        new ServerEvent.Notification(
            broadcast.notification(), key.isOfProcess() ? null : key.id(), broadcast.notice());
    return NewEvent.of(event, EventCodec.body(event, null, home.now()));
  }

  private void appended(
      ThreadState thread, InboxAppend append, Optional<CommitResult.Committed> result) {
    InboxState known = state;
    if (result.isEmpty() || known == null) {
      // The mark is elsewhere, or a broadcast was cancelled: both are to be looked at again.
      lookedTo = 0;
      isLoaded = false;
      mayHaveGrown = true;
      pause();
      return;
    }
    state = known.withSeen(append.to());
    CommitResult.Committed committed = result.get();
    thread.grown(committed.first(), committed.epoch(), append.events());
    thread.wakeReaders();
  }

  /** Tells the readers what the log has appended, and this home does not know of. */
  private void readOn() {
    askWithThread(
        thread -> log.read(thread.id(), thread.head(), PAGE),
        (thread, page) -> {
          mayHaveGrown = false;
          grow(thread, page);
        },
        () -> {});
  }

  /** Wakes readers in any case: some may not have been when the thread grew. */
  private static void grow(ThreadState thread, EventPage page) {
    List<NewEvent> events = new ArrayList<>();
    long first = thread.head() + 1;
    for (StoredEvent each : page.events()) {
      if (each.seq() == first + events.size()) {
        events.add(new NewEvent(each.type(), each.isTextDelta(), each.body()));
      }
    }
    if (!events.isEmpty() && page.head().epoch().equals(thread.epoch())) {
      thread.grown(first, thread.epoch(), events);
    }
    thread.wakeReaders();
  }
}
