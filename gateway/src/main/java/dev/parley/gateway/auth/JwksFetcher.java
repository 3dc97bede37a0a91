package dev.parley.gateway.auth;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fetches key sets. It follows no redirect, and bounds the time and the body. Callable from any
 * thread; blocks none.
 */
final class JwksFetcher {

  static final int MAX_BYTES = 256 * 1024;

  private static final int OK = 200;

  private final HttpClient client;
  private final Duration timeout;

  JwksFetcher(Duration timeout) {
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .build();
  }

  /** The body of a 200; fails otherwise. */
  CompletableFuture<byte[]> fetch(URI url) {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(timeout)
            .header("accept", "application/jwk-set+json, application/json")
            .build();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, head -> new Bounded(head.statusCode() == OK ? MAX_BYTES : 0));
    CompletableFuture<byte[]> body =
        exchange.thenApply(JwksFetcher::body).orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    var ignored = body.whenComplete((given, failure) -> exchange.cancel(true));
    return body;
  }

  private static byte[] body(HttpResponse<byte[]> response) {
    if (response.statusCode() != OK) {
      throw new IllegalStateException("status " + response.statusCode() + " (expected: 200)");
    }
    return response.body();
  }

  /** A body up to a maximum; nothing of a longer one is kept. */
  private static final class Bounded implements HttpResponse.BodySubscriber<byte[]> {
    private final int max;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    /** With a maximum of 0 the body is not read. */
    Bounded(int max) {
      this.max = max;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      if (max == 0) {
        given.cancel();
        body.complete(new byte[0]);
      } else {
        given.request(Long.MAX_VALUE);
      }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer each : buffers) {
        if (bytes.size() + each.remaining() > max) {
          body.completeExceptionally(
              new IOException("a body of more than " + max + " bytes (expected: a key set)"));
          if (subscription != null) {
            subscription.cancel();
          }
          return;
        }
        byte[] part = new byte[each.remaining()];
        each.get(part);
        bytes.writeBytes(part);
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(bytes.toByteArray());
    }
  }
}
