package dev.parley.gateway.agent;

import dev.parley.gateway.protocol.ConversationId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import org.jspecify.annotations.Nullable;

/**
 * A request to an agent.
 *
 * @param conversation the name of the thread for services outside; they never get {@code thread},
 *     which is unique only within the user
 * @param input the message of the person or the front end: a JSON string, object or list of parts
 * @param context the {@code context} of {@code start_agent}
 * @param history what was said in the thread before
 * @param traceparent the W3C trace context of the command; with traces, that of the run
 * @param resumption absent when the run begins
 */
public record AgentRequest(
    UserId user,
    ThreadId thread,
    RunId run,
    ConversationId conversation,
    RawJson input,
    @Nullable RawJson context,
    @Nullable String traceparent,
    HistorySource history,
    @Nullable Resumption resumption,
    Cancellation cancellation) {

  /** The same run, without anything that was said. */
  public AgentRequest withoutContent() {
    return new AgentRequest(
        user,
        thread,
        run,
        conversation,
        RawJson.of("null"),
        null,
        null,
        HistorySource.NONE,
        null,
        cancellation);
  }

  /** The same request within another trace context. */
  public AgentRequest within(@Nullable String outer) {
    return new AgentRequest(
        user, thread, run, conversation, input, context, outer, history, resumption, cancellation);
  }
}
