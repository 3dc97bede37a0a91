package dev.parley.gateway.tests.security;

import static dev.parley.gateway.auth.KeyForge.jwk;
import static dev.parley.gateway.auth.KeyForge.jwks;
import static dev.parley.gateway.auth.KeyForge.pem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.auth.KeyForge;
import dev.parley.gateway.auth.PublicKeyAlgorithm;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.Tokens;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Tokens of every kind of key, from the handshake to their end, and key sets that change. */
@Test(groups = "security")
public class TokenKeysTest extends GatewayTest {

  private static final String SECRET = "the secret of an issuer, of 32 bytes";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String OLD = jwk(KeyForge.P256.getPublic(), "old", ",\"use\":\"sig\"");
  private static final String NEW = jwk(KeyForge.RSA.getPublic(), "new", ",\"alg\":\"PS256\"");

  private volatile String set = jwks(OLD);
  private final AtomicInteger fetches = new AtomicInteger();
  private final ScriptedService provider =
      ScriptedService.of(
          dialogue -> {
            dialogue.readRequest();
            fetches.incrementAndGet();
            dialogue.send(
                ScriptedService.answer(set.isEmpty() ? 500 : 200, "Connection: close\r\n", set));
          });

  @AfterClass(alwaysRun = true)
  public void closeProvider() {
    provider.close();
  }

  @Override
  protected Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("auth.jwt.issuer", "https://main");
    settings.put("auth.jwt.tenants", "*");
    settings.put("auth.jwt.scopes", "chat,agent,operator");
    Tokens.addIssuer(settings, "hs", "secret", SECRET);
    Tokens.addIssuer(settings, "rs", "public_key", pem(KeyForge.RSA.getPublic()));
    settings.put("issuers.rs.algorithms", "RS256,PS256");
    Tokens.addIssuer(settings, "es", "public_key", pem(KeyForge.P384.getPublic()));
    Tokens.addIssuer(settings, "set", "jwks_url", provider.uri("/jwks").toString());
    settings.put("issuers.set.algorithms", "ES256,PS256");
    return settings;
  }

  /** Signs claims with one kind of key. */
  private interface Signer {
    String sign(ObjectNode claims);
  }

  private static Signer signer(String issuer, PublicKeyAlgorithm algorithm, String kid) {
    return claims ->
        KeyForge.signed(
            algorithm,
            KeyForge.of(algorithm),
            kid.isEmpty() ? "" : ",\"kid\":\"" + kid + "\"",
            claims.put("iss", issuer).toString());
  }

  private static final Signer OF_OLD = signer("https://set", PublicKeyAlgorithm.ES256, "old");
  private static final Signer OF_NEW = signer("https://set", PublicKeyAlgorithm.PS256, "new");

  @DataProvider
  public Object[][] kinds() {
    Tokens secret = new Tokens(SECRET);
    Signer hs = claims -> secret.signed(claims.put("iss", "https://hs"));
    return new Object[][] {
      {"HS256", hs},
      {"RS256", signer("https://rs", PublicKeyAlgorithm.RS256, "")},
      {"PS256", signer("https://rs", PublicKeyAlgorithm.PS256, "any")},
      {"ES384", signer("https://es", PublicKeyAlgorithm.ES384, "")},
      {"key_set", OF_OLD},
    };
  }

  /** A connection with a token of one kind. */
  private record Held(String kind, Signer signer, String token, WsClient client) {}

  /** One connection for each kind of key, all of users of their own. */
  private List<Held> connectAll(long seconds) {
    Map<String, Signer> all = new LinkedHashMap<>();
    for (Object[] each : kinds()) {
      Signer signer = (Signer) each[1];
      awaitKeys(signer);
      all.put((String) each[0], signer);
    }
    List<Held> held = new ArrayList<>();
    all.forEach(
        (kind, signer) -> {
          String token = token(signer, ada + kind, seconds);
          held.add(new Held(kind, signer, token, connectWith(token)));
        });
    return held;
  }

  private String token(Signer signer, String user, long seconds) {
    return signer.sign(
        gateway.tokens().claims(user).put("exp", Instant.now().getEpochSecond() + seconds));
  }

  private int status(String token) {
    return new HttpCaller(gateway.address(), token).get("/v1/session").status();
  }

  /** The keys of the provider may be on their way. */
  private void awaitKeys(Signer signer) {
    String token = token(signer, "probe", 3600);
    await().atMost(PATIENCE).until(() -> status(token) == 200);
  }

  /** All kinds at once, because each waits for seconds. */
  public void tokenExpiringIsSentAndANewTokenKeepsTheConnection() {
    List<Held> all = connectAll(-1); // within the leeway of 5 s
    Map<Held, Instant> ends = new LinkedHashMap<>();
    for (Held each : all) {
      ends.put(each, Instant.parse(each.client().await("token_expiring").text("expires_at")));
      String token = token(each.signer(), ada + each.kind(), 3600);
      Received accepted = each.client().ask(Commands.refreshToken("r1", token));
      assertThat(accepted.type()).as(each.kind()).isEqualTo("accepted");
    }
    ends.forEach(
        (each, end) -> {
          await().atMost(PATIENCE).until(() -> Instant.now().isAfter(end));
          assertThat(each.client().ask(Commands.chat("c1", "t", each.kind())).type())
              .as(each.kind())
              .isEqualTo("accepted");
        });
  }

  /** All kinds at once, because each waits for seconds. */
  public void theConnectionIsClosedWhenItsTokenExpires() {
    for (Held each : connectAll(-3)) {
      assertThat(each.client().awaitClose().code()).as(each.kind()).isEqualTo(4401);
      assertThat(status(each.token()))
          .as(each.kind() + ": remembered or not, it has expired")
          .isEqualTo(401);
    }
  }

  @Test(dataProvider = "kinds")
  public void aTokenOfAnotherKindIsRefused(String kind, Signer signer) {
    awaitKeys(signer);
    String token = token(signer, ada, 3600);
    String signature = token.substring(token.lastIndexOf('.') + 1);
    String[] others = {
      token(signer, bob, 3600).replaceAll("[^.]*$", signature),
      new Tokens(pem(KeyForge.RSA.getPublic()))
          .signed(gateway.tokens().claims(ada).put("iss", "https://rs")),
      gateway.tokens().signed(gateway.tokens().claims(ada).put("iss", "https://set")),
      signer("https://es", PublicKeyAlgorithm.ES256, "old").sign(gateway.tokens().claims(ada)),
      signer("https://rs", PublicKeyAlgorithm.RS384, "").sign(gateway.tokens().claims(ada)),
    };
    for (String other : others) {
      assertThat(status(other)).as(kind).isEqualTo(401);
      WsClient client = closing(WsClient.openAnonymous(gateway.address()));
      client.sendValid(Commands.authenticate(other));
      assertThat(client.awaitClose().code()).isEqualTo(4401);
    }
    assertThat(status(token)).isEqualTo(200);
  }

  /** Last, because the other tests need the old key. */
  @Test(priority = 1)
  public void aKeyIsReplacedUnderOpenConnections() {
    awaitKeys(OF_OLD);
    WsClient client = connectWith(token(OF_OLD, ada, 3600));
    set = jwks(OLD, NEW);
    awaitKeys(OF_NEW);
    assertThat(status(token(OF_OLD, ada, 3600))).as("both count").isEqualTo(200);
    set = "";
    int before = fetches.get();
    String unknown =
        signer("https://set", PublicKeyAlgorithm.ES256, "evil").sign(gateway.tokens().claims(ada));
    await().atMost(PATIENCE).until(() -> status(unknown) == 503 && fetches.get() > before);
    assertThat(status(token(OF_NEW, bob, 3600))).as("while the URL fails").isEqualTo(200);
    String cached = token(OF_OLD, bob, 3600);
    assertThat(status(cached)).isEqualTo(200);
    set = jwks(NEW);
    await().atMost(PATIENCE).until(() -> status(unknown) == 401);
    assertThat(status(cached)).as("its key is gone").isNotEqualTo(200);
    assertThat(client.ask(Commands.chat("c1", "t", "still here")).type()).isEqualTo("accepted");
    Received renewed = client.ask(Commands.refreshToken("r1", token(OF_NEW, ada, 3600)));
    assertThat(renewed.type()).isEqualTo("accepted");
    client.barrier();
  }

  /** The gateway starts, and says that the client should come back. */
  public void withoutAKeyTheAnswerIs503() {
    try (ScriptedService broken = ScriptedService.answering("HTTP/1.1 500 x\r\n\r\n")) {
      var other = another(Map.of("issuers.set.jwks_url", broken.uri("/jwks").toString()));
      RawClient raw = closing(RawClient.open(other.address()));
      var answer =
          raw.request(RawClient.upgrade("Authorization: Bearer " + token(OF_OLD, ada, 3600)));
      assertThat(answer.status()).isEqualTo(503);
      String main = other.tokens().signed(other.tokens().claims(ada).put("iss", "https://main"));
      assertThat(new HttpCaller(other.address(), main).get("/v1/session").status()).isEqualTo(200);
    }
  }
}
