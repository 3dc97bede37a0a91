package dev.parley.gateway.http;

import dev.parley.gateway.contract.AsyncApiDocument;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.contract.OpenApiDocument;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
  private final Call call;
  private final Supplier<byte[]> source;
  private final Executor executor;
  private @Nullable CompletableFuture<Function<HttpHeaders, Response>> made;

  /** The AsyncAPI document. */
  public static DocumentEndpoint asyncApi(String version) {
    return new DocumentEndpoint(
        "/v1/asyncapi.json",
        call("getAsyncApi", "Describes the WebSocket, as AsyncAPI 3.0."),
        () -> AsyncApiDocument.json(version),
        ForkJoinPool.commonPool());
  }

  /**
   * The OpenAPI document.
   *
   * @param endpoints those that are served when the document is asked for
   */
  public static DocumentEndpoint openApi(String version, Supplier<List<Endpoint>> endpoints) {
    return new DocumentEndpoint(
        "/v1/openapi.json",
        call("getOpenApi", "Describes the HTTP calls: this document."),
        () -> OpenApiDocument.json(version, calls(endpoints.get())),
        ForkJoinPool.commonPool());
  }

  private static Call call(String id, String summary) {
    return Call.get(id, summary).answersJson("The document.");
  }

  private static Map<String, List<Call>> calls(List<Endpoint> endpoints) {
    Map<String, List<Call>> calls = new TreeMap<>();
    for (Endpoint endpoint : endpoints) {
      if (!endpoint.calls().isEmpty()) {
        calls.put(endpoint.path(), endpoint.calls());
      }
    }
    return calls;
  }

  /** Serves JSON of this source, which is called once, by the executor. */
  DocumentEndpoint(String path, Call call, Supplier<byte[]> source, Executor executor) {
    this.path = path;
    this.call = call;
    this.source = source;
    this.executor = executor;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public List<Call> calls() {
    return List.of(call);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    var ignored = request.query(call);
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
