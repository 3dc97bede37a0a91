package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Tokens;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Instant;
import java.util.Map;
import org.testng.annotations.Test;

/** Several issuers of tokens, each bound to tenants and scopes, and a secret that is replaced. */
@Test(groups = {"security", "multi_user"})
public class IssuerTest extends GatewayTest {
  private static final Tokens MAIN = new Tokens("the secret of the main issuer, 32 bytes");
  private static final Tokens LAST = new Tokens("the secret of the main issuer before");
  private static final Tokens SHOP = new Tokens("the secret of the shop, of 32 bytes");

  @Override
  protected Map<String, String> settings() {
    return Map.ofEntries(
        Map.entry("auth.jwt.secret", "the secret of the main issuer, 32 bytes"),
        Map.entry("auth.jwt.issuer", "https://main"),
        Map.entry("auth.jwt.tenants", "default"),
        Map.entry("auth.jwt.scopes", "chat,agent,admin,operator"),
        Map.entry("auth.jwt.last_secret", "the secret of the main issuer before"),
        Map.entry("auth.jwt.last_secret_until", Instant.now().plusSeconds(3600).toString()),
        Map.entry("issuers.shop.secret", "the secret of the shop, of 32 bytes"),
        Map.entry("issuers.shop.issuer", "https://shop"),
        Map.entry("issuers.shop.tenants", "shop"),
        Map.entry("issuers.shop.scopes", "chat,agent"));
  }

  private static ObjectNode claims(String issuer, String user) {
    return MAIN.claims(user).put("iss", issuer);
  }

  private String userOf(String token) {
    return new HttpCaller(gateway.address(), token).get("/v1/session").json().toString();
  }

  private int statusOf(String token) {
    return rawSocket().request(RawClient.upgrade("Authorization: Bearer " + token)).status();
  }

  public void usersOfTwoIssuersAreApartAlsoWithOneName() {
    WsClient main = connectWith(MAIN.signed(claims("https://main", ada)));
    WsClient shop = connectWith(SHOP.signed(claims("https://shop", ada)));
    main.sendValid(Commands.startAgent("c1", "t", "hello"));
    main.await("accepted");
    shop.sendValid(Commands.subscribe("s", "t"));
    shop.barrier();
    assertThat(shop.received()).asString().doesNotContain("hello", "agent_started");
    assertThat(userOf(SHOP.signed(claims("https://shop", ada)))).contains("\"tenant\":\"shop\"");
  }

  public void anIssuerCannotSignForAnotherOrForItsTenants() {
    assertThat(statusOf(SHOP.signed(claims("https://main", ada)))).isEqualTo(401);
    assertThat(statusOf(MAIN.signed(claims("https://shop", ada)))).isEqualTo(401);
    assertThat(statusOf(SHOP.signed(claims("https://shop", ada).put("tenant", "default"))))
        .isEqualTo(401);
    assertThat(statusOf(SHOP.signed(MAIN.claims(ada)))).isEqualTo(401);
    assertThat(statusOf(SHOP.signed(claims("https://shop", ada)))).isEqualTo(101);
  }

  public void anIssuerGrantsItsScopesAlone() {
    String all = "chat agent admin operator";
    assertThat(userOf(SHOP.signed(claims("https://shop", ada).put("scope", all))))
        .contains("\"scopes\":[\"chat\",\"agent\"]");
    String token = SHOP.signed(claims("https://shop", ada).put("scope", all));
    assertThat(new HttpCaller(gateway.address(), token).get("/metrics").status()).isEqualTo(403);
  }

  public void theLastSecretIsGoodUntilItsEnd() {
    assertThat(statusOf(LAST.signed(claims("https://main", ada)))).isEqualTo(101);
    String ended = Instant.now().minusSeconds(1).toString();
    var next = another(Map.of("auth.jwt.last_secret_until", ended));
    String token = LAST.signed(claims("https://main", ada));
    assertThat(new HttpCaller(next.address(), token).get("/v1/session").status()).isEqualTo(401);
    String current = MAIN.signed(claims("https://main", ada));
    assertThat(new HttpCaller(next.address(), current).get("/v1/session").status()).isEqualTo(200);
  }
}
