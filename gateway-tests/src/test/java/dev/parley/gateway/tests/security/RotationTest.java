package dev.parley.gateway.tests.security;

import static dev.parley.gateway.auth.KeyForge.jwk;
import static dev.parley.gateway.auth.KeyForge.jwks;
import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.auth.KeyForge;
import dev.parley.gateway.auth.PublicKeyAlgorithm;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.Tokens;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Operators replace the keys of tokens while connections are open. */
@Test(groups = "security")
public class RotationTest extends GatewayTest {

  private static final String[] SECRETS = {
    "the first secret, of 32 bytes or more", "the second one, of 32 bytes or more as well"
  };
  private static final Tokens FIRST = new Tokens(SECRETS[0]);
  private static final Tokens SECOND = new Tokens(SECRETS[1]);

  private final TestFolder folder = new TestFolder();
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile String set = jwks(jwk(KeyForge.P256.getPublic(), "old", ""));
  private final ScriptedService provider =
      ScriptedService.of(
          dialogue -> {
            dialogue.readRequest();
            fetches.incrementAndGet();
            dialogue.send(
                ScriptedService.answer(set.isEmpty() ? 500 : 200, "Connection: close\r\n", set));
          });

  private Path write(String name, String text) {
    try {
      return Files.writeString(folder.path().resolve(name), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    Tokens.addIssuer(settings, "hs", "secret_file", write("secret", SECRETS[0]).toString());
    Tokens.addIssuer(settings, "pem", "public_key_file", pem(KeyForge.RSA.getPublic()).toString());
    Tokens.addIssuer(settings, "set", "jwks_url", provider.uri("/jwks").toString());
    settings.put("auth.jwt.issuer", "https://main");
    settings.put("auth.jwt.tenants", "*");
    settings.put("auth.jwt.scopes", "operator");
    return settings;
  }

  private Path pem(PublicKey... keys) {
    StringBuilder text = new StringBuilder();
    for (PublicKey each : keys) {
      text.append(KeyForge.pem(each));
    }
    return write("keys.pem", text.toString());
  }

  @BeforeMethod(alwaysRun = true)
  public void putTheFirstKeys() {
    write("secret", SECRETS[0]);
    pem(KeyForge.RSA.getPublic());
    set = jwks(jwk(KeyForge.P256.getPublic(), "old", ""));
    assertThat(reload().status()).isEqualTo(200);
  }

  @AfterClass(alwaysRun = true)
  public void closeProvider() {
    provider.close();
    folder.close();
  }

  private HttpCaller operator() {
    Tokens main = gateway.tokens();
    return new HttpCaller(
        gateway.address(),
        main.signed(main.claims("op").put("scope", "operator").put("iss", "https://main")));
  }

  private HttpAnswer reload() {
    return operator().postWithoutBody("/v1/reload");
  }

  private static boolean isNew(HttpAnswer answer) {
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    JsonNode part = answer.json().path("reloaded").path(0);
    assertThat(part.path("name").asText()).isEqualTo("auth");
    return part.path("changed").asBoolean();
  }

  private String token(Tokens of, String user) {
    return of.signed(of.claims(user).put("iss", "https://hs"));
  }

  private String token(PublicKeyAlgorithm algorithm, KeyPair pair, String issuer) {
    return KeyForge.signed(
        algorithm,
        pair,
        issuer.equals("https://set") ? ",\"kid\":\"old\"" : "",
        FIRST.claims(ada).put("iss", issuer).toString());
  }

  private int status(String token) {
    return new HttpCaller(gateway.address(), token).get("/v1/session").status();
  }

  public void aSecretIsReplacedAndOpenConnectionsStay() {
    WsClient client = connectWith(token(FIRST, ada));
    client.barrier();
    write("secret", SECRETS[1]);
    assertThat(isNew(reload())).isTrue();
    assertThat(status(token(FIRST, ada))).isEqualTo(401);
    assertThat(status(token(SECOND, ada))).isEqualTo(200);
    assertThat(client.ask(Commands.refreshToken("r1", token(FIRST, ada))).type())
        .as("the old key renews nothing")
        .isEqualTo("rejected");
    client.runToEnd("t1", "what is 6*7?");
    assertThat(client.ask(Commands.refreshToken("r2", token(SECOND, ada))).type())
        .isEqualTo("accepted");
  }

  /** One socket works on, others come with tokens of both issuers, and none is refused. */
  public void underLoadNoConnectionIsDropped() {
    WsClient old = connectWith(token(FIRST, ada));
    old.barrier();
    AtomicBoolean isOver = new AtomicBoolean();
    AtomicInteger opened = new AtomicInteger();
    String rsa = token(PublicKeyAlgorithm.RS256, KeyForge.RSA, "https://pem");
    CompletableFuture<Void> load =
        Parallel.run(
            () -> {
              while (!isOver.get()) {
                assertThat(status(rsa)).isEqualTo(200);
                old.barrier();
                opened.incrementAndGet();
              }
            });
    for (int round = 0; round < 6; round++) {
      int before = opened.get();
      pem(KeyForge.RSA.getPublic(), KeyForge.OTHER_RSA.getPublic());
      write("secret", SECRETS[round % 2]);
      reload();
      pem(KeyForge.RSA.getPublic());
      reload();
      await().until(() -> opened.get() > before || load.isDone());
    }
    isOver.set(true);
    load.join();
    old.runToEnd("t1", "what is 6*7?");
  }

  public void aPublicKeyThatIsRemovedVerifiesNoTokenThatWasRememberedEither() {
    String old = token(PublicKeyAlgorithm.RS256, KeyForge.RSA, "https://pem");
    assertThat(status(old)).isEqualTo(200);
    pem(KeyForge.OTHER_RSA.getPublic());
    assertThat(isNew(reload())).isTrue();
    assertThat(status(old)).isEqualTo(401);
    assertThat(status(token(PublicKeyAlgorithm.RS256, KeyForge.OTHER_RSA, "https://pem")))
        .isEqualTo(200);
    assertThat(isNew(reload())).isFalse();
  }

  public void aKeySetIsFetchedAtOnce() {
    String old = token(PublicKeyAlgorithm.ES256, KeyForge.P256, "https://set");
    assertThat(status(old)).isEqualTo(200);
    int before = fetches.get();
    set = jwks(jwk(KeyForge.P384.getPublic(), "new", ""));
    assertThat(isNew(reload())).isTrue();
    assertThat(fetches.get()).isEqualTo(before + 1);
    assertThat(status(old)).as("unknown, or too early to ask again").isIn(401, 503);
  }

  public void aMistakeKeepsAllKeys() {
    write("secret", SECRETS[1]);
    write("keys.pem", "no key");
    HttpAnswer refused = reload();
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("detail"))
        .startsWith("Nothing has changed. issuers.pem.public_key_file: ")
        .doesNotContain("no key (");
    assertThat(status(token(FIRST, ada))).isEqualTo(200);
    assertThat(status(token(SECOND, ada))).isEqualTo(401);
    assertThat(status(token(PublicKeyAlgorithm.RS256, KeyForge.RSA, "https://pem"))).isEqualTo(200);
  }

  public void aKeySetThatCannotBeHadKeepsAllKeys() {
    write("secret", SECRETS[1]);
    set = "";
    HttpAnswer refused = reload();
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("detail")).contains("issuers.set.jwks_url: ", "status 500");
    assertThat(status(token(FIRST, ada))).isEqualTo(200);
    assertThat(status(token(PublicKeyAlgorithm.ES256, KeyForge.P256, "https://set")))
        .isEqualTo(200);
  }

  // -- the signal

  public void theSignalHupReloads() throws Exception {
    Path secret = write("child-secret", SECRETS[0]);
    Path file = write("child.yaml", "auth.jwt.secret_file: " + secret + "\n");
    try (TestFolder store = new TestFolder();
        ChildGateway child =
            ChildGateway.tryStart(store.path(), Map.of("config", file.toString()))) {
      HttpCaller second =
          new HttpCaller(child.readyAddress(), SECOND.withScope("op", "operator chat"));
      assertThat(second.get("/v1/session").status()).isEqualTo(401);
      write("child-secret", SECRETS[1]);
      child.hangUp();
      await().until(() -> second.get("/v1/session").status() == 200);
      await()
          .untilAsserted(
              () -> {
                JsonNode entry = second.get("/v1/audit?limit=9").json().path("entries").path(0);
                assertThat(entry.path("action").asText()).isEqualTo("reload");
                assertThat(entry.path("outcome").asText()).isEqualTo("done");
                assertThat(entry.path("actor").path("user_id").asText()).isEqualTo("SIGHUP");
              });
      write("child.yaml", "auth.jwt.secret_file: " + secret + "\nserver.heartbeat: 30s\n");
      child.hangUp();
      child.awaitLine("server.heartbeat: changed, in .*a reload takes keys alone");
      assertThat(second.get("/v1/session").status()).isEqualTo(200);
      child.terminate();
      assertThat(child.awaitExit()).isZero();
    }
  }
}
