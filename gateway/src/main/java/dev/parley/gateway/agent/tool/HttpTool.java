package dev.parley.gateway.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.Tool;
import dev.parley.gateway.agent.model.ToolProgress;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.model.ToolSpec;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.Upstream;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A tool that is one HTTP call. One instance serves all runs. */
final class HttpTool implements Tool {

  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

  private final ToolConfig config;
  private final ToolSpec spec;
  private final Upstream upstream;

  HttpTool(ToolConfig config, Upstream upstream) {
    this.config = config;
    this.upstream = upstream;
    this.spec = new ToolSpec(config.name(), config.description(), config.schema().json());
  }

  static boolean hasBody(String method) {
    return WITH_BODY.contains(method);
  }

  @Override
  public ToolSpec spec() {
    return spec;
  }

  @Override
  public Optional<String> refusal(ToolRequest call) {
    Optional<ObjectNode> arguments = arguments(call);
    if (arguments.isEmpty()) {
      return Optional.of(Texts.expected("arguments", call.arguments().toString(), "a JSON object"));
    }
    Optional<String> problem = config.schema().problem(arguments.get());
    if (problem.isPresent()) {
      return problem;
    }
    try {
      httpCall(arguments.get());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<ObjectNode> arguments(ToolRequest call) {
    return ServiceJson.read(call.arguments().toString())
        .filter(JsonNode::isObject)
        .map(ObjectNode.class::cast);
  }

  private HttpCall httpCall(ObjectNode arguments) {
    URI uri = config.url().fill(arguments);
    boolean hasBody = hasBody(config.method());
    if (!hasBody && !arguments.isEmpty()) {
      throw new IllegalArgumentException(
          Texts.expected(
              "arguments",
              arguments.fieldNames().next(),
              "only " + String.join(", ", config.url().names())));
    }
    RawJson body = hasBody ? RawJson.of(arguments.toString()) : null;
    return new HttpCall(config.method(), uri, Map.of(), body).within(config.timeout());
  }

  @Override
  public CompletableFuture<AgentEvent.ToolEnded> call(
      AgentRequest request,
      ToolRequest call,
      Function<ToolProgress, CompletionStage<Void>> progress) {
    HttpCall sent = httpCall(arguments(call).orElseThrow());
    CompletableFuture<HttpAnswer> answer = upstream.send(request, sent, config.maxResponse());
    CompletableFuture<AgentEvent.ToolEnded> end =
        answer.handle(
            (given, failure) ->
                failure == null
                    ? end(call.call(), given)
                    : AgentEvent.ToolEnded.error(call.call(), ToolErrors.of(failure)));
    end.whenComplete((ended, failure) -> answer.cancel(false));
    return end;
  }

  private static AgentEvent.ToolEnded end(String call, HttpAnswer answer) {
    return answer.isSuccess()
        ? AgentEvent.ToolEnded.ok(call, result(answer))
        : AgentEvent.ToolEnded.error(call, ToolErrors.status(answer));
  }

  /** JSON as it is, anything else as a JSON string. */
  private static RawJson result(HttpAnswer answer) {
    String text = answer.textWithoutCredentials();
    String type = answer.contentType().toLowerCase(Locale.ROOT);
    boolean isJson =
        (type.contains("/json") || type.contains("+json")) && ServiceJson.read(text).isPresent();
    return RawJson.of(
        isJson ? text.strip() : ServiceJson.NODES.textNode(Texts.whole(text)).toString());
  }
}
