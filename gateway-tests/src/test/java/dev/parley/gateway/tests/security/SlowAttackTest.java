package dev.parley.gateway.tests.security;

import static dev.parley.gateway.tests.support.Bounds.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.WsClient;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Sockets that stop in the middle, or go on byte by byte, in each phase. All of them are opened at
 * the beginning, so that their deadlines pass together; each case then waits for its own.
 */
@Attack("slow sockets")
@Test(groups = "security")
public class SlowAttackTest extends AttackTest {
  private static final String READER = "reader";
  private static final String BODY = "Content-Length: 1000\r\n\r\n{";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n";

  private final Map<String, CompletableFuture<Void>> ends = new LinkedHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @Override
  protected Map<String, String> more() {
    return Map.of(
        "server.handshake_timeout", "2s",
        "server.keep_alive", "2s",
        "alerts.slow_socket_age", "500ms",
        "server.stall_timeout", "1s");
  }

  /** Where the socket stops: what it sends, and what it then sends byte by byte, if anything. */
  private static Map<String, String[]> phases(String token) {
    String bearer = "Authorization: Bearer " + token + "\r\n";
    String session = "GET /v1/session HTTP/1.1\r\nHost: a\r\n" + bearer;
    String post = "POST /v1/commands HTTP/1.1\r\nHost: a\r\n" + bearer;
    Map<String, String[]> phases = new LinkedHashMap<>();
    phases.put("silent", new String[] {"", ""});
    phases.put("in the method", new String[] {"GE", ""});
    phases.put("empty lines", new String[] {"", "\n"});
    phases.put("in the method, byte by byte", new String[] {"G", "G"});
    phases.put("in the path, byte by byte", new String[] {"GET /", "a"});
    phases.put("in the headers", new String[] {"GET / HTTP/1.1\r\nHost: a\r\n", ""});
    phases.put("in a header, byte by byte", new String[] {session + "X: ", "y"});
    phases.put("in the body", new String[] {post + BODY, ""});
    phases.put("in the body, byte by byte", new String[] {post + BODY, " "});
    phases.put("in a chunk", new String[] {post + CHUNKED, ""});
    phases.put("in the size of a chunk, byte by byte", new String[] {post + CHUNKED, "0"});
    phases.put("between two requests", new String[] {session + "\r\n", ""});
    phases.put("in the second request, byte by byte", new String[] {session + "\r\nGET /", "a"});
    phases.put("before the token", new String[] {RawClient.upgrade(), ""});
    phases.put("in the frame of the token", new String[] {RawClient.upgrade(), "\u0001"});
    phases.put("in the handshake", new String[] {RawClient.upgrade().strip(), ""});
    phases.put("in the greeting of TLS", new String[] {"\u0016\u0003\u0001", ""});
    return phases;
  }

  @DataProvider
  public Object[] where() {
    return phases("x").keySet().toArray();
  }

  @BeforeClass(dependsOnMethods = "letNeighbourIn", alwaysRun = true)
  public void openAll() {
    phases(gateway.tokens().of("slow"))
        .forEach(
            (phase, sent) ->
                ends.put(phase, CompletableFuture.runAsync(() -> stop(sent[0], sent[1]), threads)));
  }

  private void stop(String sent, String drop) {
    try (RawClient client = RawClient.open(gateway.address())) {
      client.send(sent.getBytes(UTF_8));
      if (drop.isEmpty()) {
        client.awaitEndAfterAnyAnswer();
      } else {
        client.dripUntilClosed(drop.charAt(0));
      }
    }
  }

  @AfterClass(alwaysRun = true)
  public void endThreads() throws InterruptedException {
    threads.shutdownNow();
    threads.awaitTermination(1, TimeUnit.MINUTES);
  }

  @Test(dataProvider = "where")
  public void aSocketThatStopsIsClosed(String phase) {
    CompletableFuture<Void> end = ends.getOrDefault(phase, new CompletableFuture<>());
    await(phase).until(end::isDone);
    end.join();
    assertWell();
  }

  /** What a reader asks for and never reads. */
  @DataProvider
  public Object[] readers() {
    return new Object[] {"a subscription", "a stream", "pages", "answers"};
  }

  @Test(dataProvider = "readers")
  public void whoDoesNotReadIsClosed(String what) {
    String token = gateway.tokens().of(READER);
    gateway.awaitConnections(1); // The neighbour's.
    long idle = gateway.metrics().figure("parley_sockets");
    RawClient reader = closing(RawClient.open(gateway.address(), 4_096));
    String bearer = "Authorization: Bearer " + token + "\r\n";
    String events = "GET /v1/threads/t1/events?after=0 HTTP/1.1\r\nHost: a\r\n" + bearer;
    switch (what) {
      case "a subscription" -> {
        reader.request(RawClient.upgrade(bearer.strip()));
        reader.sendText(Commands.subscribeAll("s1", "t1").toString());
      }
      case "a stream" -> reader.send(events + "Accept: text/event-stream\r\n\r\n");
      case "pages" -> reader.send((events + "\r\n").repeat(100));
      default -> {
        reader.request(RawClient.upgrade(bearer.strip()));
        for (int i = 0; i < 50; i++) {
          reader.sendText(Commands.subscribeAll("s" + i, "t1").toString());
        }
      }
    }
    assertWell();
    await().until(() -> gateway.metrics().figure("parley_sockets") <= idle);
    gateway.awaitConnections(1);
    await().until(() -> gateway.metrics().outbound().held() == 0);
    assertWell();
  }

  /** More to read than the buffers of a socket take. */
  @BeforeClass(dependsOnMethods = "letNeighbourIn", alwaysRun = true)
  public void fill() {
    HttpCaller writer = http(READER);
    for (int i = 0; i < 120; i++) {
      writer.command(Commands.chat("f" + i, "t1", "x".repeat(60_000)));
    }
  }

  public void halfOfAMessageHoldsNobodyUp() {
    RawClient half = closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada)));
    half.sendFrame(0x01, "{\"type\":".getBytes(UTF_8));
    half.send(new byte[] {0x00});
    WsClient other = connect(ada);
    other.barrier();
    assertThat(other.ask(Commands.chat("c1", "t1", "x")).type()).isEqualTo("accepted");
    assertWell();
  }
}
