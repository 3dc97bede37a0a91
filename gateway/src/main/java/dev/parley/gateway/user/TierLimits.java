package dev.parley.gateway.user;

import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Quota;
import dev.parley.gateway.protocol.ServerSignal.Limits;
import dev.parley.gateway.protocol.Texts;

/** A tier as its users are told of it. */
public final class TierLimits {

  private TierLimits() {}

  public static Limits of(Tier tier) {
    return new Limits(
        tier.commandsPerMinute(),
        tier.burst(),
        tier.connections(),
        tier.openRuns(),
        tier.subscriptions(),
        tier.storedBytes(),
        tier.threads());
  }

  static Quota quota(Tier tier) {
    return new Quota(tier.storedBytes(), tier.threads());
  }

  /** What a user is told of whom as much is kept as may be. */
  static String exceeded(CommitResult.QuotaExceeded result, Tier tier) {
    return Texts.expected(
        result.what().wire(),
        Long.toString(result.used()),
        "at most " + result.max() + " of tier " + tier.name() + " with this: delete threads");
  }
}
