package dev.parley.gateway.auth;

import static java.util.stream.Collectors.joining;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Verifies with secrets that issuer and gateway share. {@code kid} is ignored. */
final class SharedSecretKeys implements KeySource {

  private final SharedSecrets secrets;
  private final Clock clock;
  private final Map<HmacAlgorithm, SignatureCheck> current;
  private final Map<HmacAlgorithm, SignatureCheck> last;

  /**
   * Verifies with these secrets.
   *
   * @throws IllegalArgumentException if one is too short for an algorithm
   */
  SharedSecretKeys(SharedSecrets secrets, Clock clock) {
    this.secrets = secrets;
    this.clock = clock;
    current = checks(secrets.current());
    last = secrets.last().map(each -> checks(each.secret())).orElse(Map.of());
  }

  private Map<HmacAlgorithm, SignatureCheck> checks(Secret secret) {
    Map<HmacAlgorithm, SignatureCheck> checks = new EnumMap<>(HmacAlgorithm.class);
    for (HmacAlgorithm each : secrets.algorithms()) {
      checks.put(each, each.with(secret));
    }
    return checks;
  }

  @Override
  public boolean isCheap() {
    return true;
  }

  @Override
  public long generation() {
    return 0;
  }

  @Override
  public CompletionStage<List<SignatureCheck>> find(String alg, @Nullable String kid) {
    HmacAlgorithm name =
        HmacAlgorithm.of(alg)
            .filter(secrets.algorithms()::contains)
            .orElseThrow(() -> RefusedException.of(ErrorCode.UNAUTHENTICATED, otherAlgorithm()));
    List<SignatureCheck> found = new ArrayList<>(2);
    add(current, name, found);
    if (secrets.last().filter(each -> clock.instant().isBefore(each.until())).isPresent()) {
      add(last, name, found);
    }
    return CompletableFuture.completedFuture(found);
  }

  private static void add(
      Map<HmacAlgorithm, SignatureCheck> checks, HmacAlgorithm name, List<SignatureCheck> found) {
    SignatureCheck check = checks.get(name);
    if (check != null) {
      found.add(check);
    }
  }

  private String otherAlgorithm() {
    String names = secrets.algorithms().stream().map(HmacAlgorithm::name).collect(joining(" or "));
    return Texts.expected("token: alg", "another", names);
  }
}
