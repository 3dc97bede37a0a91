package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TokenSignerTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.5Z");

  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final Secret secret = Secret.of(Forge.KEY);

  public void signsWhatTheVerifierTakes() {
    TokenSigner signer = new TokenSigner(secret, EnumSet.of(Scope.AGENT, Scope.CHAT), clock);
    TokenSigner.Signed signed = signer.sign("dev", "mid");
    JwtConfig config = new JwtConfig(List.of(IssuerConfig.of(secret)), Duration.ZERO);
    Principal dev = Forge.user(new JwtVerifier(config, clock), signed.token());
    assertThat(dev.user().subject()).isEqualTo("dev");
    assertThat(dev.tier()).isEqualTo("mid");
    assertThat(dev.scopes()).containsExactlyInAnyOrder(Scope.CHAT, Scope.AGENT);
    assertThat(dev.expiresAt()).isEqualTo(signed.expiresAt());
  }

  public void signsForTwelveHours() {
    TokenSigner signer = new TokenSigner(secret, EnumSet.noneOf(Scope.class), clock);
    assertThat(signer.sign("dev", "early").expiresAt()).isEqualTo("2026-11-22T22:00:00Z");
  }

  public void refusesASecretShorterThanTheHash() {
    assertThatThrownBy(() -> new SharedSecretKeys(SharedSecrets.of(Secret.of("short")), clock))
        .hasMessage("secret: 5 bytes (expected: at least 32 bytes)");
  }
}
