package dev.parley.gateway.user.command;

import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.Fingerprint;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.ClientCommand.Appending;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ServerEvent.MessageKind;
import dev.parley.gateway.protocol.TitledBy;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.user.run.Run;
import org.jspecify.annotations.Nullable;

/**
 * What an appending command adds to its thread.
 *
 * @param event makes the event that it adds
 * @param body what the command says, as JSON
 * @param starts whether an agent answers
 * @param agent the agent that the command names
 * @param replaceable whether the next command that replaces removes it from the queue
 * @param traceparent that of the span, if there is one; else that of the client
 * @param span ends with the answer
 */
record AppendRequest(
    Appending command,
    Fingerprint fingerprint,
    EventForm event,
    RawJson body,
    boolean starts,
    @Nullable AgentName agent,
    WhenBusy whenBusy,
    boolean replaceable,
    @Nullable RawJson context,
    @Nullable String traceparent,
    TraceSpan span) {

  /** Makes the event that a command adds, queued or not. */
  interface EventForm {
    ServerEvent of(MessageId message, ServerEvent.@Nullable QueuedContext queued);

    /** The message of a user. */
    static EventForm message(MessageKind kind, RawJson body) {
      return (message, queued) -> new ServerEvent.MessageAdded(message, kind, body, queued);
    }
  }

  static AppendRequest of(ClientCommand.StartAgent command, TraceSpan span) {
    return asking(
        command,
        Fingerprints.of(command),
        EventForm.message(MessageKind.START_AGENT, command.input()),
        command.input(),
        command.agent(),
        command.whenBusy(),
        command.keep(),
        command.context(),
        span);
  }

  static AppendRequest of(ClientCommand.UserMessage command, TraceSpan span) {
    return asking(
        command,
        Fingerprints.of(command),
        EventForm.message(MessageKind.USER_MESSAGE, command.content()),
        command.content(),
        command.agent(),
        command.whenBusy(),
        command.keep(),
        null,
        span);
  }

  static AppendRequest of(ClientCommand.Chat command, TraceSpan span) {
    return noting(
        command,
        span,
        Fingerprints.of(command),
        EventForm.message(MessageKind.CHAT, command.content()),
        command.content());
  }

  static AppendRequest of(ClientCommand.SetTitle command, TraceSpan span) {
    return noting(
        command,
        span,
        Fingerprints.of(command),
        (message, queued) -> new ServerEvent.ThreadTitled(command.title(), TitledBy.USER),
        EventCodec.quoted(command.title().value()));
  }

  private static AppendRequest asking(
      Appending command,
      Fingerprint fingerprint,
      EventForm event,
      RawJson body,
      @Nullable AgentName agent,
      WhenBusy whenBusy,
      boolean keep,
      @Nullable RawJson context,
      TraceSpan span) {
    boolean replaceable = whenBusy == WhenBusy.REPLACE && !keep;
    return new AppendRequest(
        command,
        fingerprint,
        event,
        body,
        true,
        agent,
        whenBusy,
        replaceable,
        context,
        span.traceparentOr(command.traceparent()),
        span);
  }

  /** No agent answers. */
  private static AppendRequest noting(
      Appending command, TraceSpan span, Fingerprint fingerprint, EventForm event, RawJson body) {
    return new AppendRequest(
        command,
        fingerprint,
        event,
        body,
        false,
        null,
        WhenBusy.REJECT,
        false,
        null,
        span.traceparentOr(command.traceparent()),
        span);
  }

  /** Whether it replaces the open run, and queued messages that are replaceable. */
  boolean replaces() {
    return whenBusy == WhenBusy.REPLACE;
  }

  /** What the log keeps of it while it is queued. */
  ServerEvent.QueuedContext queued() {
    return new ServerEvent.QueuedContext(context, traceparent);
  }

  Run.RunInput input() {
    return new Run.RunInput(body, context, traceparent);
  }
}
