package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Several issuers, several algorithms, and secrets that are replaced. */
@Test(groups = "unit")
public class IssuersTest {

  private static final String LONG = "0123456789abcdef".repeat(4);
  private static final String OTHER = "fedcba9876543210".repeat(4);
  private static final String LAST =
      "the secret before, of enough bytes for the longest of the hashes";
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);

  private Instant now = NOW;

  /** Texts of settings by their names. */
  private static Map<String, String> settings(String... namesAndTexts) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      settings.put(namesAndTexts[i], namesAndTexts[i + 1]);
    }
    return settings;
  }

  private static Map<String, String> two() {
    return settings(
        "issuers.staff.issuer", "https://staff",
        "issuers.staff.secret", LONG,
        "issuers.staff.tenants", "*",
        "issuers.staff.scopes", "chat,admin,operator",
        "issuers.shop.issuer", "https://shop",
        "issuers.shop.secret", OTHER,
        "issuers.shop.tenants", "acme",
        "issuers.shop.scopes", "chat,agent");
  }

  private JwtVerifier verifier(Map<String, String> settings) {
    Problems problems = new Problems();
    JwtConfig config = Settings.read(JwtConfig::read, settings, problems);
    assertThat(problems.lines()).isEmpty();
    return new JwtVerifier(config, new SetClock(() -> now));
  }

  private static String token(String issuer, String key, String moreClaims) {
    String claims = "{\"sub\":\"ada\",\"exp\":1800000600,\"iss\":\"" + issuer + "\"";
    return Forge.signed("{\"alg\":\"HS256\"}", claims + moreClaims + "}", key);
  }

  private static RefusedException refusal(JwtVerifier verifier, String token) {
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> Forge.user(verifier, token));
    assertThat(refused).isNotNull();
    assertThat(refused.refusal().code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    return refused;
  }

  public void eachIssuerHasItsOwnKeyTenantsAndScopes() {
    JwtVerifier verifier = verifier(two());
    String all = ",\"scope\":\"chat agent admin operator publish\"";
    Principal staff = Forge.user(verifier, token("https://staff", LONG, ",\"tenant\":\"x\"" + all));
    assertThat(staff.user()).isEqualTo(new UserId("x", "ada"));
    assertThat(staff.scopes()).containsExactlyInAnyOrder(Scope.CHAT, Scope.ADMIN, Scope.OPERATOR);
    Principal shop = Forge.user(verifier, token("https://shop", OTHER, all));
    assertThat(shop.user()).as("its only tenant").isEqualTo(new UserId("acme", "ada"));
    assertThat(shop.scopes()).containsExactlyInAnyOrder(Scope.CHAT, Scope.AGENT);
    assertThat(Forge.user(verifier, token("https://staff", LONG, "")).user().tenant())
        .isEqualTo("default");
  }

  @DataProvider
  public Object[][] foreignTokens() {
    return new Object[][] {
      {token("https://staff", OTHER, ""), "token: signature: invalid"},
      {token("https://shop", LONG, ""), "token: signature: invalid"},
      {
        token("https://shop", OTHER, ",\"tenant\":\"default\""),
        "tenant: another (expected: one that"
      },
      {token("https://shop", OTHER, ",\"tenant\":\"Acme\""), "tenant: another"},
      {token("https://shop/", OTHER, ""), "iss: another or none (expected: a configured issuer)"},
      {token("HTTPS://SHOP", OTHER, ""), "iss: another or none"},
      {
        Forge.signed("{\"alg\":\"HS256\"}", "{\"sub\":\"ada\",\"exp\":1800000600}", LONG),
        "iss: another or none"
      },
      {
        Forge.signed(
            "{\"alg\":\"HS256\"}",
            "{\"sub\":\"ada\",\"exp\":1800000600,\"iss\":[\"https://shop\"]}",
            OTHER),
        "iss: an array"
      },
    };
  }

  @Test(dataProvider = "foreignTokens")
  public void anIssuerCannotActForAnother(String token, String message) {
    assertThat(refusal(verifier(two()), token)).hasMessageContaining(message);
  }

  private String tier(Map<String, String> settings, String moreClaims) {
    return Forge.user(verifier(settings), token("https://shop", OTHER, moreClaims)).tier();
  }

  public void anIssuerMayBeBoundToTiers() {
    Map<String, String> settings = two();
    assertThat(tier(settings, ",\"tier\":\"enterprise\"")).isEqualTo("enterprise");
    settings.put("issuers.shop.tiers", "mid,early");
    assertThat(tier(settings, ",\"tier\":\"mid\"")).isEqualTo("mid");
    assertThat(tier(settings, "")).isEqualTo("early");
    for (String other : List.of("enterprise", "Mid", "")) {
      String token = token("https://shop", OTHER, ",\"tier\":\"" + other + "\"");
      assertThat(refusal(verifier(settings), token))
          .hasMessageContaining(
              "tier: another (expected: one that the issuer of the token may claim)");
    }
    Map<String, String> only = two();
    only.put("issuers.shop.tiers", "mid");
    assertThat(tier(only, "")).as("its only tier").isEqualTo("mid");
    only.put("issuers.shop.tiers", "mid,enterprise");
    assertThat(refusal(verifier(only), token("https://shop", OTHER, "")))
        .hasMessageContaining("tier: another");
  }

  public void theOnlyIssuerMayBeOneAmongOthers() {
    Map<String, String> settings = two();
    settings.put("auth.jwt.secret", Forge.KEY);
    settings.put("auth.jwt.issuer", "https://main");
    settings.put("auth.jwt.tenants", "*");
    settings.put("auth.jwt.scopes", "chat");
    JwtVerifier verifier = verifier(settings);
    assertThat(Forge.user(verifier, token("https://main", Forge.KEY, "")).tier())
        .isEqualTo("early");
    assertThat(Forge.user(verifier, token("https://shop", OTHER, "")).tier()).isEqualTo("early");
  }

  @DataProvider
  public Object[][] algorithms() {
    return new Object[][] {{"HS256"}, {"HS384"}, {"HS512"}};
  }

  @Test(dataProvider = "algorithms")
  public void onlyTheListedAlgorithmsAreAccepted(String listed) {
    JwtVerifier verifier =
        verifier(settings("auth.jwt.secret", LONG, "auth.jwt.algorithms", listed));
    for (HmacAlgorithm each : HmacAlgorithm.values()) {
      String token = Forge.signed(each, "{\"sub\":\"ada\",\"exp\":1800000600}", LONG);
      if (each.name().equals(listed)) {
        assertThat(Forge.user(verifier, token).user().subject()).isEqualTo("ada");
      } else {
        assertThat(refusal(verifier, token))
            .hasMessageContaining("token: alg: another (expected: " + listed + ")");
      }
    }
  }

  public void theLastSecretVerifiesUntilItsEnd() {
    JwtVerifier verifier =
        verifier(
            settings(
                "auth.jwt.secret",
                LONG,
                "auth.jwt.last_secret",
                LAST,
                "auth.jwt.last_secret_until",
                NOW.plusSeconds(60).toString(),
                "auth.jwt.algorithms",
                "HS256,HS512"));
    for (String key : List.of(LONG, LAST)) {
      assertThat(Forge.user(verifier, token("x", key, "")).user().subject()).isEqualTo("ada");
    }
    assertThat(refusal(verifier, token("x", OTHER, ""))).hasMessageContaining("signature");
    now = NOW.plus(Duration.ofMinutes(1)).minusMillis(1);
    assertThat(Forge.user(verifier, token("x", LAST, "")).user().subject()).isEqualTo("ada");
    now = NOW.plus(Duration.ofMinutes(1));
    assertThat(refusal(verifier, token("x", LAST, ""))).hasMessageContaining("signature");
    assertThat(Forge.user(verifier, token("x", LONG, "")).user().subject()).isEqualTo("ada");
  }

  @DataProvider
  public Object[][] refusedSettings() {
    return new Object[][] {
      {
        settings("issuers.a.issuer", "x"),
        List.of(
            "issuers.a.secret: not set", "issuers.a.tenants: not set", "issuers.a.scopes: not set")
      },
      {
        with("issuers.shop.tenants", ""),
        List.of("issuers.shop.tenants:  (expected: a comma-separated list")
      },
      {
        with("issuers.shop.scopes", ""),
        List.of("issuers.shop.scopes:  (expected: a comma-separated list")
      },
      {with("issuers.shop.scopes", "chat,root"), List.of("issuers.shop.scopes: chat,root")},
      {
        with("issuers.shop.secret", LONG),
        List.of("issuers.staff.secret: *** (expected: a secret that no other issuer has")
      },
      {
        with("issuers.shop.issuer", "https://staff"),
        List.of("issuers.staff.issuer: https://staff (expected: a text that no other issuer has")
      },
      {
        with("issuers.shop.algorithms", "none"),
        List.of(
            "issuers.shop.algorithms: none (expected: a comma-separated list, each one of HS256, HS384, HS512")
      },
      {with("issuers.shop.algorithms", "hs256"), List.of("issuers.shop.algorithms: hs256")},
      {
        with("auth.jwt.secret", Forge.KEY),
        List.of(
            "auth.jwt.issuer: not set (expected: the value of iss",
            "auth.jwt.tenants: not set (expected: the tenants that this issuer may claim",
            "auth.jwt.scopes: not set (expected: the scopes that this issuer may grant")
      },
      {
        settings("auth.jwt.secret", Forge.KEY, "auth.jwt.algorithms", "HS512"),
        List.of(
            "auth.jwt.algorithms: HS512 (expected: algorithms for which each secret is as long as the hash: 64 bytes")
      },
      {
        settings("auth.jwt.secret", LONG, "auth.jwt.last_secret", LAST),
        List.of("auth.jwt.last_secret_until: not set (expected: a time, because last_secret is set")
      },
      {
        settings("auth.jwt.secret", LONG, "auth.jwt.last_secret_until", "2026-12-31T00:00:00Z"),
        List.of("auth.jwt.last_secret_until: 2026-12-31T00:00:00Z (expected: last_secret beside it")
      },
      {
        settings(
            "auth.jwt.secret",
            LONG,
            "auth.jwt.last_secret",
            LAST,
            "auth.jwt.last_secret_until",
            "tomorrow"),
        List.of(
            "auth.jwt.last_secret_until: tomorrow (expected: a time such as 2026-12-31T00:00:00Z")
      },
      {
        settings(
            "auth.jwt.secret",
            LONG,
            "auth.jwt.last_secret",
            LONG,
            "auth.jwt.last_secret_until",
            "2026-12-31T00:00:00Z"),
        List.of("auth.jwt.last_secret: *** (expected: another secret than the current one")
      },
      {
        settings("auth.jwt.tenants", "acme"),
        List.of(
            "auth.jwt.tenants: acme (expected: auth.jwt.secret or auth.jwt.secret_file beside it")
      },
    };
  }

  private static Map<String, String> with(String name, String text) {
    Map<String, String> settings = two();
    settings.put(name, text);
    return settings;
  }

  @Test(dataProvider = "refusedSettings")
  public void wrongSettingsAreNamed(Map<String, String> settings, List<String> lines) {
    WrongSettings.checkNamed(settings, lines, LONG, OTHER, LAST, Forge.KEY);
  }
}
