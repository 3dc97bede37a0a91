package dev.parley.gateway.log;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Tokens that are valid no more. All times are in whole seconds.
 *
 * @param revokedAt when it was asked for last
 * @param issuedBefore tokens that were issued in this second or before it are revoked; empty for
 *     all, as for a token that is revoked by its id
 * @param keptUntil when it goes by itself
 */
public record Revocation(
    RevocationKey key, Instant revokedAt, Optional<Instant> issuedBefore, Instant keptUntil) {

  /** Drops the fractions of seconds. */
  public Revocation {
    revokedAt = revokedAt.truncatedTo(ChronoUnit.SECONDS);
    issuedBefore = issuedBefore.map(time -> time.truncatedTo(ChronoUnit.SECONDS));
    keptUntil = keptUntil.truncatedTo(ChronoUnit.SECONDS);
  }

  /** Whether a token of this time of issue is revoked; one that has none always is. */
  public boolean covers(Optional<Instant> issuedAt) {
    return issuedBefore.isEmpty()
        || issuedAt.isEmpty()
        || issuedAt.get().getEpochSecond() <= issuedBefore.get().getEpochSecond();
  }

  /** This one after an earlier one of the same key, with all that either of them revokes. */
  public Revocation after(Revocation earlier) {
    return new Revocation(
        key,
        revokedAt,
        issuedBefore.flatMap(
            own -> earlier.issuedBefore.map(other -> own.isAfter(other) ? own : other)),
        keptUntil.isAfter(earlier.keptUntil) ? keptUntil : earlier.keptUntil);
  }
}
