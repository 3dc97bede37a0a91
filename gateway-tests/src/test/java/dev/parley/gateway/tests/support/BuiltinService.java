package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The builtin agent as a service that speaks AG-UI: a second gateway runs it, and each request is a
 * run of a user there. So what a test asks of the builtin agent can be asked of a service.
 */
public final class BuiltinService implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunningGateway origin;
  private final ScriptedService service = ScriptedService.of(this::serve);
  private final Set<WsClient> clients = ConcurrentHashMap.newKeySet();
  private final AtomicInteger users = new AtomicInteger();

  private BuiltinService(RunningGateway origin) {
    this.origin = origin;
  }

  /** Starts a service whose agent has this pace. */
  public static BuiltinService start(String pace) {
    return new BuiltinService(RunningGateway.start(Map.of("agents.builtin.pace", pace)));
  }

  /** The settings of a gateway in which this service takes the place of the builtin agent. */
  public Map<String, String> settings() {
    return Map.of("agents.builtin.type", "agui", "agents.builtin.url", service.uri("/").toString());
  }

  private void serve(Dialogue to) throws IOException {
    to.readRequest();
    to.beginStream();
    WsClient client = origin.connect("user-" + users.incrementAndGet());
    clients.add(client);
    try {
      answer(Json.parse(to.body()), client, to);
      to.endStream();
    } catch (AssertionError cut) {
      to.reset(); // At the end of the test.
    } finally {
      client.drop();
      clients.remove(client);
    }
  }

  private static void answer(JsonNode request, WsClient client, Dialogue to) throws IOException {
    ObjectNode command = Commands.startAgent("c1", "t1", question(request));
    ObjectNode context = context(request);
    if (!context.isEmpty()) {
      command.withObject("/payload").set("context", context);
    }
    String run = client.ask(command).runId();
    Received event;
    do {
      event = client.awaitWhere("an event", f -> f.isEvent() && f.runId().equals(run));
      for (ObjectNode each : AguiEvents.of(event)) {
        to.chunk("data: " + each + "\n\n");
      }
    } while (!event.isTerminal());
  }

  private static String question(JsonNode request) {
    JsonNode messages = request.path("messages");
    return messages.path(messages.size() - 1).path("content").asText();
  }

  private static ObjectNode context(JsonNode request) {
    ObjectNode context = Json.object();
    for (JsonNode entry : request.path("context")) {
      context.set(entry.path("description").asText(), value(entry.path("value").asText()));
    }
    return context;
  }

  private static JsonNode value(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(text);
    }
  }

  @Override
  public void close() {
    service.close();
    clients.forEach(WsClient::drop);
    origin.close();
  }
}
