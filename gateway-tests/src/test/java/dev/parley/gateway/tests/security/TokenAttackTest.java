package dev.parley.gateway.tests.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import dev.parley.gateway.tests.support.Tokens;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Tokens that nobody should accept; where it matters they are signed with the right key. */
@Attack("tokens")
@Test(groups = "security")
public class TokenAttackTest extends AttackTest {
  private static final Tokens TOKENS = new Tokens("a secret of the tests, longer than 32 bytes");
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private final List<Object[]> rows = new ArrayList<>();

  /** What is wrong, the token, and what the refusal names. */
  @DataProvider
  public Object[][] tokens() {
    rows.clear();
    shapes();
    headers();
    signatures();
    subjects();
    dates();
    scopes();
    return rows.toArray(Object[][]::new);
  }

  private void row(String wrong, String token, String named) {
    rows.add(new Object[] {wrong, token, named});
  }

  private static String claims() {
    return TOKENS.claims("ada").toString();
  }

  private static String good() {
    return TOKENS.forged(HEADER, claims());
  }

  private static String part(int part) {
    return good().split("\\.", -1)[part];
  }

  private void shapes() {
    row("one dot", ".", "token");
    row("two dots", "..", "token");
    row("three dots", "...", "token");
    row("three letters", "a.b.c", "token");
    row("a fourth part", good() + ".x", "token");
    row("an empty fourth part", good() + ".", "token");
    row("five parts, as if encrypted", good() + ".a.b", "token");
    row("a dot before it", "." + good(), "token");
    row("no claims", part(0) + ".." + part(2), "token");
    row("no header", "." + part(1) + "." + part(2), "token");
    row("parts in another order", part(1) + "." + part(0) + "." + part(2), "token");
    row("padding", part(0) + "=." + part(1) + "." + part(2), "token");
    row("a length that Base64 does not have", part(0) + "." + part(1) + "." + "A", "token");
    row(
        "a sign of the other Base64",
        part(0) + "." + part(1) + ".+" + part(2).substring(1),
        "token");
    row("two tokens", good() + "," + good(), "token");
    row("the scheme twice", "Bearer " + good(), "token");
    row("a quote around it", "\"" + good() + "\"", "token");
    row("a header that is no JSON", TOKENS.forged("alg=HS256", claims()), "token");
    row("a header that is a list", TOKENS.forged("[\"HS256\"]", claims()), "token");
    row("a header with something after it", TOKENS.forged(HEADER + "{}", claims()), "token");
    row("a header after a byte order mark", TOKENS.forged("\ufeff" + HEADER, claims()), "token");
    row("claims that are a list", TOKENS.forged(HEADER, "[" + claims() + "]"), "token");
    row("claims that are a string", TOKENS.forged(HEADER, "\"ada\""), "token");
    row("claims that are null", TOKENS.forged(HEADER, "null"), "token");
    row("claims with something after them", TOKENS.forged(HEADER, claims() + "{}"), "token");
    row("claims with a comment", TOKENS.forged(HEADER, claims().replace("{", "{/**/")), "token");
    row("claims with single quotes", TOKENS.forged(HEADER, claims().replace('"', '\'')), "token");
    row("claims cut", TOKENS.forged(HEADER, claims().substring(1)), "token");
    row("a repeated subject", TOKENS.forged(HEADER, with("\"sub\":\"root\"")), "token");
    row(
        "a subject repeated by an escape",
        TOKENS.forged(HEADER, with("\"s\\u0075b\":\"root\"")),
        "token");
    row("a repeated expiry", TOKENS.forged(HEADER, with("\"exp\":9999999999")), "token");
    row(
        "a repeated name further in",
        TOKENS.forged(HEADER, with("\"x\":{\"a\":1,\"a\":2}")),
        "token");
    row(
        "lists in lists",
        TOKENS.forged(HEADER, with("\"x\":" + "[".repeat(500) + "]".repeat(500))),
        "token");
    row(
        "objects in objects",
        TOKENS.forged(HEADER, with("\"x\":" + "{\"a\":".repeat(300) + "1" + "}".repeat(300))),
        "token");
  }

  /** The claims with one more member. */
  private static String with(String member) {
    String claims = claims();
    return claims.substring(0, claims.length() - 1) + "," + member + "}";
  }

  private void headers() {
    for (String alg :
        List.of(
            "none",
            "None",
            "NONE",
            "nOnE",
            "none ",
            "",
            "hs256",
            "HS256 ",
            "HS1",
            "HS384",
            "HS512",
            "RS256",
            "RS512",
            "PS256",
            "ES256",
            "ES512",
            "EdDSA",
            "dir",
            "HS256\\u0000")) {
      row("alg " + alg, TOKENS.forged("{\"alg\":\"" + alg + "\"}", claims()), "");
      if (alg.equalsIgnoreCase("none")) {
        row(
            "alg " + alg + ", not signed",
            Tokens.encode("{\"alg\":\"" + alg + "\"}") + "." + part(1) + ".",
            "");
      }
    }
    for (String alg : List.of("null", "true", "256", "[\"HS256\"]", "{\"name\":\"HS256\"}")) {
      row("alg of another type: " + alg, TOKENS.forged("{\"alg\":" + alg + "}", claims()), "alg");
    }
    row("no alg", TOKENS.forged("{\"typ\":\"JWT\"}", claims()), "alg");
    row("alg twice", TOKENS.forged("{\"alg\":\"none\",\"alg\":\"HS256\"}", claims()), "token");
    row("an extension that counts", header("\"crit\":[\"b64\"],\"b64\":false"), "crit");
    row("an empty list of extensions", header("\"crit\":[]"), "crit");
    row("extensions that are null", header("\"crit\":null"), "crit");
    row("kid a number", header("\"kid\":7"), "kid");
    row("kid a list", header("\"kid\":[\"a\"]"), "kid");
    for (String lure :
        List.of(
            "\"kid\":\"../../dev/null\"",
            "\"kid\":\"' OR 1=1 --\"",
            "\"jku\":\"https://evil.example/keys\"",
            "\"x5u\":\"https://evil.example/x\"",
            "\"jwk\":{\"kty\":\"oct\",\"k\":\"YW5vdGhlciBzZWNyZXQgdGhhdCBpcyBsb25nIGVub3VnaCB0b28\"}")) {
      row(
          "another key, to which the header leads: " + lure,
          new Tokens("another secret that is long enough too")
              .forged(HEADER.replace("\"typ\":\"JWT\"", lure), claims()),
          "signature");
    }
  }

  private static String header(String member) {
    return TOKENS.forged(HEADER.replace("\"typ\":\"JWT\"", member), claims());
  }

  private void signatures() {
    String head = part(0) + "." + part(1) + ".";
    row("no signature", head, "signature");
    row("a signature of zeros", head + "A".repeat(43), "signature");
    row("a signature that is too long", good() + "AAAA", "signature");
    row("half a signature", head + part(2).substring(0, 20), "signature");
    row("unused bits in the signature", sameBits(good()), "token");
    row("signed with an empty key", new Tokens(" ").forged(HEADER, claims()), "signature");
    row(
        "signed with a part of the key",
        new Tokens("a secret of the tests").forged(HEADER, claims()),
        "signature");
    row("the signature of another token", head + TOKENS.of("bob").split("\\.", -1)[2], "signature");
    row(
        "the claims of another token",
        part(0) + "." + Tokens.encode(TOKENS.claims("root").toString()) + "." + part(2),
        "signature");
  }

  /** The same token with another last letter, whose unused bits only differ. */
  private static String sameBits(String token) {
    char last = token.charAt(token.length() - 1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return token.substring(0, token.length() - 1) + alphabet.charAt(alphabet.indexOf(last) ^ 1);
  }

  private void subjects() {
    for (String name : List.of("sub", "tenant")) {
      for (String value :
          List.of(
              "null",
              "7",
              "true",
              "[\"ada\"]",
              "{\"id\":\"ada\"}",
              "\"\"",
              "\"a\\u0000b\"",
              "\"a\\nb\"",
              "\"a\\u001b[2Jb\"",
              "\"a\\u0085b\"",
              "\"\\ud800\"",
              "\"" + "x".repeat(256) + "\"",
              "\"" + "\u20ac".repeat(86) + "\"")) {
        row(
            name + " " + value.substring(0, Math.min(value.length(), 16)),
            claim(name, value),
            name);
      }
    }
    row("no sub", TOKENS.forged(HEADER, TOKENS.claims("ada").without("sub").toString()), "sub");
    row(
        "sub in another case",
        TOKENS.forged(HEADER, claims().replace("\"sub\"", "\"Sub\"")),
        "sub");
  }

  /** Valid claims, of which this one has this value. */
  private static String claim(String name, String json) {
    ObjectNode claims = TOKENS.claims("ada");
    claims.remove(name);
    String text = claims.toString();
    return TOKENS.forged(HEADER, "{\"" + name + "\":" + json + "," + text.substring(1));
  }

  private void dates() {
    for (String value :
        List.of(
            "null",
            "\"9999999999\"",
            "true",
            "[9999999999]",
            "{}",
            "-1",
            "-1e18",
            "1e400",
            "253402300800",
            "9223372036854775807",
            "1e999999999")) {
      row("exp " + value, claim("exp", value), "exp");
    }
    row("no exp", TOKENS.forged(HEADER, TOKENS.claims("ada").without("exp").toString()), "exp");
    long now = Instant.now().getEpochSecond();
    row("expired long ago", claim("exp", "0"), "expired");
    row("expired a minute ago", claim("exp", Long.toString(now - 60)), "expired");
    for (String name : List.of("nbf", "iat")) {
      row(name + " in a minute", claim(name, Long.toString(now + 120)), name);
      row(name + " a text", claim(name, "\"0\""), name);
      row(name + " a list", claim(name, "[0]"), name);
      row(name + " beyond time", claim(name, "1e300"), name);
    }
  }

  private void scopes() {
    for (String value :
        List.of("null", "7", "{\"admin\":true}", "[1]", "[[\"admin\"]]", "[null]")) {
      row("scope " + value, claim("scope", value), "scope");
    }
    for (String value : List.of("null", "7", "[\"enterprise\"]")) {
      row("tier " + value, claim("tier", value), "tier");
    }
  }

  @Test(dataProvider = "tokens")
  public void noHandshakeIsAccepted(String wrong, String token, String named) {
    RawAnswer answer = rawSocket().request(RawClient.upgrade("Authorization: Bearer " + token));
    assertRefused(answer, token, named);
    assertWell();
  }

  @Test(dataProvider = "tokens")
  public void noFirstFrameIsAccepted(String wrong, String token, String named) {
    WsClient client = closing(WsClient.openAnonymous(gateway.address()));
    client.send(Commands.authenticate(token).toString());
    String error = client.await("error").toString();
    assertThat(error).contains(named.equals("expired") ? "token_expired" : "unauthenticated");
    assertThat(error).contains(named);
    assertNotIn(error, token);
    assertThat(client.awaitClose().code()).isEqualTo(4401);
    assertWell();
  }

  @Test(dataProvider = "tokens")
  public void noCallIsAnswered(String wrong, String token, String named) {
    String head = "GET /v1/session HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ";
    assertRefused(rawSocket().request(head + token + "\r\n\r\n"), token, named);
    assertWell();
  }

  private static void assertRefused(RawAnswer answer, String token, String named) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(401);
    assertThat(Json.parse(answer.body()).path("code").asText())
        .isEqualTo(named.equals("expired") ? "token_expired" : "unauthenticated");
    assertThat(Json.parse(answer.body()).path("detail").asText()).contains(named);
    assertNotIn(answer.toString(), token);
  }

  /** A token of a few dots is in every text. */
  private static void assertNotIn(String shown, String token) {
    if (token.length() > 10) {
      assertThat(shown).doesNotContain(token);
    }
  }

  /** Tokens in places and sizes of their own: what is sent, and the status. */
  @DataProvider
  public Object[][] places() {
    String good = TOKENS.of("ada");
    return new Object[][] {
      {"in the query", RawClient.upgradeTo("/ws?token=" + good), 400},
      {"in the path", RawClient.upgradeTo("/ws/" + good), 404},
      {"in a cookie", RawClient.upgrade("Cookie: token=" + good), 101},
      {"with another scheme", RawClient.upgrade("Authorization: Basic " + good), 401},
      {"without a scheme", RawClient.upgrade("Authorization: " + good), 401},
      {"after two spaces", RawClient.upgrade("Authorization: Bearer  " + good), 101},
      {"after a tab", RawClient.upgrade("Authorization: Bearer\t" + good), 401},
      {
        "twice",
        RawClient.upgrade("Authorization: Bearer " + good, "Authorization: Bearer " + good),
        400
      },
      {
        "in two places",
        RawClient.upgrade(
            "Authorization: Bearer " + good, "Sec-WebSocket-Protocol: bearer." + good),
        400
      },
      {
        "as two subprotocols",
        RawClient.upgrade("Sec-WebSocket-Protocol: bearer." + good + ", bearer." + good),
        400
      },
      {"as an empty subprotocol", RawClient.upgrade("Sec-WebSocket-Protocol: bearer."), 401},
      {"in the header of a proxy", RawClient.upgrade("Proxy-Authorization: Bearer " + good), 101},
      {"of 17 KiB", RawClient.upgrade("Authorization: Bearer " + "a.".repeat(8_704)), 401},
      {"of 100 KiB", RawClient.upgrade("Authorization: Bearer " + "a".repeat(102_400)), 431},
      {"with 1,000 claims", RawClient.upgrade("Authorization: Bearer " + manyClaims()), 101},
    };
  }

  private static String manyClaims() {
    ObjectNode claims = TOKENS.claims("ada");
    for (int i = 0; i < 1_000; i++) {
      claims.put("c" + i, i);
    }
    return TOKENS.signed(claims);
  }

  @Test(dataProvider = "places")
  public void aTokenCountsInItsPlacesOnly(String where, String request, int status) {
    RawClient client = rawSocket();
    client.sendWhileOpen(request.getBytes(UTF_8));
    assertThat(client.readAnswer().status()).isEqualTo(status);
    assertWell();
  }
}
