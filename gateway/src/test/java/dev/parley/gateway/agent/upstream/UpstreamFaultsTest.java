package dev.parley.gateway.agent.upstream;

import static dev.parley.gateway.agent.upstream.ScriptedService.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Each fault of a service gives its code, and a message that people may read. */
@Test(groups = "unit", timeOut = 60_000)
public class UpstreamFaultsTest extends UpstreamTest {

  private static final String KEY = "sk-very-secret-key";

  @BeforeMethod(alwaysRun = true)
  void open() {
    client.configure("retries", "0");
    client.configure("headers", "X-Extra: other-secret-value");
    client.credentials = Map.of("Authorization", Secret.of("Bearer " + KEY));
  }

  private AgentEvent.Failed failure(ScriptedService service) {
    try (service) {
      return Collector.failure(client.stream(service)).toEvent();
    }
  }

  @DataProvider
  public Object[][] statuses() {
    return new Object[][] {
      {302, ErrorCode.UPSTREAM_REJECTED, false},
      {400, ErrorCode.UPSTREAM_REJECTED, false},
      {401, ErrorCode.UPSTREAM_AUTH, false},
      {402, ErrorCode.UPSTREAM_REJECTED, false},
      {403, ErrorCode.UPSTREAM_AUTH, false},
      {404, ErrorCode.UPSTREAM_REJECTED, false},
      {408, ErrorCode.UPSTREAM_RATE_LIMITED, true},
      {409, ErrorCode.UPSTREAM_RATE_LIMITED, true},
      {413, ErrorCode.UPSTREAM_REJECTED, false},
      {422, ErrorCode.UPSTREAM_REJECTED, false},
      {429, ErrorCode.UPSTREAM_RATE_LIMITED, true},
      {500, ErrorCode.UPSTREAM_ERROR, true},
      {502, ErrorCode.UPSTREAM_ERROR, true},
      {503, ErrorCode.UPSTREAM_ERROR, true},
      {504, ErrorCode.UPSTREAM_ERROR, true},
      {529, ErrorCode.UPSTREAM_RATE_LIMITED, true}
    };
  }

  @Test(dataProvider = "statuses")
  public void anErrorStatusHasItsCode(int status, ErrorCode code, boolean retryable) {
    AgentEvent.Failed failed =
        failure(ScriptedService.answering(answer(status, "Location: http://127.0.0.1:1/\r\n", "")));
    assertThat(failed.code()).isEqualTo(code);
    assertThat(failed.retryable()).isEqualTo(retryable);
    assertThat(failed.message()).contains("(" + status + ")").endsWith(".");
    assertThat(failed.retryAfter()).isNull();
  }

  public void theMessageOfAnErrorIsQuotedShortAndWithoutCredentials() {
    String body =
        "{\"error\":{\"message\":\"model\\n gpt-9 is "
            + KEY
            + " unknown, other-secret-value "
            + "x".repeat(500)
            + "\"}}";
    AgentEvent.Failed failed = failure(ScriptedService.answering(answer(404, "", body)));
    assertThat(failed.message())
        .startsWith("The service rejected the request (404): model gpt-9 is *** unknown, *** xxx")
        .endsWith("x…")
        .hasSizeLessThan(300);
  }

  public void theBodyOfARefusedCredentialIsNotQuoted() {
    String body = "{\"error\":{\"message\":\"Incorrect API key provided: sk-ve...\"}}";
    for (int status : new int[] {401, 403}) {
      assertThat(failure(ScriptedService.answering(answer(status, "", body))).message())
          .isEqualTo(
              "The service does not accept the credentials of the gateway (" + status + ").");
    }
  }

  public void onlyTheBeginningOfALongErrorIsRead() {
    ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send("HTTP/1.1 500 x\r\n\r\n");
              while (true) {
                dialogue.send("x".repeat(1 << 16));
              }
            });
    assertThat(failure(service).code()).isEqualTo(ErrorCode.UPSTREAM_ERROR);
  }

  public void anErrorWhoseBodyDoesNotEndIsMappedAfterAWhile() {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send("HTTP/1.1 429 x\r\nRetry-After: 7\r\nContent-Length: 9\r\n\r\n{");
              dialogue.awaitClose();
            })) {
      var stream = client.stream(service);
      client.time.awaitTimer(Duration.ofSeconds(5));
      client.time.pass(Duration.ofSeconds(5));
      AgentEvent.Failed failed = Collector.failure(stream).toEvent();
      assertThat(failed.code()).isEqualTo(ErrorCode.UPSTREAM_RATE_LIMITED);
      assertThat(failed.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }
  }

  @DataProvider
  public Object[][] answers() {
    String stream = "Content-Type: text/event-stream\r\n";
    String head = "HTTP/1.1 200 OK\r\n" + stream;
    String chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
    return new Object[][] {
      // A body that is no stream.
      {answer(200, "Content-Type: application/json\r\n", "{}"), ErrorCode.UPSTREAM_PROTOCOL},
      {answer(200, "Content-Type: text/html\r\n", "<p>"), ErrorCode.UPSTREAM_PROTOCOL},
      {answer(200, "", ""), ErrorCode.UPSTREAM_PROTOCOL},
      {"HTTP/1.1 204 No Content\r\n\r\n", ErrorCode.UPSTREAM_PROTOCOL},
      {answer(200, stream + "Content-Encoding: gzip\r\n", "x"), ErrorCode.UPSTREAM_PROTOCOL},
      {"HTTP/1.1 101 x\r\nUpgrade: y\r\nConnection: upgrade\r\n\r\n", ErrorCode.UPSTREAM_PROTOCOL},
      // Not HTTP.
      {"SSH-2.0-OpenSSH_9.6\r\n\r\n", ErrorCode.UPSTREAM_PROTOCOL},
      {chunked + "zz\r\n", ErrorCode.UPSTREAM_PROTOCOL},
      {"HTTP/1.1 200 OK\r\nX: " + "x".repeat(70_000) + "\r\n\r\n", ErrorCode.UPSTREAM_PROTOCOL},
      // No answer.
      {"", ErrorCode.UPSTREAM_DISCONNECTED},
      {"HTTP/1.1 200", ErrorCode.UPSTREAM_DISCONNECTED},
      // Cut.
      {chunked + "20\r\ndata: {}\n\n", ErrorCode.UPSTREAM_DISCONNECTED},
      {chunked + "a\r\ndata: {}\n\n\r\n", ErrorCode.UPSTREAM_DISCONNECTED},
      {head + "Content-Length: 99\r\n\r\ndata: {}\n\n", ErrorCode.UPSTREAM_DISCONNECTED},
      // The end in the middle of an event, and of a character.
      {answer(200, stream, "data: {\"a\""), ErrorCode.UPSTREAM_TRUNCATED},
      {chunked + "9\r\ndata: \"\u00e4\r\n0\r\n\r\n", ErrorCode.UPSTREAM_TRUNCATED},
      {head + "\r\ndata: {", ErrorCode.UPSTREAM_TRUNCATED},
      // Too long.
      {answer(200, stream, "x".repeat(1_100_000)), ErrorCode.UPSTREAM_PROTOCOL}
    };
  }

  @Test(dataProvider = "answers")
  public void aBrokenAnswerHasItsCode(String answer, ErrorCode code) {
    AgentEvent.Failed failed = failure(ScriptedService.answering(answer));
    assertThat(failed.code()).as(failed.message()).isEqualTo(code);
    assertThat(failed.retryable()).isFalse();
  }

  @DataProvider
  public Object[][] cleanAnswers() {
    String stream = "Content-Type: Text/Event-Stream; charset=utf-8\r\n";
    return new Object[][] {
      {answer(200, stream, "data: {}\n\n")},
      {"HTTP/1.1 200 OK\r\n" + stream + "\r\ndata: {}\n\n"},
      {"HTTP/1.0 200 OK\r\n" + stream + "\r\ndata: {}"},
      {"HTTP/1.1 103 x\r\nLink: y\r\n\r\n" + answer(201, stream, "data: {}\n\n")}
    };
  }

  @Test(dataProvider = "cleanAnswers")
  public void aCleanEndIsToldApart(String answer) {
    try (ScriptedService service = ScriptedService.answering(answer)) {
      assertThat(Collector.end(client.stream(service))).isEqualTo(StreamEnd.CLEAN);
      assertThat(client.events()).containsExactly("{}");
    }
  }

  public void aServiceThatIsNotThereIsUnreachable() {
    ScriptedService gone = ScriptedService.streaming();
    gone.close();
    AgentEvent.Failed failed = Collector.failure(client.stream(gone)).toEvent();
    assertThat(failed.code()).isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
    assertThat(failed.retryable()).isTrue();
    assertThat(failed.message())
        .isEqualTo("The service cannot be reached: it refuses connections.");
  }

  public void aNameThatIsNotKnownIsUnreachable() {
    AgentEvent.Failed failed =
        Collector.failure(client.stream(URI.create("http://no-such-host.invalid/"))).toEvent();
    assertThat(failed.code()).isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
    assertThat(failed.message()).isEqualTo("The service cannot be reached: its name is not known.");
  }

  public void aRequestThatCannotBeMadeFails() {
    try (ScriptedService service = ScriptedService.streaming()) {
      HttpCall call =
          new HttpCall("GET", service.uri(), Map.of("last-event-id", "a\u0001\u0000b"), null);
      assertThat(Collector.failure(client.stream(service, call)).toEvent())
          .isEqualTo(
              new AgentEvent.Failed(
                  ErrorCode.UPSTREAM_PROTOCOL, "The request cannot be sent.", false));
      assertThat(client.time.delays()).isEmpty();
      assertThat(service.dialogues()).isEmpty();
    }
  }

  public void anAnswerThatCameBeforeTheRequestWasTakenCounts() {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.send(answer(413, "", "{\"detail\":\"too long\"}"));
              dialogue.finish();
            })) {
      HttpCall call =
          HttpCall.post(service.uri(), Map.of(), RawJson.of("\"" + "x".repeat(8 << 20) + "\""));
      assertThat(Collector.failure(client.stream(service, call)).toEvent())
          .isEqualTo(
              new AgentEvent.Failed(
                  ErrorCode.UPSTREAM_REJECTED,
                  "The service rejected the request (413): too long",
                  false));
    }
  }
}
