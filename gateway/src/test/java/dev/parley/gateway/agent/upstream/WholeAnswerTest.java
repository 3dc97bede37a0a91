package dev.parley.gateway.agent.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** One attempt of a call, and its whole answer. */
@Test(groups = "unit")
public class WholeAnswerTest extends UpstreamTest {

  private CompletableFuture<HttpAnswer> send(ScriptedService service, int maxBytes) {
    return client
        .upstream(service.uri())
        .send(client.run.request(), TestClient.call(service.uri()), maxBytes);
  }

  private static ErrorCode failure(CompletableFuture<HttpAnswer> answer) {
    CompletionException failure = catchThrowableOfType(CompletionException.class, answer::join);
    return requireNonNull((UpstreamException) failure.getCause()).code();
  }

  @DataProvider
  public Object[] statuses() {
    return new Object[] {200, 202, 302, 404, 429, 503};
  }

  @Test(dataProvider = "statuses")
  public void anAnswerOfAnyStatusIsReadWhole(int status) {
    try (ScriptedService service =
        ScriptedService.answering(
            ScriptedService.answer(
                status, "Content-Type: text/plain\r\nRetry-After: 7\r\n", "so é"))) {
      HttpAnswer answer = send(service, 100).join();
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.isSuccess()).isEqualTo(status < 300);
      assertThat(answer.contentType()).isEqualTo("text/plain");
      assertThat(new String(answer.body(), UTF_8)).isEqualTo("so é");
      assertThat(answer.retryAfter()).isEqualTo(Duration.ofSeconds(7));
      assertThat(service.connections()).as("no retry, no redirect").isEqualTo(1);
    }
  }

  public void anAnswerWithoutABodyIsOne() {
    try (ScriptedService service = ScriptedService.answering("HTTP/1.1 204 x\r\n\r\n")) {
      HttpAnswer answer = send(service, 0).join();
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.retryAfter()).isNull();
    }
  }

  public void theRequestHasTheConfiguredHeaders() {
    client.configure("headers", "X-Zone: a");
    client.credentials = Map.of("x-api-key", Secret.of("sesame"));
    try (ScriptedService service = ScriptedService.answering(ScriptedService.answer(200, "", ""))) {
      send(service, 0).join();
      Dialogue dialogue = service.dialogues().get(0);
      assertThat(dialogue.header("x-zone")).isEqualTo("a");
      assertThat(dialogue.header("x-api-key")).isEqualTo("sesame");
      assertThat(dialogue.header("traceparent")).isNotEmpty();
      assertThat(dialogue.body()).isEqualTo("{}");
    }
  }

  public void interimAnswersAreNotTheAnswer() {
    try (ScriptedService service =
        ScriptedService.answering(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\n\r\n"
                + ScriptedService.answer(201, "", "x"))) {
      assertThat(send(service, 10).join().status()).isEqualTo(201);
    }
  }

  public void anAnswerThatIsTooLongFails() {
    try (ScriptedService service =
        ScriptedService.answering(ScriptedService.answer(200, "", "12345"))) {
      assertThat(failure(send(service, 4))).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
    }
  }

  public void anAnswerThatIsCutFails() {
    try (ScriptedService service =
        ScriptedService.answering("HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\nhalf")) {
      assertThat(failure(send(service, 100))).isEqualTo(ErrorCode.UPSTREAM_DISCONNECTED);
    }
  }

  public void whatIsNoHttpFails() {
    try (ScriptedService service = ScriptedService.answering("220 mail ready\r\n\r\n")) {
      assertThat(failure(send(service, 100))).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
    }
  }

  public void aServiceThatDoesNotListenIsUnreachable() {
    ScriptedService gone = ScriptedService.of(dialogue -> {});
    gone.close();
    assertThat(failure(send(gone, 100))).isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
  }

  public void theTimersOfAStreamHold() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              asked.countDown();
              over.await();
            })) {
      CompletableFuture<HttpAnswer> answer = send(service, 100);
      asked.await();
      client.time.pass(Duration.ofSeconds(121));
      assertThat(failure(answer)).isEqualTo(ErrorCode.UPSTREAM_TIMEOUT);
      over.countDown();
    }
  }

  public void cancellingTheFutureClosesTheConnection() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              asked.countDown();
              dialogue.awaitClose();
              closed.countDown();
            })) {
      CompletableFuture<HttpAnswer> answer = send(service, 100);
      asked.await();
      client.run.end();
      assertThat(answer).as("a run that is over").isNotDone();
      answer.cancel(false);
      closed.await();
    }
  }
}
