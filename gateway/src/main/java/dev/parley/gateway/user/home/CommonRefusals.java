package dev.parley.gateway.user.home;

import dev.parley.gateway.protocol.ErrorBody;
import dev.parley.gateway.protocol.ErrorCode;

/** Refusals that several commands share. */
public final class CommonRefusals {

  private static final long RETRY_MILLIS = 1000;

  private CommonRefusals() {}

  public static ErrorBody logSilent() {
    return overloaded("The log does not answer.");
  }

  /** Whether the command was kept is not known. The same command again finds out. */
  public static ErrorBody logSilentOnCommit() {
    return overloaded("The log does not answer; send it again.");
  }

  public static ErrorBody logFull() {
    return overloaded("The log has no room now; send it again.");
  }

  private static ErrorBody overloaded(String message) {
    return ErrorBody.retryAfter(ErrorCode.OVERLOADED, message, RETRY_MILLIS);
  }

  public static ErrorBody subscriptionsFull(UserTier tier) {
    return ErrorBody.of(
        ErrorCode.QUOTA_EXCEEDED,
        "subscriptions: too many (expected: at most "
            + tier.subscriptions()
            + " of a connection; unsubscribe from what is not shown)");
  }
}
