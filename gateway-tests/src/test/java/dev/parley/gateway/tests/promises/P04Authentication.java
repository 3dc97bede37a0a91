package dev.parley.gateway.tests.promises;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Close;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.Tokens;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tests.support.WsClient.TokenBy;
import java.time.Instant;
import java.util.Iterator;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Trust",
    valueImpact = "Nobody can act in the name of another person",
    strategicImpact = "The gateway passes the security review that precedes every contract")
@Test(groups = {"security", "startup"})
public class P04Authentication extends GatewayTest {
  private static final String SECRET = "a secret of the tests, longer than 32 bytes";

  @DataProvider
  public Iterator<Object[]> bad() {
    return new Tokens(SECRET)
        .bad().entrySet().stream().map(e -> new Object[] {e.getKey(), e.getValue()}).iterator();
  }

  @Test(dataProvider = "bad")
  public void aBadTokenInTheHeaderIsRefusedBeforeTheUpgrade(String wrong, String token) {
    refused(RawClient.upgrade("Authorization: Bearer " + token), wrong, token);
  }

  @Test(dataProvider = "bad")
  public void aBadTokenInTheSubprotocolIsRefusedBeforeTheUpgrade(String wrong, String token) {
    String upgrade = RawClient.upgrade();
    refused(upgrade.replace("parley.v1", "parley.v1, bearer." + token), wrong, token);
  }

  private void refused(String upgrade, String wrong, String token) {
    RawClient.RawAnswer answer = rawSocket().request(upgrade);
    assertThat(answer.status()).as(wrong).isEqualTo(401);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    String code = Json.parse(answer.body()).path("code").asText();
    assertThat(code).isEqualTo(wrong.equals("expired") ? "token_expired" : "unauthenticated");
    assertThat(answer.toString()).doesNotContain(token);
  }

  @Test(dataProvider = "bad")
  public void aBadTokenInTheFirstFrameGetsAnErrorAndAClose(String wrong, String token) {
    WsClient client = closing(WsClient.openAnonymous(gateway.address()));
    client.sendValid(Commands.authenticate(token));
    String code = client.await("error").text("code");
    assertThat(code).isEqualTo(wrong.equals("expired") ? "token_expired" : "unauthenticated");
    Close close = client.awaitClose();
    assertThat(close.code()).as(wrong).isEqualTo(4401);
    assertThat(client.received()).hasSize(1).asString().doesNotContain(token);
  }

  @DataProvider
  public Object[] ways() {
    return TokenBy.values();
  }

  @Test(dataProvider = "ways")
  public void aValidTokenIsAcceptedInEachOfTheThreeWays(TokenBy way) {
    WsClient client = closing(WsClient.open(gateway.address(), gateway.tokens().of(ada), way));
    assertThat(client.received().get(0).text("user_id")).isEqualTo(ada);
    assertThat(client.ask(Commands.chat("c1", "t1", "hello")).type()).isEqualTo("accepted");
  }

  public void theTokenInTheSubprotocolIsNotEchoed() {
    String token = gateway.tokens().of(ada);
    String upgrade = RawClient.upgrade().replace("parley.v1", "parley.v1, bearer." + token);
    RawClient.RawAnswer answer = rawSocket().request(upgrade);
    assertThat(answer.status()).isEqualTo(101);
    assertThat(answer.header("Sec-WebSocket-Protocol")).isEqualTo("parley.v1");
    assertThat(answer.toString()).doesNotContain(token);
  }

  public void aFrameBeforeTheTokenIsRefusedAndNothingIsDone() {
    WsClient client = closing(WsClient.openAnonymous(gateway.address()));
    client.sendValid(Commands.chat("c1", "t1", "let me in"));
    assertThat(client.awaitClose().code()).isEqualTo(4401);
    assertThat(client.received()).noneMatch(frame -> frame.type().equals("accepted"));
  }

  public void aLiveConnectionIsClosedWhenItsTokenExpires() {
    String token = gateway.tokens().expiringAt(ada, Instant.now().minusSeconds(3));
    WsClient client = connectWith(token);
    client.barrier();
    assertThat(client.awaitClose().code()).isEqualTo(4401);
  }

  public void tokenExpiringIsSentAndANewTokenKeepsTheConnection() {
    Instant soon = Instant.now().minusSeconds(2);
    WsClient client = connectWith(gateway.tokens().expiringAt(ada, soon));
    String end = client.await("token_expiring").text("expires_at");
    assertThat(Instant.parse(end)).isBetween(soon.plusSeconds(3), soon.plusSeconds(6));
    String longer = gateway.tokens().ofTier(ada, "mid");
    Received accepted = client.ask(Commands.refreshToken("r1", longer));
    assertThat(accepted.type()).isEqualTo("accepted");
    assertThat(Instant.parse(accepted.text("expires_at"))).isAfter(soon.plusSeconds(60));
    assertThat(accepted.text("tier")).isEqualTo("mid");
    assertThat(accepted.payload().path("limits").path("open_runs").asInt()).isEqualTo(4);
    await().until(() -> Instant.now().isAfter(Instant.parse(end)));
    client.barrier();
  }

  @Test(dataProvider = "bad")
  public void aBadTokenRefreshesNothingAndTheOldOneStaysValid(String wrong, String token) {
    WsClient client = connect(ada);
    Received rejected = client.ask(Commands.refreshToken("r1", token));
    assertThat(rejected.text("code")).as(wrong).isIn("unauthenticated", "token_expired");
    assertThat(rejected.toString()).doesNotContain(token);
    assertThat(client.ask(Commands.chat("c1", "t1", "hello")).type()).isEqualTo("accepted");
  }

  @Test(dataProvider = "ways")
  public void aLiveConnectionIsClosedWhenItsTokenIsRevokedAndNoneIsOpenedWithIt(TokenBy way) {
    String token = gateway.tokens().of(ada);
    WsClient client = closing(WsClient.open(gateway.address(), token, way));
    WsClient other = connect(bob);
    revoke(Json.object().put("user_id", ada));
    assertThat(client.awaitClose().code()).isEqualTo(4401);
    refused(RawClient.upgrade("Authorization: Bearer " + token), "revoked", token);
    WsClient again = closing(WsClient.openAnonymous(gateway.address()));
    again.sendValid(Commands.authenticate(token));
    assertThat(again.awaitClose().code()).isEqualTo(4401);
    other.barrier();
  }

  public void aTokenIsRevokedByItsIdAndANewerOneKeepsTheConnection() {
    String stolen = gateway.tokens().signed(gateway.tokens().claims(ada).put("jti", "s-" + ada));
    WsClient client = connectWith(stolen);
    WsClient thief = connectWith(stolen);
    String fresh = gateway.tokens().signed(gateway.tokens().claims(ada).put("jti", "f-" + ada));
    assertThat(client.ask(Commands.refreshToken("r1", fresh)).type()).isEqualTo("accepted");
    revoke(Json.object().put("token_id", "s-" + ada));
    assertThat(thief.awaitClose().code()).isEqualTo(4401);
    Received rejected = client.ask(Commands.refreshToken("r2", stolen));
    assertThat(rejected.text("code")).isEqualTo("unauthenticated");
    client.barrier();
  }

  private void revoke(ObjectNode body) {
    String admin = gateway.tokens().withScope("root", "admin");
    HttpCaller caller = new HttpCaller(gateway.address(), admin);
    assertThat(caller.post("/v1/revocations", body).json().path("closed").asInt()).isPositive();
  }

  public void theTokenOfAnotherUserEndsTheConnection() {
    WsClient client = connect(ada);
    client.sendValid(Commands.refreshToken("r1", gateway.tokens().of(bob)));
    assertThat(client.awaitClose().code()).isEqualTo(4403);
  }

  public void scopesMissingFromANewTokenAreRevokedAtOnce() {
    WsClient client = connect(ada);
    client.readAll("t1");
    client.readAll("t2");
    String less = gateway.tokens().withScope(ada, "agent");
    Received accepted = client.ask(Commands.refreshToken("r1", less));
    assertThat(accepted.payload().path("dropped")).hasSize(2);
    assertForbidden(client.ask(Commands.chat("c1", "t1", "hello")));
    connect(ada).ask(Commands.chat("c2", "t1", "who reads this?"));
    client.barrier();
    assertThat(client.thread("t1").events()).isEmpty();
  }

  public void aTokenWithoutScopesMayConnectAndDoNothingElse() {
    WsClient client =
        connectWith(gateway.tokens().signed(gateway.tokens().claims(ada).without("scope")));
    assertForbidden(client.ask(Commands.chat("c1", "t1", "hello")));
    assertForbidden(client.ask(Commands.userMessage("c2", "t1", "hello")));
    assertForbidden(client.ask(Commands.startAgent("c3", "t1", "hello")));
    assertForbidden(client.ask(Commands.subscribe("c4", "t1")));
    assertForbidden(client.ask(Commands.cancelByCommand("c5", "c1")));
    client.barrier();
  }

  public void theScopeChatStartsNoNamedAgentAndCancelsItsOwnRuns() {
    WsClient client = connectWith(gateway.tokens().withScope(ada, "chat"));
    assertThat(client.ask(Commands.chat("c1", "t1", "hello")).type()).isEqualTo("accepted");
    assertForbidden(client.ask(Commands.startAgent("c2", "t1", "hello")));
    assertThat(client.ask(Commands.userMessage("c3", "t1", "wait 30 s")).type())
        .isEqualTo("accepted");
    assertThat(client.ask(Commands.cancelByCommand("c4", "c3")).text("state"))
        .isEqualTo("cancelling");
  }

  public void theScopeAgentDoesNotAllowChat() {
    WsClient client = connectWith(gateway.tokens().withScope(ada, "agent"));
    assertForbidden(client.ask(Commands.chat("c1", "t1", "hello")));
    assertThat(client.ask(Commands.startAgent("c2", "t1", "what is 1+1?")).type())
        .isEqualTo("accepted");
  }

  public void scopesMayAlsoComeAsAList() {
    var claims = gateway.tokens().claims(ada).set("scope", Json.array().add("chat").add("agent"));
    WsClient client = connectWith(gateway.tokens().signed(claims));
    assertThat(client.ask(Commands.chat("c1", "t1", "hello")).type()).isEqualTo("accepted");
  }

  private static void assertForbidden(Received answer) {
    assertThat(answer.type()).isEqualTo("rejected");
    assertThat(answer.text("code")).isEqualTo("forbidden");
  }
}
