package dev.parley.gateway.agent.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.anthropic.AnthropicDialect;
import dev.parley.gateway.agent.openai.OpenAiDialect;
import dev.parley.gateway.agent.responses.ResponsesDialect;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The tools of a model: what it is told of them, and how its calls run. */
@Test(groups = "unit")
public class ModelToolsTest {

  private static final ModelEndpoint ENDPOINT =
      new ModelEndpoint(
          URI.create("http://model/v1"),
          Optional.of("m"),
          Optional.empty(),
          Optional.of(RawJson.of("{\"tools\":[{\"type\":\"own\"}]}")));

  private final Map<String, CompletableFuture<AgentEvent.ToolEnded>> sent = new HashMap<>();
  private final List<Function<ToolProgress, CompletionStage<Void>>> progress = new ArrayList<>();
  private ScriptedUpstream service;
  private SeenRun run;
  private CompletableFuture<Void> synced;

  @BeforeMethod(alwaysRun = true)
  public void newRun() {
    service = new ScriptedUpstream();
    run = new SeenRun();
    synced = CompletableFuture.completedFuture(null);
    sent.clear();
    progress.clear();
  }

  private Tool tool(String name) {
    return new Tool() {
      @Override
      public ToolSpec spec() {
        return new ToolSpec(name, "Looks.", RawJson.of("{\"type\":\"object\"}"));
      }

      @Override
      public Optional<String> refusal(ToolRequest call) {
        return call.arguments().toString().contains("bad")
            ? Optional.of("bad: no")
            : Optional.empty();
      }

      @Override
      public CompletableFuture<AgentEvent.ToolEnded> call(
          AgentRequest request,
          ToolRequest call,
          Function<ToolProgress, CompletionStage<Void>> out) {
        CompletableFuture<AgentEvent.ToolEnded> end = new CompletableFuture<>();
        sent.put(call.call(), end);
        progress.add(out);
        return end;
      }
    };
  }

  private CompletableFuture<Void> start(ModelDialect dialect, String... names) {
    List<Tool> tools = new ArrayList<>();
    for (String name : names) {
      tools.add(tool(name));
    }
    AgentSink sink =
        new AgentSink() {
          @Override
          public CompletionStage<Void> emit(AgentEvent event) {
            return run.emit(event);
          }

          @Override
          public CompletionStage<Void> emitSynced(AgentEvent event) {
            return run.emit(event).thenCompose(room -> synced);
          }

          @Override
          public void alive() {
            run.alive();
          }
        };
    return new ModelAgent(
            "A model.",
            Set.of(),
            dialect,
            service,
            new ModelAgent.ModelLimits(1024, 3),
            request -> CompletableFuture.completedFuture(tools))
        .run(run.request(RawJson.of("\"hi\""), HistorySource.NONE), sink)
        .toCompletableFuture();
  }

  private CompletableFuture<Void> start() {
    return start(new OpenAiDialect(ENDPOINT), "search.find", "other");
  }

  private CompletableFuture<AgentEvent.ToolEnded> sent(String call) {
    return requireNonNull(sent.get(call), call);
  }

  private void calls(String... idNameArguments) {
    List<String> entries = new ArrayList<>();
    for (String each : idNameArguments) {
      String[] parts = each.split(" ", 3);
      entries.add(
          "{\"index\":"
              + entries.size()
              + ",\"id\":\""
              + parts[0]
              + "\",\"function\":{\"name\":\""
              + parts[1]
              + "\",\"arguments\":"
              + RawMembers.quoted(parts[2])
              + "}}");
    }
    service
        .last()
        .sendAll(
            List.of(
                "{\"choices\":[{\"delta\":{\"tool_calls\":["
                    + String.join(",", entries)
                    + "]},\"finish_reason\":\"tool_calls\"}]}",
                "[DONE]"));
  }

  private JsonNode body() {
    return ServiceJson.read(service.last().call.body().toString()).orElseThrow();
  }

  @DataProvider
  public Object[][] dialects() {
    return new Object[][] {
      {new OpenAiDialect(ENDPOINT), "/function/name", "/function/parameters/type"},
      {new ResponsesDialect(ENDPOINT), "/name", "/parameters/type"},
      {
        new AnthropicDialect(ENDPOINT.url(), "m", "", RawMembers.of(ENDPOINT.parameters())),
        "/name",
        "/input_schema/type"
      },
    };
  }

  @Test(dataProvider = "dialects")
  public void theModelIsToldOfTheToolsAfterThoseOfTheParameters(
      ModelDialect dialect, String name, String type) {
    start(dialect, "search.find", "search_find", "x".repeat(70));
    JsonNode tools = body().path("tools");
    assertThat(tools).hasSize(4);
    assertThat(tools.get(0).path("type").asText()).isEqualTo("own");
    assertThat(tools.get(1).at(name).asText()).isEqualTo("search_find");
    assertThat(tools.get(2).at(name).asText()).isEqualTo("search_find_2");
    assertThat(tools.get(3).at(name).asText()).isEqualTo("x".repeat(64));
    assertThat(tools.get(1).at(type).asText()).isEqualTo("object");
    assertThat(body().has("tool_choice")).isFalse();
  }

  public void aCallIsSentOnlyWhenTheLogHasItsBeginning() {
    synced = new CompletableFuture<>();
    start();
    calls("a search_find {}", "b other {}");
    assertThat(run.events)
        .containsExactly(
            new AgentEvent.ToolStarted("a", "search.find", RawJson.of("{}")),
            new AgentEvent.ToolStarted("b", "other", RawJson.of("{}")));
    assertThat(sent).isEmpty();
    synced.complete(null);
    assertThat(sent).containsOnlyKeys("a", "b");
  }

  public void resultsAreShownAsTheyComeAndToldInTheOrderOfTheCalls() {
    start();
    calls("a search_find {}", "b other {}", "c none {}", "d other {\"bad\":1}", "e other [1]");
    sent("b").complete(AgentEvent.ToolEnded.ok("b", RawJson.of("2")));
    assertThat(service.all()).hasSize(1);
    sent("a").complete(AgentEvent.ToolEnded.error("a", "no"));
    assertThat(run.events.stream().filter(AgentEvent.ToolEnded.class::isInstance))
        .containsExactly(
            AgentEvent.ToolEnded.error("c", "tool: none is not one of the tools of this agent"),
            AgentEvent.ToolEnded.error("d", "bad: no"),
            AgentEvent.ToolEnded.error("e", "arguments: \"[1]\" (expected: a JSON object)"),
            AgentEvent.ToolEnded.ok("b", RawJson.of("2")),
            AgentEvent.ToolEnded.error("a", "no"));
    List<String> told = new ArrayList<>();
    for (JsonNode message : body().path("messages")) {
      if (message.path("role").asText().equals("tool")) {
        told.add(message.path("tool_call_id").asText() + " " + message.path("content").asText());
      }
    }
    assertThat(told)
        .containsExactly(
            "a Error: no",
            "b 2",
            "c Error: tool: none is not one of the tools of this agent",
            "d Error: bad: no",
            "e Error: arguments: \"[1]\" (expected: a JSON object)");
  }

  public void aCancelledRunClosesItsCallsAndEnds() {
    CompletableFuture<Void> done = start();
    calls("a other {}");
    run.cancel();
    assertThat(sent("a")).isCancelled();
    assertThat(done).isCompleted();
    assertThat(run.last()).isInstanceOf(AgentEvent.ToolStarted.class);
  }

  public void aRunThatIsCancelledBeforeTheLogHasTheCallSendsNone() {
    synced = new CompletableFuture<>();
    CompletableFuture<Void> done = start();
    calls("a other {}");
    run.cancel();
    synced.complete(null);
    assertThat(sent).isEmpty();
    assertThat(done).isCompleted();
  }

  public void aToolThatBreaksIsAnErrorOfItsOwn() {
    start();
    calls("a other {}");
    sent("a").completeExceptionally(new IllegalStateException("secret"));
    assertThat(run.last()).isEqualTo(AgentEvent.ToolEnded.error("a", "The tool failed."));
    assertThat(service.all()).hasSize(2);
  }

  public void theProgressOfAToolIsShown() {
    start();
    calls("a other {}");
    int before = run.signsOfLife;
    assertThat(progress.get(0).apply(ToolProgress.ALIVE)).isCompleted();
    assertThat(run.signsOfLife).isEqualTo(before + 1);
    run.fill();
    CompletionStage<Void> shown = progress.get(0).apply(new ToolProgress("page 2", 0.5));
    assertThat(shown).as("the log is behind").isNotCompleted();
    run.drain();
    assertThat(shown).isCompleted();
    assertThat(run.last())
        .isEqualTo(new AgentEvent.Thinking(ThinkingPhase.STEP, null, "page 2", 0.5));
  }
}
