package dev.parley.gateway.log;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.MessageId;

/**
 * A command that is queued on its thread until a run answers it.
 *
 * @param seq the first seq of the commit that queued it
 * @param agent the agent that is to answer
 * @param message the message to answer
 * @param replaceable whether a later command may cancel it
 */
public record QueuedMessage(
    CommandId command, long seq, AgentName agent, MessageId message, boolean replaceable) {}
