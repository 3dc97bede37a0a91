package dev.parley.gateway.user;

import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.CommandStamp;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.Expectation.QueuePosition;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.log.Quota;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.WhenBusy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an appending command asks of the log. Used at the user's home only. */
final class Proposal {

  private final Draft draft;
  private final MessageId message;
  private final Instant now;
  private final List<NewEvent> events = new ArrayList<>(2);
  private Expectation expectation = new Expectation.Unconditional();

  Proposal(Draft draft, MessageId message, Instant now) {
    this.draft = draft;
    this.message = message;
    this.now = now;
  }

  /** The commit on this thread, with the run that is to answer, within the user's quota. */
  Commit commit(ThreadKey thread, @Nullable Run run, Quota quota) {
    CommandStamp stamp = new CommandStamp(draft.command().id(), draft.fingerprint());
    events.add(encoded(new ServerEvent.MessageAdded(message, draft.kind(), draft.body()), null));
    RunChange change = new RunChange.Unchanged();
    if (run != null) {
      events.add(encoded(new ServerEvent.AgentStarted(run.agent(), message, 1), run.id()));
      expectation = draft.whenBusy() == WhenBusy.REJECT ? new Expectation.Idle() : idleElseQueue();
      change = new RunChange.Opened(run.id(), run.agent(), message);
    }
    return new Commit(thread, stamp, expectation, events, change, quota);
  }

  private Expectation idleElseQueue() {
    ServerEvent waits =
        new ServerEvent.MessageAdded(message, draft.kind(), draft.body(), draft.waiting());
    return new Expectation.IdleElseQueue(
        WaitingLine.MOST,
        place(),
        List.of(encoded(waits, null)),
        draft.replaceable(),
        draft.replaces() ? this::takenBack : null);
  }

  /** Called where the log decides: what it uses does not change. */
  private NewEvent takenBack(QueuedMessage queued) {
    return encoded(new ServerEvent.MessageTakenBack(queued.message()), null);
  }

  private NewEvent encoded(ServerEvent event, @Nullable RunId run) {
    return new NewEvent(event.type(), EventCodec.body(event, run, now));
  }

  /** Where it waits. */
  QueuePosition place() {
    return draft.replaces() ? QueuePosition.FIRST : QueuePosition.LAST;
  }

  /** What is appended when it need not wait. */
  List<NewEvent> events() {
    return events;
  }

  /** What is appended when it waits, in the place of these. */
  List<NewEvent> eventsIfWaiting(List<QueuedMessage> replaced) {
    return expectation instanceof Expectation.IdleElseQueue queue
        ? queue.events(replaced)
        : List.of();
  }

  /** The command as it waits for this agent. */
  QueuedMessage queued(long seq, AgentName agent) {
    return new QueuedMessage(draft.command().id(), seq, agent, message, draft.replaceable());
  }
}
