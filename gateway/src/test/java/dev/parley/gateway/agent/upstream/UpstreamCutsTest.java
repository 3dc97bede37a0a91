package dev.parley.gateway.agent.upstream;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

/** A stream that is cut at each of its bytes ends once, with the right code. */
@Test(groups = "unit", timeOut = 120_000)
public class UpstreamCutsTest {

  private static final List<String> EVENTS = List.of("{\"a\":\"ä\"}", "{}", "[DONE]");
  private static final byte[] BODY =
      "data: {\"a\":\"ä\"}\n\n: ping\n\ndata: {}\n\ndata: [DONE]\n\n"
          .getBytes(StandardCharsets.UTF_8);

  private final Collector shown = new Collector();

  /** Sends the first bytes of the body. */
  private interface Sending {
    void send(Dialogue dialogue, byte[] body) throws IOException;
  }

  /** The code of the failure, or the end, by its name. */
  private String outcome(int length, Sending sending) throws Exception {
    shown.data.clear();
    byte[] body = Arrays.copyOf(BODY, length);
    try (TestClient client = new TestClient();
        ScriptedService service =
            ScriptedService.of(
                dialogue -> {
                  dialogue.readRequest();
                  sending.send(dialogue, body);
                })) {
      return client.upstream(service.uri()).stream(
              client.run.request(), TestClient.call(service.uri()), shown)
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS)
          .name();
    } catch (ExecutionException e) {
      return ((UpstreamException) requireNonNull(e.getCause())).code().name();
    }
  }

  public void aLostConnectionIsADisconnectWhereverItIsLost() throws Exception {
    for (int length = 0; length <= BODY.length; length++) {
      String outcome =
          outcome(
              length,
              (dialogue, body) -> {
                dialogue.beginStream();
                // The chunk is announced as whole.
                dialogue.send(Integer.toHexString(BODY.length) + "\r\n");
                dialogue.send(body);
              });
      assertThat(outcome)
          .as("cut at %s", length)
          .isEqualTo(
              shown.data.contains("[DONE]")
                  ? StreamEnd.TERMINAL.name()
                  : ErrorCode.UPSTREAM_DISCONNECTED.name());
      assertThat(shown.data).isEqualTo(EVENTS.subList(0, shown.data.size()));
    }
  }

  public void aStreamThatEndsTooEarlyIsTruncatedOrLacksItsTerminalEvent() throws Exception {
    for (int length = 0; length <= BODY.length; length++) {
      List<String> events = new ArrayList<>();
      String expected = expected(length, events);
      String outcome =
          outcome(
              length,
              (dialogue, body) -> {
                dialogue.beginStream();
                if (body.length > 0) {
                  dialogue.chunk(body);
                }
                dialogue.endStream();
              });
      assertThat(outcome).as("cut at %s", length).isEqualTo(expected);
      assertThat(shown.data).as("cut at %s", length).isEqualTo(events);
    }
  }

  private static String expected(int length, List<String> events) {
    String read = new String(BODY, 0, length, StandardCharsets.UTF_8);
    for (String part : read.split("\n\n", -1)) {
      String data = part.startsWith("data: ") ? part.substring(6).strip() : "";
      if (EVENTS.contains(data)) {
        events.add(data);
      } else if (part.startsWith("data")) {
        return ErrorCode.UPSTREAM_TRUNCATED.name();
      }
    }
    return events.contains("[DONE]") ? StreamEnd.TERMINAL.name() : StreamEnd.CLEAN.name();
  }
}
