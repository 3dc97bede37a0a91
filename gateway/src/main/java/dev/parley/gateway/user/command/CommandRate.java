package dev.parley.gateway.user.command;

import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.limit.TokenBucket;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.UserTier;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The rate of a user's commands that append, as the tier allows. Used at the user's home only. */
public final class CommandRate {

  private static final Duration PER_MINUTE = Duration.ofMinutes(1);

  private final Home home;
  private final TokenBucket bucket;
  private final UserTier tier;

  CommandRate(Home home, UserTier userTier) {
    this.home = home;
    this.tier = userTier;
    Tier now = userTier.tier();
    this.bucket = TokenBucket.of(now.commandsPerMinute(), PER_MINUTE, now.burst(), home.nanoTime());
  }

  /** The user's tier may have changed. What was taken stays taken. */
  public void followTier() {
    home.check();
    Tier now = tier.tier();
    bucket.reshape(now.commandsPerMinute(), now.burst(), home.nanoTime());
  }

  /** Takes a permit; without one, the refusal says when there will be one. */
  public @Nullable Refusal take() {
    home.check();
    long now = home.nanoTime();
    if (bucket.tryTake(now)) {
      return null;
    }
    return Refusal.temporary(
        ErrorCode.RATE_LIMITED,
        "commands: too many (expected: at most "
            + tier.tier().commandsPerMinute()
            + " a minute of tier "
            + tier.tier().name()
            + ")",
        Duration.ofMillis(bucket.retryAfterMillis(now)));
  }

  /** Returns the permit of a command that appended nothing. */
  void putBack() {
    home.check();
    bucket.putBack(home.nanoTime());
  }

  /** How long until the whole burst is there again. */
  public long nanosUntilFull() {
    return bucket.nanosUntilFull(home.nanoTime());
  }
}
