package dev.parley.gateway.hook;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Sends signed hooks to one address, as JSON. It follows no redirect, and reads no body of an
 * answer. Callable from any thread; blocks none.
 */
public final class HookClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  /** The head of an answer. */
  private record Head(int status, @Nullable Duration retryAfter) implements HookAnswer {}

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  private final URI uri;
  private final HookSignature signature;
  private final Clock clock;

  public HookClient(URI uri, HookSignature signature, Clock clock) {
    this.uri = uri;
    this.signature = signature;
    this.clock = clock;
  }

  /**
   * Sends a hook once.
   *
   * @param id the same for each attempt of one hook
   * @param body JSON
   * @return the answer, of any status; fails if none comes within 30 s. Cancelling it closes the
   *     connection
   */
  public CompletableFuture<HookAnswer> send(String id, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER_TIMEOUT)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    signature.headers(id, clock.instant(), body).forEach(request::header);
    CompletableFuture<HttpResponse<Void>> exchange =
        client.sendAsync(request.build(), head -> new Unread());
    CompletableFuture<HookAnswer> answer = exchange.thenApply(this::head);
    answer.whenComplete((given, failure) -> exchange.cancel(true));
    return answer;
  }

  private Head head(HttpResponse<Void> response) {
    String retryAfter = response.headers().firstValue("retry-after").orElse(null);
    return new Head(response.statusCode(), RetryAfter.parse(retryAfter, clock.instant()));
  }

  /** A body that is not read: it may have no end. */
  private static final class Unread implements HttpResponse.BodySubscriber<Void> {
    @Override
    public CompletionStage<Void> getBody() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> item) {}

    @Override
    public void onError(Throwable throwable) {}

    @Override
    public void onComplete() {}
  }
}
