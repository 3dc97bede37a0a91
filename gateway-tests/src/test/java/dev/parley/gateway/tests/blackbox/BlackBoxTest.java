package dev.parley.gateway.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;

/**
 * Base class of the black-box tests. They use new threads, which are deleted after the test, and
 * wait when the gateway says that they ask too often: the user may be a real one.
 */
abstract class BlackBoxTest {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private Subject subject;
  private String token;

  @BeforeClass(alwaysRun = true)
  public final void openSubject() {
    subject = Subject.open();
  }

  @BeforeMethod(alwaysRun = true)
  public final void enter() {
    token = subject.token();
  }

  @AfterMethod(alwaysRun = true)
  public final void leave() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  @AfterClass(alwaysRun = true)
  public final void closeSubject() {
    subject.close();
  }

  final URI address() {
    return subject.address();
  }

  final String agent() {
    return subject.agent();
  }

  /** The token of the user of this test. */
  final String token() {
    return token;
  }

  final String otherToken() {
    return subject.otherToken();
  }

  final HttpCaller http() {
    return http(token);
  }

  final HttpCaller http(String of) {
    return new HttpCaller(address(), of);
  }

  final WsClient connect() {
    return connect(token);
  }

  final WsClient connect(String of) {
    return closing(WsClient.open(address(), of));
  }

  final <T extends AutoCloseable> T closing(T part) {
    open.push(part);
    return part;
  }

  /** A new thread of the user of this test. */
  final String thread() {
    return thread(token);
  }

  /** A new thread of the user with this token. */
  final String thread(String of) {
    String thread = "black-box-" + UUID.randomUUID();
    closing(() -> call(() -> http(of).delete("/v1/threads/" + thread)));
    return thread;
  }

  /** The answer to a command. */
  static Received ask(WsClient client, ObjectNode command) {
    Received answer = client.ask(command);
    while (answer.text("code").equals("rate_limited")) {
      pause(answer.payload().path("retry_after_ms").asLong());
      answer = client.ask(command);
    }
    return answer;
  }

  /** The answer to a call that counts as a command. */
  static HttpAnswer call(Supplier<HttpAnswer> call) {
    HttpAnswer answer = call.get();
    while (answer.status() == 429) {
      pause(TimeUnit.SECONDS.toMillis(Long.parseLong(answer.header("retry-after"))));
      answer = call.get();
    }
    return answer;
  }

  private static void pause(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  /** Writes a line. */
  static Received chat(WsClient client, String thread, String text) {
    Received answer = ask(client, Commands.chat(WsClient.newId(), thread, text));
    assertThat(answer.type()).as(answer.toString()).isEqualTo("accepted");
    return answer;
  }

  /** Starts a run; returns its id. */
  final String start(WsClient client, String thread, String input) {
    Received answer = ask(client, Commands.startAgent(WsClient.newId(), thread, agent(), input));
    assertThat(answer.type()).as(answer.toString()).isEqualTo("accepted");
    return answer.runId();
  }
}
