package dev.parley.gateway.user.command;

import dev.parley.gateway.log.Fingerprint;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.ClientCommand.Appending;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ServerEvent.MessageKind;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.user.run.Run;
import org.jspecify.annotations.Nullable;

/**
 * What an appending command adds to its thread.
 *
 * @param starts whether an agent answers
 * @param agent the agent that the command names
 * @param replaceable whether the next command that replaces removes it from the queue
 */
record AppendRequest(
    Appending command,
    Fingerprint fingerprint,
    MessageKind kind,
    RawJson body,
    boolean starts,
    @Nullable AgentName agent,
    WhenBusy whenBusy,
    boolean replaceable,
    @Nullable RawJson context,
    @Nullable String traceparent) {

  static AppendRequest of(ClientCommand.StartAgent command) {
    return new AppendRequest(
        command,
        Fingerprints.of(command),
        MessageKind.START_AGENT,
        command.input(),
        true,
        command.agent(),
        command.whenBusy(),
        command.whenBusy() == WhenBusy.REPLACE && !command.keep(),
        command.context(),
        command.traceparent());
  }

  static AppendRequest of(ClientCommand.UserMessage command) {
    return new AppendRequest(
        command,
        Fingerprints.of(command),
        MessageKind.USER_MESSAGE,
        command.content(),
        true,
        command.agent(),
        command.whenBusy(),
        command.whenBusy() == WhenBusy.REPLACE && !command.keep(),
        null,
        command.traceparent());
  }

  static AppendRequest of(ClientCommand.Chat command) {
    return new AppendRequest(
        command,
        Fingerprints.of(command),
        MessageKind.CHAT,
        command.content(),
        false,
        null,
        WhenBusy.REJECT,
        false,
        null,
        null);
  }

  /** Whether it replaces the open run, and queued messages that are replaceable. */
  boolean replaces() {
    return whenBusy == WhenBusy.REPLACE;
  }

  /** What the log keeps of it while it is queued. */
  ServerEvent.Waiting queued() {
    return new ServerEvent.Waiting(context, traceparent);
  }

  Run.RunInput input() {
    return new Run.RunInput(body, context, traceparent);
  }
}
