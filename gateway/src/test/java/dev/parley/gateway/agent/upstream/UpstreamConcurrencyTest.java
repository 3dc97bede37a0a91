package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ErrorCode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 120_000)
public class UpstreamConcurrencyTest extends UpstreamTest {

  private static final int STREAMS = 300;

  private CompletionStage<StreamEnd> stream(ScriptedService service, TestRun run) {
    return client.upstream(service.uri()).stream(
        run.request(), TestClient.call(service.uri()), client.collector);
  }

  /** A service that holds its streams open. */
  private static ScriptedService holding() {
    return holding(new CountDownLatch(0));
  }

  private static ScriptedService holding(CountDownLatch asked) {
    return ScriptedService.of(
        dialogue -> {
          dialogue.readRequest();
          asked.countDown();
          dialogue.beginStream();
          dialogue.awaitClose();
        });
  }

  public void aRunWithoutAPlaceWaitsFiveSeconds() throws InterruptedException {
    client.configure("concurrency", "2");
    CountDownLatch asked = new CountDownLatch(1);
    try (ScriptedService service = holding(asked)) {
      TestRun first = new TestRun("ann", "1");
      var ignored = stream(service, first);
      asked.await();
      client.time.awaitTimer(Duration.ofMinutes(2));
      CompletionStage<StreamEnd> second = stream(service, new TestRun("ann", "2"));
      client.time.awaitTimer(Duration.ofSeconds(5));
      client.time.pass(Duration.ofSeconds(5));
      UpstreamException failure = Collector.failure(second);
      assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
      assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(5));
      assertThat(service.connections()).isEqualTo(1);
    }
  }

  public void aPlaceThatBecomesFreeIsTakenByTheRunThatWaits() {
    client.configure("concurrency", "2");
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              dialogue.awaitClose();
            },
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              dialogue.chunk("data: [DONE]\n\n");
            })) {
      TestRun first = new TestRun("ann", "1");
      CompletionStage<StreamEnd> held = stream(service, first);
      client.time.awaitTimer(Duration.ofMinutes(2));
      CompletionStage<StreamEnd> second = stream(service, new TestRun("ann", "2"));
      client.time.awaitTimer(Duration.ofSeconds(5));
      first.end();
      assertThat(Collector.end(held)).isEqualTo(StreamEnd.TERMINAL);
      assertThat(Collector.end(second)).isEqualTo(StreamEnd.TERMINAL);
    }
  }

  public void aRunThatIsCancelledWhileItWaitsLeavesTheQueue() {
    client.configure("concurrency", "2");
    try (ScriptedService service = holding()) {
      TestRun first = new TestRun("ann", "1");
      CompletionStage<StreamEnd> held = stream(service, first);
      client.time.awaitTimer(Duration.ofMinutes(2));
      TestRun waiting = new TestRun("ann", "2");
      CompletionStage<StreamEnd> second = stream(service, waiting);
      client.time.awaitTimer(Duration.ofSeconds(5));
      waiting.end();
      assertThat(Collector.end(second)).isEqualTo(StreamEnd.TERMINAL);
      first.end();
      assertThat(Collector.end(held)).isEqualTo(StreamEnd.TERMINAL);
      var ignored = stream(service, new TestRun("ann", "3"));
      client.time.awaitTimer(Duration.ofMinutes(2));
    }
  }

  private CompletableFuture<Void> enter(TestRun run) {
    return client.upstream(URI.create("http://127.0.0.1:1/")).places().enter(run.request());
  }

  public void aCallThatIsNoStreamTakesAPlaceToo() {
    client.configure("concurrency", "2");
    TestRun first = new TestRun("ann", "1");
    assertThat(enter(first)).isCompleted();
    assertThat(enter(first)).isCompleted();
    CompletableFuture<Void> waits = enter(new TestRun("ann", "2"));
    CompletableFuture<Void> late = enter(new TestRun("ann", "3"));
    CompletableFuture<Void> gone = enter(new TestRun("ann", "4"));
    gone.cancel(false);
    assertThat(client.time.delays()).hasSize(2);
    client.upstream(URI.create("http://127.0.0.1:1/")).places().leave(first.request());
    assertThat(waits).succeedsWithin(Duration.ofSeconds(60));
    client.time.pass(Duration.ofSeconds(5));
    UpstreamException failure = Collector.failure(late.thenApply(none -> StreamEnd.CLEAN));
    assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(client.time.delays()).isEmpty();
  }

  public void manyStreamsAtOnceNeedNoThreadEach() throws Exception {
    CyclicBarrier allOpen = new CyclicBarrier(STREAMS + 1);
    CountDownLatch counted = new CountDownLatch(1);
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              allOpen.await();
              counted.await();
              dialogue.chunk("data: [DONE]\n\n");
            })) {
      List<CompletionStage<StreamEnd>> streams = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        streams.add(stream(service, new TestRun("user" + i, "1")));
      }
      allOpen.await(60, TimeUnit.SECONDS);
      List<String> own =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(name -> name.startsWith("upstream"))
              .toList();
      counted.countDown();
      for (CompletionStage<StreamEnd> stream : streams) {
        assertThat(Collector.end(stream)).isEqualTo(StreamEnd.TERMINAL);
      }
      // Two loops and four resolvers; those of another test may be about to end.
      assertThat(own).hasSizeLessThanOrEqualTo(12);
    }
  }
}
