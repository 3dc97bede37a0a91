package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.testng.SkipException;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 60_000)
public class NettyUpstreamTest extends UpstreamTest {

  public void theEventsOfAStreamAreGivenInOrderUntilItsCleanEnd() {
    try (ScriptedService service =
        ScriptedService.streaming("data: 1\n\nda", "ta: 2\n", "\n: ping\n", "\ndata: 3\n\n")) {
      assertThat(Collector.end(client.stream(service))).isEqualTo(StreamEnd.CLEAN);
      assertThat(client.events()).containsExactly("1", "2", "3");
    }
  }

  public void theTerminalEventEndsTheStreamAtOnce() {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              dialogue.chunk("data: 1\n\ndata: [DONE]\n\ndata: late\n\n");
              dialogue.awaitClose();
            })) {
      assertThat(Collector.end(client.stream(service))).isEqualTo(StreamEnd.TERMINAL);
      assertThat(client.events()).containsExactly("1", "[DONE]");
    }
  }

  public void theRequestIsAPostOfTheBodyWithTheHeadersOfDialectAndConfiguration() {
    try (ScriptedService service = ScriptedService.streaming("data: [DONE]\n\n")) {
      client.credentials = Map.of("Authorization", Secret.of("Bearer sk-secret"));
      client.configure("headers", "X-Team: blue,X-Dialect: mine");
      HttpCall call =
          HttpCall.post(
              service.uri("/v1/x?y=%20"),
              Map.of("X-Dialect", "theirs", "X-Version", "2"),
              RawJson.of("{\"größe\":1}"));
      Collector.end(client.stream(service, call));
      Dialogue seen = service.dialogues().get(0);
      assertThat(seen.requestLine()).isEqualTo("POST /v1/x?y=%20 HTTP/1.1");
      assertThat(seen.body()).isEqualTo("{\"größe\":1}");
      assertThat(seen.header("host")).isEqualTo("127.0.0.1:" + service.port());
      assertThat(seen.header("accept")).isEqualTo("text/event-stream");
      assertThat(seen.header("content-type")).isEqualTo("application/json");
      assertThat(seen.header("accept-encoding")).isEqualTo("identity");
      assertThat(seen.header("authorization")).isEqualTo("Bearer sk-secret");
      assertThat(seen.header("x-team")).isEqualTo("blue");
      assertThat(seen.header("x-dialect")).isEqualTo("mine");
      assertThat(seen.header("x-version")).isEqualTo("2");
      assertThat(seen.header("traceparent")).startsWith("00-0af7");
    }
  }

  public void aResetInTheMiddleIsADisconnect() {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              dialogue.chunk("data: 1\n\n");
              dialogue.chunk("data: 2\n\n");
              dialogue.reset();
            })) {
      assertThat(Collector.failure(client.stream(service)).code())
          .isEqualTo(ErrorCode.UPSTREAM_DISCONNECTED);
    }
  }

  /** Linux says of each socket which timer it has: 2 is the one of keepalive. */
  public void aSilentConnectionIsProbedByTcp() throws IOException {
    Path sockets = Path.of("/proc/net/tcp6");
    if (!Files.isReadable(sockets)) {
      throw new SkipException("only Linux shows its timers");
    }
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              dialogue.awaitClose();
            })) {
      CompletionStage<StreamEnd> stream = client.stream(service);
      client.time.awaitTimer(Duration.ofMinutes(2));
      Pattern probed =
          Pattern.compile(
              String.format(
                  Locale.ROOT,
                  "0100007F:[0-9A-F]{4} [0-9A-F]*0100007F:%04X 01 \\S+ 02:",
                  service.port()));
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!probed.matcher(Files.readString(sockets)).find()) {
        assertThat(System.nanoTime()).as(Files.readString(sockets)).isLessThan(deadline);
        Thread.onSpinWait();
      }
      client.run.end();
      assertThat(Collector.end(stream)).isEqualTo(StreamEnd.TERMINAL);
    }
  }
}
