package dev.parley.gateway.agent.anthropic;

import static java.util.stream.Collectors.joining;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ContentPart;
import dev.parley.gateway.agent.model.ContentParts;
import dev.parley.gateway.agent.model.ModelDialect;
import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.model.ToolSpec;
import dev.parley.gateway.agent.model.Turns;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The Messages API of Anthropic (platform.claude.com, "Messages"), version 2023-06-01. */
public final class AnthropicDialect implements ModelDialect {

  private static final Map<String, String> HEADERS = Map.of("anthropic-version", "2023-06-01");
  private static final String TOOLS = "tools";

  private final URI uri;
  private final RawMembers request;
  private final ModelNotes notes;

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
    this.notes = new ModelNotes(uri, request.text("model").orElse(""));
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
    return begin(request, history, List.of());
  }

  @Override
  public ModelSession begin(AgentRequest request, History history, List<ToolSpec> tools)
      throws UpstreamException {
    List<ContentPart> input = ContentParts.input(request);
    for (ContentPart part : input) {
      UserBlocks.of(part);
    }
    NotedHistory noted = new NotedHistory(notes);
    HistoryMessages messages =
        new HistoryMessages(Turns.withNotes(noted.of(history), input, note -> true), notes);
    HistoryMessages plain = new HistoryMessages(Turns.of(history, input), notes);
    Set<String> called = messages.tools();
    called.addAll(plain.tools());
    String offered = tools.stream().map(AnthropicDialect::offer).collect(joining(","));
    return new AnthropicSession(
        new AnthropicSession.Past(messages.messages(), plain.messages(), noted.ids()),
        notes.begin(),
        (all, container) -> call(all, container, called, offered));
  }

  private static String offer(ToolSpec tool) {
    RawMembers offer = new RawMembers();
    offer.putText("name", tool.name());
    if (!tool.description().isEmpty()) {
      offer.putText("description", tool.description());
    }
    offer.put("input_schema", tool.parameters().toString());
    return offer.toString();
  }

  private HttpCall call(
      List<String> messages, Optional<String> container, Set<String> called, String offered) {
    RawMembers body = new RawMembers();
    request.all().forEach(body::put);
    String given = request.get(TOOLS);
    if (!offered.isEmpty()) {
      body.put(TOOLS, with(given, offered));
    } else if (given == null && !called.isEmpty()) {
      declare(called, body);
    }
    container.ifPresent(id -> body.putText("container", id));
    body.put("messages", '[' + String.join(",", messages) + ']');
    return HttpCall.post(uri, HEADERS, RawJson.of(body.toString()));
  }

  /** The tools of the parameters and these. */
  private static String with(@Nullable String given, String offered) {
    String others = given == null ? "" : given.strip().replaceAll("^\\[\\s*|\\s*]$", "");
    return '[' + (others.isEmpty() ? offered : others + ',' + offered) + ']';
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
