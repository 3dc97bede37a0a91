package dev.parley.gateway.user.command;

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
import dev.parley.gateway.user.run.Run;
import dev.parley.gateway.user.thread.RunQueue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an appending command asks of the log. Used at the user's home only. */
final class Proposal {

  private final AppendRequest request;
  private final MessageId message;
  private final Instant now;
  private final List<NewEvent> events = new ArrayList<>(2);
  private Expectation expectation = new Expectation.Unconditional();

  Proposal(AppendRequest request, MessageId message, Instant now) {
    this.request = request;
    this.message = message;
    this.now = now;
  }

  /** The commit on this thread, with the run that is to answer, within the user's quota. */
  Commit commit(ThreadKey thread, @Nullable Run run, Quota quota) {
    CommandStamp stamp = new CommandStamp(request.command().id(), request.fingerprint());
    events.add(encoded(request.event().of(message, null), null));
    RunChange change = new RunChange.Unchanged();
    if (run != null) {
      events.add(encoded(new ServerEvent.AgentStarted(run.agent(), message, 1), run.id()));
      expectation =
          request.whenBusy() == WhenBusy.REJECT ? new Expectation.Idle() : idleElseQueue();
      change =
          new RunChange.Opened(run.id(), run.agent(), message, null, run.toSaved(request.input()));
    }
    return new Commit(thread, stamp, expectation, events, change, quota);
  }

  private Expectation idleElseQueue() {
    ServerEvent queued = request.event().of(message, request.queued());
    return new Expectation.IdleElseQueue(
        RunQueue.MAX_QUEUED,
        place(),
        List.of(encoded(queued, null)),
        request.replaceable(),
        request.replaces() ? this::withdrawn : null);
  }

  /** Called on the thread on which the log decides: what it uses does not change. */
  private NewEvent withdrawn(QueuedMessage queued) {
    return encoded(new ServerEvent.MessageTakenBack(queued.message()), null);
  }

  private NewEvent encoded(ServerEvent event, @Nullable RunId run) {
    return NewEvent.of(event, EventCodec.body(event, run, now));
  }

  /** Where it is queued. */
  QueuePosition place() {
    return request.replaces() ? QueuePosition.FIRST : QueuePosition.LAST;
  }

  /** What is appended when it is not queued. */
  List<NewEvent> events() {
    return events;
  }

  /** What is appended when it is queued and replaces these. */
  List<NewEvent> eventsIfQueued(List<QueuedMessage> replaced) {
    return expectation instanceof Expectation.IdleElseQueue queue
        ? queue.events(replaced)
        : List.of();
  }

  /** The command as it is queued for this agent. */
  QueuedMessage queued(long seq, AgentName agent) {
    return new QueuedMessage(request.command().id(), seq, agent, message, request.replaceable());
  }
}
