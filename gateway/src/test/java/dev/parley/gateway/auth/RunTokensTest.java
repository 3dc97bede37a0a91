package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import dev.parley.gateway.auth.RunTokens.RunClaims;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class RunTokensTest {

  private static final Instant NOW = Instant.parse("2026-11-29T05:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final String KEY_TEXT = "the key of the tokens of runs, of this test";
  private static final Secret KEY = Secret.of(KEY_TEXT);
  private static final RunClaims CLAIMS =
      new RunClaims(
          new UserId("acme", "ada"),
          new RunId("r_1"),
          new AgentName("pushed"),
          NOW.plusSeconds(60));

  private final RunTokens tokens = new RunTokens(KEY, CLOCK);

  private static Refusal refusal(RunTokens verifier, String token) {
    return catchThrowableOfType(RefusedException.class, () -> verifier.verify(token)).refusal();
  }

  public void aTokenSaysWhoseRunItIs() {
    assertThat(tokens.verify(tokens.sign(CLAIMS))).isEqualTo(CLAIMS);
    assertThat(JWT.decode(tokens.sign(CLAIMS)).getClaim("scope").asString()).isEqualTo("publish");
  }

  public void aTokenExpires() {
    RunTokens later =
        new RunTokens(KEY, Clock.fixed(NOW.plus(Duration.ofSeconds(60)), ZoneOffset.UTC));
    assertThat(refusal(later, tokens.sign(CLAIMS)).code()).isEqualTo(ErrorCode.TOKEN_EXPIRED);
  }

  @DataProvider
  public Object[] others() {
    String[] parts = tokens.sign(CLAIMS).split("\\.", -1);
    String none =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
    return new Object[] {
      "",
      "a.b.c",
      parts[0] + "." + parts[1] + ".",
      none + "." + parts[1] + ".",
      Forge.signed(none + "." + parts[1], KEY_TEXT),
      new RunTokens(Secret.of("the key of another store, also 32 bytes"), CLOCK).sign(CLAIMS),
      new TokenSigner(
              Secret.of("the key of the users' tokens, 32 bytes"), Set.of(Scope.PUBLISH), CLOCK)
          .sign("ada", "early")
          .token(),
    };
  }

  @Test(dataProvider = "others")
  public void noOtherTokenIsAccepted(String token) {
    assertThat(refusal(tokens, token).code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  public void aTokenOfTheKeyWithoutItsClaimsIsRefused() {
    String bare =
        JWT.create().withExpiresAt(NOW.plusSeconds(9)).sign(Algorithm.HMAC256(KEY.bytes()));
    assertThat(refusal(tokens, bare).message()).startsWith("scope: missing");
  }

  public void theVerifierOfUsersRefusesIt() {
    JwtVerifier users =
        new JwtVerifier(
            new JwtConfig(
                List.of(IssuerConfig.of(Secret.of("the key of the users' tokens, 32 bytes"))),
                Duration.ZERO),
            CLOCK);
    Refusal refusal =
        catchThrowableOfType(RefusedException.class, () -> Forge.user(users, tokens.sign(CLAIMS)))
            .refusal();
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }
}
