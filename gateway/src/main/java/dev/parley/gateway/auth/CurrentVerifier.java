package dev.parley.gateway.auth;

import dev.parley.gateway.auth.JwksKeys.Refetched;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Reloadable;
import dev.parley.gateway.protocol.Principal;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Verifies with the keys that are used now; a reload replaces all of them by one write. A token
 * whose verification ends after a reload is verified again with the new keys. Callable from any
 * thread.
 */
public final class CurrentVerifier implements TokenVerifier {

  private final Verifications verifications;
  private volatile JwtVerifier current;

  /** Begins with these settings; there must be an issuer. */
  public CurrentVerifier(JwtConfig config, Verifications verifications, Clock clock) {
    this.verifications = verifications;
    current = new JwtVerifier(config, verifications, clock);
  }

  @Override
  public CompletionStage<Principal> verify(String token, Object client) {
    JwtVerifier used = current;
    CompletionStage<Principal> verified = used.verify(token, client);
    return verified.toCompletableFuture().isDone()
        ? verified
        : verified.thenCompose(principal -> used == current ? verified : verify(token, client));
  }

  /**
   * The keys of these settings, in the place of the present ones. Key sets are fetched again, which
   * waits.
   */
  public Reloadable with(JwtConfig next) {
    return new Keys(next);
  }

  private final class Keys implements Reloadable {
    private final JwtConfig next;

    Keys(JwtConfig next) {
      this.next = next;
    }

    @Override
    public String name() {
      return "auth";
    }

    @Override
    public Optional<Change> prepare(Problems problems) {
      List<Refetched> sets = verifications.keySets().refetch(problems);
      if (!problems.isEmpty()) {
        return Optional.empty();
      }
      JwtVerifier before = current;
      JwtVerifier after = before.with(next, verifications);
      boolean isNew = !next.equals(before.config()) || sets.stream().anyMatch(Refetched::isNew);
      return Optional.of(
          new Change(
              isNew,
              Map.of(),
              () -> {
                sets.forEach(each -> each.apply().run());
                current = after;
                before.replacedBy(after);
                if (isNew) {
                  verifications.cache().clear();
                }
              }));
    }
  }
}
