package dev.parley.gateway.log;

import dev.parley.gateway.protocol.UserId;
import org.jspecify.annotations.Nullable;

/**
 * One record of the audit log: who did what to whom, and how it ended. It names things only; it
 * never has content or a token.
 *
 * @param number its place in the order, a later one is higher; positive
 * @param atMillis when it began, epoch milliseconds
 * @param actor the user of the token
 * @param token the id of the token, its {@code jti}; absent when it has none
 * @param tenant whose tenant it is about
 * @param subject the user that it is about; absent when it is about none
 * @param target the thing that it is about, such as a connection; absent when there is none
 * @param reason what the actor gave as a reason; absent when nothing was given
 */
public record AuditEntry(
    long number,
    long atMillis,
    UserId actor,
    @Nullable String token,
    String action,
    String tenant,
    @Nullable String subject,
    @Nullable String target,
    @Nullable String reason,
    String outcome) {

  /** The outcome of what has begun; it stays when the process ends before the action does. */
  public static final String BEGUN = "begun";

  /** The outcome of what was carried out. */
  public static final String DONE = "done";

  /** Checks the number. */
  public AuditEntry {
    if (number <= 0) {
      throw new IllegalArgumentException("number: " + number + " (expected: above 0)");
    }
  }

  /** The same record about this thing. */
  public AuditEntry about(String thing) {
    return new AuditEntry(
        number, atMillis, actor, token, action, tenant, subject, thing, reason, outcome);
  }

  /** The same record with how it ended. */
  public AuditEntry ended(String how) {
    return new AuditEntry(
        number, atMillis, actor, token, action, tenant, subject, target, reason, how);
  }
}
