package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.TraceReceiver;
import dev.parley.gateway.tests.support.TraceReceiver.SeenSpan;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.testng.annotations.Test;

/** Receivers of traces that fail, and commands that are refused or wait. */
@Test(groups = "error_recovery")
public class TraceReceiverFaultsTest {

  private static final String KEY = "key-of-the-tests-94";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SAMPLED = "00-" + TRACE + "-00f067aa0ba902b7-01";

  private static Map<String, String> to(String url) {
    return Map.of("trace.url", url, "trace.headers", "Authorization: Bearer " + KEY);
  }

  private static void runsToTheEnd(WsClient client) {
    List<Received> events = client.runToEnd("t1", "hello");
    assertThat(events.get(0).type()).isEqualTo("agent_started");
    assertThat(events.get(events.size() - 1).type()).isEqualTo("agent_completed");
  }

  /** It quotes the headers of the request in an answer that is not taken. */
  private static void quote(HttpExchange exchange) throws IOException {
    byte[] quoted =
        exchange.getRequestHeaders().entrySet().toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(500, quoted.length);
    exchange.getResponseBody().write(quoted);
  }

  public void aReceiverThatRefusesIsNamedWithoutItsWords() {
    try (TestFolder folder = new TestFolder();
        TraceReceiver receiver = TraceReceiver.answering(TraceReceiverFaultsTest::quote);
        ChildGateway gateway =
            ChildGateway.start(folder.path(), to(receiver.url() + "/path-" + KEY))) {
      try (WsClient client = WsClient.open(gateway.address(), gateway.token("ada"))) {
        runsToTheEnd(client);
      }
      gateway.awaitLine("spans of traces are lost: the receiver answered with status 500");
      gateway.terminate();
      assertThat(gateway.awaitExit()).isZero();
      assertThat(gateway.output()).doesNotContain(KEY);
    }
  }

  public void aReceiverThatIsDownCostsNoEvent() {
    String down;
    try (TraceReceiver receiver = TraceReceiver.start()) {
      down = receiver.url();
    }
    try (RunningGateway gateway = RunningGateway.start(to(down));
        WsClient client = gateway.connect("ada")) {
      runsToTheEnd(client);
      gateway.awaitCount(3, "parley_spans_total", "outcome", "failed");
    }
  }

  public void aReceiverThatIsSilentHoldsNobody() {
    CountDownLatch never = new CountDownLatch(1);
    try (TraceReceiver receiver =
            TraceReceiver.answering(
                exchange -> {
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
        RunningGateway gateway = RunningGateway.start(to(receiver.url()));
        WsClient client = gateway.connect("ada")) {
      runsToTheEnd(client);
      receiver.await("run", span -> true);
      runsToTheEnd(client);
      never.countDown();
    }
  }

  public void aQueuedRunIsLinkedToItsCommand() {
    try (TraceReceiver receiver = TraceReceiver.start();
        RunningGateway gateway = RunningGateway.start(to(receiver.url()));
        WsClient client = gateway.connect("ada")) {
      String first = client.ask(Commands.userMessage("c1", "t1", "hello")).runId();
      client.sendValid(Commands.queue("c2", "t1", "again").put("traceparent", SAMPLED));
      client.awaitEnd(first);
      SeenSpan run = receiver.await("run", span -> !span.links().isEmpty());
      SeenSpan command =
          receiver.await(
              "command user_message", span -> span.attribute("parley.command_id").equals("c2"));
      assertThat(command.trace()).isEqualTo(TRACE);
      assertThat(run.links()).containsExactly(TRACE + "-" + command.id());
      assertThat(run.trace()).isNotEqualTo(TRACE);
      assertThat(run.parent()).isEmpty();
    }
  }

  public void aRefusedCommandHasASpanWithItsCode() {
    try (TraceReceiver receiver = TraceReceiver.start();
        RunningGateway gateway = RunningGateway.start(to(receiver.url()));
        WsClient client = gateway.connect("ada")) {
      client.ask(Commands.startAgent("c1", "t1", "nobody", "hello").put("traceparent", SAMPLED));
      SeenSpan command = receiver.await("command start_agent", span -> true);
      assertThat(command.hasFailed()).isTrue();
      assertThat(command.attribute("error.type")).isEqualTo("not_found");
      assertThat(command.attribute("parley.outcome")).isEqualTo("rejected");
    }
  }

  public void aHostileTraceparentIsRefusedAsWithoutTraces() {
    try (TraceReceiver receiver = TraceReceiver.start();
        RunningGateway gateway = RunningGateway.start(to(receiver.url()))) {
      HttpCaller http = new HttpCaller(gateway.address(), gateway.tokens().of("ada"));
      Received answer =
          http.command(
                  Commands.chat("c1", "t1", "hello").put("traceparent", "00-x\r\nX: 1").toString())
              .frame();
      assertThat(answer.type()).isEqualTo("rejected");
      assertThat(receiver.spans()).isEmpty();
    }
  }

  public void withoutAReceiverNoClassOfTheLibraryIsLoaded() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      Path classes = folder.path().resolve("classes");
      List<String> options = List.of("-Xlog:class+load:file=" + classes);
      Path store = folder.path().resolve("store");
      try (ChildGateway gateway = ChildGateway.startWith(options, store, Map.of())) {
        try (WsClient client = WsClient.open(gateway.address(), gateway.token("ada"))) {
          runsToTheEnd(client);
        }
        gateway.terminate();
        assertThat(gateway.awaitExit()).isZero();
      }
      assertThat(Files.readString(classes))
          .contains("dev.parley.gateway.trace.Traces ")
          .doesNotContain(" io.opentelemetry.");
    }
  }
}
