package dev.parley.gateway.user.home;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import java.time.Duration;

/** Refusals that several commands share. */
public final class CommonRefusals {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private CommonRefusals() {}

  public static Refusal logSilent() {
    return overloaded("The log does not answer.");
  }

  /** Whether the command was kept is not known. The same command again finds out. */
  public static Refusal logSilentOnCommit() {
    return overloaded("The log does not answer; send it again.");
  }

  public static Refusal logFull() {
    return overloaded("The log has no room now; send it again.");
  }

  private static Refusal overloaded(String message) {
    return Refusal.temporary(ErrorCode.OVERLOADED, message, RETRY_AFTER);
  }

  public static Refusal subscriptionsFull(UserTier tier) {
    return Refusal.of(
        ErrorCode.QUOTA_EXCEEDED,
        "subscriptions: too many (expected: at most "
            + tier.subscriptions()
            + " of a connection; unsubscribe from what is not shown)");
  }

  /** Nothing of the user may begin while everything of the user is deleted. */
  public static Refusal beingErased() {
    return Refusal.temporary(
        ErrorCode.OVERLOADED, "user: being erased (expected: a later call)", Duration.ofSeconds(1));
  }

  /** The user cannot be erased yet. */
  public static Refusal stillAtWork() {
    return Refusal.temporary(
        ErrorCode.OVERLOADED,
        "user: runs or connections did not end in time (expected: a later call)",
        Duration.ofSeconds(5));
  }
}
