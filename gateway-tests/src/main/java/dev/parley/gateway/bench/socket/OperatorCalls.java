package dev.parley.gateway.bench.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

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

  /** The sum of the values of a metric over its labels. */
  double metric(String name) {
    return metrics()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(OperatorCalls::value)
        .sum();
  }

  /** How many values of a histogram are at most so high, for each bound, in seconds. */
  NavigableMap<Double, Double> buckets(String name) {
    NavigableMap<Double, Double> counts = new TreeMap<>();
    metrics()
        .filter(line -> line.startsWith(name + "_bucket{"))
        .forEach(
            line -> {
              int begin = line.indexOf("le=\"") + "le=\"".length();
              String bound = line.substring(begin, line.indexOf('"', begin));
              double seconds =
                  bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
              counts.merge(seconds, value(line), Double::sum);
            });
    return counts;
  }

  private Stream<String> metrics() {
    return send(request("/metrics").GET()).lines();
  }

  private static double value(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
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
