package dev.parley.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.nio.charset.Charset;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class JwtVerifierTest {

  private static final long NOW = 1_800_000_000L;
  private static final String GOOD = "{\"sub\":\"ada\",\"exp\":1800000600}";
  private static final String HS256 = "{\"alg\":\"HS256\"}";

  private final JwtVerifier verifier = verifier(Optional.empty(), Optional.empty());

  public void readsWhoItIsAndUntilWhen() {
    Principal ada = Forge.user(verifier, Forge.signed(GOOD));
    assertThat(ada.user()).isEqualTo(new UserId("default", "ada"));
    assertThat(ada.tier()).isEqualTo("early");
    assertThat(ada.scopes()).isEmpty();
    assertThat(ada.expiresAt()).isEqualTo(Instant.ofEpochSecond(NOW + 605));
  }

  public void readsTenantTierAndScopesFromText() {
    Principal ada = verify("\"tenant\":\"acme\",\"tier\":\"mid\",\"scope\":\"chat  agent x:y\"");
    assertThat(ada.user().tenant()).isEqualTo("acme");
    assertThat(ada.tier()).isEqualTo("mid");
    assertThat(ada.scopes()).containsExactlyInAnyOrder(Scope.CHAT, Scope.AGENT);
  }

  public void readsScopesFromAnArray() {
    assertThat(verify("\"scope\":[\"admin\",\"chat\",\"other\"]").scopes())
        .containsExactlyInAnyOrder(Scope.ADMIN, Scope.CHAT);
  }

  /** Later dates have no form that every client reads. */
  public void noTokenIsGoodBeyondTheYear9999() {
    String last = "{\"sub\":\"ada\",\"exp\":253402300799}";
    assertThat(Forge.user(verifier, Forge.signed(last)).expiresAt()).isEqualTo(Claims.LATEST);
  }

  public void theFirstDateIsTheBeginOf1970() {
    Principal ada = verify("\"iat\":0,\"nbf\":0");
    assertThat(ada.issuedAt()).contains(Instant.EPOCH);
  }

  @DataProvider
  public Object[][] ids() {
    String longest = "\u20ac".repeat(128);
    return new Object[][] {
      {"\"t-1\"", "t-1"},
      {'"' + longest + '"', longest},
      {'"' + longest + "x\"", null},
      {"\"\"", null},
      {"\"a\\nb\"", null},
      {"\"a\\u0085b\"", null},
      {"\"\\ud800\"", null},
      {"5", null},
      {"null", null},
    };
  }

  /** A token with another is valid. It is revoked by its user and time of issue alone. */
  @Test(dataProvider = "ids")
  public void anIdThatCannotBeShownCountsAsNone(String id, @Nullable String read) {
    assertThat(verify("\"jti\":" + id).tokenId()).isEqualTo(read);
  }

  @DataProvider
  public Object[][] badClaims() {
    return new Object[][] {
      {"{\"exp\":1800000600}", "sub: missing (expected: the id of the user)"},
      {"{\"sub\":\"ada\"}", "exp: missing (expected: when the token expires)"},
      {"{\"sub\":7,\"exp\":1800000600}", "sub: a number (expected: a string)"},
      {"{\"sub\":\"\",\"exp\":1800000600}", "sub or tenant: malformed"},
      {"{\"sub\":\"a\\u0000\",\"exp\":1800000600}", "sub or tenant: malformed"},
      {"{\"sub\":\"ada\",\"exp\":\"1800000600\"}", "exp: a string (expected: seconds since 1970"},
      {"{\"sub\":\"ada\",\"exp\":null}", "exp: null (expected: seconds since 1970"},
      {"{\"sub\":\"ada\",\"exp\":1e300}", "exp: a number (expected: seconds since 1970"},
      {"{\"sub\":\"ada\",\"exp\":-1}", "exp: a number (expected: seconds since 1970"},
      {with("\"nbf\":true"), "nbf: a boolean (expected: seconds since 1970"},
      {with("\"iat\":{}"), "iat: an object (expected: seconds since 1970"},
      {with("\"tenant\":{\"a\":1}"), "tenant: an object (expected: a string)"},
      {with("\"tenant\":null"), "tenant: null (expected: a string)"},
      {with("\"tier\":[\"mid\"]"), "tier: an array (expected: a string)"},
      {with("\"scope\":3"), "scope: a number (expected: a string)"},
      {with("\"scope\":[\"chat\",3]"), "scope: a number (expected: a string)"},
      {with("\"nbf\":1800000006"), "nbf: in the future"},
      {with("\"iat\":1800000006"), "iat: in the future"},
      {with("\"sub\":\"eve\""), "token: malformed"},
      {GOOD + "{}", "token: malformed"},
      {"[]", "token: malformed"},
      {"{\"a\":".repeat(50) + "1" + "}".repeat(50), "token: malformed"},
    };
  }

  @Test(dataProvider = "badClaims")
  public void refusesBadClaimsByName(String claims, String message) {
    RefusedException refusal = refusal(Forge.signed(claims));
    assertThat(refusal).hasMessageContaining(message);
    assertThat(refusal.refusal().code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @DataProvider
  public Object[][] badTokens() {
    return new Object[][] {
      {"", "token: malformed"},
      {"abc", "token: malformed"},
      {"..", "token: malformed"},
      {Forge.signed(GOOD) + ".more", "token: malformed"},
      {Forge.signed(GOOD).replace('.', '~'), "token: malformed"},
      {"x".repeat(16 * 1024 + 1), "token: longer than allowed (expected: at most 16 KiB)"},
      {Forge.signed(HS256, GOOD, "another secret of 32 bytes, wow!"), "token: signature: invalid"},
      {Forge.unsigned(HS256, GOOD), "token: signature: invalid"},
      {Forge.unsigned("{\"alg\":\"none\"}", GOOD), "token: alg: another (expected: HS256)"},
      {Forge.signed("{\"alg\":\"None\"}", GOOD, Forge.KEY), "token: alg: another"},
      {Forge.signed("{\"alg\":\"HS512\"}", GOOD, Forge.KEY), "token: alg: another"},
      {Forge.signed("{\"alg\":\"RS256\"}", GOOD, Forge.KEY), "token: alg: another"},
      {Forge.signed("{\"alg\":5}", GOOD, Forge.KEY), "alg: a number (expected: a string)"},
      {Forge.signed("{}", GOOD, Forge.KEY), "token: alg: missing"},
      {
        Forge.signed("{\"alg\":\"HS256\",\"crit\":[\"b64\"]}", GOOD, Forge.KEY),
        "token: crit: present (expected: no critical extensions)"
      },
    };
  }

  @Test(dataProvider = "badTokens")
  public void refusesWhatIsNotSignedWithTheConfiguredKey(String token, String message) {
    RefusedException refusal = refusal(token);
    assertThat(refusal).hasMessageContaining(message);
    assertThat(refusal.refusal().code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @DataProvider
  public Object[] otherEncodings() {
    return new Object[] {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"};
  }

  @Test(dataProvider = "otherEncodings")
  public void theJsonOfATokenIsUtf8(String charset) {
    assertThatOtherBytesAreRefused(json -> json.getBytes(Charset.forName(charset)));
  }

  public void nothingStandsBeforeTheJsonOfAToken() {
    assertThatOtherBytesAreRefused(json -> ("\uFEFF" + json).getBytes(UTF_8));
  }

  private void assertThatOtherBytesAreRefused(Function<String, byte[]> other) {
    String header = Forge.base64(HS256.getBytes(UTF_8));
    String claims = Forge.base64(GOOD.getBytes(UTF_8));
    for (String content :
        List.of(
            Forge.base64(other.apply(HS256)) + "." + claims,
            header + "." + Forge.base64(other.apply(GOOD)))) {
      assertThat(refusal(Forge.signed(content, Forge.KEY)))
          .hasMessageContaining("token: malformed");
    }
  }

  @DataProvider
  public Object[][] otherNamesOfATokenPart() {
    return new Object[][] {{HS256 + " ", 0}, {GOOD + " ", 1}, {GOOD + "  ", 1}};
  }

  @Test(dataProvider = "otherNamesOfATokenPart")
  public void aTokenHasOneNameAlsoIfAnotherIsSigned(String json, int part) {
    String[] parts =
        Forge.signed(part == 0 ? json : HS256, part == 1 ? json : GOOD, Forge.KEY).split("\\.", -1);
    assertThat(Forge.user(verifier, String.join(".", parts)).user().subject()).isEqualTo("ada");
    String right = parts[part];
    for (String twin : List.of(right + "=", right + "==", twinOf(right))) {
      parts[part] = twin;
      String token = Forge.signed(parts[0] + "." + parts[1], Forge.KEY);
      assertThat(refusal(token)).hasMessageContaining("token: malformed");
    }
  }

  public void aSignatureHasOneName() {
    String token = Forge.signed(GOOD);
    for (String twin : List.of(token + "=", twinOf(token), token + "\n", token + " ")) {
      assertThat(refusal(twin)).hasMessageContaining("token: malformed");
    }
  }

  /** The same bytes in Base64, with another of the bits that count for nothing. */
  private static String twinOf(String base64) {
    int last = base64.length() - 1;
    return base64.substring(0, last) + (char) (base64.charAt(last) + 1);
  }

  public void refusesATamperedTokenWithoutRepeatingIt() {
    String token = Forge.signed(GOOD);
    String tampered =
        token.replaceFirst(
            "\\.[^.]+\\.", "." + Forge.signed(with("\"a\":1")).split("\\.", -1)[1] + ".");
    assertThat(refusal(tampered).getMessage())
        .contains("signature: invalid")
        .doesNotContain(tampered.substring(30, 60));
  }

  public void allowsClocksToDifferByTheLeeway() {
    assertThat(verify("\"nbf\":1800000005,\"iat\":1800000005").user().subject()).isEqualTo("ada");
    assertThat(
            Forge.user(verifier, Forge.signed("{\"sub\":\"ada\",\"exp\":1799999996}")).expiresAt())
        .isEqualTo(Instant.ofEpochSecond(NOW + 1));
  }

  public void saysThatATokenIsExpired() {
    RefusedException refusal = refusal(Forge.signed("{\"sub\":\"ada\",\"exp\":1799999995}"));
    assertThat(refusal.refusal().code()).isEqualTo(ErrorCode.TOKEN_EXPIRED);
  }

  public void saysExpiredOnlyOfATokenThatIsGoodOtherwise() {
    String token = Forge.signed(HS256, "{\"sub\":\"ada\",\"exp\":1}", "x".repeat(32));
    assertThat(refusal(token).refusal().code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  public void expectsTheConfiguredIssuer() {
    JwtVerifier strict = verifier(Optional.of("https://id"), Optional.empty());
    assertThat(Forge.user(strict, Forge.signed(with("\"iss\":\"https://id\""))).tier()).isNotNull();
    assertThat(refusal(strict, with("\"iss\":\"https://id.evil\""))).hasMessageContaining("iss:");
    assertThat(refusal(strict, GOOD)).hasMessageContaining("iss:");
  }

  public void expectsTheConfiguredAudienceAmongOthers() {
    JwtVerifier strict = verifier(Optional.empty(), Optional.of("parley"));
    assertThat(Forge.user(strict, Forge.signed(with("\"aud\":[\"x\",\"parley\"]"))).tier())
        .isNotNull();
    assertThat(Forge.user(strict, Forge.signed(with("\"aud\":\"parley\""))).tier()).isNotNull();
    assertThat(refusal(strict, with("\"aud\":\"parley2\""))).hasMessageContaining("aud:");
    assertThat(refusal(strict, with("\"aud\":4"))).hasMessageContaining("aud: a number");
    assertThat(refusal(strict, GOOD)).hasMessageContaining("aud:");
  }

  private static JwtVerifier verifier(Optional<String> issuer, Optional<String> audience) {
    IssuerConfig only =
        new IssuerConfig(
            issuer,
            audience,
            SharedSecrets.of(Secret.of(Forge.KEY)),
            Set.of(),
            Set.of(),
            EnumSet.allOf(Scope.class));
    return new JwtVerifier(
        new JwtConfig(List.of(only), Duration.ofSeconds(5)),
        Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC));
  }

  private Principal verify(String moreClaims) {
    return Forge.user(verifier, Forge.signed(with(moreClaims)));
  }

  private static String with(String moreClaims) {
    return GOOD.replace("}", "," + moreClaims + "}");
  }

  private RefusedException refusal(String token) {
    return catchThrowableOfType(RefusedException.class, () -> Forge.user(verifier, token));
  }

  private static RefusedException refusal(JwtVerifier strict, String claims) {
    return catchThrowableOfType(
        RefusedException.class, () -> Forge.user(strict, Forge.signed(claims)));
  }
}
