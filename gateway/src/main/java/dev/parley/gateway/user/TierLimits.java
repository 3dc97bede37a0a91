package dev.parley.gateway.user;

import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.protocol.ServerSignal.Limits;

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
}
