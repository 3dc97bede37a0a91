package dev.parley.gateway.tests.support;

import dev.parley.gateway.tls.TestTls;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** What clients of the tests use for HTTP and for TLS: they trust certificates of the tests too. */
public final class TestHttp {
  static final SSLContext TLS = TestTls.trustingMade();

  static final HttpClient CLIENT = HttpClient.newBuilder().sslContext(TLS).build();

  /**
   * For WebSockets alone: each has a new connection. On one that was used for HTTP before, the
   * JDK's client (17 and 25) can lose bytes that come together with the answer to the handshake:
   * what it read into a second buffer arrives when it has already taken what the first one left.
   */
  static final HttpClient SOCKETS = HttpClient.newBuilder().sslContext(TLS).build();

  private TestHttp() {}

  /** The answer with its body; fails without one. */
  public static <T> HttpResponse<T> answer(HttpRequest request, BodyHandler<T> body) {
    try {
      return send(request, body);
    } catch (IOException e) {
      throw new AssertionError(request + ": " + e, e);
    }
  }

  /**
   * The answer with its body. The client's own time limit is for the head alone.
   *
   * @throws HttpTimeoutException after {@link Bounds#TIMEOUT}
   */
  public static <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> body)
      throws IOException {
    CompletableFuture<HttpResponse<T>> answer = CLIENT.sendAsync(request, body);
    try {
      return answer.get(Bounds.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new HttpTimeoutException("no whole answer in " + Bounds.TIMEOUT);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(request + ": " + e, e);
    }
  }
}
