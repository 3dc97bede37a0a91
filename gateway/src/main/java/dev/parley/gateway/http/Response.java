package dev.parley.gateway.http;

import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.Refusal;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.codec.ProblemJson;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.Principal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a resource answers: status, headers of its own, and a body that it does not change. */
public final class Response {

  private static final String NO_STORE = "no-store";

  private final HttpResponseStatus status;
  private final byte[] body;
  private final HttpHeaders headers = new DefaultHttpHeaders();
  private @Nullable Stream stream;
  private Consumer<ChannelFuture> onSent = written -> {};
  private boolean counted;

  /** What is written in place of this answer, for as long as both sides like. */
  record Stream(Principal principal, Position position) {}

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

  /** JSON that nobody may keep. */
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
  static Response of(Stream stream) {
    Response response = of(200);
    response.stream = stream;
    return response;
  }

  @Nullable Stream stream() {
    return stream;
  }

  /**
   * Runs this when it has been given to the socket; the future is done when that has taken it. The
   * task counts the bytes that the socket does not take at once.
   */
  void onSent(Consumer<ChannelFuture> task) {
    onSent = task;
    counted = true;
  }

  /** Whether somebody else counts what the socket does not take at once. */
  boolean isCounted() {
    return counted;
  }

  void sent(ChannelFuture written) {
    onSent.accept(written);
  }

  /** The same with one more header. */
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
