package dev.parley.gateway.agent;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import dev.parley.gateway.protocol.ToolStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An event that an agent reports. The gateway adds ids, offsets, durations, names of tools and the
 * joined text. The constructors throw {@link NullPointerException} for a missing value, so that the
 * agent's own code fails.
 */
public sealed interface AgentEvent {

  /** Calls the handler's method for this type of event. */
  void dispatch(Handler handler);

  /** One method for each type of event. */
  interface Handler {
    void thinking(Thinking event);

    void message(Message event);

    void toolStarted(ToolStarted event);

    void toolEnded(ToolEnded event);

    void titled(Titled event);

    void state(State event);

    void custom(Custom event);

    void completed(Completed event);

    void failed(Failed event);

    void note(Note event);
  }

  /**
   * The agent thinks. {@code text} comes with {@link ThinkingPhase#DELTA}, {@code step} and perhaps
   * {@code progress} (0 to 1) with {@link ThinkingPhase#STEP}. The thinking of a sub-agent has
   * stretches of its own; what it says is thinking too, for it is not the answer of the run.
   *
   * @param subagent null if the agent itself thinks
   */
  record Thinking(
      ThinkingPhase phase,
      @Nullable String text,
      @Nullable String step,
      @Nullable Double progress,
      @Nullable Subagent subagent)
      implements AgentEvent {
    public Thinking {
      requireNonNull(phase, "phase");
    }

    /** A thought of the agent itself. */
    public Thinking(
        ThinkingPhase phase,
        @Nullable String text,
        @Nullable String step,
        @Nullable Double progress) {
      this(phase, text, step, progress, null);
    }

    public static Thinking start() {
      return new Thinking(ThinkingPhase.START, null, null, null);
    }

    public static Thinking delta(String text) {
      return new Thinking(ThinkingPhase.DELTA, text, null, null);
    }

    public static Thinking end() {
      return new Thinking(ThinkingPhase.END, null, null, null);
    }

    public static Thinking step(String step) {
      return new Thinking(ThinkingPhase.STEP, null, step, null);
    }

    /** The same of a sub-agent; of the agent itself for null. */
    public Thinking by(@Nullable Subagent thinker) {
      return new Thinking(phase, text, step, progress, thinker);
    }

    @Override
    public void dispatch(Handler handler) {
      handler.thinking(this);
    }
  }

  /** The next piece of the answer. */
  record Message(String delta) implements AgentEvent {
    public Message {
      requireNonNull(delta, "delta");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.message(this);
    }
  }

  /**
   * A tool is called.
   *
   * @param call the agent's id of the call, unique within the run
   * @param subagent the sub-agent that calls it, null if the agent itself does; its end is shown
   *     with the same
   */
  record ToolStarted(String call, String tool, RawJson arguments, @Nullable Subagent subagent)
      implements AgentEvent {
    public ToolStarted {
      requireNonNull(call, "call");
      requireNonNull(tool, "tool");
      requireNonNull(arguments, "arguments");
    }

    /** A call of the agent itself. */
    public ToolStarted(String call, String tool, RawJson arguments) {
      this(call, tool, arguments, null);
    }

    @Override
    public void dispatch(Handler handler) {
      handler.toolStarted(this);
    }
  }

  /** The tool of this call has ended, with a result or an error. */
  record ToolEnded(String call, ToolStatus status, @Nullable RawJson result, @Nullable String error)
      implements AgentEvent {
    public ToolEnded {
      requireNonNull(call, "call");
      requireNonNull(status, "status");
    }

    public static ToolEnded ok(String call, RawJson result) {
      return new ToolEnded(call, ToolStatus.OK, result, null);
    }

    public static ToolEnded error(String call, String error) {
      return new ToolEnded(call, ToolStatus.ERROR, null, error);
    }

    @Override
    public void dispatch(Handler handler) {
      handler.toolEnded(this);
    }
  }

  /**
   * The conversation has this title from now on, on all devices of its user. The gateway removes
   * control characters, and cuts it at 200 characters.
   */
  record Titled(String title) implements AgentEvent {
    public Titled {
      requireNonNull(title, "title");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.titled(this);
    }
  }

  /** Shared state: a whole snapshot, or a patch (RFC 6902) to the state before. */
  record State(boolean isPatch, RawJson value) implements AgentEvent {
    public State {
      requireNonNull(value, "value");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.state(this);
    }
  }

  /** Something that the agent and the front end have agreed on by name. */
  record Custom(String name, RawJson value) implements AgentEvent {
    public Custom {
      requireNonNull(name, "name");
      requireNonNull(value, "value");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.custom(this);
    }
  }

  /** The run completes. */
  record Completed(Finish finish, @Nullable RawJson usage, @Nullable RawJson result)
      implements AgentEvent {
    public Completed {
      requireNonNull(finish, "finish");
    }

    /** The end of a run without usage and result. */
    public static Completed stop() {
      return new Completed(Finish.STOP, null, null);
    }

    @Override
    public void dispatch(Handler handler) {
      handler.completed(this);
    }
  }

  /**
   * The run fails.
   *
   * @param retryable whether the same message may succeed later
   * @param retryAfter when, if that is known
   */
  record Failed(ErrorCode code, String message, boolean retryable, @Nullable Duration retryAfter)
      implements AgentEvent {
    public Failed {
      requireNonNull(code, "code");
      requireNonNull(message, "message");
    }

    /** A failure of which nobody knows when it will pass. */
    public Failed(ErrorCode code, String message, boolean retryable) {
      this(code, message, retryable, null);
    }

    @Override
    public void dispatch(Handler handler) {
      handler.failed(this);
    }
  }

  /**
   * What only a later request of this agent needs, for example signatures of its model. It is
   * stored with the next event that is not a piece of a text (the end of the run, at the latest),
   * until then with each checkpoint, and comes back as {@link History.PastNote} to the agent of
   * this name alone. No client gets it. A stage of {@link AgentSink#emitSynced} says that what came
   * before it is stored. The notes of one run hold at most 1 MiB, and 4 bytes count for each; more
   * fails the run.
   */
  record Note(RawJson value) implements AgentEvent {

    /** The bound of the notes of one run. */
    public static final int MAX_BYTES_OF_RUN = 1024 * 1024;

    /** The bytes that a note counts beside its own. */
    public static final int OVERHEAD = 4;

    public Note {
      requireNonNull(value, "value");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.note(this);
    }
  }
}
