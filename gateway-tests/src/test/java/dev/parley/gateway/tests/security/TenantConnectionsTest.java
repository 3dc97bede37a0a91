package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tests.support.WsClient.TokenBy;
import java.util.Map;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The users of one tenant cannot take all connections. */
@Test(groups = {"security", "websocket", "multi_user"})
public class TenantConnectionsTest extends GatewayTest {

  private WsClient first;

  @Override
  protected Map<String, String> settings() {
    return Map.of("limits.tenant_connections", "3");
  }

  /** A connection, a stream and one that authenticated by its first frame: all count. */
  @BeforeMethod(dependsOnMethods = "nameUsers")
  public void fill() {
    gateway.awaitNoConnection();
    first = connect(ada);
    first.barrier();
    String token = gateway.tokens().of(bob);
    closing(StreamClient.open(gateway.address(), token, "t1", "")).await("subscribed");
    closing(WsClient.open(gateway.address(), token, TokenBy.FIRST_FRAME)).barrier();
  }

  private RawAnswer handshake(String token) {
    return rawSocket().request(RawClient.upgrade("Authorization: Bearer " + token));
  }

  private String ofOtherTenant() {
    return gateway.tokens().signed(gateway.tokens().claims("eve").put("tenant", "other"));
  }

  public void anotherUserOfAFullTenantIsRefused() {
    String token = gateway.tokens().of("carl");
    RawAnswer refused = handshake(token);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("10");
    assertThat(refused.body()).contains("\"code\":\"quota_exceeded\"", "of your tenant is open");
    HttpCaller carl = new HttpCaller(gateway.address(), token);
    assertThat(carl.get("/v1/session").status()).isEqualTo(429);
    assertThat(carl.get("/v1/threads").status()).isEqualTo(200);

    WsClient late = closing(WsClient.openAnonymous(gateway.address()));
    late.sendValid(Commands.authenticate(token));
    assertThat(late.awaitClose().code()).isEqualTo(1013);

    first.close();
    gateway.awaitConnections(2);
    assertThat(handshake(token).status()).isEqualTo(101);
  }

  public void usersOfAnotherTenantAreServed() {
    assertThat(handshake(ofOtherTenant()).status()).isEqualTo(101);
  }
}
