package dev.parley.gateway.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.Tokens;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tests.support.WsClient.TokenBy;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Who comes in, and as whom. */
@Test(groups = {"security", "websocket", "black_box"})
public class BlackBoxAccessTest extends BlackBoxTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Tokens STRANGER = new Tokens("a secret of nobody, longer than 32 bytes");

  @DataProvider
  public Object[] ways() {
    return TokenBy.values();
  }

  @Test(dataProvider = "ways")
  public void aValidTokenIsAcceptedInEachOfTheThreeWays(TokenBy way) {
    WsClient client = closing(WsClient.open(address(), token(), way));
    client.barrier();
  }

  @DataProvider
  public Object[] badTokens() {
    return new Object[] {
      STRANGER.of("ada"), STRANGER.unsigned(), STRANGER.expired(), "garbage", token() + "x"
    };
  }

  @Test(dataProvider = "badTokens")
  public void aBadTokenIsRefusedBeforeTheUpgradeAndOverHttp(String bad) {
    assertThat(refusal(bad, "")).isEqualTo(401);
    HttpAnswer session = http(bad).get("/v1/session");
    assertThat(session.status()).isEqualTo(401);
    assertThat(session.text("code")).isEqualTo("unauthenticated");
    assertThat(session.json().toString()).doesNotContain(bad);
  }

  public void aPageOfAForeignOriginIsRefused() {
    assertThat(refusal(token(), "https://parley-black-box.invalid")).isEqualTo(403);
  }

  /** The status with which an upgrade is refused. */
  private int refusal(String token, String origin) {
    WebSocket.Builder builder =
        HTTP.newWebSocketBuilder()
            .subprotocols("parley.v1")
            .header("Authorization", "Bearer " + token);
    if (!origin.isEmpty()) {
      builder.header("Origin", origin);
    }
    Throwable refused =
        catchThrowable(
            () ->
                builder
                    .buildAsync(WsClient.webSocket(address()), new WebSocket.Listener() {})
                    .join());
    if (refused.getCause() instanceof WebSocketHandshakeException handshake) {
      return handshake.getResponse().statusCode();
    }
    throw new AssertionError("upgrade: " + refused + " (expected: refused)", refused);
  }

  public void theWelcomeAndTheSessionNameTheSameUserAndLimits() {
    Received welcome = connect().received().get(0);
    HttpAnswer session = http().get("/v1/session");
    assertThat(session.status()).isEqualTo(200);
    for (String field : List.of("user_id", "tier")) {
      assertThat(welcome.text(field)).isEqualTo(session.text(field));
    }
    assertThat(session.json().path("limits").path("commands_per_minute").asInt()).isPositive();
  }

  public void anIdentityInAFrameIsRefusedByItsField() {
    WsClient client = connect();
    ObjectNode forged = Commands.chat("b1", thread(), "hello").put("user_id", "somebody");
    client.send(forged.toString());
    Received refused = client.answer("b1");
    assertThat(refused.type()).isEqualTo("rejected");
    assertThat(refused.text("field")).isEqualTo("/user_id");
    client.barrier();
  }

  public void figuresOfTheProcessAreNotForUsers() {
    assertThat(http("").get("/metrics").status()).isEqualTo(401);
  }
}
