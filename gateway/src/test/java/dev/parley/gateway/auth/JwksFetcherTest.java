package dev.parley.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.gateway.agent.upstream.ScriptedService;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A service of key sets that is broken or hostile. */
@Test(groups = "unit", timeOut = 60_000)
public class JwksFetcherTest {

  private static final String SET = "{\"keys\":[]}";

  private static String answer(String status, String headers, String body) {
    return "HTTP/1.1 " + status + "\r\n" + headers + "Connection: close\r\n\r\n" + body;
  }

  private static byte[] fetch(ScriptedService service, Duration timeout) {
    return requireNonNull(new JwksFetcher(timeout).fetch(service.uri()).join());
  }

  private static Throwable failure(ScriptedService service, Duration timeout) {
    Throwable failure = catchThrowable(() -> fetch(service, timeout));
    assertThat(failure).isNotNull();
    return requireNonNull(failure.getCause());
  }

  public void theBodyOfAnAnswerIsTheSet() {
    String whole = answer("200 OK", "Content-Length: " + SET.length() + "\r\n", SET);
    try (ScriptedService service = ScriptedService.answering(whole)) {
      assertThat(new String(fetch(service, Duration.ofSeconds(10)), UTF_8)).isEqualTo(SET);
    }
  }

  public void anotherStatusIsAFailure() {
    for (String status : new String[] {"404 Not Found", "500 Oops", "204 No Content"}) {
      try (ScriptedService service = ScriptedService.answering(answer(status, "", ""))) {
        assertThat(failure(service, Duration.ofSeconds(10)))
            .hasMessageContaining("status " + status.substring(0, 3));
      }
    }
  }

  public void aRedirectIsNotFollowed() {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedService other =
            ScriptedService.of(
                dialogue -> {
                  asked.incrementAndGet();
                  dialogue.send(answer("200 OK", "", SET));
                });
        ScriptedService service =
            ScriptedService.answering(
                answer("302 Found", "Location: " + other.uri() + "\r\n", ""))) {
      assertThat(failure(service, Duration.ofSeconds(10))).hasMessageContaining("status 302");
      assertThat(asked).hasValue(0);
    }
  }

  public void aBodyBeyondTheMaximumIsAFailure() {
    String huge = " ".repeat(JwksFetcher.MAX_BYTES + 1);
    try (ScriptedService service = ScriptedService.answering(answer("200 OK", "", huge))) {
      assertThat(failure(service, Duration.ofSeconds(20)))
          .hasMessageContaining("more than 262144 bytes");
    }
  }

  public void aBodyOfTheMaximumIsRead() {
    String whole = " ".repeat(JwksFetcher.MAX_BYTES);
    try (ScriptedService service = ScriptedService.answering(answer("200 OK", "", whole))) {
      assertThat(fetch(service, Duration.ofSeconds(20))).hasSize(JwksFetcher.MAX_BYTES);
    }
  }

  @DataProvider
  public Object[] answersThatAreNotReadToTheirEnd() {
    String more = "Content-Length: 1000000000\r\n";
    return new Object[] {
      "HTTP/1.1 500 Oops\r\n" + more + "\r\n<html>",
      "HTTP/1.1 200 OK\r\n" + more + "\r\n" + " ".repeat(JwksFetcher.MAX_BYTES + 1),
    };
  }

  /** The connection is closed, or the service could go on to send. */
  @Test(dataProvider = "answersThatAreNotReadToTheirEnd")
  public void whatIsNotReadIsNotAwaited(String begin) {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send(begin);
              dialogue.awaitClose();
              closed.complete(null);
            })) {
      assertThat(failure(service, Duration.ofSeconds(50))).isNotInstanceOf(TimeoutException.class);
      assertThat(closed).succeedsWithin(Duration.ofSeconds(20));
    }
  }

  public void aBodyThatNeverEndsIsAFailure() {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send(answer("200 OK", "Content-Length: 100\r\n", "{"));
              dialogue.awaitClose();
            })) {
      assertThat(failure(service, Duration.ofMillis(200))).isInstanceOf(TimeoutException.class);
    }
  }

  public void aServiceThatIsSilentIsAFailure() {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.awaitClose();
            })) {
      assertThat(failure(service, Duration.ofMillis(200))).isInstanceOf(Exception.class);
    }
  }
}
