package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** HTTP as proxies, health checks and small clients use it, and the limits of idle sockets. */
@Test(groups = {"websocket", "security"})
public class PlainHttpTest extends GatewayTest {
  private static final String PAGE = "https://app.example.com";
  private static final int PER_ADDRESS = 64;
  private static final int PER_USER = 32;

  @Override
  protected Map<String, String> settings() {
    return Map.of("origins.allowed", PAGE);
  }

  private static String request(String line, String... headers) {
    return line + " HTTP/1.1\r\nHost: g\r\n" + String.join("", headers) + "\r\n";
  }

  private String token() {
    return "Authorization: Bearer " + gateway.tokens().of(ada) + "\r\n";
  }

  @DataProvider
  public Object[][] healthChecks() {
    return new Object[][] {
      {"GET /healthz HTTP/1.0\r\n\r\n", 200},
      {"OPTIONS / HTTP/1.0\r\n\r\n", 204},
      {"OPTIONS /v1/session HTTP/1.1\r\nHost: g\r\n\r\n", 204},
    };
  }

  @Test(dataProvider = "healthChecks")
  public void healthChecksOfProxiesAreAnswered(String request, int status) {
    RawClient client = rawSocket();
    assertThat(client.request(request).status()).isEqualTo(status);
  }

  public void aCommandIsAnsweredAlthoughTheClientHasClosedItsSendingSide() throws IOException {
    String command = Commands.chat("c1", "t1", "last words").toString();
    RawClient client = rawSocket();
    client.send(
        request("POST /v1/commands", token(), "Content-Length: " + command.length() + "\r\n")
            + command);
    client.endOutput();
    assertThat(client.readAnswer().body()).contains("\"accepted\"", "\"c1\"");
    client.awaitEnd();
  }

  @DataProvider
  public Object[][] unwantedBodies() {
    return new Object[][] {
      {"POST /v1/commands", 401},
      {"POST /v1/backup", 401},
      {"DELETE /v1/threads/t1", 401},
      {"POST /nowhere", 404},
      {"PUT /v1/commands", 405},
      {"GET /healthz", 400},
      {"GET /v1/threads", 400},
    };
  }

  @Test(dataProvider = "unwantedBodies")
  public void anUnwantedBodyIsRefusedBeforeItArrives(String line, int status) {
    RawClient client = rawSocket();
    String length = "Content-Length: 60000\r\n";
    RawAnswer answer = client.request(request(line, "Origin: " + PAGE + "\r\n", length));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("access-control-allow-origin")).isEqualTo(PAGE);
    client.send("x".repeat(60_000));
    assertThat(client.request(request("GET /v1/session", token())).status()).isEqualTo(200);
  }

  public void idleSocketsOfAuthenticatedUsersDoNotBlockOthers() {
    for (int i = 0; i < PER_ADDRESS; i++) {
      String bearer = "Authorization: Bearer " + gateway.tokens().of(ada + i / PER_USER) + "\r\n";
      assertThat(rawSocket().request(request("GET /v1/session", bearer)).status()).isEqualTo(200);
    }
    for (int i = 0; i < PER_ADDRESS; i++) {
      closing(WsClient.openAnonymous(gateway.address())); // Counted when its handshake is answered.
    }
    assertThat(rawSocket().request(request("GET /v1/session", token())).status()).isEqualTo(429);
    RawAnswer health = rawSocket().request(request("GET /healthz"));
    assertThat(health.status()).isEqualTo(200);
    assertThat(health.header("connection")).isEqualTo("close");
  }

  public void idleUnauthenticatedSocketsAreClosedForNewOnes() {
    for (int i = 0; i < 2 * PER_ADDRESS; i++) {
      assertThat(rawSocket().request(request("GET /healthz")).status()).isEqualTo(200);
    }
    WsClient socket = connect(ada);
    assertThat(socket.runToEnd("t1", "what is 6*7?")).isNotEmpty();
  }

  public void aUserKeepsThirtyTwoIdleSocketsOverHttp() {
    List<RawClient> sockets = new ArrayList<>();
    for (int i = 0; i <= PER_USER; i++) {
      sockets.add(rawSocket());
      sockets.get(i).request(request("GET /v1/session", token()));
    }
    sockets.get(0).awaitEnd();
    String again = request("GET /v1/session", token());
    assertThat(sockets.get(1).request(again).status()).isEqualTo(200);
    assertThat(sockets.get(PER_USER).request(again).header("keep-alive")).isEqualTo("timeout=75");
  }
}
