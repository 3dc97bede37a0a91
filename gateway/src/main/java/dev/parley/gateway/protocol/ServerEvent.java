package dev.parley.gateway.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A durable event of a thread: the payload alone; thread, seq, run and time stand in the envelope
 * (protocol, "Durable events"). Offsets count UTF-16 units.
 */
public sealed interface ServerEvent {

  EventType type();

  /** Calls the one method for this event; a new event type breaks every handler's build. */
  void dispatch(Handler handler);

  /** One method for each type of event. */
  interface Handler {
    void messageAdded(MessageAdded event);

    void messageTakenBack(MessageTakenBack event);

    void agentStarted(AgentStarted event);

    void agentThinking(AgentThinking event);

    void agentMessage(AgentMessage event);

    void toolExecuting(ToolExecuting event);

    void toolCompleted(ToolCompleted event);

    void agentCompleted(AgentCompleted event);

    void agentFailed(AgentFailed event);

    void agentCancelled(AgentCancelled event);

    void stateUpdated(StateUpdated event);

    void custom(Custom event);
  }

  /** What kind of command a message came by. */
  enum MessageKind {
    START_AGENT("start_agent"),
    USER_MESSAGE("user_message"),
    CHAT("chat");

    private final String wire;

    MessageKind(String wire) {
      this.wire = wire;
    }

    public String wire() {
      return wire;
    }
  }

  /** What the agent is given beside a message that waits, when its turn comes. */
  record Waiting(@Nullable RawJson context, @Nullable String traceparent) {}

  /**
   * A person's message; {@code body} is the {@code input} of a start, else the {@code content}.
   *
   * @param waiting present while the message waits for its run
   */
  record MessageAdded(MessageId message, MessageKind kind, RawJson body, @Nullable Waiting waiting)
      implements ServerEvent {

    /** A message that does not wait. */
    public MessageAdded(MessageId message, MessageKind kind, RawJson body) {
      this(message, kind, body, null);
    }

    @Override
    public EventType type() {
      return EventType.MESSAGE_ADDED;
    }

    @Override
    public void dispatch(Handler handler) {
      handler.messageAdded(this);
    }
  }

  /** A message that waited for its run waits no longer, and gets none. */
  record MessageTakenBack(MessageId message) implements ServerEvent {
    @Override
    public EventType type() {
      return EventType.MESSAGE_TAKEN_BACK;
    }

    @Override
    public void dispatch(Handler handler) {
      handler.messageTakenBack(this);
    }
  }

  /** A run begins, to answer {@code message}. */
  record AgentStarted(AgentName agent, MessageId message, int attempt) implements ServerEvent {
    @Override
    public EventType type() {
      return EventType.AGENT_STARTED;
    }

    @Override
    public void dispatch(Handler handler) {
      handler.agentStarted(this);
    }
  }

  /**
   * The agent thinks: {@code text} and its {@code offset} on a delta, {@code step} and {@code
   * progress} (0 to 1) on a step.
   */
  record AgentThinking(
      ThinkingPhase phase,
      @Nullable String text,
      long offset,
      @Nullable String step,
      @Nullable Double progress)
      implements ServerEvent {
    @Override
    public EventType type() {
      return EventType.AGENT_THINKING;
    }

    @Override
    public void dispatch(Handler handler) {
      handler.agentThinking(this);
    }
  }

  /** A piece of the agent's answer; {@code offset} is where it begins in that message. */
  record AgentMessage(MessageId message, long offset, String delta) implements ServerEvent {
    @Override
    public EventType type() {
      return EventType.AGENT_MESSAGE;
    }

    @Override
    public void dispatch(Handler handler) {
      handler.agentMessage(this);
    }
  }

  /** A tool is called with its whole arguments. */
  record ToolExecuting(String toolCall, String tool, RawJson arguments) implements ServerEvent {
    @Override
    public EventType type() {
      return EventType.TOOL_EXECUTING;
    }

    @Override
    public void dispatch(Handler handler) {
      handler.toolExecuting(this);
    }
  }

  /** A tool has ended, after {@code durationMillis}. */
  record ToolCompleted(
      String toolCall,
      String tool,
      ToolStatus status,
      @Nullable RawJson result,
      @Nullable String error,
      boolean truncated,
      long durationMillis)
      implements ServerEvent {
    @Override
    public EventType type() {
      return EventType.TOOL_COMPLETED;
    }

    @Override
    public void dispatch(Handler handler) {
      handler.toolCompleted(this);
    }
  }

  /** The run has ended well; {@code text} is all message deltas of the run, joined in order. */
  record AgentCompleted(
      String text, Finish finish, @Nullable RawJson usage, @Nullable RawJson result)
      implements ServerEvent {
    @Override
    public EventType type() {
      return EventType.AGENT_COMPLETED;
    }

    @Override
    public void dispatch(Handler handler) {
      handler.agentCompleted(this);
    }
  }

  /** The run has failed; {@code partialText} is what was said until then. */
  record AgentFailed(
      ErrorCode code, String message, boolean retryable, @Nullable String partialText)
      implements ServerEvent {
    @Override
    public EventType type() {
      return EventType.AGENT_FAILED;
    }

    @Override
    public void dispatch(Handler handler) {
      handler.agentFailed(this);
    }
  }

  /** The run was stopped; {@code upstreamConfirmed} tells whether the agent said so too. */
  record AgentCancelled(CancelledBy by, boolean upstreamConfirmed, @Nullable String partialText)
      implements ServerEvent {
    @Override
    public EventType type() {
      return EventType.AGENT_CANCELLED;
    }

    @Override
    public void dispatch(Handler handler) {
      handler.agentCancelled(this);
    }
  }

  /** Shared state: a whole snapshot, or a patch (RFC 6902) to the one before. */
  record StateUpdated(boolean isPatch, RawJson value) implements ServerEvent {
    @Override
    public EventType type() {
      return EventType.STATE_UPDATED;
    }

    @Override
    public void dispatch(Handler handler) {
      handler.stateUpdated(this);
    }
  }

  /** Something the agent and the front end agreed on by name. */
  record Custom(String name, RawJson value) implements ServerEvent {
    @Override
    public EventType type() {
      return EventType.CUSTOM;
    }

    @Override
    public void dispatch(Handler handler) {
      handler.custom(this);
    }
  }
}
