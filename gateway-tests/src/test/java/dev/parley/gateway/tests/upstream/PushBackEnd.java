package dev.parley.gateway.tests.upstream;

import static dev.parley.gateway.tests.support.Bounds.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.DocumentedCalls;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Schemas;
import dev.parley.gateway.tests.support.TestHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A back end that takes hooks, and calls the gateway when the test says so. */
final class PushBackEnd implements AutoCloseable {

  static final String SECRET = "the key of the hooks of the tests";

  /** A hook that has arrived. */
  record Hook(Map<String, String> headers, String text) {

    JsonNode body() {
      return Json.parse(text);
    }

    String type() {
      return body().path("type").asText();
    }

    String run() {
      return body().path("run_id").asText();
    }

    String token() {
      return body().path("token").asText();
    }
  }

  private final HttpServer server;
  private final BlockingQueue<Hook> hooks = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();

  private PushBackEnd(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::take);
    server.start();
  }

  static PushBackEnd start() {
    return new PushBackEnd(0);
  }

  static PushBackEnd startAt(int port) {
    return new PushBackEnd(port);
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Adds an agent of this back end. */
  void put(Map<String, String> settings, String agent) {
    String prefix = "agents." + agent + ".";
    settings.put(prefix + "type", "push");
    settings.put(prefix + "url", "http://127.0.0.1:" + port() + "/hooks");
    settings.put(prefix + "secret", SECRET);
  }

  /** The next hooks are answered with these, the ones after with 202. */
  void answerWith(int... next) {
    for (int status : next) {
      statuses.add(status);
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    String text = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    Integer status = statuses.poll();
    exchange.sendResponseHeaders(status == null ? 202 : status, -1);
    exchange.close();
    Map<String, String> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    Hook hook = new Hook(headers, text);
    Schemas.checkPush(hook.body());
    hooks.add(hook);
  }

  /** The next hook. */
  Hook hook() {
    try {
      Hook hook = hooks.poll(Bounds.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (hook == null) {
        throw new AssertionError("hooks: none (expected: one)");
      }
      return hook;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Takes the hooks that nobody has taken. */
  List<Hook> rest() {
    List<Hook> rest = new ArrayList<>();
    hooks.drainTo(rest);
    return rest;
  }

  /** How many hooks nobody has taken. */
  int untaken() {
    return hooks.size();
  }

  /** The body of a call with these events. */
  static String events(String... events) {
    return "{\"events\":[" + String.join(",", events) + "]}";
  }

  static String said(String delta) {
    return "{\"type\":\"agent_message\",\"delta\":" + TextNode.valueOf(delta) + "}";
  }

  static String end() {
    return "{\"type\":\"agent_completed\"}";
  }

  /** Adds events to the run of the hook as producer {@code p} in epoch 0. */
  static HttpAnswer add(URI gateway, Hook hook, long sequence, String... events) {
    Schemas.checkPush(Json.parse(events(events)));
    return call(
        gateway,
        hook.run(),
        hook.token(),
        producer("p", "0", String.valueOf(sequence)),
        events(events));
  }

  /** Sends a call until it is taken, as a back end does. */
  static int insist(URI gateway, Hook hook, long sequence, String... events) {
    int[] status = new int[1];
    await()
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .untilAsserted(
            () -> {
              HttpAnswer answer = add(gateway, hook, sequence, events);
              status[0] = answer.status();
              assertThat(status[0]).isIn(200, 204);
            });
    return status[0];
  }

  /**
   * Sends the end of the run until it is taken. Where the answer of the call that was taken is
   * lost, the next one says that the run has ended, and how.
   */
  static void insistOnTheEnd(URI gateway, Hook hook, long sequence) {
    await()
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .untilAsserted(
            () -> {
              HttpAnswer answer = add(gateway, hook, sequence, end());
              assertThat(answer.status()).isIn(200, 410);
              if (answer.status() == 410) {
                assertThat(answer.text("detail")).contains("(completed)");
              }
            });
  }

  static Map<String, String> producer(String id, String epoch, String sequence) {
    return Map.of("Producer-Id", id, "Producer-Epoch", epoch, "Producer-Seq", sequence);
  }

  /** One call, whatever it is. */
  static HttpAnswer call(
      URI gateway, String run, String token, Map<String, String> headers, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.resolve("/v1/runs/" + run + "/events"))
            .header("Authorization", "Bearer " + token)
            .POST(BodyPublishers.ofString(body));
    headers.forEach(request::header);
    try {
      HttpResponse<String> answer = TestHttp.send(request.build(), BodyHandlers.ofString());
      DocumentedCalls.check(gateway, answer);
      JsonNode json = answer.body().isEmpty() ? Json.object() : Json.parse(answer.body());
      if (!json.isEmpty()) {
        Schemas.checkHttp(json);
      }
      return new HttpAnswer(answer.statusCode(), answer, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
