package dev.parley.gateway.user.command;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.user.home.CommonRefusals;
import dev.parley.gateway.user.home.HomeLog;
import dev.parley.gateway.user.home.UserTier;
import dev.parley.gateway.user.read.Reader;
import dev.parley.gateway.user.run.OpenRuns;
import dev.parley.gateway.user.run.RunServices;
import dev.parley.gateway.user.thread.ThreadLease;
import dev.parley.gateway.user.thread.ThreadState;
import dev.parley.gateway.user.thread.Threads;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a user that change something: append a message, start an agent, cancel. Every
 * method is called at the user's home. {@code taken} runs once the command has its place in the
 * order of commands, so that the connection's next command may be looked at. {@code receivedNanos}
 * is when the command came, by the home's {@code nanoTime}; {@code span} is that of {@link #begin},
 * and ends with the answer.
 */
public final class Commands {

  private final HomeLog log;
  private final Threads threads;
  private final UserTier tier;
  private final OpenRuns runs;
  private final RunServices services;
  private final CommandRate rate;
  private final PendingCommands pending;
  private final Cancellations cancellations;
  private final CommandAppender appender;
  private final CommandSpans spans;

  /** Runs the task each time when the log has decided on a command. */
  public Commands(
      HomeLog log,
      Threads threads,
      UserTier tier,
      OpenRuns runs,
      RunServices services,
      Runnable onProgress) {
    this.log = log;
    this.threads = threads;
    this.tier = tier;
    this.runs = runs;
    this.services = services;
    this.rate = new CommandRate(log.home(), tier);
    this.spans = new CommandSpans(services.traces());
    this.pending = new PendingCommands(onProgress);
    this.cancellations = new Cancellations(log, threads, runs, pending);
    this.appender =
        new CommandAppender(
            log, tier, rate, runs, pending, cancellations, services.metrics().latencies(), spans);
  }

  /** The span of a command that is carried out now; no span for one that changes no thread. */
  public TraceSpan begin(ClientCommand command, long receivedNanos) {
    return spans.begin(command, log.home().nanoTime() - receivedNanos);
  }

  /** The command is refused before it is carried out. */
  public static void refused(TraceSpan span, Refusal refusal) {
    CommandSpans.rejected(span, refusal.code());
  }

  /** How often the user may append. */
  public CommandRate rate() {
    return rate;
  }

  /** Whether the log has yet to decide on a command. */
  public boolean areUndecided() {
    return !pending.isEmpty();
  }

  /** Cancels the runs that undecided commands will start. */
  public void cancelUndecided(CancelledBy by) {
    log.home().check();
    pending.cancelAll(by);
  }

  /** Starts the named agent. */
  public void startAgent(
      Reader reader,
      ClientCommand.StartAgent command,
      long receivedNanos,
      TraceSpan span,
      Runnable taken) {
    append(reader, AppendRequest.of(command, span), receivedNanos, taken);
  }

  /** Adds a message that an agent answers. */
  public void userMessage(
      Reader reader,
      ClientCommand.UserMessage command,
      long receivedNanos,
      TraceSpan span,
      Runnable taken) {
    append(reader, AppendRequest.of(command, span), receivedNanos, taken);
  }

  /** Adds a message that no agent answers. */
  public void chat(
      Reader reader,
      ClientCommand.Chat command,
      long receivedNanos,
      TraceSpan span,
      Runnable taken) {
    append(reader, AppendRequest.of(command, span), receivedNanos, taken);
  }

  /** Sets the title of a thread. */
  public void setTitle(
      Reader reader,
      ClientCommand.SetTitle command,
      long receivedNanos,
      TraceSpan span,
      Runnable taken) {
    append(reader, AppendRequest.of(command, span), receivedNanos, taken);
  }

  /**
   * Cancels a run, named by its id or by the command that started it, or removes the queued message
   * of that command.
   */
  public void cancelRun(Reader reader, ClientCommand.CancelRun command, TraceSpan span) {
    log.home().check();
    cancellations.cancel(reader, command, span);
  }

  private void append(Reader reader, AppendRequest request, long receivedNanos, Runnable taken) {
    threads.with(
        request.command().thread(),
        thread -> {
          decide(reader, request, thread, receivedNanos);
          taken.run();
        },
        failure -> {
          refuse(reader, request, CommonRefusals.logSilent());
          taken.run();
        });
  }

  private void decide(
      Reader reader, AppendRequest request, ThreadState thread, long receivedNanos) {
    AgentName name = agentOf(request, thread);
    Optional<Agent> agent = services.agents().find(name);
    Refusal refusal = refusal(reader, request, thread, name, agent.isPresent());
    if (refusal != null) {
      refuseUnlessKnown(reader, request, thread, refusal);
      return;
    }
    PendingCommand.PlannedRun planned =
        request.starts() && agent.isPresent()
            ? new PendingCommand.PlannedRun(runs.create(thread, name), agent.get())
            : null;
    Proposal proposal = new Proposal(request, services.ids().message(), log.home().now());
    appender.submit(new PendingCommand(reader, thread, request, receivedNanos, proposal, planned));
  }

  private AgentName agentOf(AppendRequest request, ThreadState thread) {
    if (request.agent() != null) {
      return request.agent();
    }
    AgentName last = thread.lastAgent();
    return last != null ? last : services.config().defaultAgent();
  }

  private @Nullable Refusal refusal(
      Reader reader,
      AppendRequest request,
      ThreadState thread,
      AgentName agent,
      boolean agentKnown) {
    Refusal closed = runs.refusal();
    if (closed != null) {
      return closed;
    }
    if (request.starts() && !agentKnown) {
      return Refusal.at(
          ErrorCode.NOT_FOUND,
          "/payload/agent",
          Texts.expected("payload.agent", agent.value(), "one of " + services.agents().names()));
    }
    if (!reader.hasRoomFor(List.of(thread.id()))) {
      return CommonRefusals.subscriptionsFull(tier);
    }
    // Where a run is open or about to be, the log's answer is the better one: the thread is busy.
    boolean opens = request.starts() && !thread.isBusy() && !pending.startsOn(thread.id());
    return opens && openRuns() >= tier.tier().openRuns() ? tooManyRuns() : rate.take();
  }

  private int openRuns() {
    return runs.count() + pending.starting();
  }

  private Refusal tooManyRuns() {
    Tier most = tier.tier();
    return Refusal.of(
        ErrorCode.QUOTA_EXCEEDED,
        Texts.expected(
            "open runs",
            Integer.toString(openRuns()),
            "fewer than " + most.openRuns() + " open runs of tier " + most.name()));
  }

  // To send an accepted command again is free, whatever a new one is refused for. So only refusals
  // pay for this look-up.
  private void refuseUnlessKnown(
      Reader reader, AppendRequest request, ThreadState thread, Refusal refusal) {
    ThreadLease lease = thread.lease();
    reader.unanswered().begin(thread.id());
    CommandId id = request.command().id();
    pending.whenDecided(
        id,
        () ->
            log.find(
                id,
                known ->
                    found(reader, lease, () -> answer(reader, request, thread, refusal, known)),
                failure -> found(reader, lease, () -> refuse(reader, request, refusal))));
  }

  private static void answer(
      Reader reader,
      AppendRequest request,
      ThreadState thread,
      Refusal refusal,
      Optional<CommandReceipt> known) {
    if (known.isEmpty()) {
      refuse(reader, request, refusal);
    } else if (known.get().fingerprint().equals(request.fingerprint())) {
      CommandAppender.replyDuplicate(reader, thread, request, known.get());
    } else {
      refuse(reader, request, CommandAppender.conflict());
    }
  }

  private static void found(Reader reader, ThreadLease lease, Runnable answer) {
    try {
      answer.run();
      reader.unanswered().end(lease.thread().id());
    } finally {
      // Last: the context may end with it, and no command may come after that.
      lease.close();
    }
  }

  private static void refuse(Reader reader, AppendRequest request, Refusal refusal) {
    reader.reply(
        new ServerSignal.Rejected(request.command().id(), request.command().thread(), refusal));
    CommandSpans.rejected(request.span(), refusal.code());
  }
}
