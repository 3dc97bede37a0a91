package dev.parley.gateway.user;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ErrorBody;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.Texts;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a user can do that changes something: say, start, stop. Every method is called at the user's
 * home; {@code taken} is run once the command has its place in the order of things, so that the
 * connection's next command may be looked at.
 */
public final class Commands {

  private final UserContext context;

  Commands(UserContext context) {
    this.context = context;
  }

  /** Starts the named agent. */
  public void startAgent(Reader reader, ClientCommand.StartAgent command, Runnable taken) {
    append(reader, Draft.of(command), taken);
  }

  /** Says something that an agent answers. */
  public void userMessage(Reader reader, ClientCommand.UserMessage command, Runnable taken) {
    append(reader, Draft.of(command), taken);
  }

  /** Says something that no agent answers. */
  public void chat(Reader reader, ClientCommand.Chat command, Runnable taken) {
    append(reader, Draft.of(command), taken);
  }

  private void append(Reader reader, Draft draft, Runnable taken) {
    context.home().check();
    context.withThread(
        draft.command().thread(),
        thread -> {
          decide(reader, draft, thread);
          taken.run();
        },
        () -> {
          refuse(reader, draft, logSilent());
          taken.run();
        });
  }

  private void decide(Reader reader, Draft draft, ThreadState thread) {
    AgentName name = agentOf(draft, thread);
    Optional<Agent> agent = context.services().agents().find(name);
    ErrorBody refusal = refusal(reader, draft, thread, name, agent.isPresent());
    if (refusal != null) {
      refuseUnlessKnown(reader, draft, thread, refusal);
      return;
    }
    PendingCommand.Start start = null;
    if (draft.starts() && agent.isPresent()) {
      Run.Identity identity = new Run.Identity(thread, context.services().ids().run(), name);
      start = new PendingCommand.Start(new Run(context, identity), agent.get());
    }
    PendingCommand pending = new PendingCommand(reader, thread, draft, start);
    context.pending().add(pending);
    pending.submit();
  }

  private AgentName agentOf(Draft draft, ThreadState thread) {
    if (draft.agent() != null) {
      return draft.agent();
    }
    AgentName last = thread.lastAgent();
    return last != null ? last : context.services().runs().defaultAgent();
  }

  private @Nullable ErrorBody refusal(
      Reader reader, Draft draft, ThreadState thread, AgentName agent, boolean agentKnown) {
    Tier tier = context.tier();
    if (context.isDraining()) {
      return ErrorBody.retryAfter(ErrorCode.DRAINING, "The gateway is stopping.", 1000);
    }
    if (draft.starts() && !agentKnown) {
      String names = context.services().agents().names();
      return ErrorBody.at(
          ErrorCode.NOT_FOUND,
          "/payload/agent",
          Texts.expected("payload.agent", agent.value(), "one of " + names));
    }
    if (!reader.hasRoomFor(List.of(thread.id()))) {
      return subscriptionsFull(tier);
    }
    // Where a run is open or about to be, the log's answer is the better one: the thread is busy.
    boolean opens = draft.starts() && !thread.isBusy() && !context.pending().startOn(thread.id());
    if (opens && context.runs() >= tier.openRuns()) {
      String most = tier.openRuns() + " open runs of tier " + tier.name();
      return ErrorBody.of(
          ErrorCode.QUOTA_EXCEEDED,
          Texts.expected("open runs", Integer.toString(context.runs()), "fewer than " + most));
    }
    return context.rate().take();
  }

  static ErrorBody subscriptionsFull(Tier tier) {
    return ErrorBody.of(
        ErrorCode.QUOTA_EXCEEDED,
        "subscriptions: too many (expected: at most "
            + tier.subscriptions()
            + " of a connection; unsubscribe from what is not shown)");
  }

  // Resending an accepted command is free, whatever stands in the way of a new one; so only
  // refusals pay for this look-up.
  private void refuseUnlessKnown(
      Reader reader, Draft draft, ThreadState thread, ErrorBody refusal) {
    thread.hold();
    reader.underWay().begin(thread.id());
    CommandId id = draft.command().id();
    context.pending().whenDecided(id, () -> find(reader, draft, thread, refusal));
  }

  private void find(Reader reader, Draft draft, ThreadState thread, ErrorBody refusal) {
    context.find(
        draft.command().id(),
        known -> {
          if (known.isEmpty()) {
            refuse(reader, draft, refusal);
          } else if (known.get().fingerprint().equals(draft.fingerprint())) {
            PendingCommand.replyDuplicate(reader, thread, draft.command().id(), known.get());
          } else {
            refuse(reader, draft, PendingCommand.conflict());
          }
          found(reader, thread);
        },
        () -> {
          refuse(reader, draft, refusal);
          found(reader, thread);
        });
  }

  private void found(Reader reader, ThreadState thread) {
    reader.underWay().end(thread.id());
    // Last: the context may end with it, and no command may come after that.
    thread.release();
    context.dropIfUnused(thread);
  }

  private static void refuse(Reader reader, Draft draft, ErrorBody error) {
    reader.reply(new ServerSignal.Rejected(draft.command().id(), draft.command().thread(), error));
  }

  static ErrorBody logSilent() {
    return ErrorBody.retryAfter(ErrorCode.OVERLOADED, "The log does not answer.", 1000);
  }

  /**
   * Stops a run, named by its id or by the command that started it, or takes back the message of a
   * command that waits.
   */
  public void cancelRun(Reader reader, ClientCommand.CancelRun command) {
    context.stops().stop(reader, command);
  }
}
