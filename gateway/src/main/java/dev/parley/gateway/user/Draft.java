package dev.parley.gateway.user;

import dev.parley.gateway.log.Fingerprint;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.ClientCommand.Appending;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ServerEvent.MessageKind;
import dev.parley.gateway.protocol.WhenBusy;
import org.jspecify.annotations.Nullable;

/**
 * What an appending command will add to its thread.
 *
 * @param starts whether an agent answers
 * @param agent the agent that the command names
 * @param replaceable whether the next one that replaces takes it back while it waits
 */
record Draft(
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

  static Draft of(ClientCommand.StartAgent command) {
    return new Draft(
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

  static Draft of(ClientCommand.UserMessage command) {
    return new Draft(
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

  static Draft of(ClientCommand.Chat command) {
    return new Draft(
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

  /** Whether it takes the place of the open run, and of those that were to. */
  boolean replaces() {
    return whenBusy == WhenBusy.REPLACE;
  }

  /** What is kept of it while it waits for its run. */
  ServerEvent.Waiting waiting() {
    return new ServerEvent.Waiting(context, traceparent);
  }

  Run.Question question() {
    return new Run.Question(body, context, traceparent);
  }
}
