package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Well-formed commands as JSON trees, for a test to send or to corrupt first. */
public final class Commands {
  private Commands() {}

  public static ObjectNode chat(String id, String thread, String content) {
    return command("chat", id, thread).set("payload", Json.object().put("content", content));
  }

  public static ObjectNode setTitle(String id, String thread, String title) {
    return command("set_title", id, thread).set("payload", Json.object().put("title", title));
  }

  public static ObjectNode userMessage(String id, String thread, String content) {
    return command("user_message", id, thread)
        .set("payload", Json.object().put("content", content));
  }

  /** A message whose run starts when the thread is free. */
  public static ObjectNode queue(String id, String thread, String content) {
    return whenBusy("queue", id, thread, content);
  }

  /** A message whose run replaces the open run. */
  public static ObjectNode replace(String id, String thread, String content) {
    return whenBusy("replace", id, thread, content);
  }

  private static ObjectNode whenBusy(String choice, String id, String thread, String content) {
    ObjectNode payload = Json.object().put("content", content).put("when_busy", choice);
    return command("user_message", id, thread).set("payload", payload);
  }

  public static ObjectNode startAgent(String id, String thread, String input) {
    return startAgent(id, thread, "builtin", input);
  }

  public static ObjectNode startAgent(String id, String thread, String agent, String input) {
    ObjectNode payload = Json.object().put("agent", agent).put("input", input);
    return command("start_agent", id, thread).set("payload", payload);
  }

  /** Cancels the run that the command with this id started. */
  public static ObjectNode cancelByCommand(String id, String started) {
    return command("cancel_run", id).set("payload", Json.object().put("command_id", started));
  }

  public static ObjectNode cancelRun(String id, String run) {
    return command("cancel_run", id).set("payload", Json.object().put("run_id", run));
  }

  /** Subscribes from the current head. */
  public static ObjectNode subscribe(String id, String thread) {
    return subscribe(id, Json.object().put("thread_id", thread));
  }

  /** Subscribes from the oldest retained event. */
  public static ObjectNode subscribeAll(String id, String thread) {
    return subscribe(id, Json.object().put("thread_id", thread).put("after", 0));
  }

  public static ObjectNode subscribe(String id, String thread, long after, String epoch) {
    ObjectNode cursor = Json.object().put("thread_id", thread).put("after", after);
    return subscribe(id, after > 0 ? cursor.put("epoch", epoch) : cursor);
  }

  private static ObjectNode subscribe(String id, ObjectNode cursor) {
    return command("subscribe", id)
        .set("payload", Json.object().set("threads", Json.array().add(cursor)));
  }

  public static ObjectNode unsubscribe(String id, String thread) {
    return command("unsubscribe", id)
        .set("payload", Json.object().set("threads", Json.array().add(thread)));
  }

  /** Acknowledges the notifications of the inbox up to this seq. */
  public static ObjectNode ack(long seq) {
    return ack("@inbox", seq);
  }

  /** Acknowledges the thread up to this seq. */
  public static ObjectNode ack(String thread, long seq) {
    ObjectNode frame = Json.object().put("type", "ack").put("thread_id", thread);
    return frame.set("payload", Json.object().put("seq", seq));
  }

  public static ObjectNode ping(String id) {
    return command("ping", id);
  }

  public static ObjectNode authenticate(String token) {
    ObjectNode frame = Json.object().put("type", "authenticate");
    return frame.set("payload", Json.object().put("token", token));
  }

  public static ObjectNode refreshToken(String id, String token) {
    return command("refresh_token", id).set("payload", Json.object().put("token", token));
  }

  private static ObjectNode command(String type, String id) {
    return Json.object().put("type", type).put("id", id);
  }

  private static ObjectNode command(String type, String id, String thread) {
    return command(type, id).put("thread_id", thread);
  }
}
