package dev.parley.gateway.transport;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Accepts a user's name as the token; some names are invalid tokens. A token {@code later.<name>}
 * is verified when the test says so.
 */
final class FakeVerifier implements TokenVerifier {

  private static final String LATER = "later.";

  private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
  final List<Object> clients = Collections.synchronizedList(new ArrayList<>());

  @Override
  public CompletionStage<Principal> verify(String token, Object client) {
    clients.add(client);
    if (!token.startsWith(LATER)) {
      return now(token);
    }
    CompletableFuture<Void> release = new CompletableFuture<>();
    waiting.add(() -> release.complete(null));
    return release.thenCompose(released -> now(token.substring(LATER.length())));
  }

  /** Waits for the next token to be verified later; the result verifies it. */
  Runnable next() throws InterruptedException {
    Runnable next = waiting.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no token waits");
    }
    return next;
  }

  private static CompletionStage<Principal> now(String token) {
    try {
      return CompletableFuture.completedFuture(user(token));
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Principal user(String token) {
    return switch (token) {
      case "expired" -> throw RefusedException.of(ErrorCode.TOKEN_EXPIRED, "exp: passed");
      case "forged" -> throw RefusedException.of(ErrorCode.UNAUTHENTICATED, "signature: not ours");
      case "stranger" -> throw RefusedException.of(ErrorCode.FORBIDDEN, "tenant: not yours");
      case "overload" ->
          throw new RefusedException(
              Refusal.temporary(ErrorCode.OVERLOADED, "busy", Duration.ofSeconds(1)));
      case "" -> throw RefusedException.of(ErrorCode.UNAUTHENTICATED, "token: empty");
      default -> bearer(token);
    };
  }

  private static Principal bearer(String token) {
    try {
      return named(token);
    } catch (IllegalArgumentException e) {
      throw RefusedException.of(ErrorCode.UNAUTHENTICATED, "sub: no name");
    }
  }

  static Principal named(String name) {
    return new Principal(new UserId("default", name), "early", Set.of(Scope.CHAT), Instant.MAX);
  }
}
