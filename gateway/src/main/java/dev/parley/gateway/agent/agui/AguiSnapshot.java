package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.Subagent;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds in a {@code MESSAGES_SNAPSHOT}, which has the whole thread, what belongs to the run and was
 * not shown yet. The agent may name older messages otherwise than the request did: what stands
 * before the last message of the user is never shown. Used by one thread.
 */
final class AguiSnapshot {

  private final AguiTexts texts;
  private final AguiCalls calls;
  private final AguiSubagents subagents;
  private final Set<String> saidBefore;

  /** The texts of the run, its calls and sub-agents, and what was said in the thread before. */
  AguiSnapshot(AguiTexts texts, AguiCalls calls, AguiSubagents subagents, Set<String> saidBefore) {
    this.texts = texts;
    this.calls = calls;
    this.subagents = subagents;
    this.saidBefore = saidBefore;
  }

  void take(JsonNode messages) throws UpstreamException {
    int last = lastOfUser(messages);
    for (int i = last + 1; i < messages.size(); i++) {
      JsonNode message = messages.get(i);
      switch (AguiJson.text(message, "role")) {
        case "assistant" -> answer(message, last >= 0);
        case "tool" -> {
          Subagent by = subagents.find(AguiJson.text(message, AguiStream.SUBAGENT));
          calls.result(AguiJson.text(message, "toolCallId"), message, by);
        }
        default -> {
          // Of the user or of the agent's own making: nothing to show.
        }
      }
    }
  }

  private static int lastOfUser(JsonNode messages) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (AguiJson.text(messages.get(i), "role").equals("user")) {
        return i;
      }
    }
    return -1;
  }

  private void answer(JsonNode message, boolean ofThisRun) throws UpstreamException {
    String content = AguiJson.text(message, "content");
    String delegate = AguiJson.text(message, AguiStream.SUBAGENT);
    if (!delegate.isEmpty() && !ofThisRun) {
      // What sub-agents said before is not known.
      return;
    }
    Subagent by = subagents.find(delegate);
    if (!content.isEmpty() && (ofThisRun || !saidBefore.contains(content))) {
      texts.whole(AguiJson.text(message, "id"), by, content);
    }
    for (JsonNode call : ofThisRun ? message.path("toolCalls") : AguiJson.NODES.arrayNode()) {
      call(AguiJson.text(call, "id"), call.path("function"), by);
    }
  }

  private void call(String id, JsonNode function, @Nullable Subagent by) throws UpstreamException {
    if (!id.isEmpty() && !calls.knows(id)) {
      calls.start(id, AguiJson.text(function, "name"), by);
      calls.arguments(id, AguiJson.text(function, "arguments"), by);
      calls.end(id, by);
    }
  }
}
