package dev.parley.gateway.agent.openai;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.ModelAgent;
import dev.parley.gateway.agent.model.ModelEndpoint;
import dev.parley.gateway.agent.model.SeenRun;
import dev.parley.gateway.agent.upstream.IdentityMode;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.agent.upstream.UpstreamClients;
import dev.parley.gateway.agent.upstream.UpstreamConfig;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Runs of a model behind a real HTTP client, with a scripted service. */
@Test(groups = "unit")
public class OpenAiServiceTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private UpstreamClients clients;
  private SeenRun run;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    clients = new UpstreamClients(Clock.systemUTC());
    run = new SeenRun();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    clients.close();
  }

  private CompletableFuture<Void> start(ScriptedService service) {
    UpstreamConfig config =
        new UpstreamConfig(
            LIMIT,
            LIMIT,
            LIMIT,
            0,
            4,
            List.of(),
            Optional.empty(),
            List.of(),
            IdentityMode.NONE,
            Secret.of(""));
    ModelEndpoint endpoint =
        new ModelEndpoint(service.uri("/v1"), Optional.of("m"), Optional.empty(), Optional.empty());
    ModelAgent agent =
        new ModelAgent(
            "A model.",
            Set.of(),
            new OpenAiDialect(endpoint),
            clients.open(
                "m",
                service.uri(),
                config,
                Map.of("Authorization", Secret.of("Bearer key-of-the-test"))),
            new ModelAgent.ModelLimits(0, 16));
    return agent
        .run(run.request(RawJson.of("\"hi\""), HistorySource.NONE), run)
        .toCompletableFuture();
  }

  private static void join(CompletableFuture<Void> done) throws Exception {
    done.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static String recording() throws IOException {
    try (InputStream in =
        requireNonNull(OpenAiServiceTest.class.getResourceAsStream("answer.sse"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  public void aRecordedAnswerIsShown() throws Exception {
    try (ScriptedService service = ScriptedService.streaming(recording())) {
      join(start(service));
      assertThat(run.events).hasSize(7);
      assertThat(run.last()).isInstanceOf(AgentEvent.Completed.class);
      assertThat(service.dialogues().get(0).requestLine())
          .isEqualTo("POST /v1/chat/completions HTTP/1.1");
      assertThat(service.dialogues().get(0).header("authorization"))
          .isEqualTo("Bearer key-of-the-test");
    }
  }

  public void aServiceThatDoesNotKnowTheQuestionForTheUsageAnswersWithoutIt() throws Exception {
    String rejection = "{\"detail\":[{\"loc\":[\"body\",\"stream_options\"],\"msg\":\"extra\"}]}";
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send(
                  ScriptedService.answer(422, "Content-Type: application/json\r\n", rejection));
            },
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              dialogue.chunk(recording());
              dialogue.endStream();
            })) {
      join(start(service));
      assertThat(run.last()).isInstanceOf(AgentEvent.Completed.class);
      assertThat(service.dialogues().get(0).body()).contains("stream_options");
      assertThat(service.dialogues().get(1).body()).doesNotContain("stream_options");
    }
  }

  public void anAnswerThatIsCutOffKeepsItsText() throws Exception {
    String whole = recording();
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              dialogue.chunk(whole.substring(0, whole.indexOf(": keep-alive")));
              dialogue.reset();
            })) {
      join(start(service));
      assertThat(run.events).contains(new AgentEvent.Message("Es ist 21 °C, "));
      assertThat(((AgentEvent.Failed) run.last()).code())
          .isEqualTo(ErrorCode.UPSTREAM_DISCONNECTED);
    }
  }

  public void cancellingClosesTheConnection() throws Exception {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              begun.complete(null);
              try {
                dialogue.awaitClose();
              } finally {
                closed.complete(null);
              }
            })) {
      CompletableFuture<Void> done = start(service);
      join(begun);
      run.cancel();
      join(done);
      join(closed);
      assertThat(run.events).isEmpty();
    }
  }
}
