package dev.parley.gateway.auth;

import static dev.parley.gateway.auth.JwksRig.CONFIG;
import static dev.parley.gateway.auth.JwksRig.FOUND;
import static dev.parley.gateway.auth.JwksRig.NEW;
import static dev.parley.gateway.auth.JwksRig.OLD;
import static dev.parley.gateway.auth.JwksRig.outcome;
import static dev.parley.gateway.auth.KeyForge.jwks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** When key sets are fetched, and which keys count meanwhile. */
@Test(groups = "unit")
public class JwksKeysTest {

  private JwksRig rig;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = new JwksRig();
  }

  public void withoutAKeyATokenIsAskedToComeBack() {
    rig.keys.start();
    assertThat(rig.find("ES256", "old")).isEqualTo(ErrorCode.OVERLOADED);
    rig.fail();
    assertThat(rig.find("ES256", "old")).isEqualTo(ErrorCode.OVERLOADED);
    rig.pass(Duration.ofSeconds(1));
    rig.answer(jwks(OLD));
    assertThat(rig.find("ES256", "old")).isEqualTo(FOUND);
    assertThat(rig.keys.size()).isEqualTo(1);
    assertThat(rig.count("parley_jwks_fetches_total", "failed")).isEqualTo(1);
    assertThat(rig.count("parley_jwks_fetches_total", "fetched")).isEqualTo(1);
  }

  public void anotherAlgorithmIsRefusedAtOnce() {
    rig.keys.start();
    assertThat(rig.find("HS256", "old")).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(rig.find("none", "old")).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  public void anAlgorithmThatIsNotAllowedAsksForNoOtherKeys() {
    rig = new JwksRig(EnumSet.of(PublicKeyAlgorithm.ES256));
    rig.keys.start();
    rig.answer(jwks(OLD, NEW));
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    assertThat(rig.find("RS256", "new")).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(rig.fetches).isEmpty();
    assertThat(rig.find("ES256", "old")).isEqualTo(FOUND);
  }

  public void failuresAreTriedAgainLessAndLessOften() {
    rig.keys.start();
    List<Integer> counts = new ArrayList<>();
    for (int minute = 0; minute < 3; minute++) {
      for (int second = 0; second < 60; second++) {
        if (!rig.fetches.isEmpty()) {
          rig.fail();
        }
        assertThat(rig.find("ES256", "old")).isEqualTo(ErrorCode.OVERLOADED);
        rig.pass(Duration.ofSeconds(1));
      }
      counts.add(rig.begun);
    }
    assertThat(counts.get(0)).isBetween(5, 7);
    assertThat(counts.get(2) - counts.get(1)).isBetween(1, 2);
  }

  public void aFloodOfUnknownKidsIsOneFetchInTenSeconds() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    int before = rig.begun;
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 100; i++) {
        assertThat(rig.find("ES256", "evil" + second + "." + i)).isNotEqualTo(FOUND);
      }
      if (!rig.fetches.isEmpty()) {
        rig.answer(jwks(OLD));
      }
      assertThat(rig.find("ES256", "old")).as("others are not disturbed").isEqualTo(FOUND);
      rig.pass(Duration.ofSeconds(1));
    }
    assertThat(rig.begun - before).isBetween(5, 6);
    assertThat(rig.fetches).isEmpty();
    rig.pass(Duration.ofMinutes(1));
    assertThat(rig.begun - before).as("no timer is left of them").isLessThanOrEqualTo(6);
  }

  public void oneUnknownKidIsLookedForOnceInAWhile() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    CompletionStage<List<SignatureCheck>> first = rig.keys.find("ES256", "evil");
    CompletionStage<List<SignatureCheck>> second = rig.keys.find("ES256", "evil");
    assertThat(outcome(first)).as("one fetch at a time").isNull();
    assertThat(rig.begun).isEqualTo(2);
    rig.answer(jwks(OLD));
    assertThat(outcome(first)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(outcome(second)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS - 1));
    assertThat(rig.find("ES256", "evil")).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(rig.begun).isEqualTo(2);
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.find("ES256", "evil")).isNull();
    assertThat(rig.begun).isEqualTo(3);
  }

  public void aTokenOfANewKeyWaitsForIt() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    long generation = rig.keys.generation();
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    CompletionStage<List<SignatureCheck>> waits = rig.keys.find("RS256", "new");
    assertThat(rig.find("ES256", "old")).isEqualTo(FOUND);
    rig.answer(jwks(OLD, NEW));
    assertThat(outcome(waits)).isEqualTo(FOUND);
    assertThat(rig.keys.generation()).as("no key is gone").isEqualTo(generation);
    rig.pass(CONFIG.refresh());
    rig.answer(jwks(NEW));
    assertThat(rig.keys.generation()).isGreaterThan(generation);
    assertThat(rig.find("ES256", "old")).isNotEqualTo(FOUND);
    assertThat(rig.find("RS256", "new")).isEqualTo(FOUND);
  }

  public void onlySoManyTokensWaitForAFetch() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    List<CompletionStage<List<SignatureCheck>>> waiting = new ArrayList<>();
    for (int i = 0; i < JwksKeys.MAX_WAITING; i++) {
      waiting.add(rig.keys.find("ES256", "k" + i));
    }
    assertThat(rig.find("ES256", "one more")).isEqualTo(ErrorCode.OVERLOADED);
    rig.fail();
    assertThat(waiting)
        .allSatisfy(each -> assertThat(outcome(each)).isEqualTo(ErrorCode.OVERLOADED));
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    assertThat(rig.find("ES256", "one more")).isNull();
  }

  public void oldKeysCountWhileTheUrlFailsUpToAnAge() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    long generation = rig.keys.generation();
    for (int minute = 0; minute < 59; minute++) {
      rig.pass(Duration.ofMinutes(1));
      if (!rig.fetches.isEmpty()) {
        rig.fail();
      }
      assertThat(rig.find("ES256", "old")).isEqualTo(FOUND);
    }
    assertThat(rig.keys.generation()).isEqualTo(generation);
    rig.pass(Duration.ofMinutes(2));
    assertThat(rig.find("ES256", "old")).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(rig.keys.generation()).as("no cached token counts").isNotEqualTo(generation);
    assertThat(rig.keys.size()).isZero();
  }

  public void aSetOfNoUseIsAFailure() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    for (String document : List.of("<html>", "{}", jwks())) {
      rig.pass(CONFIG.refresh());
      rig.answer(document);
      assertThat(rig.find("ES256", "old")).isEqualTo(FOUND);
    }
    assertThat(rig.count("parley_jwks_fetches_total", "failed")).isEqualTo(3);
  }

  public void aClosedOneFetchesNoMore() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    rig.keys.close();
    rig.pass(Duration.ofMinutes(10));
    assertThat(rig.begun).isEqualTo(1);
  }

  /** A client that came too early must not keep others from the new key. */
  public void aKeyThatWasUnknownIsFoundSoonAfterItIsThere() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    CompletionStage<List<SignatureCheck>> early = rig.keys.find("RS256", "new");
    rig.answer(jwks(OLD));
    assertThat(outcome(early)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    CompletionStage<List<SignatureCheck>> later = rig.keys.find("RS256", "new");
    rig.answer(jwks(OLD, NEW));
    assertThat(outcome(later)).isEqualTo(FOUND);
  }

  public void aUrlThatFailsNowAndThenIsNotAskedMoreOften() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    int before = rig.begun;
    for (int second = 0; second < 120; second++) {
      rig.pass(Duration.ofSeconds(1));
      assertThat(rig.find("ES256", "evil" + second)).isNotEqualTo(FOUND);
      if (rig.fetches.isEmpty()) {
        continue;
      }
      if (rig.begun % 2 == 0) {
        rig.fail();
      } else {
        rig.answer(jwks(OLD));
      }
    }
    assertThat(rig.begun - before).isBetween(10, 12);
  }

  public void aLongKidIsRefusedAndNotRemembered() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    assertThatThrownBy(() -> rig.keys.find("ES256", "k".repeat(256)))
        .hasMessage("token: kid: longer than allowed (expected: at most 255 characters)");
    assertThat(rig.fetches).isEmpty();
    assertThat(rig.find("ES256", "k".repeat(255))).isNull();
  }

  private long overloaded() {
    return rig.count("parley_token_verifications_total", "overloaded");
  }

  public void aRefusalSaysWhenTheKeysMayBeThere() {
    rig.keys.start();
    assertThat(retryAfterSeconds()).isEqualTo(JwksKeys.MIN_SECONDS + 1);
    rig.pass(Duration.ofSeconds(4));
    assertThat(retryAfterSeconds()).isEqualTo(JwksKeys.MIN_SECONDS - 3);
    rig.pass(Duration.ofMinutes(1));
    assertThat(retryAfterSeconds()).as("the fetch is late").isEqualTo(1);
    assertThat(overloaded()).isEqualTo(3);
  }

  private @Nullable Long retryAfterSeconds() {
    return catchThrowableOfType(RefusedException.class, () -> rig.keys.find("ES256", "old"))
        .refusal()
        .retryAfterSeconds();
  }

  public void eachTokenThatGetsNoKeyInTimeIsCounted() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    assertThat(rig.find("ES256", "early")).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(overloaded()).isEqualTo(1);
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    CompletionStage<List<SignatureCheck>> waits = rig.keys.find("ES256", "late");
    assertThat(overloaded()).isEqualTo(1);
    rig.fail();
    assertThat(outcome(waits)).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(overloaded()).isEqualTo(2);
  }

  public void oneUnknownIdIsNotTakenForAnother() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    assertThat(rig.find("RS256", null)).as("a token without an id").isNull();
    rig.answer(jwks(OLD));
    assertThat(rig.find("RS256", null)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(rig.find("RS256", "")).as("none too").isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(rig.find("RS256", "another")).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(rig.find("ES256", null)).isEqualTo(FOUND);
  }

  public void keysCountToTheEndOfTheirAge() {
    rig.keys.start();
    rig.answer(jwks(OLD));
    rig.pass(CONFIG.maxAge());
    assertThat(rig.find("ES256", "old")).isEqualTo(FOUND);
    rig.pass(Duration.ofNanos(1));
    assertThat(rig.find("ES256", "old")).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(rig.keys.generation()).isEqualTo(KeySource.NO_KEYS);
  }

  public void aSignatureOfAPublicKeyIsNotCheckedOnALoop() {
    assertThat(rig.keys.isCheap()).isFalse();
  }
}
