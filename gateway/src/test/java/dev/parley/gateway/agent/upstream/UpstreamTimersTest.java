package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 60_000)
public class UpstreamTimersTest extends UpstreamTest {

  private static final Duration CONNECT = Duration.ofSeconds(11);
  private static final Duration FIRST_BYTE = Duration.ofSeconds(22);
  private static final Duration IDLE = Duration.ofSeconds(90);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @BeforeMethod(alwaysRun = true)
  void open() {
    client.configure("retries", "0");
    client.configure("connect_timeout", "11s");
    client.configure("first_byte_timeout", "22s");
    client.configure("idle_timeout", "90s");
  }

  public void aConnectionThatIsNotReadyInTimeIsUnreachable() throws IOException {
    // A TLS handshake that is never answered.
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletionStage<StreamEnd> stream =
          client.stream(URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/"));
      try (Socket accepted = silent.accept()) {
        assertThat(accepted.isConnected()).isTrue();
        client.time.awaitTimer(CONNECT);
        client.time.pass(CONNECT);
        UpstreamException failure = Collector.failure(stream);
        assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
        assertThat(failure).hasMessageContaining("no connection within 11 s");
      }
    }
  }

  public void anAnswerThatDoesNotBeginInTimeIsATimeout() {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send("HTTP/1.1 200 OK\r\n");
              dialogue.awaitClose();
            })) {
      CompletionStage<StreamEnd> stream = client.stream(service);
      client.time.awaitTimer(FIRST_BYTE);
      client.time.pass(FIRST_BYTE);
      UpstreamException failure = Collector.failure(stream);
      assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_TIMEOUT);
      assertThat(failure.isRetryable()).isTrue();
    }
  }

  public void aStreamThatFallsSilentIsATimeout() {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              dialogue.awaitClose();
            })) {
      CompletionStage<StreamEnd> stream = client.stream(service);
      client.time.awaitTimer(IDLE);
      client.time.pass(IDLE);
      UpstreamException failure = Collector.failure(stream);
      assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_TIMEOUT);
      assertThat(failure.isRetryable()).isFalse();
    }
  }

  public void oneByteAMinuteIsNoSilenceAndEachIsASignOfLife() throws Exception {
    SynchronousQueue<String> bytes = new SynchronousQueue<>();
    LinkedBlockingQueue<Boolean> signs = new LinkedBlockingQueue<>();
    SseListener listener =
        new SseListener() {
          @Override
          public CompletionStage<Boolean> take(SseEvent event) {
            return client.collector.take(event);
          }

          @Override
          public void alive() {
            signs.add(true);
          }
        };
    try (ScriptedService service = ScriptedService.of(dialogue -> trickle(dialogue, bytes))) {
      CompletionStage<StreamEnd> stream =
          client.upstream(service.uri()).stream(
              client.run.request(), TestClient.call(service.uri()), listener);
      client.time.awaitTimer(IDLE);
      for (char each : "data: 1\n: ping\n".toCharArray()) {
        client.time.pass(MINUTE);
        bytes.put(String.valueOf(each));
        signs.take();
      }
      bytes.put("\n");
      bytes.put("");
      assertThat(Collector.end(stream)).isEqualTo(StreamEnd.CLEAN);
      assertThat(client.events()).containsExactly("1");
    }
  }

  private static void trickle(Dialogue dialogue, SynchronousQueue<String> bytes)
      throws IOException, InterruptedException {
    dialogue.readRequest();
    dialogue.beginStream();
    for (String next = bytes.take(); !next.isEmpty(); next = bytes.take()) {
      dialogue.chunk(next);
    }
    dialogue.endStream();
  }

  public void timeInWhichTheListenerHoldsAnEventIsNoSilence() {
    CompletableFuture<Boolean> held = new CompletableFuture<>();
    CompletableFuture<Boolean> given = new CompletableFuture<>();
    try (ScriptedService service = ScriptedService.streaming("data: 1\n\ndata: [DONE]\n\n")) {
      CompletionStage<StreamEnd> stream =
          client.upstream(service.uri()).stream(
              client.run.request(),
              TestClient.call(service.uri()),
              event -> {
                boolean first = given.complete(true);
                return first ? held : client.collector.take(event);
              });
      given.join();
      for (int i = 0; i < 10; i++) {
        client.time.awaitTimer(IDLE);
        client.time.pass(IDLE);
      }
      held.complete(false);
      assertThat(Collector.end(stream)).isEqualTo(StreamEnd.TERMINAL);
    }
  }
}
