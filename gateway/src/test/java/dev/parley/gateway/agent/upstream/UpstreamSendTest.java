package dev.parley.gateway.agent.upstream;

import static dev.parley.gateway.agent.upstream.ScriptedService.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What {@link WholeAnswerTest} leaves: methods, bounds, times and streams of single calls. */
@Test(groups = "unit", timeOut = 60_000)
public class UpstreamSendTest extends UpstreamTest {

  private static final int MAX = 1000;

  private CompletableFuture<HttpAnswer> send(ScriptedService service) {
    return send(service, TestClient.call(service.uri()));
  }

  private CompletableFuture<HttpAnswer> send(ScriptedService service, HttpCall call) {
    return client.upstream(service.uri()).send(client.run.request(), call, MAX);
  }

  private static UpstreamException failure(CompletableFuture<HttpAnswer> sent) {
    try {
      throw new AssertionError("answered: " + sent.get(20, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UpstreamException known) {
        return known;
      }
      throw new CompletionException(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new CompletionException(e);
    }
  }

  public void theHeadersAndCredentialsOfTheServiceGoWithIt() throws Exception {
    client.configure("headers", "X-Team: blue");
    client.credentials = Map.of("X-Api-Key", Secret.of("s3cr3t"));
    try (ScriptedService service =
        ScriptedService.answering(answer(400, "", "{\"message\":\"not s3cr3t\"}"))) {
      HttpAnswer answer = send(service).get(20, TimeUnit.SECONDS);
      Dialogue dialogue = service.dialogues().get(0);
      assertThat(dialogue.requestLine()).isEqualTo("POST /v1/run HTTP/1.1");
      assertThat(dialogue.header("x-team")).isEqualTo("blue");
      assertThat(dialogue.header("x-api-key")).isEqualTo("s3cr3t");
      assertThat(dialogue.header("accept")).startsWith("application/json");
      assertThat(answer.said()).isEqualTo("not ***");
    }
  }

  @DataProvider
  static Object[] methodsWithoutBody() {
    return new Object[] {"GET", "DELETE"};
  }

  @Test(dataProvider = "methodsWithoutBody")
  public void aCallMayHaveNoBody(String method) throws Exception {
    try (ScriptedService service = ScriptedService.answering(answer(200, "", "ok"))) {
      HttpCall call = new HttpCall(method, service.uri("/a?b=c"), Map.of(), null);
      assertThat(send(service, call).get(20, TimeUnit.SECONDS).text()).isEqualTo("ok");
      Dialogue dialogue = service.dialogues().get(0);
      assertThat(dialogue.requestLine()).isEqualTo(method + " /a?b=c HTTP/1.1");
      assertThat(dialogue.header("content-length")).isEmpty();
      assertThat(dialogue.header("content-type")).isEmpty();
    }
  }

  public void aCallWithoutContentStatesThatItHasNone() throws Exception {
    try (ScriptedService service = ScriptedService.answering(answer(200, "", "ok"))) {
      HttpCall call = new HttpCall("POST", service.uri(), Map.of(), null);
      assertThat(send(service, call).get(20, TimeUnit.SECONDS).text()).isEqualTo("ok");
      assertThat(service.dialogues().get(0).header("content-length")).isEqualTo("0");
    }
  }

  public void aBodyOfTheLimitIsTakenAndALongerOneNamesIt() throws Exception {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send(answer(200, "", "x".repeat(MAX)));
            },
            dialogue -> {
              dialogue.readRequest();
              dialogue.send("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(MAX + 1));
              dialogue.awaitClose();
            })) {
      assertThat(send(service).get(20, TimeUnit.SECONDS).body()).hasSize(MAX);
      UpstreamException failure = failure(send(service));
      assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
      assertThat(failure).hasMessage("answer: longer (expected: at most 1000 bytes)");
    }
  }

  public void aBodyWithoutALengthEndsWithTheConnection() throws Exception {
    try (ScriptedService service = ScriptedService.answering("HTTP/1.1 200 OK\r\n\r\n12345")) {
      assertThat(send(service).get(20, TimeUnit.SECONDS).text()).isEqualTo("12345");
    }
  }

  public void aBodyThatComesByteByByteHasTheTimeOfItsCall() throws Exception {
    CountDownLatch more = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1");
              more.await();
              dialogue.send("2");
              dialogue.awaitClose();
              closed.countDown();
            })) {
      client.configure("idle_timeout", "90s");
      CompletableFuture<HttpAnswer> sent =
          send(service, TestClient.call(service.uri()).within(Duration.ofSeconds(100)));
      client.time.awaitTimer(Duration.ofSeconds(90));
      client.time.pass(Duration.ofSeconds(60));
      more.countDown();
      client.time.awaitTimer(Duration.ofSeconds(90));
      client.time.pass(Duration.ofSeconds(40));
      assertThat(failure(sent)).hasMessage("The service did not answer within 100 s.");
      closed.await();
      assertThat(client.time.delays()).isEmpty();
    }
  }

  public void aCallThatCannotBeMadeFails() {
    try (ScriptedService service = ScriptedService.streaming()) {
      HttpCall call = new HttpCall("GET", service.uri(), Map.of("x", "a\nb"), null);
      UpstreamException failure = failure(send(service, call.within(Duration.ofSeconds(100))));
      assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
      assertThat(failure).hasMessage("The request cannot be sent.");
    }
  }

  public void aStreamIsKeptAsAWholeOrGivenToTheListener() throws Exception {
    try (ScriptedService service = ScriptedService.streaming("data: 1\n\n", "data: [DONE]\n\n")) {
      assertThat(send(service).get(20, TimeUnit.SECONDS).text())
          .isEqualTo("data: 1\n\ndata: [DONE]\n\n");
      HttpCall call = new HttpCall("POST", service.uri(), Map.of(), RawJson.of("{}"));
      HttpAnswer answer =
          client
              .upstream(service.uri())
              .exchange(client.run.request(), call, MAX, client.collector)
              .get(20, TimeUnit.SECONDS);
      assertThat(answer.body()).isEmpty();
      assertThat(answer.contentType()).isEqualTo("text/event-stream");
      assertThat(client.events()).containsExactly("1", "[DONE]");
    }
  }
}
