package dev.parley.gateway.user;

import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.limit.TokenBucket;
import dev.parley.gateway.protocol.ErrorBody;
import dev.parley.gateway.protocol.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The rate of a user's commands that append, as the tier allows. Used at the user's home only. */
final class CommandRate {

  private static final Duration PER_MINUTE = Duration.ofMinutes(1);

  private final Home home;
  private final TokenBucket bucket;
  private Tier tier;

  CommandRate(Home home, Tier tier) {
    this.home = home;
    this.tier = tier;
    this.bucket =
        TokenBucket.of(tier.commandsPerMinute(), PER_MINUTE, tier.burst(), home.nanoTime());
  }

  /** From now on this tier counts. */
  void follow(Tier next) {
    tier = next;
    bucket.reshape(tier.commandsPerMinute(), tier.burst(), home.nanoTime());
  }

  /** Takes a permit, or says when there is one. */
  @Nullable ErrorBody take() {
    home.check();
    long now = home.nanoTime();
    if (bucket.tryTake(now)) {
      return null;
    }
    return ErrorBody.retryAfter(
        ErrorCode.RATE_LIMITED,
        "commands: too many (expected: at most "
            + tier.commandsPerMinute()
            + " a minute of tier "
            + tier.name()
            + ")",
        bucket.retryAfterMillis(now));
  }

  void putBack() {
    bucket.putBack(home.nanoTime());
  }

  /** How long until the whole burst is there again. */
  long nanosUntilFull() {
    return bucket.nanosUntilFull(home.nanoTime());
  }
}
