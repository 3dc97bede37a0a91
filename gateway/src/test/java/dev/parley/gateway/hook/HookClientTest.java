package dev.parley.gateway.hook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.config.Secret;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class HookClientTest {
  private static final byte[] BODY = "{\"type\":\"alert.fired\"}".getBytes(UTF_8);
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);
  private static final HookSignature SIGNATURE =
      new HookSignature(List.of(Secret.of("a key of twenty-four bytes or more")));

  private static HookClient client(ScriptedService service) {
    return new HookClient(service.uri("/alerts?team=a"), SIGNATURE, CLOCK);
  }

  private static HookAnswer answer(CompletableFuture<HookAnswer> answer) throws Exception {
    return answer.get(30, TimeUnit.SECONDS);
  }

  public void theHookIsASignedPostOfJson() throws Exception {
    CompletableFuture<Dialogue> seen = new CompletableFuture<>();
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              seen.complete(dialogue);
              dialogue.send("HTTP/1.1 204 No Content\r\n\r\n");
            })) {
      assertThat(answer(client(service).send("a1", BODY)).status()).isEqualTo(204);
    }
    Dialogue dialogue = seen.join();
    assertThat(dialogue.requestLine()).isEqualTo("POST /alerts?team=a HTTP/1.1");
    assertThat(dialogue.body()).isEqualTo(new String(BODY, UTF_8));
    assertThat(dialogue.header("content-type")).isEqualTo("application/json");
    SIGNATURE
        .headers("a1", CLOCK.instant(), BODY)
        .forEach((name, value) -> assertThat(dialogue.header(name)).isEqualTo(value));
  }

  public void retryAfterIsToldAndABodyWithoutEndIsNotRead() throws Exception {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send("HTTP/1.1 429 Slow\r\nRetry-After: 7\r\n");
              dialogue.send("Content-Length: 9000000000\r\n\r\nnever");
              dialogue.awaitClose();
            })) {
      HookAnswer answer = answer(client(service).send("a1", BODY));
      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }
  }

  public void aRedirectIsNotFollowed() throws Exception {
    try (ScriptedService service =
        ScriptedService.answering(
            ScriptedService.answer(307, "Location: http://127.0.0.1:1/other\r\n", ""))) {
      assertThat(answer(client(service).send("a1", BODY)).status()).isEqualTo(307);
    }
  }

  public void aReceiverThatIsNotThereIsAFailure() {
    HookClient client = new HookClient(URI.create("http://127.0.0.1:1/"), SIGNATURE, CLOCK);
    assertThat(client.send("a1", BODY))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withMessageContaining("ConnectException");
  }
}
