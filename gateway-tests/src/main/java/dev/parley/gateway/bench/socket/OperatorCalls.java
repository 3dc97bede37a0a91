package dev.parley.gateway.bench.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.DoubleBinaryOperator;

/** Calls the gateway over HTTP as an operator and administrator. Blocks; used by one thread. */
final class OperatorCalls {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI gateway;
  private final String token;

  OperatorCalls(Target target) {
    this.gateway = URI.create("http://127.0.0.1:" + target.server().port());
    this.token = target.operatorToken();
  }

  /** Sends a broadcast to all users of the tenant, and returns its id. */
  String broadcastToAll() {
    String body =
        "{\"audience\":{\"all\":true},\"notification\":{\"title\":\"Maintenance at noon\","
            + "\"body\":\"Runs go on; connections are closed for a few seconds.\","
            + "\"priority\":\"high\"}}";
    return FrameText.string(
        send(request("/v1/broadcasts").POST(HttpRequest.BodyPublishers.ofString(body))),
        "broadcast_id");
  }

  /** A count of the receipt; -1 while it is not known. */
  long receipt(String id, String count) {
    String text = send(request("/v1/broadcasts/" + id).GET());
    return text.contains('"' + count + "\":null") ? -1 : FrameText.number(text, count);
  }

  /** The values of a metric, put together. */
  double metric(String name, DoubleBinaryOperator together) {
    return send(request("/metrics").GET())
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .reduce(0, together);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(gateway.resolve(path))
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + token);
  }

  private String send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException(answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("call: interrupted (expected: an answer)", e);
    }
  }
}
