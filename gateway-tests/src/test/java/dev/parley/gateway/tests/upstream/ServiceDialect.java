package dev.parley.gateway.tests.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The events that a service sends in each dialect, written here independently of the gateway. */
enum ServiceDialect {
  OPENAI {
    @Override
    String path(String name) {
      return "/" + name + "/v1";
    }

    @Override
    String begin() {
      return chunk(Json.object().put("role", "assistant").put("content", ""), null);
    }

    @Override
    String text(String delta) {
      return chunk(Json.object().put("content", delta), null);
    }

    @Override
    String thought(String delta) {
      return chunk(Json.object().put("reasoning_content", delta), null);
    }

    @Override
    String tool(int number) {
      ObjectNode call = Json.object().put("index", number).put("id", "call_" + number);
      call.put("type", "function");
      call.set("function", Json.object().put("name", "look_up").put("arguments", "{}"));
      ObjectNode delta = Json.object();
      delta.set("tool_calls", Json.array().add(call));
      return chunk(delta, null);
    }

    @Override
    String end() {
      return chunk(Json.object(), "stop") + "data: [DONE]\n\n";
    }

    @Override
    String endWithTools() {
      return chunk(Json.object(), "tool_calls") + "data: [DONE]\n\n";
    }

    @Override
    String error(String message) {
      ObjectNode error = Json.object().put("message", message).put("type", "server_error");
      return event(Json.object().set("error", error));
    }

    private String chunk(ObjectNode delta, @Nullable String finish) {
      ObjectNode choice = Json.object().put("index", 0).put("finish_reason", finish);
      choice.set("delta", delta);
      ObjectNode chunk = Json.object().put("id", "c1").put("object", "chat.completion.chunk");
      return event(chunk.set("choices", Json.array().add(choice)));
    }
  },

  RESPONSES {
    @Override
    void choose(Map<String, String> settings, String prefix) {
      settings.put(prefix + "type", "openai");
      settings.put(prefix + "api", "responses");
    }

    @Override
    String path(String name) {
      return "/" + name + "/v1";
    }

    @Override
    String messages() {
      return "input";
    }

    @Override
    String begin() {
      return response("created", "in_progress");
    }

    @Override
    String text(String delta) {
      ObjectNode event = Json.object().put("output_index", 1).put("item_id", "msg_1");
      return named("output_text.delta", event.put("content_index", 0).put("delta", delta));
    }

    @Override
    String thought(String delta) {
      ObjectNode event = Json.object().put("output_index", 0).put("item_id", "rs_1");
      event.put("summary_index", 0).put("delta", delta);
      return named("reasoning_summary_text.delta", event);
    }

    @Override
    String tool(int number) {
      ObjectNode item = Json.object().put("type", "function_call").put("id", "fc_" + number);
      item.put("call_id", "call_" + number).put("name", "look_up").put("arguments", "{}");
      ObjectNode event = Json.object().put("output_index", 2 + number);
      event.set("item", item);
      return named("output_item.done", event);
    }

    @Override
    String end() {
      return response("completed", "completed");
    }

    @Override
    String endWithTools() {
      return end();
    }

    @Override
    String error(String message) {
      ObjectNode error = Json.object().put("type", "error").put("code", "something_broke");
      return "event: error\n" + event(error.put("message", message));
    }

    private String response(String type, String status) {
      ObjectNode response = Json.object().put("id", "resp_1").put("status", status);
      return named(type, Json.object().set("response", response));
    }

    private String named(String type, ObjectNode event) {
      String name = "response." + type;
      return "event: " + name + "\n" + event(event.put("type", name));
    }
  },

  ANTHROPIC {
    @Override
    String path(String name) {
      return "/" + name;
    }

    @Override
    String begin() {
      ObjectNode message = Json.object().put("id", "msg_1").put("type", "message");
      message.put("role", "assistant").set("content", Json.array());
      message.set("usage", Json.object().put("input_tokens", 3).put("output_tokens", 1));
      return named("message_start", Json.object().set("message", message));
    }

    @Override
    String text(String delta) {
      return block(0, Json.object().put("type", "text").put("text", ""))
          + delta(0, Json.object().put("type", "text_delta").put("text", delta))
          + stop(0);
    }

    @Override
    String thought(String delta) {
      return block(0, Json.object().put("type", "thinking").put("thinking", ""))
          + delta(0, Json.object().put("type", "thinking_delta").put("thinking", delta))
          + delta(0, Json.object().put("type", "signature_delta").put("signature", "c2ln"))
          + stop(0);
    }

    @Override
    String tool(int number) {
      ObjectNode call = Json.object().put("type", "tool_use").put("id", "toolu_" + number);
      call.put("name", "look_up").set("input", Json.object());
      return block(number, call) + stop(number);
    }

    @Override
    String end() {
      return end("end_turn");
    }

    @Override
    String endWithTools() {
      return end("tool_use");
    }

    @Override
    String error(String message) {
      ObjectNode error = Json.object().put("type", "something_broke").put("message", message);
      return named("error", Json.object().set("error", error));
    }

    private String end(String reason) {
      ObjectNode delta = Json.object();
      delta.set("delta", Json.object().put("stop_reason", reason));
      delta.set("usage", Json.object().put("output_tokens", 7));
      return named("message_delta", delta) + named("message_stop", Json.object());
    }

    private String block(int index, ObjectNode block) {
      ObjectNode start = Json.object().put("index", index);
      return named("content_block_start", start.set("content_block", block));
    }

    private String delta(int index, ObjectNode delta) {
      ObjectNode event = Json.object().put("index", index);
      return named("content_block_delta", event.set("delta", delta));
    }

    private String stop(int index) {
      return named("content_block_stop", Json.object().put("index", index));
    }

    private String named(String type, ObjectNode event) {
      return "event: " + type + "\n" + event(event.put("type", type));
    }
  },

  AGUI {
    @Override
    String path(String name) {
      return "/" + name;
    }

    @Override
    String begin() {
      return typed("RUN_STARTED", Json.object().put("threadId", "t").put("runId", "r"));
    }

    @Override
    String text(String delta) {
      ObjectNode text = Json.object().put("messageId", "m1").put("delta", delta);
      return typed("TEXT_MESSAGE_CHUNK", text.put("role", "assistant"));
    }

    @Override
    String thought(String delta) {
      ObjectNode about = Json.object().put("messageId", "h1");
      return typed("REASONING_START", about.deepCopy())
          + typed("REASONING_MESSAGE_START", about.deepCopy().put("role", "reasoning"))
          + typed("REASONING_MESSAGE_CONTENT", about.deepCopy().put("delta", delta))
          + typed("REASONING_MESSAGE_END", about.deepCopy())
          + typed("REASONING_END", about);
    }

    @Override
    String tool(int number) {
      return call("call_" + number, "look_up", "{}");
    }

    @Override
    String end() {
      return typed("RUN_FINISHED", Json.object().put("threadId", "t").put("runId", "r"));
    }

    @Override
    String endWithTools() {
      return end();
    }

    @Override
    String error(String message) {
      return typed("RUN_ERROR", Json.object().put("message", message).put("code", "broken"));
    }
  };

  /** The name of the dialect, and of its agents. */
  String type() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The dialect with this type. */
  static ServiceDialect of(String type) {
    return valueOf(type.toUpperCase(Locale.ROOT));
  }

  static List<String> types() {
    return Stream.of(values()).map(ServiceDialect::type).toList();
  }

  /** Adds the settings that choose the dialect for the agent with this prefix. */
  void choose(Map<String, String> settings, String prefix) {
    settings.put(prefix + "type", type());
  }

  /** The member of a request that has the thread so far. */
  String messages() {
    return "messages";
  }

  /** The path of the URL of the agent with this name. */
  abstract String path(String name);

  abstract String begin();

  abstract String text(String delta);

  abstract String thought(String delta);

  /** A whole call of a tool; in AG-UI, where the service runs it, without its result. */
  abstract String tool(int number);

  abstract String end();

  /** The end of an answer that calls tools. */
  abstract String endWithTools();

  abstract String error(String message);

  /** A whole answer. */
  String answer(String text) {
    return begin() + text(text) + end();
  }

  /** A call of a tool in AG-UI. */
  static String call(String id, String tool, String arguments) {
    return typed("TOOL_CALL_START", Json.object().put("toolCallId", id).put("toolCallName", tool))
        + typed("TOOL_CALL_ARGS", Json.object().put("toolCallId", id).put("delta", arguments))
        + typed("TOOL_CALL_END", Json.object().put("toolCallId", id));
  }

  /** The result of a tool in AG-UI. */
  static String result(String id, String content) {
    ObjectNode result = Json.object().put("messageId", "m-" + id).put("toolCallId", id);
    return typed("TOOL_CALL_RESULT", result.put("content", content).put("role", "tool"));
  }

  private static String typed(String type, ObjectNode event) {
    return event(event.put("type", type));
  }

  private static String event(Object json) {
    return "data: " + json + "\n\n";
  }
}
