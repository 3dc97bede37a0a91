package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ContentPart;
import dev.parley.gateway.agent.model.ContentParts;
import dev.parley.gateway.agent.model.ModelDialect;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.model.Turns;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The Messages API of Anthropic (platform.claude.com, "Messages"), version 2023-06-01. */
public final class AnthropicDialect implements ModelDialect {

  private static final Map<String, String> HEADERS = Map.of("anthropic-version", "2023-06-01");
  private static final String TOOLS = "tools";

  private final URI uri;
  private final RawMembers request;

  /**
   * A model.
   *
   * @param url of the service; {@code /v1/messages} is added as far as it is missing
   * @param system told to the model before each conversation; may be blank
   * @param parameters a JSON object of more members of the request
   */
  public AnthropicDialect(URI url, String model, String system, RawMembers parameters) {
    this.uri = messages(url);
    this.request = new RawMembers();
    request.putText("model", model);
    request.put("max_tokens", "4096");
    parameters.all().forEach(request::put);
    if (!system.isBlank()) {
      request.putText("system", system);
    }
    request.put("stream", "true");
  }

  private static URI messages(URI url) {
    String path = url.getRawPath() == null ? "" : url.getRawPath().replaceAll("/+$", "");
    String missing =
        path.endsWith("/messages") ? "" : path.endsWith("/v1") ? "/messages" : "/v1/messages";
    String query = url.getRawQuery() == null ? "" : '?' + url.getRawQuery();
    return url.resolve(path + missing + query);
  }

  @Override
  public ModelSession begin(AgentRequest request, History history) throws UpstreamException {
    List<ContentPart> input = ContentParts.input(request.input());
    for (ContentPart part : input) {
      UserBlocks.of(part);
    }
    HistoryMessages messages = new HistoryMessages(Turns.of(history, input));
    Set<String> called = messages.tools();
    return new AnthropicSession(
        messages.messages(), (all, container) -> call(all, container, called));
  }

  private HttpCall call(List<String> messages, Optional<String> container, Set<String> called) {
    RawMembers body = new RawMembers();
    request.all().forEach(body::put);
    if (request.get(TOOLS) == null && !called.isEmpty()) {
      declare(called, body);
    }
    container.ifPresent(id -> body.putText("container", id));
    body.put("messages", '[' + String.join(",", messages) + ']');
    return HttpCall.post(uri, HEADERS, RawJson.of(body.toString()));
  }

  /** The API takes calls in the history only if tools are declared. */
  private static void declare(Set<String> called, RawMembers body) {
    List<String> tools =
        called.stream()
            .map(name -> "{\"name\":\"" + name + "\",\"input_schema\":{\"type\":\"object\"}}")
            .toList();
    body.put(TOOLS, '[' + String.join(",", tools) + ']');
    body.put("tool_choice", "{\"type\":\"none\"}");
  }
}
