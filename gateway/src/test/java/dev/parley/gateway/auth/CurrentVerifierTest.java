package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Reloadable.Change;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Keys that change while tokens are verified. */
@Test(groups = "unit", timeOut = 60_000)
public class CurrentVerifierTest {

  private static final String CLAIMS = "{\"sub\":\"ada\",\"exp\":1800000600}";
  private static final KeyPair OLD = KeyForge.P256;
  private static final KeyPair NEW = KeyForge.ec("secp256r1");
  private static final String OF_OLD = KeyForge.signed(PublicKeyAlgorithm.ES256, OLD, "", CLAIMS);
  private static final String OF_NEW = KeyForge.signed(PublicKeyAlgorithm.ES256, NEW, "", CLAIMS);

  private Metrics metrics;
  private Verifications verifications;
  private CurrentVerifier verifier;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    Map<String, String> one = new HashMap<>();
    one.put("auth.verification.threads", "1");
    metrics = new Metrics();
    verifications =
        new Verifications(Settings.read(VerificationConfig::read, one, new Problems()), metrics);
    verifier =
        new CurrentVerifier(
            config(OLD), verifications, new SetClock(() -> Instant.ofEpochSecond(1_800_000_000L)));
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    verifications.close();
  }

  private static JwtConfig config(KeyPair... pairs) {
    StringBuilder pem = new StringBuilder();
    for (KeyPair each : pairs) {
      pem.append(KeyForge.pem(each.getPublic()));
    }
    return config("public_key", pem.toString());
  }

  private static JwtConfig config(String... pairs) {
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      texts.put("auth.jwt." + pairs[i], pairs[i + 1]);
    }
    Problems problems = new Problems();
    JwtConfig config = Settings.read(JwtConfig::read, texts, problems);
    assertThat(problems.lines()).isEmpty();
    return config;
  }

  private Change prepare(JwtConfig next) {
    Problems problems = new Problems();
    Change change = verifier.with(next).prepare(problems).orElseThrow();
    assertThat(problems.isEmpty()).isTrue();
    return change;
  }

  private boolean reload(JwtConfig next) {
    Change change = prepare(next);
    change.apply().run();
    return change.isNew();
  }

  private boolean isValid(String token) {
    try {
      verifier.verify(token, "client").toCompletableFuture().join();
      return true;
    } catch (CompletionException refused) {
      assertThat(refused).hasCauseInstanceOf(RefusedException.class);
      return false;
    }
  }

  public void aRemovedKeyVerifiesNothingMoreNorWhatItVerifiedBefore() {
    assertThat(isValid(OF_OLD)).isTrue();
    assertThat(verifications.cache().size()).isEqualTo(1);
    assertThat(isValid(OF_NEW)).isFalse();
    assertThat(reload(config(OLD, NEW))).isTrue();
    assertThat(isValid(OF_OLD)).isTrue();
    assertThat(isValid(OF_NEW)).isTrue();
    assertThat(reload(config(NEW))).isTrue();
    assertThat(verifications.cache().size()).isZero();
    assertThat(isValid(OF_OLD)).isFalse();
    assertThat(isValid(OF_NEW)).isTrue();
  }

  public void theSameKeysGoOnAndForgetNothing() {
    assertThat(isValid(OF_OLD)).isTrue();
    assertThat(reload(config(OLD))).isFalse();
    assertThat(verifications.cache().size()).isEqualTo(1);
    assertThat(isValid(OF_OLD)).isTrue();
    assertThat(metrics.count("parley_token_verifications_total", "outcome", "cached")).isEqualTo(1);
    assertThat(metrics.count("parley_token_verifications_total", "outcome", "valid")).isEqualTo(1);
  }

  public void nothingCountsBeforeItIsApplied() {
    var ignored = prepare(config(NEW));
    assertThat(isValid(OF_OLD)).isTrue();
    assertThat(isValid(OF_NEW)).isFalse();
  }

  public void aSecretIsReplacedAndTheLastOneCountsUntilItsEnd() {
    String first = "1".repeat(32);
    String second = "2".repeat(32);
    String token = Forge.signed("{\"alg\":\"HS256\"}", CLAIMS, first);
    assertThat(reload(config("secret", first))).isTrue();
    assertThat(isValid(token)).isTrue();
    reload(
        config(
            "secret", second, "last_secret", first, "last_secret_until", "2030-01-01T00:00:00Z"));
    assertThat(isValid(token)).isTrue();
    reload(config("secret", second));
    assertThat(isValid(token)).isFalse();
    reload(config(OLD));
    assertThat(isValid(OF_OLD)).isTrue();
  }

  /** The only thread is kept, the token waits for it, and meanwhile its key is removed. */
  public void aTokenThatIsVerifiedWhileItsKeyIsRemovedIsRefusedAndNotRemembered() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    Semaphore end = new Semaphore(0);
    CompletableFuture<Boolean> kept =
        verifications
            .pool()
            .submit(
                "other",
                () -> {
                  began.countDown();
                  end.acquireUninterruptibly();
                  return true;
                });
    began.await();
    CompletableFuture<Principal> old = verifier.verify(OF_OLD, "client").toCompletableFuture();
    assertThat(old).isNotDone();
    reload(config(NEW));
    CompletableFuture<Principal> young = verifier.verify(OF_NEW, "client").toCompletableFuture();
    end.release();
    kept.join();
    assertThat(young.join().user().subject()).isEqualTo("ada");
    assertThat(old.handle((user, failure) -> failure != null).join()).isTrue();
    assertThat(verifications.cache().size()).as("that of the new key").isEqualTo(1);
    assertThat(verifier.verify(OF_NEW, "client").toCompletableFuture()).isCompleted();
  }
}
