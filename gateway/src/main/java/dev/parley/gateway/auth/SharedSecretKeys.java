package dev.parley.gateway.auth;

import static java.util.stream.Collectors.joining;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
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
  private final Map<HmacAlgorithm, Algorithm> current;
  private final Map<HmacAlgorithm, Algorithm> last;

  /**
   * Verifies with these secrets.
   *
   * @throws IllegalArgumentException if one is too short for an algorithm
   */
  SharedSecretKeys(SharedSecrets secrets, Clock clock) {
    this.secrets = secrets;
    this.clock = clock;
    current = algorithms(secrets.current());
    last = secrets.last().map(each -> algorithms(each.secret())).orElse(Map.of());
  }

  private Map<HmacAlgorithm, Algorithm> algorithms(Secret secret) {
    Map<HmacAlgorithm, Algorithm> algorithms = new EnumMap<>(HmacAlgorithm.class);
    for (HmacAlgorithm each : secrets.algorithms()) {
      if (secret.length() < each.minBytes()) {
        throw new IllegalArgumentException(
            Texts.expected(
                "secret", secret.length() + " bytes", "at least " + each.minBytes() + " bytes"));
      }
      algorithms.put(each, each.with(secret));
    }
    return algorithms;
  }

  /** The token is decoded once for all secrets. */
  private static SignatureCheck check(List<Algorithm> algorithms) {
    return token -> {
      DecodedJWT decoded = JWT.decode(token);
      return algorithms.stream().anyMatch(each -> isSignedWith(each, decoded));
    };
  }

  private static boolean isSignedWith(Algorithm algorithm, DecodedJWT token) {
    try {
      algorithm.verify(token);
      return true;
    } catch (SignatureVerificationException forged) {
      return false;
    }
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
    List<Algorithm> found = new ArrayList<>(2);
    add(current, name, found);
    if (secrets.last().filter(each -> clock.instant().isBefore(each.until())).isPresent()) {
      add(last, name, found);
    }
    return CompletableFuture.completedFuture(List.of(check(found)));
  }

  private static void add(
      Map<HmacAlgorithm, Algorithm> algorithms, HmacAlgorithm name, List<Algorithm> found) {
    Algorithm algorithm = algorithms.get(name);
    if (algorithm != null) {
      found.add(algorithm);
    }
  }

  private String otherAlgorithm() {
    String names = secrets.algorithms().stream().map(HmacAlgorithm::name).collect(joining(" or "));
    return Texts.expected("token: alg", "another", names);
  }
}
