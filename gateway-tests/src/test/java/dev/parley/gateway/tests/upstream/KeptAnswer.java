package dev.parley.gateway.tests.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A service of the Responses API that works in the background on one answer, and gives its events
 * from any number on. Written independently of the gateway.
 */
final class KeptAnswer implements AutoCloseable {
  static final String KEY = "key-of-the-tests-37";

  private static final int WORDS = 12;

  /** How a stream goes that begins with the request. */
  interface Beginning {
    void go(Dialogue dialogue) throws Exception;
  }

  /** All requests, such as {@code GET /v1/responses/resp_1?…}, in their order. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  private final ScriptedService service = ScriptedService.of(this::serve);
  private final List<String> events = new ArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final Beginning afterHalf;
  private final int cancelStatus;

  /**
   * A service whose first stream does this after half of the events.
   *
   * @param cancelStatus how it answers a cancel
   */
  KeptAnswer(Beginning afterHalf, int cancelStatus) {
    this.afterHalf = afterHalf;
    this.cancelStatus = cancelStatus;
    add("created", "in_progress");
    for (int i = 0; i < WORDS; i++) {
      ObjectNode delta = Json.object().put("output_index", 0).put("item_id", "msg_1");
      add("output_text.delta", delta.put("content_index", 0).put("delta", "word" + i + " 日本 "));
    }
    add("completed", "completed");
  }

  /** What a person reads in the end. */
  static String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < WORDS; i++) {
      text.append("word").append(i).append(" 日本 ");
    }
    return text.toString();
  }

  private void add(String type, String status) {
    ObjectNode response = Json.object().put("id", "resp_1").put("status", status);
    add(type, (ObjectNode) Json.object().set("response", response));
  }

  private void add(String type, ObjectNode event) {
    String name = "response." + type;
    event.put("type", name).put("sequence_number", events.size());
    events.add("event: " + name + "\ndata: " + event + "\n\n");
  }

  /** The settings of the agent {@code model} that is this service. */
  Map<String, String> settings() {
    String prefix = "agents.model.";
    return Map.of(
        prefix + "type", "openai",
        prefix + "api", "responses",
        prefix + "url", service.uri("/v1").toString(),
        prefix + "model", "a-model",
        prefix + "api_key", KEY,
        prefix + "parameters", "{\"background\":true}");
  }

  /** Lets the streams of those who join go on to the end. */
  void release() {
    release.countDown();
  }

  private void serve(Dialogue dialogue) throws Exception {
    dialogue.readRequest();
    String line = dialogue.requestLine().replace(" HTTP/1.1", "");
    requests.add(line);
    if (line.endsWith("/cancel")) {
      String body = "{\"id\":\"resp_1\",\"status\":\"cancelled\"}";
      String type = "Content-Type: application/json\r\n";
      dialogue.send(ScriptedService.answer(cancelStatus, type, body));
      return;
    }
    dialogue.beginStream();
    if (line.startsWith("POST ")) {
      for (String event : events.subList(0, events.size() / 2)) {
        dialogue.chunk(event);
      }
      afterHalf.go(dialogue);
      return;
    }
    release.await();
    int after = Integer.parseInt(line.substring(line.lastIndexOf('=') + 1));
    for (String event : events.subList(after + 1, events.size())) {
      dialogue.chunk(event);
    }
    dialogue.endStream();
  }

  @Override
  public void close() {
    service.close();
  }
}
