package dev.parley.gateway.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/asyncapi.json}, {@code GET /v1/openapi.json}: a description of the gateway's
 * interface, made at the first request and then kept. Needs no token: it tells what the client
 * library tells, which needs none either.
 */
public final class DocumentEndpoint implements Endpoint {

  private final String path;
  private final Supplier<byte[]> source;
  private final Executor executor;
  private @Nullable CompletableFuture<Function<HttpHeaders, Response>> made;

  /** Serves JSON of this source, which is called once, not on an event loop. */
  public DocumentEndpoint(String path, Supplier<byte[]> source) {
    this(path, source, ForkJoinPool.commonPool());
  }

  DocumentEndpoint(String path, Supplier<byte[]> source, Executor executor) {
    this.path = path;
    this.source = source;
    this.executor = executor;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    var ignored = request.query();
    HttpHeaders headers = new DefaultHttpHeaders().add(request.headers());
    return answers().thenApply(answer -> answer.apply(headers));
  }

  private synchronized CompletableFuture<Function<HttpHeaders, Response>> answers() {
    if (made == null) {
      made = CompletableFuture.supplyAsync(this::make, executor);
    }
    return made;
  }

  private Function<HttpHeaders, Response> make() {
    byte[] body = source.get();
    EntityTag tag = EntityTag.of(body);
    return request -> tag.answer(request, "application/json", body);
  }
}
