package dev.parley.gateway.log;

import java.util.Collection;

/** The outcomes of changes that are stored together with their records. */
public final class AuditRules {

  private AuditRules() {}

  /** The record with the outcome of a new broadcast. */
  public static AuditEntry ended(AuditEntry record, BroadcastResult result) {
    if (result instanceof BroadcastResult.Added) {
      return record.ended(AuditEntry.DONE);
    }
    return record.ended(result instanceof BroadcastResult.Known ? "known" : "conflict");
  }

  /** The record with the outcome of the end of a broadcast. */
  public static AuditEntry ended(AuditEntry record, boolean isFound) {
    return record.ended(isFound ? AuditEntry.DONE : "not_found");
  }

  /**
   * How many records each tenant may keep so that all have at most {@code max}: a tenant with fewer
   * keeps all of its own, and the others as many as each other.
   *
   * @param counts how many records each tenant has
   */
  public static int share(Collection<Integer> counts, int max) {
    int left = max;
    int tenants = counts.size();
    for (int count : counts.stream().sorted().toList()) {
      if ((long) count * tenants > left) {
        return left / tenants;
      }
      left -= count;
      tenants--;
    }
    return Integer.MAX_VALUE;
  }

  /** The record with the outcome of a deletion. */
  public static AuditEntry ended(AuditEntry record, Deletion deletion) {
    return record.ended(deletion instanceof Deletion.Deleted ? AuditEntry.DONE : "in_use");
  }
}
