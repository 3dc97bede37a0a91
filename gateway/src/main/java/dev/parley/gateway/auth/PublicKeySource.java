package dev.parley.gateway.auth;

import static java.util.stream.Collectors.joining;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Verifies with public keys of the settings. {@code kid} is ignored. */
final class PublicKeySource implements KeySource {

  private final Map<PublicKeyAlgorithm, List<SignatureCheck>> checks =
      new EnumMap<>(PublicKeyAlgorithm.class);
  private final String names;
  private volatile boolean isRetired;

  PublicKeySource(PublicKeys keys) {
    for (PublicKeyAlgorithm each : keys.algorithms()) {
      List<SignatureCheck> found =
          keys.keys().stream().map(each::with).flatMap(Optional::stream).toList();
      if (!found.isEmpty()) {
        checks.put(each, found);
      }
    }
    names = names(checks.keySet());
  }

  static String names(Set<PublicKeyAlgorithm> algorithms) {
    return algorithms.stream().map(PublicKeyAlgorithm::name).collect(joining(" or "));
  }

  /** The refusal of a token with another algorithm than these. */
  static RefusedException otherAlgorithm(String names) {
    return RefusedException.of(
        ErrorCode.UNAUTHENTICATED, Texts.expected("token: alg", "another", names));
  }

  @Override
  public CompletionStage<List<SignatureCheck>> find(String alg, @Nullable String kid) {
    List<SignatureCheck> found =
        PublicKeyAlgorithm.of(alg).map(checks::get).orElseThrow(() -> otherAlgorithm(names));
    return CompletableFuture.completedFuture(found);
  }

  @Override
  public boolean isCheap() {
    return false;
  }

  @Override
  public long generation() {
    return isRetired ? NO_KEYS : 0;
  }

  @Override
  public void retire() {
    isRetired = true;
  }
}
