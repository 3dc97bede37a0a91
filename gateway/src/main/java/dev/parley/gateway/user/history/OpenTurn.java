package dev.parley.gateway.user.history;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ToolStatus;
import dev.parley.gateway.user.history.FoldedThread.OpenRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of a run while it is folded. Used by one thread at a time. */
final class OpenTurn {

  /** What each message, text, tool call and note counts beside its bytes. */
  static final int ITEM_BYTES = 32;

  private final @Nullable OpenRun run;
  private final long firstSeq;
  private final List<History.AnswerPart> parts = new ArrayList<>();

  /** Where the calls that have no end yet are among the parts. */
  private final Map<String, Integer> openCalls = new HashMap<>();

  private final StringBuilder text = new StringBuilder();
  private long bytes;
  private long noteBytes;

  /** A run of which everything is known. */
  OpenTurn(OpenRun run) {
    this.run = run;
    this.firstSeq = run.firstSeq();
    History.PastMessage message = run.message();
    this.bytes = message == null ? 0 : bytesOf(message);
  }

  /** A run of which only the events from this seq on are known. */
  OpenTurn(long seq) {
    this.run = null;
    this.firstSeq = seq;
  }

  static int bytesOf(History.PastMessage message) {
    return ITEM_BYTES + message.content().length();
  }

  @Nullable OpenRun run() {
    return run;
  }

  long bytes() {
    return bytes;
  }

  void say(String delta) {
    bytes += (text.isEmpty() ? ITEM_BYTES : 0) + utf8Length(delta);
    text.append(delta);
  }

  void begin(ServerEvent.ToolExecuting tool) {
    endText();
    bytes += ITEM_BYTES + tool.arguments().length();
    openCalls.put(tool.toolCall(), parts.size());
    parts.add(
        new History.PastToolCall(
            tool.toolCall(), tool.tool(), tool.arguments(), ToolStatus.UNKNOWN, null, null));
  }

  /** The end of a tool; that of one whose beginning is not known is left out. */
  void end(ServerEvent.ToolCompleted tool) {
    endText();
    RawJson result = tool.result();
    String error = tool.error();
    bytes += (result == null ? 0 : result.length()) + (error == null ? 0 : utf8Length(error));
    Integer at = openCalls.remove(tool.toolCall());
    if (at != null && parts.get(at) instanceof History.PastToolCall begun) {
      parts.set(
          at,
          new History.PastToolCall(
              begun.call(), begun.tool(), begun.arguments(), tool.status(), result, error));
    }
  }

  void note(RawJson note) {
    endText();
    noteBytes += ITEM_BYTES + note.length();
    parts.add(new History.PastNote(note));
  }

  private void endText() {
    if (!text.isEmpty()) {
      parts.add(new History.AnswerText(text.toString()));
      text.setLength(0);
    }
  }

  /** The whole turn when its run has ended so. */
  PastTurn close(RunState state) {
    endText();
    return run == null
        ? new PastTurn(firstSeq, null, null, bytes, noteBytes)
        : new PastTurn(
            firstSeq,
            run.message(),
            new History.PastAnswer(run.run(), run.agent(), state, parts),
            bytes,
            noteBytes);
  }

  private static int utf8Length(String text) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      length += unit < 0x80 ? 1 : unit < 0x800 || Character.isSurrogate(unit) ? 2 : 3;
    }
    return length;
  }
}
