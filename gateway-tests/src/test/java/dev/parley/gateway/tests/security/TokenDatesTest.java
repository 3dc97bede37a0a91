package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Duration;
import java.time.Instant;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Dates in tokens as issuers write them, whose clocks differ from the gateway's. */
@Test(groups = "security")
public class TokenDatesTest extends GatewayTest {

  @DataProvider
  public Object[][] goodDates() {
    long now = Instant.now().getEpochSecond();
    return new Object[][] {
      {"a fraction", claims().put("exp", now + 3600.336421)},
      {"an exponent", claims().set("exp", Json.parse((now + 3600) / 1e9 + "e9"))},
      {"issued with a fraction", claims().put("iat", now - 0.25)},
      {"valid from now on, by a clock ahead", claims().put("nbf", now + 2)},
      {"issued by a clock ahead", claims().put("iat", now + 2)},
      {"good for 40 days", claims().put("exp", now + Duration.ofDays(40).toSeconds())},
      {"good for a hundred years", claims().put("exp", now + Duration.ofDays(36_525).toSeconds())},
    };
  }

  private static ObjectNode claims() {
    long now = Instant.now().getEpochSecond();
    return Json.object().put("exp", now + 3600).put("scope", "chat");
  }

  @Test(dataProvider = "goodDates")
  public void aValidDateIsAcceptedWithoutTokenExpiring(String what, ObjectNode claims) {
    WsClient client = connectWith(gateway.tokens().signed(claims.put("sub", ada)));
    client.ask(Commands.chat("c1", "t1", what));
    assertThat(client.received()).extracting(Received::type).doesNotContain("token_expiring");
  }

  @DataProvider
  public Object[] impossibleDates() {
    return new Object[] {"1e15", "9007199254740991", "1e400", "-1", "-1e18", "9223372036854775807"};
  }

  @Test(dataProvider = "impossibleDates")
  public void anImpossibleDateIsRefused(String exp) {
    ObjectNode claims = claims().put("sub", ada).set("exp", Json.parse(exp));
    HttpCaller caller = new HttpCaller(gateway.address(), gateway.tokens().signed(claims));
    assertThat(caller.get("/v1/session").status()).isEqualTo(401);
  }
}
