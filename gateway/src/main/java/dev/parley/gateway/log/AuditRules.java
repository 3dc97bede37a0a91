package dev.parley.gateway.log;

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

  /** The record with the outcome of a deletion. */
  public static AuditEntry ended(AuditEntry record, Deletion deletion) {
    return record.ended(deletion instanceof Deletion.Deleted ? AuditEntry.DONE : "in_use");
  }
}
