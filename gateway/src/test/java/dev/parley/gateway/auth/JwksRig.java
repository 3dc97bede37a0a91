package dev.parley.gateway.auth;

import static dev.parley.gateway.auth.KeyForge.jwk;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
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

/** The keys at a URL, whose fetches the test answers and whose time the test lets pass. */
final class JwksRig {

  static final String OLD = jwk(KeyForge.P256.getPublic(), "old", "");
  static final String NEW = jwk(KeyForge.RSA.getPublic(), "new", "");
  static final JwksConfig CONFIG =
      new JwksConfig(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofSeconds(5));

  /** INTERNAL stands for success. */
  static final ErrorCode FOUND = ErrorCode.INTERNAL;

  private static final URI URL = URI.create("https://id.example/jwks?key=hush");

  /** Those that wait for an answer. */
  final Queue<CompletableFuture<byte[]>> fetches = new ArrayDeque<>();

  final Metrics metrics = new Metrics();
  final JwksKeys keys;

  /** How many fetches have begun. */
  int begun;

  private final List<Timed> timed = new ArrayList<>();

  /** The time of {@link System#nanoTime} may overflow. */
  private long now = Long.MAX_VALUE - Duration.ofMinutes(2).toNanos();

  private record Timed(long at, Runnable task) {}

  JwksRig() {
    this(EnumSet.allOf(PublicKeyAlgorithm.class));
  }

  JwksRig(Set<PublicKeyAlgorithm> algorithms) {
    keys =
        new JwksKeys(
            new JwksLocation("auth.jwt", URL, algorithms),
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
  void pass(Duration time) {
    long left = time.toNanos();
    while (left > 0) {
      long step = Math.min(left, Duration.ofSeconds(1).toNanos());
      now += step;
      left -= step;
      List<Timed> due = timed.stream().filter(each -> now - each.at() >= 0).toList();
      timed.removeAll(due);
      due.forEach(each -> each.task().run());
    }
  }

  /** Answers the fetch that has waited longest. */
  void answer(String document) {
    fetches.remove().complete(document.getBytes(UTF_8));
  }

  void fail() {
    fetches.remove().completeExceptionally(new IOException("no route"));
  }

  @Nullable ErrorCode find(String alg, @Nullable String kid) {
    try {
      return outcome(keys.find(alg, kid));
    } catch (RefusedException refused) {
      return refused.refusal().code();
    }
  }

  /** {@link #FOUND} or why there is no key; null if that is not known yet. */
  static @Nullable ErrorCode outcome(CompletionStage<List<SignatureCheck>> found) {
    CompletableFuture<List<SignatureCheck>> future = found.toCompletableFuture();
    if (!future.isDone()) {
      return null;
    }
    if (!future.isCompletedExceptionally()) {
      assertThat(future.join()).isNotEmpty();
      return FOUND;
    }
    return refusal(future).code();
  }

  static Refusal refusal(CompletableFuture<List<SignatureCheck>> future) {
    Throwable failure = requireNonNull(catchThrowable(future::join));
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return ((RefusedException) requireNonNull(cause)).refusal();
  }

  long count(String name, String outcome) {
    return metrics.count(name, "outcome", outcome);
  }
}
