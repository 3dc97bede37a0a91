import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A back end of an agent of type push: takes signed hooks, and adds events to the runs. */
public class BackEnd {
  private static final Map<String, String> ENV = System.getenv();
  private static final URI GATEWAY = URI.create(ENV.getOrDefault("GATEWAY", "http://127.0.0.1:8080"));
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  // Keep it in your database: a hook may come twice.
  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();
  private static final Set<String> STOPPED = ConcurrentHashMap.newKeySet();

  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(ENV.getOrDefault("PORT", "9000"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/", BackEnd::take);
    server.start();
    System.out.println("hooks: http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private static void take(HttpExchange hook) throws IOException {
    String body = new String(hook.getRequestBody().readAllBytes(), UTF_8);
    boolean starts = member("type", body).equals("\"run.started\"");
    boolean genuine = isGenuine(hook, body);
    if (genuine && starts && SEEN.add(member("run_id", body))) {
      new Thread(() -> work(body)).start();
    } else if (genuine && !starts) {
      STOPPED.add(member("run_id", body)); // 2xx says that the work has stopped
    }
    hook.sendResponseHeaders(genuine ? 202 : 401, -1);
    hook.close();
  }

  private static boolean isGenuine(HttpExchange hook, String body) {
    String time = hook.getRequestHeaders().getFirst("webhook-timestamp");
    String signed = hook.getRequestHeaders().getFirst("webhook-id") + "." + time + "." + body;
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(ENV.get("HOOK_SECRET").getBytes(UTF_8), "HmacSHA256"));
      String right = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
      byte[] given = hook.getRequestHeaders().getFirst("webhook-signature").getBytes(UTF_8);
      boolean fresh = Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(time)) < 300;
      return fresh && MessageDigest.isEqual(right.getBytes(UTF_8), given);
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void work(String hook) {
    List<String> words = List.of("\"You \"", "\"said: \"", member("input", hook));
    int seq = 0;
    for (String word : words) {
      if (!add(hook, seq++, "{\"type\":\"agent_message\",\"delta\":" + word + "}")) {
        return;
      }
    }
    add(hook, seq, "{\"type\":\"agent_completed\"}");
  }

  private static boolean add(String hook, int seq, String event) {
    HttpRequest call =
        HttpRequest.newBuilder(GATEWAY.resolve(member("events_url", hook).replace("\"", "")))
            .header("Authorization", "Bearer " + member("token", hook).replace("\"", ""))
            .header("Producer-Id", "worker")
            .header("Producer-Epoch", "0")
            .header("Producer-Seq", String.valueOf(seq))
            .POST(HttpRequest.BodyPublishers.ofString("{\"events\":[" + event + "]}"))
            .build();
    try {
      while (!STOPPED.contains(member("run_id", hook))) { // what was taken before is not added again
        try {
          int status = HTTP.send(call, BodyHandlers.discarding()).statusCode();
          if (!Set.of(429, 500, 503).contains(status)) {
            return status / 100 == 2; // otherwise the run has ended
          }
        } catch (IOException e) {
          // The gateway is away.
        }
        Thread.sleep(1000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** A string of the hook as JSON; your JSON library does it better. The gateway's names come first. */
  private static String member(String name, String json) {
    Matcher found = Pattern.compile("\"" + name + "\":(\"(?:[^\"\\\\]|\\\\.)*+\")").matcher(json);
    return found.find() ? found.group(1) : "\"\"";
  }
}
