package dev.parley.gateway.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ToolProgress;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.SseListener;
import dev.parley.gateway.agent.upstream.Upstream;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One request to an MCP server and its answer (MCP 2025-06-18, "Streamable HTTP"). Its listener
 * part is used on one loop only.
 */
final class McpExchange implements SseListener {

  private static final int MAX_ACCEPTED = 64 * 1024;
  private static final int UNKNOWN_METHOD = -32601;

  /** Of one call; later progress only resets the idle timer. */
  private static final int MAX_SHOWN = 1000;

  private final McpConfig config;
  private final Upstream upstream;
  private final AgentRequest run;
  private final McpSession session;
  private final Listener listener;
  private long id;
  private int maxBytes;
  private int shown;
  private volatile boolean isOver;
  private volatile JsonNode reply = MissingNode.getInstance();

  /** What a server says besides its answer. The stage asks it to wait. */
  record Listener(Function<ToolProgress, CompletionStage<Void>> progress, Runnable listChanged) {}

  McpExchange(
      McpConfig config,
      Upstream upstream,
      AgentRequest run,
      McpSession session,
      Listener listener) {
    this.config = config;
    this.upstream = upstream;
    this.run = run;
    this.session = session;
    this.listener = listener;
  }

  /** Sends a request, once. Cancelling the future closes the connection. */
  CompletableFuture<McpReply> ask(long number, String method, ObjectNode params, int limit) {
    id = number;
    maxBytes = limit;
    ObjectNode message = message().put("id", number).put("method", method);
    message.set("params", params);
    CompletableFuture<HttpAnswer> answer = upstream.exchange(run, post(message), limit, this);
    CompletableFuture<McpReply> result = answer.thenApply(this::reply);
    result.whenComplete(
        (given, failure) -> {
          isOver = true;
          answer.cancel(false);
        });
    return result;
  }

  /** Says that the session is not needed any more. A server may refuse that (405). */
  CompletableFuture<HttpAnswer> end() {
    HttpCall delete = new HttpCall("DELETE", config.url(), session.headers(), null);
    return upstream.send(run, delete.within(config.timeout()), MAX_ACCEPTED);
  }

  /** Sends a message that has no answer. */
  CompletableFuture<HttpAnswer> tell(String method, ObjectNode params) {
    ObjectNode message = message().put("method", method);
    message.set("params", params);
    return send(message);
  }

  private CompletableFuture<HttpAnswer> send(ObjectNode message) {
    // A stream in answer to it is not read.
    return upstream.exchange(
        run, post(message), MAX_ACCEPTED, event -> CompletableFuture.completedFuture(true));
  }

  private static ObjectNode message() {
    return ServiceJson.NODES.objectNode().put("jsonrpc", "2.0");
  }

  private HttpCall post(ObjectNode message) {
    return HttpCall.post(config.url(), session.headers(), RawJson.of(message.toString()))
        .within(config.timeout());
  }

  private McpReply reply(HttpAnswer answer) {
    if (reply.isMissingNode()) {
      ServiceJson.read(answer.text()).ifPresent(json -> messages(json).forEach(this::keepReply));
    }
    return new McpReply(answer, reply);
  }

  /** A batch, as 2025-03-26 has it, is taken one by one. */
  private static Iterable<JsonNode> messages(JsonNode json) {
    return json.isArray() ? json : List.of(json);
  }

  private boolean keepReply(JsonNode message) {
    boolean isReply =
        !message.has("method") && message.path("id").asText().equals(String.valueOf(id));
    if (isReply) {
      reply = withoutCredentials(message);
    }
    return isReply;
  }

  /** The message with no credential in any of its texts, however they were escaped. */
  private JsonNode withoutCredentials(JsonNode node) {
    if (node.isObject()) {
      ObjectNode copy = ServiceJson.NODES.objectNode();
      node.properties()
          .forEach(
              each ->
                  copy.set(
                      upstream.withoutCredentials(each.getKey()),
                      withoutCredentials(each.getValue())));
      return copy;
    }
    if (node.isArray()) {
      ArrayNode copy = ServiceJson.NODES.arrayNode(node.size());
      node.forEach(each -> copy.add(withoutCredentials(each)));
      return copy;
    }
    String text = node.asText();
    String left = upstream.withoutCredentials(text);
    return left.equals(text) ? node : ServiceJson.NODES.textNode(left);
  }

  @Override
  public CompletionStage<Boolean> take(SseEvent event) throws UpstreamException {
    boolean isMessage = event.type().equals("message") && !event.data().isEmpty();
    if (!isMessage) {
      alive();
      return CompletableFuture.completedFuture(false);
    }
    if (event.data().getBytes(StandardCharsets.UTF_8).length > maxBytes) {
      throw UpstreamException.permanent(
          ErrorCode.UPSTREAM_PROTOCOL,
          Texts.expected("answer", "longer", "at most " + maxBytes + " bytes"));
    }
    JsonNode json =
        ServiceJson.read(event.data())
            .filter(JsonNode::isContainerNode)
            .orElseThrow(
                () ->
                    UpstreamException.permanent(
                        ErrorCode.UPSTREAM_PROTOCOL,
                        Texts.expected("event", "other data", "a message of JSON-RPC")));
    boolean isEnd = false;
    CompletionStage<Void> heeded = CompletableFuture.completedFuture(null);
    for (JsonNode message : messages(json)) {
      if (keepReply(message)) {
        isEnd = true;
      } else {
        heeded = heeded.thenCompose(before -> heed(message));
      }
    }
    boolean isLast = isEnd;
    return heeded.thenApply(all -> isLast);
  }

  /** The stream waits, so that a server cannot say or ask more than is taken from it. */
  private CompletionStage<Void> heed(JsonNode message) {
    if (isOver) {
      return CompletableFuture.completedFuture(null);
    }
    String method = message.path("method").asText();
    JsonNode asked = message.path("id");
    CompletionStage<Void> told = CompletableFuture.completedFuture(null);
    switch (method) {
      case "notifications/progress" -> told = progress(message.path("params"));
      case "notifications/tools/list_changed" -> listener.listChanged().run();
      default -> alive();
    }
    if (method.isEmpty() || !asked.isValueNode() || asked.isNull()) {
      return told;
    }
    ObjectNode answer = message();
    answer.set("id", asked);
    if (method.equals("ping")) {
      answer.putObject("result");
    } else {
      answer.putObject("error").put("code", UNKNOWN_METHOD).put("message", "Method not found");
    }
    return send(answer).handle((taken, failure) -> null);
  }

  private CompletionStage<Void> progress(JsonNode params) {
    if (!params.path("progressToken").asText().equals(String.valueOf(id)) || shown == MAX_SHOWN) {
      alive();
      return CompletableFuture.completedFuture(null);
    }
    shown++;
    double done = params.path("progress").asDouble();
    double total = params.path("total").asDouble();
    Double share = total > 0 && done >= 0 ? Math.min(1, done / total) : null;
    String step = ServiceJson.text(params, "message");
    return listener
        .progress()
        .apply(
            new ToolProgress(
                step == null ? null : Texts.cut(upstream.withoutCredentials(step)), share));
  }

  @Override
  public void alive() {
    var ignored = listener.progress().apply(ToolProgress.ALIVE);
  }
}
