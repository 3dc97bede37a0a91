package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.hook.HookAnswer;
import dev.parley.gateway.hook.RetryAfter;
import io.netty.handler.codec.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a service, with any status. Its body is whole; it is empty where the answer was a
 * stream of events, which a listener has taken.
 */
public final class HttpAnswer implements HookAnswer {

  private static final int MAX_QUOTED = 4 << 10;

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;
  private final @Nullable Duration retryAfter;
  private final ErrorText texts;

  private HttpAnswer(
      int status,
      Map<String, String> headers,
      byte[] body,
      @Nullable Duration retryAfter,
      ErrorText texts) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.retryAfter = retryAfter;
    this.texts = texts;
  }

  /**
   * An answer.
   *
   * @param contentType empty if there is none
   * @param body must not be changed any more
   * @param retryAfter when the service wants to be asked again, if it said so
   */
  public HttpAnswer(int status, String contentType, byte[] body, @Nullable Duration retryAfter) {
    this(status, Map.of("content-type", contentType), body, retryAfter, new ErrorText(List.of()));
  }

  /** The head of an answer whose body is not read yet. */
  static HttpAnswer headOf(HttpResponse head, Instant now, ErrorText texts) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    head.headers().forEach(header -> headers.putIfAbsent(header.getKey(), header.getValue()));
    Duration retryAfter = RetryAfter.parse(headers.get("retry-after"), now);
    return new HttpAnswer(head.status().code(), headers, new byte[0], retryAfter, texts);
  }

  HttpAnswer with(byte[] read) {
    return new HttpAnswer(status, headers, read, retryAfter, texts);
  }

  @Override
  public int status() {
    return status;
  }

  /** The first value of a header, by its name in lower case; empty if there is none. */
  public String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /** With its parameters; empty if there is none. */
  public String contentType() {
    return header("content-type");
  }

  @Override
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** The bytes of the body, which are not copied. */
  public byte[] body() {
    return body;
  }

  /** The body as UTF-8, with U+FFFD for each byte that is none. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The same, with {@code ***} in the place of each credential of the request. */
  public String textWithoutCredentials() {
    return texts.hidden(text());
  }

  /**
   * What the service says of an error, fit to show: at most 200 characters, without the credentials
   * of the request. Empty if it says nothing.
   */
  public String said() {
    String message = message();
    return message.isEmpty()
        ? texts.shown(
            new String(body, 0, Math.min(body.length, MAX_QUOTED), StandardCharsets.UTF_8))
        : message;
  }

  /** A text of the service, as fit to show as {@link #said}. */
  public String shown(String text) {
    return texts.shown(text);
  }

  /** The message in a JSON body, fit to show; empty if it has none. */
  String message() {
    return texts.of(body);
  }

  @Override
  public String toString() {
    return "HttpAnswer[status=" + status + ", bytes=" + body.length + "]";
  }
}
