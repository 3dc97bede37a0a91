package dev.parley.gateway.tests.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Json;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A LangGraph service on 127.0.0.1 with one assistant, {@code graph}, and the key {@code KEY}. It
 * keeps threads, runs and their events. The answer to a message is all messages of its thread, a
 * word an event. A message that begins with {@code hold} stops after half of the words until {@link
 * #release}. For one that begins with {@code ask} a tool asks the agent {@code writer}, which stops
 * in the same way. Callable from any thread.
 */
final class GraphServer implements AutoCloseable {
  static final String KEY = "key-of-graphs-55";

  private static final String CALL_OF_WRITER =
      "{\"type\":\"ai\",\"id\":\"m1\",\"content\":\"\","
          + "\"tool_calls\":[{\"id\":\"k1\",\"name\":\"ask_writer\",\"args\":{}}]}";
  private static final String CALL_OF_TOOL =
      "{\"type\":\"ai\",\"id\":\"w2\",\"content\":\"\","
          + "\"tool_calls\":[{\"id\":\"k2\",\"name\":\"count\",\"args\":{}}]}";

  private final ScriptedService service = ScriptedService.of(this::serve);
  private final Map<String, List<String>> threads = new ConcurrentHashMap<>();
  private final Map<String, GraphJob> jobs = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Dialogue> streams = new CopyOnWriteArrayList<>();

  /** One run. */
  private static final class GraphJob {
    private final List<String> events = new ArrayList<>();
    private String status = "running";
    private boolean released;

    synchronized void add(String type, Object data) {
      events.add("event: " + type + "\ndata: " + data + "\nid: " + events.size() + "\n\n");
      notifyAll();
    }

    synchronized void end(String how) {
      status = status.equals("running") ? how : status;
      notifyAll();
    }

    synchronized void release() {
      released = true;
      notifyAll();
    }

    /** Waits; false if the run was stopped. */
    synchronized boolean awaitRelease() throws InterruptedException {
      while (!released && isOpen()) {
        wait();
      }
      return isOpen();
    }

    synchronized String status() {
      return status;
    }

    synchronized boolean isOpen() {
      return status.equals("running");
    }

    /** The event with this number; empty at the end. */
    synchronized String event(int number) throws InterruptedException {
      while (events.size() <= number && isOpen()) {
        wait();
      }
      return events.size() > number ? events.get(number) : "";
    }
  }

  URI url() {
    return service.uri("/");
  }

  /** What was asked, as method and path without thread and run. */
  List<String> requests() {
    return requests.stream()
        .map(line -> line.replaceAll("[0-9a-f-]{36}", "*").replaceAll("\\?.*", ""))
        .toList();
  }

  /** The threads there are. */
  Map<String, List<String>> threads() {
    return Map.copyOf(threads);
  }

  /** All runs that wait go on. */
  void release() {
    jobs.values().forEach(GraphJob::release);
  }

  /** Breaks the connections of all streams that wait for their run. */
  void cutStreams() {
    for (Dialogue stream : streams) {
      try {
        stream.reset();
      } catch (IOException e) {
        // It has ended meanwhile.
      }
    }
  }

  private void serve(Dialogue dialogue) throws Exception {
    dialogue.readRequest();
    String line = dialogue.requestLine().replace(" HTTP/1.1", "");
    requests.add(line);
    String[] path = line.replaceAll("\\?.*", "").split("/", -1);
    if (!dialogue.header("x-api-key").equals(KEY)) {
      dialogue.send(ScriptedService.answer(403, "", "{\"detail\":\"no key like " + KEY + "\"}"));
    } else if (line.startsWith("POST") && line.endsWith("/runs/stream")) {
      begin(dialogue, path[2]);
    } else {
      serve(dialogue, line, path, jobs.get(path[4]));
    }
  }

  private void serve(Dialogue dialogue, String line, String[] path, @Nullable GraphJob job)
      throws Exception {
    if (job == null) {
      dialogue.send(ScriptedService.answer(404, "", "Run not found"));
    } else if (line.startsWith("POST")) {
      job.end("interrupted");
      dialogue.send(ScriptedService.answer(204, "", ""));
    } else if (path.length == 5) {
      ObjectNode run = Json.object().put("run_id", path[4]).put("status", job.status());
      dialogue.send(
          ScriptedService.answer(200, "Content-Type: application/json\r\n", run.toString()));
    } else {
      stream(dialogue, job, 1 + Integer.parseInt(dialogue.header("last-event-id")));
    }
  }

  private void begin(Dialogue dialogue, String thread) throws Exception {
    JsonNode request = Json.parse(dialogue.body());
    if (!request.path("assistant_id").asText().equals("graph")) {
      dialogue.send(ScriptedService.answer(404, "", "No assistant found"));
      return;
    }
    String said = request.path("input").path("messages").path(0).path("content").asText();
    List<String> messages = threads.computeIfAbsent(thread, key -> new CopyOnWriteArrayList<>());
    messages.add(said);
    String run = UUID.randomUUID().toString();
    GraphJob job = new GraphJob();
    jobs.put(run, job);
    job.add("metadata", Json.object().put("run_id", run).put("attempt", 1));
    Thread worker = new Thread(() -> work(job, List.copyOf(messages)), "graph-" + run);
    worker.setDaemon(true);
    worker.start();
    stream(dialogue, job, 0);
  }

  private static void work(GraphJob job, List<String> messages) {
    if (messages.get(messages.size() - 1).startsWith("ask")) {
      askWriter(job);
      return;
    }
    String[] words = String.join(" | ", messages).split("(?<= )", -1);
    boolean holds = messages.get(messages.size() - 1).startsWith("hold");
    try {
      for (int i = 0; i < words.length && job.isOpen(); i++) {
        if (holds && i == words.length / 2 && !job.awaitRelease()) {
          job.add("error", Json.object().put("error", "Error").put("message", "interrupt"));
          return;
        }
        ObjectNode piece = Json.object().put("type", "AIMessageChunk").put("id", "m");
        job.add("messages", Json.array().add(piece.put("content", words[i])).add(Json.object()));
      }
      job.add("updates", Json.object().set("talk", Json.object()));
      job.end("success");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void askWriter(GraphJob job) {
    try {
      job.add("messages", message("model:0", "boss", CALL_OF_WRITER));
      job.add("messages|tools:1", message("tools:1|model:2", "writer", piece("Two ")));
      if (job.awaitRelease()) {
        job.add("messages|tools:1", message("tools:1|model:2", "writer", piece("halves.")));
        job.add("messages|tools:1", message("tools:1|model:2", "writer", CALL_OF_TOOL));
        job.add("messages|tools:1", message("tools:1|tools:3", "writer", result("k2")));
        job.add("messages", message("tools:1", "boss", result("k1")));
        job.add(
            "messages",
            message(
                "model:4",
                "boss",
                "{\"type\":\"ai\",\"id\":\"m2\",\"content\":\"It is written.\"}"));
        job.end("success");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String piece(String text) {
    return Json.object()
        .put("type", "AIMessageChunk")
        .put("id", "w")
        .put("content", text)
        .toString();
  }

  private static String result(String call) {
    return Json.object()
        .put("type", "tool")
        .put("tool_call_id", call)
        .put("content", "ok")
        .toString();
  }

  private static String message(String place, String agent, String message) {
    ObjectNode about = Json.object().put("langgraph_checkpoint_ns", place);
    return Json.array().add(Json.parse(message)).add(about.put("lc_agent_name", agent)).toString();
  }

  private void stream(Dialogue dialogue, GraphJob job, int from) throws Exception {
    streams.add(dialogue);
    try {
      dialogue.beginStream();
      int next = from;
      for (String event = job.event(next); !event.isEmpty(); event = job.event(next)) {
        dialogue.chunk(event);
        next++;
      }
      dialogue.endStream();
    } finally {
      streams.remove(dialogue);
    }
  }

  @Override
  public void close() {
    jobs.values().forEach(job -> job.end("error"));
    service.close();
  }
}
