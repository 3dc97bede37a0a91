package dev.parley.gateway.user.command;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.user.read.Reader;
import dev.parley.gateway.user.run.Run;
import dev.parley.gateway.user.thread.ThreadLease;
import dev.parley.gateway.user.thread.ThreadState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An appending command from its submission to the log until the log has decided. It keeps its
 * thread in memory. Used at the user's home only.
 */
final class PendingCommand {

  /** The run that the command will have, and the agent that is to answer. */
  record PlannedRun(Run run, Agent agent) {}

  private final Reader reader;
  private final ThreadLease lease;
  private final AppendRequest request;
  private final long receivedNanos;
  private final Proposal proposal;
  private final @Nullable PlannedRun planned;
  private final List<Runnable> afterwards = new ArrayList<>(0);
  private final List<CancelReply> cancels = new ArrayList<>(0);
  private @Nullable CancelledBy cancelledBy;

  PendingCommand(
      Reader reader,
      ThreadState thread,
      AppendRequest request,
      long receivedNanos,
      Proposal proposal,
      @Nullable PlannedRun planned) {
    this.reader = reader;
    this.lease = thread.lease();
    this.request = request;
    this.receivedNanos = receivedNanos;
    this.proposal = proposal;
    this.planned = planned;
  }

  CommandId id() {
    return request.command().id();
  }

  Reader reader() {
    return reader;
  }

  ThreadState thread() {
    return lease.thread();
  }

  ThreadId threadId() {
    return thread().id();
  }

  AppendRequest request() {
    return request;
  }

  /** When it came, by the home's {@code nanoTime}. */
  long receivedNanos() {
    return receivedNanos;
  }

  Proposal proposal() {
    return proposal;
  }

  @Nullable PlannedRun planned() {
    return planned;
  }

  boolean starts() {
    return planned != null;
  }

  /** Whether it may open a run; on a thread with an open one it can only be queued. */
  boolean mayOpenRun() {
    return starts() && !thread().isBusy();
  }

  /** Cancels the run that this will start, as soon as it has. */
  void cancel(CancelledBy by) {
    cancelledBy = by;
  }

  /** The same for its user, or removes its message from the queue, and answers which it was. */
  void cancel(CancelReply reply) {
    cancelledBy = CancelledBy.USER;
    cancels.add(reply);
  }

  @Nullable CancelledBy cancelledBy() {
    return cancelledBy;
  }

  /** Takes out the replies to those who cancelled it. */
  List<CancelReply> takeCancels() {
    List<CancelReply> taken = List.copyOf(cancels);
    cancels.clear();
    return taken;
  }

  void answerCancels(Consumer<CancelReply> answer) {
    takeCancels().forEach(answer);
  }

  /** Runs the action after the decision. */
  void afterwards(Runnable action) {
    afterwards.add(action);
  }

  /** The log keeps it, with this seq. */
  void accept(long seq, @Nullable Run run) {
    reader.reply(
        new ServerSignal.Accepted(
            id(), threadId(), seq, run == null ? null : run.id(), null, false));
    CommandSpans.accepted(request.span(), run == null ? null : run.id());
    reader.follow(thread(), seq - 1);
  }

  void refuse(Refusal refusal) {
    reader.reply(new ServerSignal.Rejected(id(), threadId(), refusal));
    CommandSpans.rejected(request.span(), refusal.code());
  }

  /** It is submitted now: its connection keeps a place for the thread. */
  void begin() {
    reader.reserve(threadId());
    reader.unanswered().begin(threadId());
  }

  /** It is answered. The context may end with this: no use of it may follow. */
  void end() {
    reader.unreserve(threadId());
    try {
      afterwards.forEach(Runnable::run);
      reader.unanswered().end(threadId());
    } finally {
      lease.close();
    }
  }
}
