package dev.parley.gateway.tests.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A client of the gateway's event streams. It checks frames as {@link WsClient} does, and that the
 * id of each event is its epoch and seq. Used by one test thread.
 */
public final class StreamClient implements AutoCloseable {

  private final Inbox inbox;
  private final List<String> ids = new ArrayList<>();
  private final HttpResponse<InputStream> answer;

  private StreamClient(HttpResponse<InputStream> answer, Inbox inbox) {
    this.answer = answer;
    this.inbox = inbox;
    Thread reader = new Thread(this::readAll, "stream-reader");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Opens a stream of this thread with a query, which may be empty, and alternating header names
   * and values.
   */
  public static StreamClient open(
      URI gateway, String token, String thread, String query, String... headers) {
    return open(gateway.resolve(path(thread) + query), token, new Inbox(Map.of()), headers);
  }

  /**
   * A new stream of the same client that continues after the last event it holds of this thread.
   */
  public StreamClient reopen(URI gateway, String token, String thread) {
    ThreadReader held = thread(thread);
    Inbox inbox = new Inbox(this.inbox.threads());
    URI uri = gateway.resolve(path(thread) + "?after=0");
    return held.cursor() == 0
        ? open(uri, token, inbox)
        : open(uri, token, inbox, "Last-Event-ID", held.epoch() + "-" + held.cursor());
  }

  private static String path(String thread) {
    return "/v1/threads/" + thread + "/events";
  }

  private static StreamClient open(URI uri, String token, Inbox inbox, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("Accept", "text/event-stream")
            .header("Authorization", "Bearer " + token);
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<InputStream> answer =
          TestHttp.send(request.build(), BodyHandlers.ofInputStream());
      if (answer.statusCode() != 200) {
        String body = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
        throw new AssertionError("stream: " + answer.statusCode() + " " + body);
      }
      return new StreamClient(answer, inbox);
    } catch (IOException e) {
      throw new AssertionError("stream: " + e, e);
    }
  }

  private void readAll() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      String name = "";
      String id = "";
      String data = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty()) {
          message(name, id, data);
          name = id = data = "";
        }
        name = line.startsWith("event: ") ? line.substring("event: ".length()) : name;
        id = line.startsWith("id: ") ? line.substring("id: ".length()) : id;
        data = line.startsWith("data: ") ? data + line.substring("data: ".length()) : data;
      }
      inbox.closed(new Close(1006, "ended without a close message"));
    } catch (IOException | AssertionError e) {
      inbox.closed(new Close(1006, String.valueOf(e)));
    }
  }

  private void message(String name, String id, String data) {
    if (name.equals("close")) {
      var end = Json.parse(data);
      inbox.closed(new Close(end.path("code").asInt(), end.path("reason").asText()));
      return;
    }
    inbox.add(data);
    Received frame = new Received(Json.parse(data));
    String expected = frame.isEvent() ? thread(frame.thread()).epoch() + "-" + frame.seq() : "";
    if (!id.equals(expected) || name.equals("signal") == frame.isEvent()) {
      inbox.violated(new AssertionError("message: " + name + " " + id + " of " + frame));
    }
    synchronized (ids) {
      ids.add(id);
    }
  }

  /** The ids of all events in order of arrival. */
  public List<String> ids() {
    synchronized (ids) {
      return ids.stream().filter(id -> !id.isEmpty()).toList();
    }
  }

  public String header(String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  /** Takes the first frame of this type that no await has taken. */
  public Received await(String type) {
    return inbox.take(type, frame -> frame.type().equals(type), Bounds.TIMEOUT);
  }

  /** Takes the event that ends this run. */
  public Received awaitEnd(String run) {
    return inbox.take(
        "end of " + run, frame -> frame.isTerminal() && frame.runId().equals(run), Bounds.TIMEOUT);
  }

  /** Waits until the gateway has ended the stream. */
  public Close awaitClose() {
    return inbox.awaitClose(Bounds.TIMEOUT);
  }

  /** The events held of this thread. */
  public ThreadReader thread(String name) {
    return inbox.thread(name);
  }

  public List<Received> received() {
    return inbox.all();
  }

  /** Closes the stream and throws the first violation. */
  @Override
  public void close() {
    try {
      answer.body().close();
    } catch (IOException e) {
      throw new AssertionError("stream: " + e, e);
    }
    inbox.check();
  }
}
