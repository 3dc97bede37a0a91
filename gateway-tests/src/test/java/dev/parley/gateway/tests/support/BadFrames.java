package dev.parley.gateway.tests.support;

import java.util.ArrayList;
import java.util.List;

/** Invalid frames, each with one defect. If a frame has a usable id, it is b1. */
public final class BadFrames {
  /**
   * The defect, the frame, and the code and field of the refusal; an empty field means the whole
   * frame.
   */
  public record Bad(String wrong, String frame, String code, String field) {
    @Override
    public String toString() {
      return wrong;
    }
  }

  private final List<Bad> all = new ArrayList<>();

  public static List<Bad> all() {
    BadFrames frames = new BadFrames();
    frames.noJson();
    frames.envelope();
    frames.messages();
    frames.runs();
    frames.subscriptions();
    return frames.all;
  }

  private void noJson() {
    frame("empty", "");
    frame("blank", "  ");
    frame("not JSON", "hello");
    frame("half an object", "{\"type\":\"ping\"");
    frame("two objects", "{\"type\":\"ping\"}{\"type\":\"ping\"}");
    frame("a list", "[{\"type\":\"ping\"}]");
    frame("null", "null");
    frame("a comment", "{\"type\":\"ping\"/*!*/}");
    frame("single quotes", "{'type':'ping'}");
    frame("a trailing comma", "{\"type\":\"ping\",}");
    frame("a bare control character", "{\"type\":\"pi\nng\"}");
    frame("a duplicate key", "{\"type\":\"ping\",\"type\":\"ping\"}");
    frame("a duplicate key further in", chat("{\"content\":\"a\",\"content\":\"b\"}"));
    frame("deep nesting", chat("{\"content\":" + "[".repeat(2000) + "]".repeat(2000) + "}"));
    frame("deep context", "{\"a\":".repeat(5000) + "1" + "}".repeat(5000));
  }

  private void envelope() {
    add("type missing", "{\"id\":\"b1\"}", "invalid_argument", "/type");
    add("type a number", "{\"id\":\"b1\",\"type\":7}", "invalid_argument", "/type");
    add("type unknown", "{\"id\":\"b1\",\"type\":\"shout\"}", "unsupported_type", "/type");
    add(
        "type of a later version",
        "{\"id\":\"b1\",\"type\":\"resolve_approval\"}",
        "unsupported_type",
        "/type");
    add(
        "an event as a command",
        "{\"id\":\"b1\",\"type\":\"agent_started\"}",
        "unsupported_type",
        "/type");
    add(
        "field unknown",
        "{\"id\":\"b1\",\"type\":\"ping\",\"urgent\":true}",
        "invalid_argument",
        "/urgent");
    add(
        "user id forged",
        chat("{\"content\":\"a\"}").replace("\"payload\"", "\"user_id\":\"root\",\"payload\""),
        "invalid_argument",
        "/user_id");
    add(
        "id missing",
        "{\"type\":\"chat\",\"thread_id\":\"t1\",\"payload\":{\"content\":\"a\"}}",
        "invalid_argument",
        "/id");
    add("id empty", id("\"\""), "invalid_argument", "/id");
    add("id of 65 characters", id("\"" + "x".repeat(65) + "\""), "invalid_argument", "/id");
    add("id a number", id("1"), "invalid_argument", "/id");
    add(
        "thread missing",
        "{\"type\":\"chat\",\"id\":\"b1\",\"payload\":{\"content\":\"a\"}}",
        "invalid_argument",
        "/thread_id");
    add("thread empty", thread("\"\""), "invalid_argument", "/thread_id");
    add(
        "thread of 65 characters",
        thread("\"" + "t".repeat(65) + "\""),
        "invalid_argument",
        "/thread_id");
    add("thread with a slash", thread("\"a/b\""), "invalid_argument", "/thread_id");
    add("thread with a space", thread("\"a b\""), "invalid_argument", "/thread_id");
    add("thread named @inbox", thread("\"@inbox\""), "invalid_argument", "/thread_id");
    add("thread null", thread("null"), "invalid_argument", "/thread_id");
    add(
        "traceparent wrong",
        "{\"type\":\"ping\",\"id\":\"b1\",\"traceparent\":\"00-0-0-0\"}",
        "invalid_argument",
        "/traceparent");
    add(
        "payload missing",
        "{\"type\":\"chat\",\"id\":\"b1\",\"thread_id\":\"t1\"}",
        "invalid_argument",
        "/payload");
    add("payload text", chat("\"hello\""), "invalid_argument", "/payload");
    add("payload null", chat("null"), "invalid_argument", "/payload");
  }

  private void messages() {
    add("content missing", chat("{}"), "invalid_argument", "/payload/content");
    add("content empty", chat("{\"content\":\"\"}"), "invalid_argument", "/payload/content");
    add("content without parts", chat("{\"content\":[]}"), "invalid_argument", "/payload/content");
    add("content a number", chat("{\"content\":7}"), "invalid_argument", "/payload/content");
    add("content null", chat("{\"content\":null}"), "invalid_argument", "/payload/content");
    add(
        "part without type",
        chat("{\"content\":[{}]}"),
        "invalid_argument",
        "/payload/content/0/type");
    add(
        "part not an object",
        chat("{\"content\":[{\"type\":\"x\"},7]}"),
        "invalid_argument",
        "/payload/content/1");
    add(
        "text part without text",
        chat("{\"content\":[{\"type\":\"text\"}]}"),
        "invalid_argument",
        "/payload/content/0/text");
    add(
        "payload field unknown",
        chat("{\"content\":\"a\",\"bold\":true}"),
        "invalid_argument",
        "/payload/bold");
    add(
        "when_busy unknown",
        say("\"when_busy\":\"never\""),
        "invalid_argument",
        "/payload/when_busy");
    add("when_busy a number", say("\"when_busy\":1"), "invalid_argument", "/payload/when_busy");
    add("agent unknown", say("\"agent\":\"nobody\""), "not_found", "/payload/agent");
    add("agent in capitals", say("\"agent\":\"Builtin\""), "invalid_argument", "/payload/agent");
    add("agent empty", say("\"agent\":\"\""), "invalid_argument", "/payload/agent");
  }

  private void runs() {
    add("agent missing", start("\"input\":\"a\""), "invalid_argument", "/payload/agent");
    add(
        "agent to start unknown",
        start("\"agent\":\"nobody\",\"input\":\"a\""),
        "not_found",
        "/payload/agent");
    add("input missing", start("\"agent\":\"builtin\""), "invalid_argument", "/payload/input");
    add(
        "input a list",
        start("\"agent\":\"builtin\",\"input\":[]"),
        "invalid_argument",
        "/payload/input");
    add(
        "context text",
        start("\"agent\":\"builtin\",\"input\":\"a\",\"context\":\"b\""),
        "invalid_argument",
        "/payload/context");
    add("nothing to cancel", cancel(""), "invalid_argument", "/payload/run_id");
    add(
        "two to cancel",
        cancel("\"run_id\":\"r_1\",\"command_id\":\"c1\""),
        "invalid_argument",
        "/payload/run_id");
    add(
        "run id of another kind",
        cancel("\"run_id\":\"m_1\""),
        "invalid_argument",
        "/payload/run_id");
    add(
        "cancel names a thread",
        cancel("\"thread_id\":\"t1\""),
        "invalid_argument",
        "/payload/thread_id");
    add(
        "reason too long",
        cancel("\"run_id\":\"r_1\",\"reason\":\"" + "x".repeat(257) + "\""),
        "invalid_argument",
        "/payload/reason");
  }

  private void subscriptions() {
    add("threads missing", subscribe(""), "invalid_argument", "/payload/threads");
    add("threads empty", subscribe("\"threads\":[]"), "invalid_argument", "/payload/threads");
    add("threads text", subscribe("\"threads\":\"t1\""), "invalid_argument", "/payload/threads");
    add(
        "thread name alone",
        subscribe("\"threads\":[\"t1\"]"),
        "invalid_argument",
        "/payload/threads/0");
    add(
        "cursor without thread",
        subscribe("\"threads\":[{}]"),
        "invalid_argument",
        "/payload/threads/0/thread_id");
    add(
        "cursor without epoch",
        cursor("\"after\":3"),
        "invalid_argument",
        "/payload/threads/0/epoch");
    add("cursor negative", cursor("\"after\":-1"), "invalid_argument", "/payload/threads/0/after");
    add(
        "cursor a fraction",
        cursor("\"after\":1.5"),
        "invalid_argument",
        "/payload/threads/0/after");
    add("cursor text", cursor("\"after\":\"1\""), "invalid_argument", "/payload/threads/0/after");
    add(
        "cursor beyond 2^53",
        cursor("\"after\":9007199254740993"),
        "invalid_argument",
        "/payload/threads/0/after");
    add(
        "rollup too long",
        subscribe("\"threads\":[{\"thread_id\":\"t1\"}],\"rollup_ms\":501"),
        "invalid_argument",
        "/payload/rollup_ms");
    add(
        "unsubscribe from a number",
        "{\"type\":\"unsubscribe\",\"id\":\"b1\",\"payload\":{\"threads\":[7]}}",
        "invalid_argument",
        "/payload/threads/0");
  }

  private void frame(String wrong, String frame) {
    add(wrong, frame, "bad_frame", "");
  }

  private void add(String wrong, String frame, String code, String field) {
    all.add(new Bad(wrong, frame, code, field));
  }

  private static String chat(String payload) {
    return "{\"type\":\"chat\",\"id\":\"b1\",\"thread_id\":\"t1\",\"payload\":" + payload + "}";
  }

  private static String id(String id) {
    return chat("{\"content\":\"a\"}").replace("\"b1\"", id);
  }

  private static String thread(String thread) {
    return chat("{\"content\":\"a\"}").replace("\"t1\"", thread);
  }

  private static String say(String field) {
    return chat("{\"content\":\"a\"," + field + "}").replace("\"chat\"", "\"user_message\"");
  }

  private static String start(String fields) {
    return chat("{" + fields + "}").replace("\"chat\"", "\"start_agent\"");
  }

  private static String cancel(String fields) {
    return "{\"type\":\"cancel_run\",\"id\":\"b1\",\"payload\":{" + fields + "}}";
  }

  private static String subscribe(String fields) {
    return "{\"type\":\"subscribe\",\"id\":\"b1\",\"payload\":{" + fields + "}}";
  }

  private static String cursor(String field) {
    return subscribe("\"threads\":[{\"thread_id\":\"t1\"," + field + "}]");
  }
}
