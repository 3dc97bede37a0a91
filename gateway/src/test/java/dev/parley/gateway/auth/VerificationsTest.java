package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.auth.VerifiedTokens.Hash;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.monitor.LatencySnapshot;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import java.net.URI;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What is shown of the tokens of public keys, and what ends with the gateway. */
@Test(groups = "unit", timeOut = 60_000)
public class VerificationsTest {

  private static final String TOKEN =
      KeyForge.signed(PublicKeyAlgorithm.ES256, "{\"sub\":\"ada\",\"exp\":1800000600}");

  private final Semaphore end = new Semaphore(0);
  private Metrics metrics;
  private Verifications verifications;
  private JwtVerifier verifier;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    metrics = new Metrics();
    Map<String, String> one =
        Map.of("auth.verification.threads", "1", "auth.verification.queue", "1");
    verifications =
        new Verifications(Settings.read(VerificationConfig::read, one, new Problems()), metrics);
    JwtConfig config =
        Settings.read(
            JwtConfig::read,
            Map.of("auth.jwt.public_key", KeyForge.pem(KeyForge.P256.getPublic())),
            new Problems());
    verifier =
        new JwtVerifier(
            config, verifications, new SetClock(() -> Instant.ofEpochSecond(1_800_000_000L)));
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    end.release(2);
    verifications.close();
    end.drainPermits();
  }

  /** Keeps the only thread, and takes the only place of the queue. */
  private CompletableFuture<Boolean> fill() throws InterruptedException {
    CountDownLatch began = new CountDownLatch(1);
    var ignored = verifications.pool().submit("a", () -> hold(began));
    began.await();
    return verifications.pool().submit("b", () -> true);
  }

  private boolean hold(CountDownLatch began) {
    began.countDown();
    end.acquireUninterruptibly();
    return true;
  }

  private ErrorCode refusal(String token) {
    return catchThrowableOfType(RefusedException.class, () -> Forge.user(verifier, token))
        .refusal()
        .code();
  }

  private long outcomes(String outcome) {
    return metrics.count("parley_token_verifications_total", "outcome", outcome);
  }

  private LatencySnapshot latency() {
    return metrics.verifications().latency().snapshot();
  }

  public void aTokenThatFindsNoPlaceIsCountedAsThatAlone() throws Exception {
    CompletableFuture<Boolean> last = fill();
    assertThat(refusal(TOKEN)).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(outcomes("overloaded")).isEqualTo(1);
    assertThat(outcomes("invalid")).isZero();
    assertThat(latency().count()).as("no time of a verification").isZero();
    end.release();
    assertThat(last.join()).isTrue();
  }

  public void theTimeOfEachVerificationIsMeasured() {
    long began = System.nanoTime();
    Forge.user(verifier, TOKEN);
    assertThat(refusal(TOKEN.substring(0, TOKEN.lastIndexOf('.') + 1) + "AAAA"))
        .isEqualTo(ErrorCode.UNAUTHENTICATED);
    Forge.user(verifier, TOKEN);
    long took = System.nanoTime() - began;
    assertThat(latency().count()).as("with an invalid one, without a cached one").isEqualTo(2);
    assertThat(latency().sumNanos()).isBetween(1L, took);
    assertThat(outcomes("valid")).isEqualTo(1);
    assertThat(outcomes("invalid")).isEqualTo(1);
    assertThat(outcomes("cached")).isEqualTo(1);
  }

  public void whatWaitsAndWhatIsRememberedIsShown() throws Exception {
    Forge.user(verifier, TOKEN);
    assertThat(metrics.snapshot())
        .containsEntry("parley_token_verifications_waiting", 0L)
        .containsEntry("parley_limit_token_verifications_waiting", 1L)
        .containsEntry("parley_verified_tokens", 1L)
        .containsEntry("parley_verified_token_bytes", verifications.cache().bytes());
    assertThat(verifications.cache().bytes()).isPositive();
    CompletableFuture<Boolean> last = fill();
    assertThat(metrics.figure("parley_token_verifications_waiting")).isEqualTo(1);
    end.release();
    last.join();
  }

  /** A key set counts no more, and no token is verified. */
  public void aClosedOneVerifiesNothing() {
    JwksLocation location =
        new JwksLocation(
            "auth.jwt",
            URI.create("http://127.0.0.1:9/jwks"),
            EnumSet.allOf(PublicKeyAlgorithm.class));
    JwksKeys keys = verifications.keySets().at(location);
    verifications.close();
    assertThat(verifications.keySets().at(location)).isNotSameAs(keys);
    assertThatThrownBy(() -> verifications.pool().submit("a", () -> true))
        .isInstanceOf(RefusedException.class);
  }

  /** Its length is checked before anything is computed of it. */
  public void aTokenThatIsTooLongIsNotLookedUp() {
    String huge = "x".repeat(TokenParts.MAX_CHARACTERS + 1);
    verifications
        .cache()
        .add(
            Hash.of(huge),
            Forge.user(verifier, TOKEN),
            new PublicKeySource(
                new PublicKeys(List.of(KeyForge.P256.getPublic()), PublicKeys.DEFAULT_ALGORITHMS)),
            0);
    assertThat(verifications.cache().size()).isEqualTo(2);
    assertThat(refusal(huge)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(outcomes("cached")).isZero();
  }
}
