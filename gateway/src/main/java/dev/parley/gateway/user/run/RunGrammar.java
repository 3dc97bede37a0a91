package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.SavedCheckpoint;
import dev.parley.gateway.limit.RunBudget;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.ThinkingPhase;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.TitledBy;
import dev.parley.gateway.protocol.ToolStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of one run in the order that the protocol allows ("The life of a run"), whatever its
 * agent says: tools that have begun are ended, and nothing follows the one terminal event. Mistakes
 * of the agent are repaired and reported by name. Used at the user's home only.
 */
final class RunGrammar implements AgentEvent.Handler {

  static final int MAX_VALUE_BYTES = 256 * 1024;
  private static final int MAX_NAME = 255;
  private static final int MAX_WORDS = 2000;
  private static final int MAX_UNITS_OF_CUT_RESULT = 16 * 1024;

  private final MessageId message;
  private final Consumer<String> repairs;
  private final OpenTools openTools = new OpenTools();
  private final RunBudget budget = new RunBudget();
  private final RunNotes notes = new RunNotes();
  private final TextFlow answer = new TextFlow();
  private final StringBuilder text = new StringBuilder();
  private final Thoughts thoughts = new Thoughts();
  private List<ServerEvent> out = new ArrayList<>();
  private long now;
  private boolean ended;
  private boolean leftOut;

  /** A run that has just begun, the id of its answer, and who is told the name of each repair. */
  RunGrammar(MessageId message, Consumer<String> repairs) {
    this.message = message;
    this.repairs = repairs;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Whether a tool has begun and not ended. */
  boolean hasOpenTool() {
    return !openTools.isEmpty();
  }

  /** Whether the last event that was taken is not, or not wholly, among the events to append. */
  boolean hasLeftOut() {
    return leftOut;
  }

  /**
   * Takes an event that the log has of this run, in order, before anything else: the run goes on
   * after it.
   *
   * @param atNanos when it happened
   */
  void restore(ServerEvent event, long atNanos) {
    if (event instanceof ServerEvent.AgentMessage piece) {
      text.append(budget.fitting(piece.delta()));
      answer.continueAfter(text.length(), null);
    } else if (event instanceof ServerEvent.AgentThinking thought) {
      restore(thought);
    } else if (event instanceof ServerEvent.ToolExecuting tool) {
      openTools.begin(tool.toolCall(), tool.tool(), tool.subagent(), atNanos);
      affords(tool.arguments().length());
    } else if (event instanceof ServerEvent.ToolCompleted tool) {
      openTools.remove(tool.toolCall());
      affords(tool.result() == null ? -RunBudget.ENVELOPE : tool.result().length());
    } else if (event instanceof ServerEvent.ThreadTitled titled) {
      affords(titled.title().value().length());
    } else if (event instanceof ServerEvent.StateUpdated state) {
      affords(state.value().length());
    } else if (event instanceof ServerEvent.CustomEvent custom) {
      affords(custom.value().length());
    }
  }

  private void restore(ServerEvent.AgentThinking thought) {
    String piece = thought.text();
    switch (thought.phase()) {
      case DELTA -> {
        String fitting = piece == null ? "" : budget.fitting(piece);
        thoughts.continueAfter(thought.subagent(), thought.offset() + fitting.length());
      }
      case STEP -> affords(thought.step() == null ? 0 : thought.step().length());
      case START -> {
        affords(0);
        thoughts.begin(thought.subagent());
      }
      case END -> {
        affords(0);
        thoughts.end(thought.subagent());
      }
    }
  }

  /** The same for the notes that are hidden with the events. */
  void restore(RunNotes.StoredNotes stored) {
    notes.restore(stored);
  }

  /** Restores what is not in the log: halves of surrogate pairs, and notes that wait. */
  void restore(SavedCheckpoint checkpoint) {
    notes.restore(checkpoint);
    answer.continueAfter(answer.length(), checkpoint.answerHalf());
    thoughts.restore(checkpoint.thinker(), checkpoint.thoughtHalf());
  }

  /** The checkpoint after everything that was taken. */
  SavedCheckpoint checkpoint(RawJson given) {
    return new SavedCheckpoint(
        given, answer.half(), thoughts.half(), thoughts.thinker(), notes.waiting(), notes.before());
  }

  private void leaveOut(String repair) {
    repairs.accept(repair);
    leftOut = true;
  }

  /** The events to append for this one, in order. */
  List<ServerEvent> take(AgentEvent event, long nowNanos) {
    if (ended) {
      leaveOut("event_after_end");
      return List.of();
    }
    leftOut = false;
    now = nowNanos;
    event.dispatch(this);
    return drain();
  }

  /** Takes out the notes that are hidden with events that were given since the last call. */
  IdentityHashMap<ServerEvent, List<RawJson>> takeNotes() {
    return notes.takeCarried();
  }

  /** The bytes of all notes so far. */
  long noteBytes() {
    return notes.bytes();
  }

  /** Ends a run whose agent left without an end. */
  List<ServerEvent> complete(long nowNanos) {
    return ended ? List.of() : take(AgentEvent.Completed.stop(), nowNanos);
  }

  /** Ends a run that has failed. */
  List<ServerEvent> fail(ErrorCode code, String reason, boolean retryable, long nowNanos) {
    return ended ? List.of() : take(new AgentEvent.Failed(code, reason, retryable), nowNanos);
  }

  /** Ends a run that was cancelled. */
  List<ServerEvent> cancel(CancelledBy by, boolean confirmed, long nowNanos) {
    if (ended) {
      return List.of();
    }
    now = nowNanos;
    finishTexts();
    closeTools(ToolStatus.ABORTED);
    out.add(new ServerEvent.AgentCancelled(by, confirmed, partialText()));
    ended = true;
    return drain();
  }

  private List<ServerEvent> drain() {
    List<ServerEvent> drained = out;
    out = new ArrayList<>();
    notes.carry(drained);
    return drained;
  }

  @Override
  public void thinking(AgentEvent.Thinking event) {
    answerPieces(answer.finish());
    switch (event.phase()) {
      case DELTA -> think(event.subagent(), event.text() == null ? "" : event.text());
      case START, END -> pair(event);
      case STEP -> step(event);
    }
  }

  /** A stretch of a sub-agent has a beginning even if the agent has not told one. */
  private void think(@Nullable Subagent by, String text) {
    if (by != null && !text.isEmpty() && !thoughts.isOpen(by)) {
      pair(AgentEvent.Thinking.start().by(by));
    }
    if (!ended && (by == null || thoughts.isOpen(by))) {
      String fitting = budget.fitting(text);
      out.addAll(thoughts.take(by, fitting));
      endIfCut(text, fitting);
    }
  }

  private void pair(AgentEvent.Thinking event) {
    out.addAll(thoughts.finish());
    Subagent by = event.subagent();
    boolean starts = event.phase() == ThinkingPhase.START;
    if (thoughts.isOpen(by) == starts) {
      leaveOut("thinking_unpaired");
      return;
    }
    Subagent surplus = starts && by != null ? thoughts.surplus() : null;
    if (surplus != null) {
      repairs.accept("thinking_left_open");
      pair(AgentEvent.Thinking.end().by(surplus));
    }
    if (ended || !affords(0)) {
      return;
    }
    if (starts) {
      thoughts.begin(by);
    } else {
      thoughts.end(by);
    }
    out.add(new ServerEvent.AgentThinking(event.phase(), null, 0, null, null, by));
  }

  private void step(AgentEvent.Thinking event) {
    out.addAll(thoughts.finish());
    String step = event.step();
    if (step == null || step.isEmpty()) {
      leaveOut("step_without_name");
      return;
    }
    if (!affords(step.length())) {
      return;
    }
    Double progress = event.progress();
    boolean shown = progress != null && progress >= 0 && progress <= 1;
    out.add(
        new ServerEvent.AgentThinking(
            event.phase(), null, 0, name(step), shown ? progress : null, event.subagent()));
  }

  @Override
  public void message(AgentEvent.Message event) {
    out.addAll(thoughts.finish());
    String fitting = budget.fitting(event.delta());
    answerPieces(answer.take(fitting));
    endIfCut(event.delta(), fitting);
  }

  private void endIfCut(String text, String fitting) {
    if (fitting.length() < text.length()) {
      leaveOut("text_too_long");
      completed(new AgentEvent.Completed(Finish.LENGTH, null, null));
    }
  }

  private void answerPieces(List<TextFlow.Piece> pieces) {
    for (TextFlow.Piece piece : pieces) {
      text.append(piece.text());
      out.add(new ServerEvent.AgentMessage(message, piece.offset(), piece.text()));
    }
  }

  @Override
  public void toolStarted(AgentEvent.ToolStarted event) {
    finishTexts();
    RawJson arguments = usable("arguments", event.arguments());
    if (arguments == null) {
      return;
    }
    if (openTools.isFull()) {
      unusable(Texts.expected("open tools", "one more", "at most " + OpenTools.MAX_OPEN));
      return;
    }
    String call = name(event.call());
    String tool = name(event.tool());
    if (!openTools.begin(call, tool, event.subagent(), now)) {
      leaveOut("tool_started_twice");
      return;
    }
    out.add(new ServerEvent.ToolExecuting(call, tool, arguments, event.subagent()));
  }

  @Override
  public void toolEnded(AgentEvent.ToolEnded event) {
    finishTexts();
    String call = name(event.call());
    if (!openTools.contains(call)) {
      leaveOut("tool_never_started");
      return;
    }
    RawJson given = event.result();
    boolean truncated = given != null && given.length() > MAX_VALUE_BYTES;
    RawJson result = given == null ? null : usable("result", truncated ? cut(given) : given);
    if (!ended) {
      out.add(openTools.end(call, event, result, truncated, now));
    }
  }

  private RawJson cut(RawJson result) {
    repairs.accept("result_cut");
    return EventCodec.quoted(TextFlow.clean(result.toString(), MAX_UNITS_OF_CUT_RESULT));
  }

  @Override
  public void titled(AgentEvent.Titled event) {
    finishTexts();
    Title title = Title.nearest(event.title()).orElse(null);
    if (title == null) {
      leaveOut("title_form");
      return;
    }
    if (!title.value().equals(event.title())) {
      repairs.accept("title_form");
    }
    if (affords(title.value().length())) {
      out.add(new ServerEvent.ThreadTitled(title, TitledBy.AGENT));
    }
  }

  @Override
  public void state(AgentEvent.State event) {
    finishTexts();
    RawJson value = usable("state", event.value());
    if (value != null) {
      out.add(new ServerEvent.StateUpdated(event.isPatch(), value));
    }
  }

  @Override
  public void custom(AgentEvent.Custom event) {
    finishTexts();
    RawJson value = usable("custom", event.value());
    if (value != null) {
      out.add(new ServerEvent.CustomEvent(name(event.name()), value));
    }
  }

  @Override
  public void completed(AgentEvent.Completed event) {
    finishTexts();
    RawJson usage = event.usage() == null ? null : sound("usage", event.usage());
    RawJson result = ended || event.result() == null ? null : sound("result", event.result());
    if (ended) {
      return;
    }
    if (!openTools.isEmpty()) {
      repairs.accept("tool_left_open");
    }
    closeTools(ToolStatus.UNKNOWN);
    out.add(new ServerEvent.AgentCompleted(text.toString(), event.finish(), usage, result));
    ended = true;
  }

  @Override
  public void failed(AgentEvent.Failed event) {
    finishTexts();
    closeTools(ToolStatus.UNKNOWN);
    String reason = TextFlow.clean(event.message(), MAX_WORDS);
    Duration after = event.retryAfter();
    Long afterMillis = after == null ? null : Math.max(1, after.toMillis());
    out.add(
        new ServerEvent.AgentFailed(
            event.code(), reason, event.retryable(), afterMillis, partialText()));
    ended = true;
  }

  @Override
  public void note(AgentEvent.Note event) {
    long bytes = notes.bytes() + RunNotes.bytesOf(event.value());
    int max = AgentEvent.Note.MAX_BYTES_OF_RUN;
    if (bytes > max) {
      unusable(Texts.expected("notes", bytes + " bytes", "at most " + max + " a run"));
      return;
    }
    try {
      notes.add(EventCodec.checked("note", event.value()));
    } catch (IllegalArgumentException e) {
      unusable(String.valueOf(e.getMessage()));
    }
  }

  /** The value, if it is valid and fits the budget; null when it has ended the run. */
  private @Nullable RawJson usable(String name, RawJson value) {
    RawJson sound = sound(name, value);
    return sound == null || !affords(value.length()) ? null : sound;
  }

  private boolean affords(long bytes) {
    boolean taken = budget.take(RunBudget.ENVELOPE + bytes);
    if (!taken) {
      unusable(
          Texts.expected("run", "one more event", "at most " + RunBudget.MAX_BYTES + " bytes"));
    }
    return taken;
  }

  /** The value, if a strict parser takes it; null when it has ended the run. */
  private @Nullable RawJson sound(String name, RawJson value) {
    if (value.length() > MAX_VALUE_BYTES) {
      unusable(Texts.expected(name, value.length() + " bytes", "at most " + MAX_VALUE_BYTES));
      return null;
    }
    try {
      return EventCodec.checked(name, value);
    } catch (IllegalArgumentException e) {
      unusable(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void unusable(String problem) {
    leaveOut("value_unusable");
    failed(new AgentEvent.Failed(ErrorCode.UPSTREAM_PROTOCOL, problem, false));
  }

  private void closeTools(ToolStatus status) {
    out.addAll(openTools.endAll(status, now));
  }

  private void finishTexts() {
    out.addAll(thoughts.finish());
    answerPieces(answer.finish());
  }

  private @Nullable String partialText() {
    return text.isEmpty() ? null : text.toString();
  }

  private String name(String given) {
    if (given.isEmpty() || given.length() > MAX_NAME) {
      repairs.accept("name_length");
    }
    return given.isEmpty() ? "unnamed" : TextFlow.clean(given, MAX_NAME);
  }
}
