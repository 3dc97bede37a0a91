package dev.parley.gateway.protocol;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A durable event of a thread: the payload alone. The thread, seq, run and time are in the envelope
 * (protocol, "Durable events"). Each record knows the fields of its payload: it writes them and
 * reads them back. Offsets count UTF-16 units.
 */
public sealed interface ServerEvent {

  /** The field of the sub-agent, in the events that have one. */
  String SUBAGENT = "subagent";

  EventType type();

  /** Writes the fields of the payload. */
  void write(FieldWriter out) throws IOException;

  /** Whether this is a piece of a growing text, so that adjacent events may be merged. */
  default boolean isTextDelta() {
    return false;
  }

  /**
   * Reads the payload of an event of this type, field by field in the order of {@link #write}.
   *
   * @throws IllegalArgumentException when a field is missing or has another form
   */
  static ServerEvent read(EventType type, FieldReader in) throws IOException {
    return switch (type) {
      case MESSAGE_ADDED -> MessageAdded.read(in);
      case MESSAGE_TAKEN_BACK -> MessageTakenBack.read(in);
      case THREAD_TITLED -> ThreadTitled.read(in);
      case AGENT_STARTED -> AgentStarted.read(in);
      case AGENT_THINKING -> AgentThinking.read(in);
      case AGENT_MESSAGE -> AgentMessage.read(in);
      case TOOL_EXECUTING -> ToolExecuting.read(in);
      case TOOL_COMPLETED -> ToolCompleted.read(in);
      case AGENT_COMPLETED -> AgentCompleted.read(in);
      case AGENT_FAILED -> AgentFailed.read(in);
      case AGENT_CANCELLED -> AgentCancelled.read(in);
      case STATE_UPDATED -> StateUpdated.read(in);
      case CUSTOM -> CustomEvent.read(in);
      case NOTIFICATION -> Notification.read(in);
    };
  }

  /** The sub-agent that caused the event; null if the agent of the run did. */
  default @Nullable Subagent subagent() {
    return null;
  }

  /** The kind of command that added a message. */
  enum MessageKind implements WireName {
    START_AGENT,
    USER_MESSAGE,
    CHAT;

    private final String wire = name().toLowerCase(Locale.ROOT);

    @Override
    public String wire() {
      return wire;
    }
  }

  /** What the agent gets besides a queued message when its run starts. */
  record QueuedContext(@Nullable RawJson context, @Nullable String traceparent) {}

  /**
   * A person's message; {@code body} is the {@code input} of a start, else the {@code content}.
   *
   * @param queued present when the message is queued for a run
   */
  record MessageAdded(
      MessageId message, MessageKind kind, RawJson body, @Nullable QueuedContext queued)
      implements ServerEvent {

    private static final String MESSAGE = "message_id";
    private static final String ROLE = "role";
    private static final String KIND = "kind";
    private static final String INPUT = "input";
    private static final String CONTENT = "content";
    private static final String QUEUED = "queued";
    private static final String CONTEXT = "context";
    private static final String TRACEPARENT = "traceparent";

    /** A message that is not queued. */
    public MessageAdded(MessageId message, MessageKind kind, RawJson body) {
      this(message, kind, body, null);
    }

    static MessageAdded read(FieldReader in) throws IOException {
      MessageId message = new MessageId(in.text(MESSAGE));
      MessageKind kind = WireName.parse(KIND, MessageKind.values(), in.text(KIND));
      return new MessageAdded(
          message,
          kind,
          in.raw(bodyOf(kind)),
          in.flag(QUEUED)
              ? new QueuedContext(in.optionalRaw(CONTEXT), in.optionalText(TRACEPARENT))
              : null);
    }

    private static String bodyOf(MessageKind kind) {
      return kind == MessageKind.START_AGENT ? INPUT : CONTENT;
    }

    @Override
    public EventType type() {
      return EventType.MESSAGE_ADDED;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(MESSAGE, message.value());
      out.text(ROLE, "user");
      out.text(KIND, kind.wire());
      out.raw(bodyOf(kind), body);
      if (queued != null) {
        out.flag(QUEUED, true);
        out.raw(CONTEXT, queued.context());
        out.text(TRACEPARENT, queued.traceparent());
      }
    }
  }

  /** A queued message was removed from the queue: no agent answers it. */
  record MessageTakenBack(MessageId message) implements ServerEvent {

    private static final String MESSAGE = "message_id";

    static MessageTakenBack read(FieldReader in) throws IOException {
      return new MessageTakenBack(new MessageId(in.text(MESSAGE)));
    }

    @Override
    public EventType type() {
      return EventType.MESSAGE_TAKEN_BACK;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(MESSAGE, message.value());
    }
  }

  /** The thread has a new title. */
  record ThreadTitled(Title title, TitledBy by) implements ServerEvent {

    private static final String TITLE = "title";
    private static final String BY = "by";

    static ThreadTitled read(FieldReader in) throws IOException {
      return new ThreadTitled(
          new Title(in.text(TITLE)), WireName.parse(BY, TitledBy.values(), in.text(BY)));
    }

    @Override
    public EventType type() {
      return EventType.THREAD_TITLED;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(TITLE, title.value());
      out.text(BY, by.wire());
    }
  }

  /** A run starts, to answer {@code message}. */
  record AgentStarted(AgentName agent, MessageId message, int attempt) implements ServerEvent {

    private static final String AGENT = "agent";
    private static final String MESSAGE = "message_id";
    private static final String ATTEMPT = "attempt";

    static AgentStarted read(FieldReader in) throws IOException {
      return new AgentStarted(
          new AgentName(in.text(AGENT)), new MessageId(in.text(MESSAGE)), (int) in.number(ATTEMPT));
    }

    @Override
    public EventType type() {
      return EventType.AGENT_STARTED;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(AGENT, agent.value());
      out.text(MESSAGE, message.value());
      out.number(ATTEMPT, attempt);
    }
  }

  /**
   * The agent thinks. {@code text} and its {@code offset} come with {@link ThinkingPhase#DELTA},
   * {@code step} and perhaps {@code progress} (0 to 1) with {@link ThinkingPhase#STEP}.
   */
  record AgentThinking(
      ThinkingPhase phase,
      @Nullable String text,
      long offset,
      @Nullable String step,
      @Nullable Double progress,
      @Nullable Subagent subagent)
      implements ServerEvent {

    private static final String PHASE = "phase";
    private static final String TEXT = "text";
    private static final String OFFSET = "offset";
    private static final String STEP = "step";
    private static final String PROGRESS = "progress";

    /** A thought of the agent itself. */
    public AgentThinking(
        ThinkingPhase phase,
        @Nullable String text,
        long offset,
        @Nullable String step,
        @Nullable Double progress) {
      this(phase, text, offset, step, progress, null);
    }

    static AgentThinking read(FieldReader in) throws IOException {
      ThinkingPhase phase = WireName.parse(PHASE, ThinkingPhase.values(), in.text(PHASE));
      String text = in.optionalText(TEXT);
      return new AgentThinking(
          phase,
          text,
          text == null ? 0 : in.number(OFFSET),
          in.optionalText(STEP),
          in.optionalDecimal(PROGRESS),
          in.optionalObject(SUBAGENT, Subagent::read));
    }

    @Override
    public EventType type() {
      return EventType.AGENT_THINKING;
    }

    @Override
    public boolean isTextDelta() {
      return phase == ThinkingPhase.DELTA;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(PHASE, phase.wire());
      if (text != null) {
        out.text(TEXT, text);
        out.number(OFFSET, offset);
      }
      out.text(STEP, step);
      out.decimal(PROGRESS, progress);
      out.object(SUBAGENT, subagent == null ? null : subagent::write);
    }
  }

  /** A piece of the agent's answer. */
  record AgentMessage(MessageId message, long offset, String delta) implements ServerEvent {

    private static final String MESSAGE = "message_id";
    private static final String OFFSET = "offset";
    private static final String DELTA = "delta";

    static AgentMessage read(FieldReader in) throws IOException {
      return new AgentMessage(new MessageId(in.text(MESSAGE)), in.number(OFFSET), in.text(DELTA));
    }

    @Override
    public EventType type() {
      return EventType.AGENT_MESSAGE;
    }

    @Override
    public boolean isTextDelta() {
      return true;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(MESSAGE, message.value());
      out.number(OFFSET, offset);
      out.text(DELTA, delta);
    }
  }

  /** A tool is called with its whole arguments. */
  record ToolExecuting(String toolCall, String tool, RawJson arguments, @Nullable Subagent subagent)
      implements ServerEvent {

    private static final String TOOL_CALL = "tool_call_id";
    private static final String TOOL = "tool_name";
    private static final String ARGUMENTS = "arguments";

    /** A tool of the agent itself. */
    public ToolExecuting(String toolCall, String tool, RawJson arguments) {
      this(toolCall, tool, arguments, null);
    }

    static ToolExecuting read(FieldReader in) throws IOException {
      return new ToolExecuting(
          in.text(TOOL_CALL),
          in.text(TOOL),
          in.raw(ARGUMENTS),
          in.optionalObject(SUBAGENT, Subagent::read));
    }

    @Override
    public EventType type() {
      return EventType.TOOL_EXECUTING;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(TOOL_CALL, toolCall);
      out.text(TOOL, tool);
      out.raw(ARGUMENTS, arguments);
      out.object(SUBAGENT, subagent == null ? null : subagent::write);
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
      long durationMillis,
      @Nullable Subagent subagent)
      implements ServerEvent {

    private static final String TOOL_CALL = "tool_call_id";
    private static final String TOOL = "tool_name";
    private static final String STATUS = "status";
    private static final String RESULT = "result";
    private static final String ERROR = "error";
    private static final String TRUNCATED = "truncated";
    private static final String DURATION = "duration_ms";

    /** The end of a tool of the agent itself. */
    public ToolCompleted(
        String toolCall,
        String tool,
        ToolStatus status,
        @Nullable RawJson result,
        @Nullable String error,
        boolean truncated,
        long durationMillis) {
      this(toolCall, tool, status, result, error, truncated, durationMillis, null);
    }

    static ToolCompleted read(FieldReader in) throws IOException {
      return new ToolCompleted(
          in.text(TOOL_CALL),
          in.text(TOOL),
          WireName.parse(STATUS, ToolStatus.values(), in.text(STATUS)),
          in.optionalRaw(RESULT),
          in.optionalText(ERROR),
          in.flag(TRUNCATED),
          in.number(DURATION),
          in.optionalObject(SUBAGENT, Subagent::read));
    }

    @Override
    public EventType type() {
      return EventType.TOOL_COMPLETED;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(TOOL_CALL, toolCall);
      out.text(TOOL, tool);
      out.text(STATUS, status.wire());
      out.raw(RESULT, result);
      out.text(ERROR, error);
      if (truncated) {
        out.flag(TRUNCATED, true);
      }
      out.number(DURATION, durationMillis);
      out.object(SUBAGENT, subagent == null ? null : subagent::write);
    }
  }

  /** The run has completed; {@code text} is all message deltas of the run, joined in order. */
  record AgentCompleted(
      String text, Finish finish, @Nullable RawJson usage, @Nullable RawJson result)
      implements ServerEvent {

    private static final String TEXT = "text";
    private static final String FINISH = "finish";
    private static final String USAGE = "usage";
    private static final String RESULT = "result";

    static AgentCompleted read(FieldReader in) throws IOException {
      return new AgentCompleted(
          in.text(TEXT),
          WireName.parse(FINISH, Finish.values(), in.text(FINISH)),
          in.optionalRaw(USAGE),
          in.optionalRaw(RESULT));
    }

    @Override
    public EventType type() {
      return EventType.AGENT_COMPLETED;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(TEXT, text);
      out.text(FINISH, finish.wire());
      out.raw(USAGE, usage);
      out.raw(RESULT, result);
    }
  }

  /** The run has failed; {@code partialText} is the text that was written before. */
  record AgentFailed(
      ErrorCode code,
      String message,
      boolean retryable,
      @Nullable Long retryAfterMillis,
      @Nullable String partialText)
      implements ServerEvent {

    private static final String CODE = "code";
    private static final String MESSAGE = "message";
    private static final String RETRYABLE = "retryable";
    private static final String RETRY_AFTER_MS = "retry_after_ms";
    private static final String PARTIAL_TEXT = "partial_text";

    static AgentFailed read(FieldReader in) throws IOException {
      return new AgentFailed(
          WireName.parse(CODE, ErrorCode.values(), in.text(CODE)),
          in.text(MESSAGE),
          in.flag(RETRYABLE),
          in.optionalNumber(RETRY_AFTER_MS),
          in.optionalText(PARTIAL_TEXT));
    }

    @Override
    public EventType type() {
      return EventType.AGENT_FAILED;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(CODE, code.wire());
      out.text(MESSAGE, message);
      out.flag(RETRYABLE, retryable);
      out.optionalNumber(RETRY_AFTER_MS, retryAfterMillis);
      out.text(PARTIAL_TEXT, partialText);
    }
  }

  /** The run was cancelled; {@code upstreamConfirmed} tells whether the agent confirmed it. */
  record AgentCancelled(CancelledBy by, boolean upstreamConfirmed, @Nullable String partialText)
      implements ServerEvent {

    private static final String BY = "by";
    private static final String UPSTREAM_CONFIRMED = "upstream_confirmed";
    private static final String PARTIAL_TEXT = "partial_text";

    static AgentCancelled read(FieldReader in) throws IOException {
      return new AgentCancelled(
          WireName.parse(BY, CancelledBy.values(), in.text(BY)),
          in.flag(UPSTREAM_CONFIRMED),
          in.optionalText(PARTIAL_TEXT));
    }

    @Override
    public EventType type() {
      return EventType.AGENT_CANCELLED;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(BY, by.wire());
      out.flag(UPSTREAM_CONFIRMED, upstreamConfirmed);
      out.text(PARTIAL_TEXT, partialText);
    }
  }

  /** Shared state: a whole snapshot, or a patch (RFC 6902) to the state before. */
  record StateUpdated(boolean isPatch, RawJson value) implements ServerEvent {

    private static final String SNAPSHOT = "snapshot";
    private static final String PATCH = "patch";

    static StateUpdated read(FieldReader in) throws IOException {
      RawJson patch = in.optionalRaw(PATCH);
      return patch == null
          ? new StateUpdated(false, in.raw(SNAPSHOT))
          : new StateUpdated(true, patch);
    }

    @Override
    public EventType type() {
      return EventType.STATE_UPDATED;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.raw(isPatch ? PATCH : SNAPSHOT, value);
    }
  }

  /** Something that the agent and the front end have agreed on by name. */
  record CustomEvent(String name, RawJson value) implements ServerEvent {

    private static final String NAME = "name";
    private static final String VALUE = "value";

    static CustomEvent read(FieldReader in) throws IOException {
      return new CustomEvent(in.text(NAME), in.raw(VALUE));
    }

    @Override
    public EventType type() {
      return EventType.CUSTOM;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(NAME, name);
      out.raw(VALUE, value);
    }
  }

  /**
   * Something that the user is to know; in the inbox only.
   *
   * @param broadcast the broadcast that it came with
   */
  record Notification(NotificationId notification, @Nullable BroadcastId broadcast, Notice notice)
      implements ServerEvent {

    private static final String NOTIFICATION = "notification_id";
    private static final String BROADCAST = "broadcast_id";
    private static final String TITLE = "title";
    private static final String BODY = "body";
    private static final String ACTION_URL = "action_url";
    private static final String PRIORITY = "priority";

    static Notification read(FieldReader in) throws IOException {
      NotificationId notification = new NotificationId(in.text(NOTIFICATION));
      String broadcast = in.optionalText(BROADCAST);
      return new Notification(
          notification,
          broadcast == null ? null : new BroadcastId(broadcast),
          new Notice(
              in.text(TITLE),
              in.text(BODY),
              in.optionalText(ACTION_URL),
              WireName.parse(PRIORITY, Priority.values(), in.text(PRIORITY))));
    }

    @Override
    public EventType type() {
      return EventType.NOTIFICATION;
    }

    @Override
    public void write(FieldWriter out) throws IOException {
      out.text(NOTIFICATION, notification.value());
      out.text(BROADCAST, broadcast == null ? null : broadcast.value());
      out.text(TITLE, notice.title());
      out.text(BODY, notice.body());
      out.text(ACTION_URL, notice.actionUrl());
      out.text(PRIORITY, notice.priority().wire());
    }
  }
}
