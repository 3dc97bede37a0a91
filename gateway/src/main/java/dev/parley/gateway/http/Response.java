package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.codec.ProblemJson;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An answer: status, headers and a body that never changes. */
public final class Response {

  private static final String NO_STORE = "no-store";

  private final HttpResponseStatus status;
  private final byte[] body;
  private final HttpHeaders headers = new DefaultHttpHeaders();
  private @Nullable EventStream stream;
  private Consumer<ChannelFuture> onSent = written -> {};
  private boolean isCounted;

  /** A stream of events that is written in place of this answer. */
  record EventStream(Principal principal, Position position) {}

  private Response(int status, byte[] body) {
    this.status = HttpResponseStatus.valueOf(status);
    this.body = body;
  }

  /** An answer without a body. */
  static Response of(int status) {
    return new Response(status, new byte[0]);
  }

  static Response of(int status, String contentType, byte[] body) {
    return new Response(status, body).with(HttpHeaderNames.CONTENT_TYPE, contentType);
  }

  /** JSON that caches must not store. */
  static Response json(int status, String json) {
    return json(status, json.getBytes(UTF_8));
  }

  static Response json(int status, byte[] json) {
    return of(status, "application/json", json).with(HttpHeaderNames.CACHE_CONTROL, NO_STORE);
  }

  /** A refusal as a problem body. */
  static Response of(Refusal refusal) {
    Response response =
        of(refusal.status().code(), ProblemJson.CONTENT_TYPE, ProblemJson.encode(refusal))
            .with(HttpHeaderNames.CACHE_CONTROL, NO_STORE);
    if (refusal.status() == HttpStatus.UNAUTHORIZED) {
      response.with(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    return response.withRetryAfter(refusal);
  }

  /** A refusal as the frame that a connection would get. */
  static Response refused(Refusal refusal, byte[] frame) {
    return json(refusal.status().code(), frame).withRetryAfter(refusal);
  }

  private Response withRetryAfter(Refusal refusal) {
    Long seconds = refusal.retryAfterSeconds();
    return seconds == null ? this : with(HttpHeaderNames.RETRY_AFTER, seconds.toString());
  }

  /** A stream of events. */
  static Response of(EventStream stream) {
    Response response = of(200);
    response.stream = stream;
    return response;
  }

  @Nullable EventStream stream() {
    return stream;
  }

  /**
   * Runs the task when this answer has been written; its future completes when the socket has taken
   * all bytes.
   */
  void onSent(Consumer<ChannelFuture> task) {
    onSent = task;
  }

  /** The bytes that the socket does not take at once are counted elsewhere. */
  void countedElsewhere() {
    isCounted = true;
  }

  boolean isCounted() {
    return isCounted;
  }

  void sent(ChannelFuture written) {
    onSent.accept(written);
  }

  /** Sets a header. */
  Response with(CharSequence name, String value) {
    headers.set(name, value);
    return this;
  }

  HttpResponseStatus status() {
    return status;
  }

  HttpHeaders headers() {
    return headers;
  }

  int length() {
    return body.length;
  }

  ByteBuf content() {
    return Unpooled.wrappedBuffer(body);
  }
}
