package dev.parley.gateway.tests.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A connection that replaces an older one of its user at the connection limit. */
@Test(groups = {"security", "websocket"})
public class ReplacementTest extends GatewayTest {
  private static final byte[] PING = "{\"type\":\"ping\",\"id\":\"p1\"}".getBytes(UTF_8);

  @Override
  protected Map<String, String> settings() {
    return Map.of("tiers.early.connections", "2", "server.heartbeat", "10s");
  }

  @DataProvider
  public Object[][] ways() {
    return new Object[][] {{false}, {true}};
  }

  private String upgrade(String token, String replaces) {
    return RawClient.upgrade("Sec-WebSocket-Protocol: bearer." + token + ", replaces." + replaces);
  }

  /** Returns an upgraded client whose welcome is not read yet. */
  private RawClient replacing(String user, String replaces, boolean byFrame) {
    RawClient client = rawSocket();
    String token = gateway.tokens().of(user);
    String head = byFrame ? RawClient.upgrade() : upgrade(token, replaces);
    assertThat(client.request(head).status()).isEqualTo(101);
    if (byFrame) {
      ObjectNode authenticate = Json.object().put("type", "authenticate");
      authenticate.putObject("payload").put("token", token).put("replaces", replaces);
      client.sendText(authenticate.toString());
    }
    return client;
  }

  /** Reads a welcome and returns its connection id. */
  private static String connectionId(RawClient client) {
    return Json.parse(client.readFrame().text()).path("payload").path("connection_id").asText();
  }

  private static void assertServed(RawClient client) {
    client.sendFrame(0x81, PING);
    assertThat(client.readFrame().text()).contains("pong");
  }

  @Test(dataProvider = "ways")
  public void theNamedConnectionIsClosedAndTheNewOneServed(boolean byFrame) {
    RawClient old = replacing(ada, "c_nobody", byFrame);
    String id = connectionId(old);
    WsClient other = connect(ada);
    RawClient newer = replacing(ada, id, byFrame);
    assertThat(connectionId(newer)).startsWith("c_").isNotEqualTo(id);
    assertThat(old.readClose()).isEqualTo(4409);
    assertServed(newer);
    other.barrier();
  }

  @Test(dataProvider = "ways")
  public void aConnectionOfAnotherUserIsNotClosed(boolean byFrame) {
    RawClient other = replacing(bob, "c_nobody", byFrame);
    RawClient newer = replacing(ada, connectionId(other), byFrame);
    connectionId(newer);
    assertServed(other);
    assertServed(newer);
  }

  /** Two open ones, two that wait for the answer to their Close frame, and one that asks. */
  @Test(dataProvider = "ways")
  public void aChainOfReplacementsThatAnswersNoCloseHoldsFewSockets(boolean byFrame) {
    List<RawClient> chain = new ArrayList<>();
    chain.add(replacing(ada, "c_nobody", byFrame));
    for (int i = 0; i < 50; i++) {
      chain.add(replacing(ada, connectionId(chain.get(i)), byFrame));
      assertThat(gateway.metrics().figure("parley_sockets")).isLessThanOrEqualTo(2 + 2 + 1);
    }
    connectionId(chain.get(50));
    chain.subList(0, 50).forEach(RawClient::readToEnd);
    assertServed(chain.get(50));
  }

  @Test(dataProvider = "ways")
  public void inAChainWhoeverAnswersReadsItsClose(boolean byFrame) {
    RawClient last = replacing(ada, "c_nobody", byFrame);
    for (int i = 0; i < 10; i++) {
      RawClient next = replacing(ada, connectionId(last), byFrame);
      assertThat(last.readClose()).isEqualTo(4409);
      last = next;
    }
    connectionId(last);
    assertServed(last);
  }

  public void atTheLimitAnUnknownConnectionIdGetsARetryAfter() {
    connect(ada).barrier();
    connect(ada).barrier();
    RawClient.RawAnswer answer = rawSocket().request(upgrade(gateway.tokens().of(ada), "c_nobody"));
    assertThat(answer.status()).isEqualTo(429);
    // A silent connection is closed two or three heartbeats from now.
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(11, 33);
    assertThat(http(ada).get("/v1/session").status()).isEqualTo(429);
  }
}
