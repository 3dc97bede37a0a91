package dev.parley.gateway.agent.upstream;

import static dev.parley.gateway.agent.upstream.ScriptedService.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.testng.annotations.Test;

/** A cancelled run leaves its service at once; a slow log holds the service back. */
@Test(groups = "unit", timeOut = 60_000)
public class UpstreamCancelTest extends UpstreamTest {

  private static final int CHUNK = 1 << 16;

  public void cancellingClosesTheConnectionAndDropsWhatComesLate() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              dialogue.chunk("data: 1\n\ndata: 2\n\ndata: 3\n\n");
              dialogue.awaitClose();
              closed.countDown();
            })) {
      CompletableFuture<Boolean> first = new CompletableFuture<>();
      CompletionStage<StreamEnd> stream =
          client.upstream(service.uri()).stream(
              client.run.request(),
              TestClient.call(service.uri()),
              event -> {
                client.collector.take(event);
                client.run.end();
                return first;
              });
      assertThat(Collector.end(stream)).isEqualTo(StreamEnd.TERMINAL);
      closed.await();
      first.complete(false);
      assertThat(client.events()).containsExactly("1");
      assertThat(client.time.delays()).isEmpty();
    }
  }

  public void aRunThatIsOverBeginsNoRequest() {
    client.run.end();
    try (ScriptedService service = ScriptedService.streaming("data: 1\n\n")) {
      assertThat(Collector.end(client.stream(service))).isEqualTo(StreamEnd.TERMINAL);
      assertThat(service.dialogues()).isEmpty();
    }
  }

  public void cancellingEndsTheRepetitions() {
    try (ScriptedService service = ScriptedService.answering(answer(503, "", ""))) {
      CompletionStage<StreamEnd> stream = client.stream(service);
      client.time.awaitTimer(Duration.ofMillis(500));
      client.run.end();
      assertThat(Collector.end(stream)).isEqualTo(StreamEnd.TERMINAL);
      client.time.pass(Duration.ofMinutes(1));
      assertThat(service.connections()).isEqualTo(1);
    }
  }

  public void cancellingEndsAConnectThatIsUnderWay() {
    try (ScriptedService service = ScriptedService.of(Dialogue::awaitClose)) {
      CompletionStage<StreamEnd> stream = client.stream(service);
      client.time.awaitTimer(Duration.ofMinutes(2));
      client.run.end();
      assertThat(Collector.end(stream)).isEqualTo(StreamEnd.TERMINAL);
    }
  }

  public void aServiceIsHeldBackWhileAnEventIsNotTaken() throws Exception {
    AtomicLong written = new AtomicLong();
    CompletableFuture<Boolean> held = new CompletableFuture<>();
    CountDownLatch given = new CountDownLatch(1);
    String event = "data: " + "x".repeat(CHUNK - 10) + "\n\n";
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              while (true) {
                dialogue.chunk(event);
                written.addAndGet(CHUNK);
              }
            })) {
      AtomicLong taken = new AtomicLong();
      CompletionStage<StreamEnd> stream =
          client.upstream(service.uri()).stream(
              client.run.request(),
              TestClient.call(service.uri()),
              each -> {
                given.countDown();
                boolean last = taken.addAndGet(CHUNK) > 64L << 20;
                return held.isDone() ? CompletableFuture.completedFuture(last) : held;
              });
      given.await();
      awaitStandstill(written);
      assertThat(taken.get()).isEqualTo(CHUNK);
      // What the sockets of both sides hold, and no more.
      assertThat(written.get()).isLessThan(16L << 20);
      held.complete(false);
      assertThat(Collector.end(stream)).isEqualTo(StreamEnd.TERMINAL);
    }
  }

  /** Waits until the writer is blocked: the number of bytes stays the same for a second. */
  private static void awaitStandstill(AtomicLong written) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long before;
    do {
      before = written.get();
      assertThat(never.await(1, TimeUnit.SECONDS)).isFalse();
    } while (written.get() != before);
  }

  public void anErrorOfTheListenerEndsTheStream() {
    for (boolean late : new boolean[] {false, true}) {
      client.run = new TestRun("ann", late ? "late" : "soon");
      UpstreamException wrong = UpstreamException.permanent(ErrorCode.UPSTREAM_PROTOCOL, "no JSON");
      try (ScriptedService service = ScriptedService.streaming("data: 1\n\n", "data: 2\n\n")) {
        CompletionStage<StreamEnd> stream =
            client.upstream(service.uri()).stream(
                client.run.request(),
                TestClient.call(service.uri()),
                event -> {
                  if (late) {
                    return CompletableFuture.failedFuture(wrong);
                  }
                  throw wrong;
                });
        assertThat(Collector.failure(stream)).isSameAs(wrong);
      }
    }
  }

  public void aListenerThatBreaksEndsTheStreamToo() {
    try (ScriptedService service = ScriptedService.streaming("data: 1\n\n", "data: 2\n\n")) {
      CompletionStage<StreamEnd> stream =
          client.upstream(service.uri()).stream(
              client.run.request(),
              TestClient.call(service.uri()),
              event -> {
                throw new IllegalStateException("a mistake with the secret text");
              });
      UpstreamException failure = Collector.failure(stream);
      assertThat(failure.code()).isEqualTo(ErrorCode.AGENT_ERROR);
      assertThat(failure).hasMessage("The agent failed.");
    }
  }
}
