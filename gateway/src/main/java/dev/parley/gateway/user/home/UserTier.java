package dev.parley.gateway.user.home;

import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.Quota;
import dev.parley.gateway.protocol.Texts;

/** What the user may do now: the tier of the newest token. Used at the user's home only. */
public final class UserTier {

  private final Home home;
  private Tier tier;

  public UserTier(Home home, Tier tier) {
    this.home = home;
    this.tier = tier;
  }

  public Tier tier() {
    return tier;
  }

  /** How many threads one connection may read. */
  public int subscriptions() {
    return tier.subscriptions();
  }

  /** A newer token has this tier. */
  public void set(Tier next) {
    home.check();
    tier = next;
  }

  /** How much the log may keep of the user. */
  public Quota quota() {
    return new Quota(tier.storedBytes(), tier.threads());
  }

  /** The message for a user of whom as much is kept as the tier allows. */
  public String exceeded(CommitResult.QuotaExceeded result) {
    return Texts.expected(
        result.what().wire(),
        Long.toString(result.used()),
        "at most " + result.max() + " of tier " + tier.name() + " with this: delete threads");
  }
}
