package dev.parley.gateway.agent.agui;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.Subagent;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The text messages of a run. Those of the agent itself are the answer, each a paragraph; those of
 * its sub-agents are thoughts. Messages of other roles, which only repeat what is known, are not
 * shown. Used by one thread.
 *
 * @see <a href="https://docs.ag-ui.com/spec/1.0/basic/patterns/streaming">Streaming messages</a>
 */
final class AguiTexts {

  private static final String GAP = "\n\n";
  private static final String ASSISTANT = "assistant";

  /** The maximum characters that are remembered, to know again what a snapshot repeats. */
  private static final int MAX_REMEMBERED = 2 << 20;

  private final Consumer<AgentEvent> out;
  private final AguiThoughts thoughts;
  private final Map<String, Speech> messages = new HashMap<>();

  /** The message that each agent began last; its pieces without an id belong to it. */
  private final Map<String, String> current = new HashMap<>();

  /** The message of the last text of the answer. */
  private @Nullable String last;

  private int remembered;

  /** A message and what was shown of it. */
  private static final class Speech {
    private final boolean silent;
    private final @Nullable Subagent by;
    private final StringBuilder shown = new StringBuilder();

    Speech(boolean silent, @Nullable Subagent by) {
      this.silent = silent;
      this.by = by;
    }
  }

  AguiTexts(Consumer<AgentEvent> out, AguiThoughts thoughts) {
    this.out = out;
    this.thoughts = thoughts;
  }

  /** A message begins, of a role (empty: the agent), and perhaps of a sub-agent. */
  void start(String id, String role, @Nullable Subagent by) throws UpstreamException {
    String known = id.isEmpty() ? nameless(by) : id;
    current.put(AguiSubagents.key(by), known);
    if (!messages.containsKey(known)) {
      ServiceMistake.checkCount("messages", messages.size());
      boolean silent = !role.isEmpty() && !role.equals(ASSISTANT);
      messages.put(known, new Speech(silent, by));
    }
  }

  /** The message of an agent that has given no id. */
  private static String nameless(@Nullable Subagent by) {
    return '\0' + AguiSubagents.key(by);
  }

  /** Whose message this is; if it has not begun, that of the agent which the event names. */
  @Nullable Subagent owner(String id, @Nullable Subagent by) {
    Speech speech = messages.get(id);
    return speech == null ? by : speech.by;
  }

  /** The next piece of a message, which may not have been begun. */
  void text(String id, String role, @Nullable Subagent by, String delta) throws UpstreamException {
    String known = id.isEmpty() ? current.getOrDefault(AguiSubagents.key(by), nameless(by)) : id;
    start(known, role, by);
    Speech speech = messages.get(known);
    if (speech != null && !speech.silent && !delta.isEmpty()) {
      say(known, speech, delta);
    }
  }

  private void say(String id, Speech speech, String delta) {
    if (speech.by != null) {
      thoughts.text(speech.by, id, delta);
    } else {
      thoughts.pause();
      out.accept(new AgentEvent.Message(last == null || last.equals(id) ? delta : GAP + delta));
      last = id;
    }
    remembered += delta.length();
    if (remembered <= MAX_REMEMBERED) {
      speech.shown.append(delta);
    }
  }

  /** A message as a snapshot has it: shows what of it was not shown yet. */
  void whole(String id, @Nullable Subagent by, String content) throws UpstreamException {
    if (remembered > MAX_REMEMBERED) {
      return;
    }
    String known = id.isEmpty() ? nameless(by) : id;
    Speech speech = messages.get(known);
    if (speech != null) {
      boolean grows = known.equals(last) && content.startsWith(speech.shown.toString());
      if (grows && !speech.silent) {
        text(known, "", by, content.substring(speech.shown.length()));
      }
      return;
    }
    boolean isSaid = messages.values().stream().anyMatch(said -> content.contentEquals(said.shown));
    String before = current.get(AguiSubagents.key(by));
    text(id, ASSISTANT, by, isSaid ? "" : content);
    if (before == null) {
      current.remove(AguiSubagents.key(by));
    } else {
      current.put(AguiSubagents.key(by), before);
    }
  }
}
