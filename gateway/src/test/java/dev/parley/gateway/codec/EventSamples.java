package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.NotificationId;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ServerEvent.MessageKind;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.TitledBy;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/** Events of each type, and their payloads on the wire. */
final class EventSamples {

  private static final MessageId M1 = new MessageId("m_1");

  private EventSamples() {}

  private static RawJson json(String text) {
    return RawJson.checked(text.getBytes(UTF_8));
  }

  static Map<ServerEvent, String> all() {
    Map<ServerEvent, String> samples = new LinkedHashMap<>();
    addMessages(samples);
    addWork(samples);
    addEnds(samples);
    addOddValues(samples);
    return samples;
  }

  private static void addMessages(Map<ServerEvent, String> samples) {
    samples.put(
        new ServerEvent.MessageAdded(M1, MessageKind.START_AGENT, json("{ \"a\" : 1.0 }")),
        "{\"message_id\":\"m_1\",\"role\":\"user\",\"kind\":\"start_agent\","
            + "\"input\":{ \"a\" : 1.0 }}");
    samples.put(
        new ServerEvent.MessageAdded(M1, MessageKind.USER_MESSAGE, json("\"\\u00e9\"")),
        "{\"message_id\":\"m_1\",\"role\":\"user\",\"kind\":\"user_message\","
            + "\"content\":\"\\u00e9\"}");
    samples.put(
        new ServerEvent.MessageAdded(M1, MessageKind.CHAT, json("\"é\"")),
        "{\"message_id\":\"m_1\",\"role\":\"user\",\"kind\":\"chat\",\"content\":\"é\"}");
    samples.put(
        new ServerEvent.MessageAdded(
            M1,
            MessageKind.START_AGENT,
            json("\"go\""),
            new ServerEvent.QueuedContext(json("{ \"n\":1.0}"), CommandSamples.TRACE)),
        "{\"message_id\":\"m_1\",\"role\":\"user\",\"kind\":\"start_agent\","
            + "\"input\":\"go\",\"queued\":true,\"context\":{ \"n\":1.0},"
            + "\"traceparent\":\""
            + CommandSamples.TRACE
            + "\"}");
    samples.put(new ServerEvent.MessageTakenBack(M1), "{\"message_id\":\"m_1\"}");
    samples.put(
        new ServerEvent.ThreadTitled(new Title("A \"b\" é"), TitledBy.AGENT),
        "{\"title\":\"A \\\"b\\\" é\",\"by\":\"agent\"}");
    samples.put(
        new ServerEvent.Notification(
            new NotificationId("n_1"),
            new BroadcastId("b_1"),
            new Notice("Hi", "A \"b\" é", "https://example.com/a?b=1", Priority.CRITICAL)),
        "{\"notification_id\":\"n_1\",\"broadcast_id\":\"b_1\",\"title\":\"Hi\","
            + "\"body\":\"A \\\"b\\\" é\",\"action_url\":\"https://example.com/a?b=1\","
            + "\"priority\":\"critical\"}");
    samples.put(
        new ServerEvent.Notification(
            new NotificationId("n_1"), null, new Notice("Hi", "x", null, Priority.LOW)),
        "{\"notification_id\":\"n_1\",\"title\":\"Hi\",\"body\":\"x\",\"priority\":\"low\"}");
    samples.put(
        new ServerEvent.AgentStarted(new AgentName("builtin"), M1, 1),
        "{\"agent\":\"builtin\",\"message_id\":\"m_1\",\"attempt\":1}");
    samples.put(
        new ServerEvent.AgentMessage(M1, 7, "a\"\\\n\u0001é"),
        "{\"message_id\":\"m_1\",\"offset\":7,\"delta\":\"a\\\"\\\\\\n\\u0001é\"}");
  }

  private static void addWork(Map<ServerEvent, String> samples) {
    samples.put(
        new ServerEvent.AgentThinking(ThinkingPhase.START, null, 0, null, null),
        "{\"phase\":\"start\"}");
    samples.put(
        new ServerEvent.AgentThinking(ThinkingPhase.DELTA, "hm", 0, null, null),
        "{\"phase\":\"delta\",\"text\":\"hm\",\"offset\":0}");
    samples.put(
        new ServerEvent.AgentThinking(ThinkingPhase.STEP, null, 0, "look", 0.5),
        "{\"phase\":\"step\",\"step\":\"look\",\"progress\":0.5}");
    addSubagents(samples);
    samples.put(
        new ServerEvent.ToolExecuting("k1", "calculator", json("[1, 2]")),
        "{\"tool_call_id\":\"k1\",\"tool_name\":\"calculator\",\"arguments\":[1, 2]}");
    samples.put(
        new ServerEvent.ToolCompleted("k1", "t", ToolStatus.OK, json("null"), null, false, 3),
        "{\"tool_call_id\":\"k1\",\"tool_name\":\"t\",\"status\":\"ok\",\"result\":null,"
            + "\"duration_ms\":3}");
    samples.put(
        new ServerEvent.ToolCompleted("k1", "t", ToolStatus.ERROR, null, "no", true, 0),
        "{\"tool_call_id\":\"k1\",\"tool_name\":\"t\",\"status\":\"error\",\"error\":\"no\","
            + "\"truncated\":true,\"duration_ms\":0}");
    samples.put(new ServerEvent.StateUpdated(false, json("{}")), "{\"snapshot\":{}}");
    samples.put(new ServerEvent.StateUpdated(true, json("[]")), "{\"patch\":[]}");
    samples.put(
        new ServerEvent.CustomEvent("chart", json("true")), "{\"name\":\"chart\",\"value\":true}");
  }

  private static void addSubagents(Map<ServerEvent, String> samples) {
    Subagent writer = new Subagent("s:1", "the \"writer\" é", "s:0");
    String written =
        "\"subagent\":{\"id\":\"s:1\",\"name\":\"the \\\"writer\\\" é\",\"parent\":\"s:0\"}}";
    samples.put(
        new ServerEvent.AgentThinking(ThinkingPhase.DELTA, "hm", 3, null, null, writer),
        "{\"phase\":\"delta\",\"text\":\"hm\",\"offset\":3," + written);
    samples.put(
        new ServerEvent.AgentThinking(
            ThinkingPhase.END, null, 0, null, null, new Subagent("s", "w")),
        "{\"phase\":\"end\",\"subagent\":{\"id\":\"s\",\"name\":\"w\"}}");
    samples.put(
        new ServerEvent.AgentThinking(ThinkingPhase.STEP, null, 0, "look", 0.5, writer),
        "{\"phase\":\"step\",\"step\":\"look\",\"progress\":0.5," + written);
    samples.put(
        new ServerEvent.ToolExecuting("k1", "t", json("{}"), writer),
        "{\"tool_call_id\":\"k1\",\"tool_name\":\"t\",\"arguments\":{}," + written);
    samples.put(
        new ServerEvent.ToolCompleted("k1", "t", ToolStatus.OK, null, null, false, 3, writer),
        "{\"tool_call_id\":\"k1\",\"tool_name\":\"t\",\"status\":\"ok\",\"duration_ms\":3,"
            + written);
  }

  private static void addEnds(Map<ServerEvent, String> samples) {
    samples.put(
        new ServerEvent.AgentCompleted("hi", Finish.STOP, null, null),
        "{\"text\":\"hi\",\"finish\":\"stop\"}");
    samples.put(
        new ServerEvent.AgentCompleted("", Finish.LENGTH, json("{}"), json("1")),
        "{\"text\":\"\",\"finish\":\"length\",\"usage\":{},\"result\":1}");
    samples.put(
        new ServerEvent.AgentFailed(ErrorCode.RUN_TIMEOUT, "too long", true, null, "hi"),
        "{\"code\":\"run_timeout\",\"message\":\"too long\",\"retryable\":true,"
            + "\"partial_text\":\"hi\"}");
    samples.put(
        new ServerEvent.AgentFailed(ErrorCode.UPSTREAM_RATE_LIMITED, "later", true, 1500L, null),
        "{\"code\":\"upstream_rate_limited\",\"message\":\"later\",\"retryable\":true,"
            + "\"retry_after_ms\":1500}");
    samples.put(
        new ServerEvent.AgentCancelled(CancelledBy.USER, false, null),
        "{\"by\":\"user\",\"upstream_confirmed\":false}");
    samples.put(
        new ServerEvent.AgentCancelled(CancelledBy.USER, true, "hi"),
        "{\"by\":\"user\",\"upstream_confirmed\":true,\"partial_text\":\"hi\"}");
  }

  /** Texts that are escaped, and values that do not fit the buffers of a writer. */
  private static void addOddValues(Map<ServerEvent, String> samples) {
    String odd = "\u0000\u001F\u007F\u2028\uFFFD\uD83D\uDE00</\t\b\f\r";
    String escaped = "\\u0000\\u001F\u007F\u2028\uFFFD\uD83D\uDE00</\\t\\b\\f\\r";
    samples.put(
        new ServerEvent.AgentFailed(ErrorCode.AGENT_ERROR, odd, false, null, odd),
        "{\"code\":\"agent_error\",\"message\":\"%s\",\"retryable\":false,\"partial_text\":\"%s\"}"
            .formatted(escaped, escaped));
    samples.put(
        new ServerEvent.AgentThinking(ThinkingPhase.STEP, null, 0, "é", 1e-7),
        "{\"phase\":\"step\",\"step\":\"é\",\"progress\":1.0E-7}");
    samples.put(
        new ServerEvent.AgentMessage(M1, 9007199254740991L, "x"),
        "{\"message_id\":\"m_1\",\"offset\":9007199254740991,\"delta\":\"x\"}");
    for (int length : new int[] {500, 7_900, 8_000, 100_000}) {
      String large = "[\"" + "é".repeat(length / 2) + "\", -0, 1E+2 ,{ }]";
      samples.put(
          new ServerEvent.CustomEvent(odd, json(large)),
          "{\"name\":\"" + escaped + "\",\"value\":" + large + "}");
    }
  }
}
