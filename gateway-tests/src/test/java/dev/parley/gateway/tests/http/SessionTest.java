package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.RawClient;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The session call shows what a browser cannot see of a refused handshake. */
@Test(groups = {"multi_user", "security"})
public class SessionTest extends GatewayTest {

  public void aSessionShowsTheUserAndTheLimits() {
    HttpCaller caller = new HttpCaller(gateway.address(), gateway.tokens().ofTier(ada, "mid"));
    HttpAnswer session = caller.get("/v1/session");
    assertThat(session.status()).isEqualTo(200);
    assertThat(session.text("user_id")).isEqualTo(ada);
    assertThat(session.text("tenant")).isEqualTo("default");
    assertThat(session.text("tier")).isEqualTo("mid");
    assertThat(session.json().path("scopes")).hasSize(2);
    assertThat(session.json().path("limits").path("commands_per_minute").asInt()).isEqualTo(200);
    assertThat(session.json().path("limits").path("stored_bytes").asLong()).isEqualTo(1L << 30);
    assertThat(session.json().path("limits").path("threads").asInt()).isEqualTo(5_000);
    assertThat(session.json().path("used").path("threads").isInt()).isTrue();
    assertThat(session.header("cache-control")).isEqualTo("no-store");
  }

  @DataProvider
  public Object[][] badTokens() {
    return new Object[][] {
      {gateway.tokens().expired()}, {gateway.tokens().wrongSecret()}, {gateway.tokens().unsigned()}
    };
  }

  @Test(dataProvider = "badTokens")
  public void aBadTokenGetsTheRefusalOfTheHandshake(String token) {
    String handshake = RawClient.upgrade("Authorization: Bearer " + token);
    RawClient.RawAnswer refused = rawSocket().request(handshake);
    HttpAnswer session = new HttpCaller(gateway.address(), token).get("/v1/session");
    assertThat(session.status()).isEqualTo(refused.status());
    assertThat(session.json().toString()).isEqualTo(refused.body());
  }

  public void atTheConnectionLimitASessionGetsTheRefusalOfTheHandshake() {
    for (int i = 0; i < 5; i++) {
      connect(ada);
    }
    String token = gateway.tokens().of(ada);
    String handshake = RawClient.upgrade("Authorization: Bearer " + token);
    RawClient.RawAnswer refused = rawSocket().request(handshake);
    HttpAnswer session = http(ada).get("/v1/session");
    assertThat(session.status()).isEqualTo(refused.status()).isEqualTo(429);
    assertThat(session.json().toString()).isEqualTo(refused.body());
    assertThat(session.header("retry-after")).isEqualTo(refused.header("retry-after"));
    assertThat(http(bob).get("/v1/session").status()).isEqualTo(200);
  }
}
