package dev.parley.gateway.auth;

import static dev.parley.gateway.auth.KeyForge.jwk;
import static dev.parley.gateway.auth.KeyForge.jwks;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** When key sets are fetched, and which keys count meanwhile. */
@Test(groups = "unit")
public class JwksKeysTest {

  private static final String OLD = jwk(KeyForge.P256.getPublic(), "old", "");
  private static final String NEW = jwk(KeyForge.RSA.getPublic(), "new", "");
  private static final JwksConfig CONFIG =
      new JwksConfig(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofSeconds(5));

  private final Queue<CompletableFuture<byte[]>> fetches = new ArrayDeque<>();
  private final List<Timed> timed = new ArrayList<>();
  private int begun;
  private long now;
  private Metrics metrics;
  private JwksKeys keys;

  private record Timed(long at, Runnable task) {}

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    fetches.clear();
    timed.clear();
    begun = 0;
    now = 1_000;
    metrics = new Metrics();
    keys = keys(EnumSet.allOf(PublicKeyAlgorithm.class));
  }

  private JwksKeys keys(Set<PublicKeyAlgorithm> algorithms) {
    return new JwksKeys(
        new JwksLocation("auth.jwt", URI.create("https://id/jwks"), algorithms),
        CONFIG,
        () -> {
          begun++;
          CompletableFuture<byte[]> fetch = new CompletableFuture<>();
          fetches.add(fetch);
          return fetch;
        },
        (delay, task) -> timed.add(new Timed(now + delay.toNanos(), task)),
        metrics.verifications(),
        () -> now);
  }

  /** Time passes in steps of a second, and what is due runs. */
  private void pass(Duration time) {
    long end = now + time.toNanos();
    while (now < end) {
      now = Math.min(end, now + Duration.ofSeconds(1).toNanos());
      List<Timed> due = timed.stream().filter(each -> each.at() <= now).toList();
      timed.removeAll(due);
      due.forEach(each -> each.task().run());
    }
  }

  private void answer(String document) {
    fetches.remove().complete(document.getBytes(UTF_8));
  }

  private void fail() {
    fetches.remove().completeExceptionally(new IOException("no route"));
  }

  private @Nullable ErrorCode find(String alg, String kid) {
    try {
      return outcome(keys.find(alg, kid));
    } catch (RefusedException refused) {
      return refused.refusal().code();
    }
  }

  /** INTERNAL stands for success, and null for none yet. */
  private static @Nullable ErrorCode outcome(CompletionStage<List<SignatureCheck>> found) {
    CompletableFuture<List<SignatureCheck>> future = found.toCompletableFuture();
    if (!future.isDone()) {
      return null;
    }
    Throwable failure = catchThrowable(future::join);
    if (failure == null) {
      return ErrorCode.INTERNAL;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return ((RefusedException) requireNonNull(cause)).refusal().code();
  }

  private static final ErrorCode FOUND = ErrorCode.INTERNAL;

  public void withoutAKeyATokenIsAskedToComeBack() {
    keys.start();
    assertThat(find("ES256", "old")).isEqualTo(ErrorCode.OVERLOADED);
    fail();
    assertThat(find("ES256", "old")).isEqualTo(ErrorCode.OVERLOADED);
    pass(Duration.ofSeconds(1));
    answer(jwks(OLD));
    assertThat(find("ES256", "old")).isEqualTo(FOUND);
    assertThat(keys.size()).isEqualTo(1);
    assertThat(metrics.count("parley_jwks_fetches_total", "outcome", "failed")).isEqualTo(1);
    assertThat(metrics.count("parley_jwks_fetches_total", "outcome", "fetched")).isEqualTo(1);
  }

  public void anotherAlgorithmIsRefusedAtOnce() {
    keys.start();
    assertThat(find("HS256", "old")).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(find("none", "old")).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  public void anAlgorithmThatIsNotAllowedAsksForNoOtherKeys() {
    keys = keys(EnumSet.of(PublicKeyAlgorithm.ES256));
    keys.start();
    answer(jwks(OLD, NEW));
    pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    assertThat(find("RS256", "new")).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(fetches).isEmpty();
    assertThat(find("ES256", "old")).isEqualTo(FOUND);
  }

  public void failuresAreTriedAgainLessAndLessOften() {
    keys.start();
    List<Integer> counts = new ArrayList<>();
    for (int minute = 0; minute < 3; minute++) {
      for (int second = 0; second < 60; second++) {
        if (!fetches.isEmpty()) {
          fail();
        }
        assertThat(find("ES256", "old")).isEqualTo(ErrorCode.OVERLOADED);
        pass(Duration.ofSeconds(1));
      }
      counts.add(begun);
    }
    assertThat(counts.get(0)).isBetween(5, 7);
    assertThat(counts.get(2) - counts.get(1)).isBetween(1, 2);
  }

  public void aFloodOfUnknownKidsIsOneFetchInTenSeconds() {
    keys.start();
    answer(jwks(OLD));
    pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    int before = begun;
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 100; i++) {
        assertThat(find("ES256", "evil" + second + "." + i)).isNotEqualTo(FOUND);
      }
      if (!fetches.isEmpty()) {
        answer(jwks(OLD));
      }
      assertThat(find("ES256", "old")).as("others are not disturbed").isEqualTo(FOUND);
      pass(Duration.ofSeconds(1));
    }
    assertThat(begun - before).isBetween(5, 6);
    assertThat(fetches).isEmpty();
    pass(Duration.ofMinutes(1));
    assertThat(begun - before).as("no timer is left of them").isLessThanOrEqualTo(6);
  }

  public void oneUnknownKidIsLookedForOnceInAWhile() {
    keys.start();
    answer(jwks(OLD));
    pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    CompletionStage<List<SignatureCheck>> first = keys.find("ES256", "evil");
    CompletionStage<List<SignatureCheck>> second = keys.find("ES256", "evil");
    assertThat(outcome(first)).as("one fetch at a time").isNull();
    assertThat(begun).isEqualTo(2);
    answer(jwks(OLD));
    assertThat(outcome(first)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(outcome(second)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS - 1));
    assertThat(find("ES256", "evil")).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(begun).isEqualTo(2);
    pass(Duration.ofSeconds(1));
    assertThat(find("ES256", "evil")).isNull();
    assertThat(begun).isEqualTo(3);
  }

  public void aTokenOfANewKeyWaitsForIt() {
    keys.start();
    answer(jwks(OLD));
    long generation = keys.generation();
    pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    CompletionStage<List<SignatureCheck>> waits = keys.find("RS256", "new");
    assertThat(find("ES256", "old")).isEqualTo(FOUND);
    answer(jwks(OLD, NEW));
    assertThat(outcome(waits)).isEqualTo(FOUND);
    assertThat(keys.generation()).as("no key is gone").isEqualTo(generation);
    pass(CONFIG.refresh());
    answer(jwks(NEW));
    assertThat(keys.generation()).isNotEqualTo(generation);
    assertThat(find("ES256", "old")).isNotEqualTo(FOUND);
    assertThat(find("RS256", "new")).isEqualTo(FOUND);
  }

  public void onlySoManyTokensWaitForAFetch() {
    keys.start();
    answer(jwks(OLD));
    pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    List<CompletionStage<List<SignatureCheck>>> waiting = new ArrayList<>();
    for (int i = 0; i < JwksKeys.MAX_WAITING; i++) {
      waiting.add(keys.find("ES256", "k" + i));
    }
    assertThat(find("ES256", "one more")).isEqualTo(ErrorCode.OVERLOADED);
    fail();
    assertThat(waiting)
        .allSatisfy(each -> assertThat(outcome(each)).isEqualTo(ErrorCode.OVERLOADED));
    pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    assertThat(find("ES256", "one more")).isNull();
  }

  public void oldKeysCountWhileTheUrlFailsUpToAnAge() {
    keys.start();
    answer(jwks(OLD));
    long generation = keys.generation();
    for (int minute = 0; minute < 59; minute++) {
      pass(Duration.ofMinutes(1));
      if (!fetches.isEmpty()) {
        fail();
      }
      assertThat(find("ES256", "old")).isEqualTo(FOUND);
    }
    assertThat(keys.generation()).isEqualTo(generation);
    pass(Duration.ofMinutes(2));
    assertThat(find("ES256", "old")).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(keys.generation()).as("no cached token counts").isNotEqualTo(generation);
    assertThat(keys.size()).isZero();
  }

  public void aSetOfNoUseIsAFailure() {
    keys.start();
    answer(jwks(OLD));
    for (String document : List.of("<html>", "{}", jwks())) {
      pass(CONFIG.refresh());
      answer(document);
      assertThat(find("ES256", "old")).isEqualTo(FOUND);
    }
    assertThat(metrics.count("parley_jwks_fetches_total", "outcome", "failed")).isEqualTo(3);
  }

  public void aClosedOneFetchesNoMore() {
    keys.start();
    answer(jwks(OLD));
    keys.close();
    pass(Duration.ofMinutes(10));
    assertThat(begun).isEqualTo(1);
  }

  /** A client that came too early must not keep others from the new key. */
  public void aKeyThatWasUnknownIsFoundSoonAfterItIsThere() {
    keys.start();
    answer(jwks(OLD));
    pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    CompletionStage<List<SignatureCheck>> early = keys.find("RS256", "new");
    answer(jwks(OLD));
    assertThat(outcome(early)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    CompletionStage<List<SignatureCheck>> later = keys.find("RS256", "new");
    answer(jwks(OLD, NEW));
    assertThat(outcome(later)).isEqualTo(FOUND);
  }

  public void aUrlThatFailsNowAndThenIsNotAskedMoreOften() {
    keys.start();
    answer(jwks(OLD));
    int before = begun;
    for (int second = 0; second < 120; second++) {
      pass(Duration.ofSeconds(1));
      assertThat(find("ES256", "evil" + second)).isNotEqualTo(FOUND);
      if (fetches.isEmpty()) {
        continue;
      }
      if (begun % 2 == 0) {
        fail();
      } else {
        answer(jwks(OLD));
      }
    }
    assertThat(begun - before).isBetween(10, 12);
  }

  public void aLongKidIsRefusedAndNotRemembered() {
    keys.start();
    answer(jwks(OLD));
    pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    assertThatThrownBy(() -> keys.find("ES256", "k".repeat(256)))
        .hasMessage("token: kid: longer than allowed (expected: at most 255 characters)");
    assertThat(fetches).isEmpty();
    assertThat(find("ES256", "k".repeat(255))).isNull();
  }

  public void unknownIdsTakeLittleMemory() {
    UnknownKids unknown = new UnknownKids();
    for (int i = 0; i < 5_000; i++) {
      unknown.add(i + "é".repeat(250), 100);
      unknown.add(i + "é".repeat(250), 200);
      assertThat(unknown.bytes()).isLessThanOrEqualTo(UnknownKids.MAX_BYTES);
    }
    assertThat(unknown.size()).isBetween(300, 500);
    assertThat(unknown.has("4999" + "é".repeat(250), 150)).isTrue();
    assertThat(unknown.has("4999" + "é".repeat(250), 200)).isFalse();
    for (int i = 0; i < 5_000; i++) {
      unknown.add("k" + i, 100);
    }
    assertThat(unknown.size()).isEqualTo(UnknownKids.MAX_IDS);
    assertThat(unknown.bytes()).isLessThanOrEqualTo(130 * UnknownKids.MAX_IDS);
  }
}
