package dev.parley.gateway.agent.upstream;

import static dev.parley.gateway.agent.upstream.ScriptedService.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 60_000)
public class UpstreamRetriesTest extends UpstreamTest {

  /** Half of the maximum, because the test's jitter is one half. */
  private static final Duration FIRST_DELAY = Duration.ofMillis(500);

  private static final Duration SECOND_DELAY = Duration.ofSeconds(1);

  private static ScriptedService.Script answering(String answer) {
    return dialogue -> {
      dialogue.readRequest();
      dialogue.send(answer);
    };
  }

  private static ScriptedService.Script done() {
    return dialogue -> {
      dialogue.readRequest();
      dialogue.beginStream();
      dialogue.chunk("data: [DONE]\n\n");
      dialogue.endStream();
    };
  }

  @DataProvider
  public Object[][] passing() {
    return new Object[][] {{408}, {429}, {502}, {503}, {504}, {529}};
  }

  @Test(dataProvider = "passing")
  public void aFailureThatMayPassIsTriedAgainTwice(int status) {
    String busy = answer(status, "", "");
    try (ScriptedService service = ScriptedService.of(answering(busy), answering(busy), done())) {
      CompletionStage<StreamEnd> stream = client.stream(service);
      client.time.awaitTimer(FIRST_DELAY);
      client.time.pass(FIRST_DELAY);
      client.time.awaitTimer(SECOND_DELAY);
      client.time.pass(SECOND_DELAY);
      assertThat(Collector.end(stream)).isEqualTo(StreamEnd.TERMINAL);
      assertThat(service.dialogues()).hasSize(3);
    }
  }

  public void thereIsNoThirdRepetition() {
    try (ScriptedService service = ScriptedService.answering(answer(503, "", ""))) {
      CompletionStage<StreamEnd> stream = client.stream(service);
      client.time.awaitTimer(FIRST_DELAY);
      client.time.pass(FIRST_DELAY);
      client.time.awaitTimer(SECOND_DELAY);
      client.time.pass(SECOND_DELAY);
      assertThat(Collector.failure(stream).code()).isEqualTo(ErrorCode.UPSTREAM_ERROR);
      assertThat(service.connections()).isEqualTo(3);
    }
  }

  @DataProvider
  public Object[][] lasting() {
    return new Object[][] {{400}, {401}, {404}, {409}, {422}, {500}, {501}};
  }

  @Test(dataProvider = "lasting")
  public void otherFailuresAreNotTriedAgain(int status) {
    try (ScriptedService service = ScriptedService.answering(answer(status, "", ""))) {
      Collector.failure(client.stream(service));
      assertThat(service.connections()).isEqualTo(1);
      assertThat(client.time.delays()).isEmpty();
    }
  }

  public void nothingIsTriedAgainAfterAnEvent() {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              dialogue.chunk("data: 1\n\n");
            },
            done())) {
      assertThat(Collector.failure(client.stream(service)).code())
          .isEqualTo(ErrorCode.UPSTREAM_DISCONNECTED);
      assertThat(service.connections()).isEqualTo(1);
    }
  }

  @DataProvider
  public Object[][] retryAfters() {
    return new Object[][] {{"3"}, {"Sun, 01 Nov 2026 12:00:03 GMT"}};
  }

  @Test(dataProvider = "retryAfters")
  public void theTimeThatTheServiceNamesIsWaited(String retryAfter) {
    try (ScriptedService service =
        ScriptedService.of(
            answering(answer(429, "Retry-After: " + retryAfter + "\r\n", "")), done())) {
      CompletionStage<StreamEnd> stream = client.stream(service);
      Duration delay = Duration.ofSeconds(3).plus(FIRST_DELAY);
      client.time.awaitTimer(delay);
      client.time.pass(delay);
      assertThat(Collector.end(stream)).isEqualTo(StreamEnd.TERMINAL);
    }
  }

  public void aLongTimeIsToldAndNotWaited() {
    try (ScriptedService service =
        ScriptedService.answering(answer(429, "Retry-After: 40\r\n", ""))) {
      UpstreamException failure = Collector.failure(client.stream(service));
      assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(40));
      assertThat(service.connections()).isEqualTo(1);
    }
  }

  public void aConnectionThatFailsIsTriedAgain() {
    ScriptedService gone = ScriptedService.streaming();
    gone.close();
    CompletionStage<StreamEnd> stream = client.stream(gone);
    client.time.awaitTimer(FIRST_DELAY);
    client.time.pass(FIRST_DELAY);
    client.time.awaitTimer(SECOND_DELAY);
    client.time.pass(SECOND_DELAY);
    assertThat(Collector.failure(stream).code()).isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
  }

  public void aBreakerThatOpensMeanwhileEndsTheRepetitions() {
    try (ScriptedService service = ScriptedService.answering(answer(503, "", ""))) {
      for (String run : new String[] {"1", "2"}) {
        client.run = new TestRun("ann", run);
        CompletionStage<StreamEnd> stream = client.stream(service);
        client.time.awaitTimer(FIRST_DELAY);
        client.time.pass(FIRST_DELAY);
        client.time.awaitTimer(SECOND_DELAY);
        client.time.pass(SECOND_DELAY);
        assertThat(Collector.failure(stream).code()).isEqualTo(ErrorCode.UPSTREAM_ERROR);
      }
      assertThat(service.connections()).isEqualTo(5);
      UpstreamException refused = Collector.failure(client.stream(service));
      assertThat(refused.code()).isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
      assertThat(refused).hasMessageContaining("It is asked again in 9 s.");
      assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(9));
    }
  }
}
