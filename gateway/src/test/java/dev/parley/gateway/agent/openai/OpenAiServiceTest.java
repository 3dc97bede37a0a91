package dev.parley.gateway.agent.openai;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ModelEndpoint;
import dev.parley.gateway.agent.model.ModelServiceTest;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.Test;

/** Runs of a model behind a real HTTP client, with a scripted service. */
@Test(groups = "unit")
public class OpenAiServiceTest extends ModelServiceTest {

  private CompletableFuture<Void> start(ScriptedService service) {
    ModelEndpoint endpoint =
        new ModelEndpoint(service.uri("/v1"), Optional.of("m"), Optional.empty(), Optional.empty());
    return start(
        service,
        new OpenAiDialect(endpoint),
        Map.of("Authorization", Secret.of("Bearer key-of-the-test")));
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
