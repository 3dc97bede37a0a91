package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ContentPart;
import dev.parley.gateway.agent.model.ContentParts;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The {@code messages} of a request: the thread so far, and the message to answer. A message has
 * the same id in each request of the thread. Every tool call is followed by its result. Used by one
 * thread.
 *
 * @see <a href="https://docs.ag-ui.com/spec/1.0/basic/run-input">RunAgentInput</a>
 */
final class AguiMessages {

  private static final String CONTENT = "content";
  private static final String FAILED = "[This answer failed before it was complete.]";
  private static final String CANCELLED = "[This answer was cancelled before it was complete.]";

  private final ArrayNode messages = AguiJson.NODES.arrayNode();

  /** Messages of the user since the last answer. The last one is what the next run answers. */
  private final Deque<ObjectNode> unanswered = new ArrayDeque<>();

  private final List<String> answers = new ArrayList<>();

  /** The message of an answer that is being built, and how many the answer has. */
  private ObjectNode answer = AguiJson.NODES.objectNode();

  private int ofAnswer;

  private AguiMessages() {}

  /**
   * The messages of a run.
   *
   * @throws UpstreamException for a part of the input that AG-UI has no form for; names it
   */
  static AguiMessages of(History history, List<ContentPart> input, RunId run)
      throws UpstreamException {
    AguiMessages all = new AguiMessages();
    for (History.Item item : history.items()) {
      if (item instanceof History.PastMessage past) {
        all.user(AguiContent.past(ContentParts.read("message", past.content())));
      } else if (item instanceof History.PastAnswer past) {
        all.answer(past);
      }
    }
    all.user(AguiContent.of(input));
    all.name(run);
    return all;
  }

  /** Gives ids to the messages before this run: its own, and those that no agent answers. */
  private void name(RunId run) {
    String id = run + "-input";
    int before = 0;
    while (!unanswered.isEmpty()) {
      unanswered.removeLast().put("id", id);
      before++;
      id = run + "-before-" + before;
    }
  }

  ArrayNode json() {
    return messages;
  }

  /** What was said before: each whole answer, and each of its texts. */
  List<String> answers() {
    return answers;
  }

  private void user(JsonNode content) {
    ObjectNode message = messages.addObject().put("id", "").put("role", "user");
    message.set(CONTENT, content);
    unanswered.add(message);
  }

  private void answer(History.PastAnswer past) {
    name(past.run());
    ofAnswer = 0;
    begin(past.run());
    List<History.PastToolCall> calls = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (History.AnswerPart part : past.parts()) {
      if (part instanceof History.PastToolCall call) {
        calls.add(call);
      } else if (part instanceof History.AnswerText said && !said.text().isBlank()) {
        endCalls(past.run(), calls);
        texts.add(said.text().strip());
        say(said.text().strip());
      }
    }
    if (!texts.isEmpty()) {
      answers.addAll(texts);
      answers.add(String.join("\n\n", texts));
    }
    endCalls(past.run(), calls);
    if (past.state() == RunState.CANCELLED) {
      say(CANCELLED);
    } else if (past.state() != RunState.COMPLETED) {
      say(FAILED);
    }
    end();
  }

  private void begin(RunId run) {
    ofAnswer++;
    answer = AguiJson.NODES.objectNode().put("id", run + "-" + ofAnswer).put("role", "assistant");
  }

  private void say(String text) {
    String before = AguiJson.text(answer, CONTENT);
    answer.put(CONTENT, before.isEmpty() ? text : before + "\n\n" + text);
  }

  private void end() {
    if (answer.has(CONTENT) || answer.has("toolCalls")) {
      messages.add(answer);
    }
  }

  /** Ends the message with the calls that it made, and adds their results. */
  private void endCalls(RunId run, List<History.PastToolCall> calls) {
    if (calls.isEmpty()) {
      return;
    }
    ArrayNode made = answer.putArray("toolCalls");
    for (History.PastToolCall call : calls) {
      ObjectNode one = made.addObject().put("id", call.call()).put("type", "function");
      one.putObject("function").put("name", call.tool()).put("arguments", text(call.arguments()));
    }
    end();
    for (History.PastToolCall call : calls) {
      ofAnswer++;
      messages.add(result(run + "-" + ofAnswer, call));
    }
    calls.clear();
    begin(run);
  }

  private static ObjectNode result(String id, History.PastToolCall call) {
    ObjectNode message = AguiJson.NODES.objectNode().put("id", id).put("role", "tool");
    message.put("toolCallId", call.call());
    RawJson result = call.result();
    String error = call.error();
    String missing = "The call ended without a result: " + call.status().wire() + '.';
    String problem = error == null ? missing : error;
    message.put(CONTENT, result == null ? problem : text(result));
    if (result == null) {
      message.put("error", problem);
    }
    return message;
  }

  /** A JSON string is its text, any other value its JSON. */
  private static String text(RawJson json) {
    String raw = json.toString();
    return AguiJson.value(raw).filter(JsonNode::isTextual).map(JsonNode::textValue).orElse(raw);
  }
}
