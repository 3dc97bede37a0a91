package dev.parley.gateway.log;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.MessageId;

/**
 * A command that waits on its thread for the run that will answer it.
 *
 * @param seq the first seq of the commit that queued it
 * @param agent the agent that is to answer
 * @param message the message that it will answer
 * @param replaceable whether a later command that replaces takes it back
 */
public record QueuedMessage(
    CommandId command, long seq, AgentName agent, MessageId message, boolean replaceable) {}
