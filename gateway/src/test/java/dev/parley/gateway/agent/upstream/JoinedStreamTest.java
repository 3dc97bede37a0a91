package dev.parley.gateway.agent.upstream;

import static dev.parley.gateway.agent.upstream.ScriptedService.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ErrorCode;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A stream that the service keeps, with what may happen to its connections. */
@Test(groups = "unit", timeOut = 60_000)
public class JoinedStreamTest extends UpstreamTest {

  /** Half of the maximum, because the test's jitter is one half. */
  private static final Duration FIRST_DELAY = Duration.ofMillis(500);

  private boolean isKept;
  private Optional<Boolean> isEnded;
  private @Nullable UpstreamException refusal;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    client.configure("retries", "0");
    isKept = true;
    isEnded = Optional.empty();
    refusal = null;
  }

  /** Goes on after the events that were taken, by their number. */
  private final class Joiner implements JoinableListener {
    private final URI uri;

    Joiner(URI uri) {
      this.uri = uri;
    }

    @Override
    public CompletionStage<Boolean> take(SseEvent event) throws UpstreamException {
      if (refusal != null) {
        throw refusal;
      }
      return client.collector.take(event);
    }

    @Override
    public Optional<HttpCall> rejoin(boolean ended) {
      isEnded = Optional.of(ended);
      URI from = URI.create(uri + "?after=" + client.events().size());
      return isKept ? Optional.of(new HttpCall("GET", from, Map.of(), null)) : Optional.empty();
    }
  }

  private CompletionStage<StreamEnd> follow(ScriptedService service) {
    return client
        .upstream(service.uri())
        .follow(client.run.request(), TestClient.call(service.uri()), new Joiner(service.uri()));
  }

  private static ScriptedService.Script sending(String events, boolean isWhole) {
    return dialogue -> {
      dialogue.readRequest();
      dialogue.beginStream();
      dialogue.chunk(events);
      if (isWhole) {
        dialogue.endStream();
      }
    };
  }

  private static ScriptedService.Script answering(int status, String headers) {
    return dialogue -> {
      dialogue.readRequest();
      dialogue.send(answer(status, headers, ""));
    };
  }

  private void pass(Duration delay) {
    client.time.awaitTimer(delay);
    client.time.pass(delay);
  }

  @DataProvider
  public Object[] wholeOrNot() {
    return new Object[] {true, false};
  }

  @Test(dataProvider = "wholeOrNot")
  public void aLostStreamGoesOnWhereItWas(boolean isWhole) {
    try (ScriptedService service =
        ScriptedService.of(
            sending("data: 1\n\ndata: 2\n\n" + (isWhole ? "" : "data: 3"), isWhole),
            sending("data: 3\n\ndata: [DONE]\n\n", true))) {
      CompletionStage<StreamEnd> stream = follow(service);
      pass(FIRST_DELAY);
      assertThat(Collector.end(stream)).isEqualTo(StreamEnd.TERMINAL);
      assertThat(client.events()).containsExactly("1", "2", "3", "[DONE]");
      assertThat(isEnded).contains(isWhole);
      assertThat(service.dialogues().get(1).requestLine())
          .isEqualTo("GET /v1/run?after=2 HTTP/1.1");
      assertThat(service.dialogues().get(1).body()).isEmpty();
    }
  }

  public void aStreamThatEndsWithItsLastEventIsNotJoined() {
    try (ScriptedService service =
        ScriptedService.of(sending("data: 1\n\ndata: [DONE]\n\n", false))) {
      assertThat(Collector.end(follow(service))).isEqualTo(StreamEnd.TERMINAL);
      assertThat(service.connections()).isEqualTo(1);
      assertThat(isEnded).isEmpty();
    }
  }

  public void aStreamThatIsNotKeptEndsAsItDid() {
    isKept = false;
    try (ScriptedService service = ScriptedService.of(sending("data: 1\n\n", false))) {
      assertThat(Collector.failure(follow(service)).code())
          .isEqualTo(ErrorCode.UPSTREAM_DISCONNECTED);
      assertThat(service.connections()).isEqualTo(1);
    }
    try (ScriptedService service = ScriptedService.of(sending("data: 1\n\n", true))) {
      assertThat(Collector.end(follow(service))).isEqualTo(StreamEnd.CLEAN);
    }
  }

  public void thePausesGrowUntilAnEventComes() {
    try (ScriptedService service =
        ScriptedService.of(
            sending("data: 1\n\n", false),
            answering(503, ""),
            answering(500, ""),
            answering(429, "Retry-After: 7\r\n"),
            answering(503, "Retry-After: 90\r\n"),
            sending("data: 2\n\n", false),
            sending("data: [DONE]\n\n", false))) {
      CompletionStage<StreamEnd> stream = follow(service);
      pass(FIRST_DELAY);
      pass(Duration.ofSeconds(1));
      pass(Duration.ofSeconds(2));
      pass(Duration.ofSeconds(7));
      pass(Duration.ofSeconds(30));
      pass(FIRST_DELAY);
      assertThat(Collector.end(stream)).isEqualTo(StreamEnd.TERMINAL);
      assertThat(client.events()).containsExactly("1", "2", "[DONE]");
    }
  }

  public void itIsNotJoinedForEver() {
    try (ScriptedService service =
        ScriptedService.of(sending("data: 1\n\n", false), answering(429, ""))) {
      CompletionStage<StreamEnd> stream = follow(service);
      for (int millis : new int[] {500, 1000, 2000, 4000, 4000, 4000, 4000, 4000}) {
        pass(Duration.ofMillis(millis));
      }
      assertThat(Collector.failure(stream).code()).isEqualTo(ErrorCode.UPSTREAM_RATE_LIMITED);
      assertThat(service.connections()).isEqualTo(1 + JoinedStream.MAX_TRIES);
    }
  }

  @DataProvider
  public Object[][] lasting() {
    return new Object[][] {{404, ErrorCode.UPSTREAM_REJECTED}, {401, ErrorCode.UPSTREAM_AUTH}};
  }

  @Test(dataProvider = "lasting")
  public void anAnswerThatWouldStayTheSameIsTheEnd(int status, ErrorCode code) {
    try (ScriptedService service =
        ScriptedService.of(sending("data: 1\n\n", false), answering(status, ""))) {
      CompletionStage<StreamEnd> stream = follow(service);
      pass(FIRST_DELAY);
      assertThat(Collector.failure(stream).code()).isEqualTo(code);
    }
  }

  public void anEventThatIsRefusedIsTheEnd() {
    refusal = UpstreamException.permanent(ErrorCode.UPSTREAM_ERROR, "It broke.");
    try (ScriptedService service = ScriptedService.of(sending("data: 1\n\n", false))) {
      assertThat(Collector.failure(follow(service))).hasMessage("It broke.");
      assertThat(service.connections()).isEqualTo(1);
    }
  }

  public void aCancelledRunIsNotJoined() {
    try (ScriptedService service = ScriptedService.of(sending("data: 1\n\n", false))) {
      CompletionStage<StreamEnd> stream = follow(service);
      client.time.awaitTimer(FIRST_DELAY);
      client.run.end();
      assertThat(Collector.end(stream)).isEqualTo(StreamEnd.TERMINAL);
      assertThat(client.time.delays()).isEmpty();
      assertThat(service.connections()).isEqualTo(1);
    }
  }
}
