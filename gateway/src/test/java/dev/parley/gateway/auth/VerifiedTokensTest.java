package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.auth.VerifiedTokens.Hash;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Test;

/** What is remembered of verified tokens, and for how long. */
@Test(groups = "unit")
public class VerifiedTokensTest {

  private static final String CLAIMS = "{\"sub\":\"ada\",\"exp\":1800000600}";

  private Instant now = Instant.ofEpochSecond(1_800_000_000L);

  private final Keys keys = new Keys();

  /** Keys that change when the test says so. */
  private static final class Keys implements KeySource {
    private long generation;

    @Override
    public CompletionStage<List<SignatureCheck>> find(String alg, @Nullable String kid) {
      return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public boolean isCheap() {
      return false;
    }

    @Override
    public long generation() {
      return generation;
    }
  }

  private static Principal user(String name) {
    return new Principal(new UserId("t", name), "early", Set.of(Scope.CHAT), Instant.MAX);
  }

  private void add(VerifiedTokens tokens, String name) {
    tokens.add(Hash.of(name), user(name), keys, keys.generation);
  }

  public void theLeastRecentlyUsedIsForgottenFirst() {
    VerifiedTokens tokens = new VerifiedTokens(3, 1_000_000);
    add(tokens, "a");
    add(tokens, "b");
    add(tokens, "c");
    assertThat(tokens.find(Hash.of("a"))).isEqualTo(user("a"));
    add(tokens, "d");
    assertThat(tokens.find(Hash.of("b"))).isNull();
    assertThat(tokens.find(Hash.of("a"))).isNotNull();
    assertThat(tokens.size()).isEqualTo(3);
  }

  public void itsBytesAreBoundedToo() {
    VerifiedTokens tokens = new VerifiedTokens(1000, 3_000);
    for (int i = 0; i < 100; i++) {
      add(tokens, "user" + i + "x".repeat(200));
      assertThat(tokens.bytes()).isLessThanOrEqualTo(3_000);
    }
    assertThat(tokens.size()).isBetween(3, 5);
    for (int i = 0; i < 100; i++) {
      tokens.forget(Hash.of("user" + i + "x".repeat(200)));
    }
    assertThat(tokens.bytes()).isZero();
  }

  /** 320 bytes, and two for each character of the texts of a user. */
  public void theBytesAreThoseOfTheUsersThatAreThere() {
    VerifiedTokens tokens = new VerifiedTokens(10, 10_000);
    add(tokens, "a");
    assertThat(tokens.bytes()).isEqualTo(320 + 2 * "taearly".length());
    add(tokens, "a");
    assertThat(tokens.bytes()).as("the same again").isEqualTo(320 + 2 * "taearly".length());
    Principal named =
        new Principal(
            new UserId("acme", "a"), "mid", Set.of(), Instant.MAX, "token", Optional.empty());
    tokens.add(Hash.of("a"), named, keys, keys.generation);
    assertThat(tokens.bytes()).as("in its place").isEqualTo(320 + 2 * "acmeamidtoken".length());
    assertThat(tokens.size()).isEqualTo(1);
  }

  public void theRoomMayBeFilledToTheLastByte() {
    int bytes = 320 + 2 * "taearly".length();
    VerifiedTokens enough = new VerifiedTokens(10, 2 * bytes);
    VerifiedTokens scarce = new VerifiedTokens(10, 2 * bytes - 1);
    for (String name : List.of("a", "b")) {
      add(enough, name);
      add(scarce, name);
    }
    assertThat(enough.size()).isEqualTo(2);
    assertThat(scarce.size()).isEqualTo(1);
  }

  public void nothingIsRememberedWithoutRoom() {
    VerifiedTokens tokens = new VerifiedTokens(0, 1_000);
    add(tokens, "a");
    assertThat(tokens.find(Hash.of("a"))).isNull();
    assertThat(tokens.bytes()).isZero();
  }

  public void aTokenCountsWithTheKeysThatVerifiedItOnly() {
    VerifiedTokens tokens = new VerifiedTokens(10, 10_000);
    add(tokens, "a");
    keys.generation++;
    assertThat(tokens.find(Hash.of("a"))).isNull();
    assertThat(tokens.size()).isZero();
    add(tokens, "a");
    tokens.clear();
    assertThat(tokens.find(Hash.of("a"))).isNull();
    assertThat(tokens.bytes()).isZero();
  }

  public void aTokenWhoseKeysChangedMeanwhileIsNotRemembered() {
    VerifiedTokens tokens = new VerifiedTokens(10, 10_000);
    Keys others = new Keys();
    long before = others.generation;
    others.generation++;
    tokens.add(Hash.of("a"), user("a"), others, before);
    others.generation = KeySource.NO_KEYS;
    tokens.add(Hash.of("b"), user("b"), others, others.generation);
    assertThat(tokens.size()).isZero();
    assertThat(tokens.bytes()).isZero();
  }

  public void aTokenIsVerifiedOnceUntilItExpires() {
    Metrics metrics = new Metrics();
    JwtConfig config =
        Settings.read(
            JwtConfig::read,
            Map.of("auth.jwt.public_key", KeyForge.pem(KeyForge.P256.getPublic())),
            new Problems());
    try (Verifications verifications =
        new Verifications(Settings.defaults(VerificationConfig::read), metrics)) {
      JwtVerifier verifier = new JwtVerifier(config, verifications, new SetClock(() -> now));
      String token = KeyForge.signed(PublicKeyAlgorithm.ES256, CLAIMS);
      Principal ada = Forge.user(verifier, token);
      assertThat(verifier.verify(token, "test").toCompletableFuture()).isCompletedWithValue(ada);
      assertThat(outcomes(metrics, "valid")).isEqualTo(1);
      assertThat(outcomes(metrics, "cached")).isEqualTo(1);
      String forged =
          token.substring(0, token.lastIndexOf('.') + 1) + KeyForge.base64(new byte[64]);
      for (int i = 0; i < 3; i++) {
        refusal(verifier, forged);
      }
      assertThat(outcomes(metrics, "invalid")).as("each was verified").isEqualTo(3);
      assertThat(verifications.cache().size()).isEqualTo(1);
      now = now.plusSeconds(604);
      assertThat(verifier.verify(token, "test").toCompletableFuture()).isCompletedWithValue(ada);
      now = now.plusSeconds(1);
      assertThat(refusal(verifier, token)).isEqualTo(ErrorCode.TOKEN_EXPIRED);
      assertThat(refusal(verifier, token)).isEqualTo(ErrorCode.TOKEN_EXPIRED);
      assertThat(verifications.cache().size()).isZero();
      assertThat(metrics.figure("parley_token_verifications_waiting")).isZero();
    }
  }

  private static long outcomes(Metrics metrics, String outcome) {
    return metrics.count("parley_token_verifications_total", "outcome", outcome);
  }

  private static ErrorCode refusal(JwtVerifier verifier, String token) {
    return catchThrowableOfType(RefusedException.class, () -> Forge.user(verifier, token))
        .refusal()
        .code();
  }
}
