package dev.parley.gateway.log;

import dev.parley.gateway.protocol.RunId;
import java.time.Duration;

/**
 * An accepted command in the ledger: its answer, and when it was accepted (epoch milliseconds).
 * After {@link #RETENTION} it counts as forgotten, whether or not the store has removed it yet.
 */
public record LedgerEntry(CommandReceipt answer, long acceptedMillis) {

  /** How long the same command id means the same command. */
  public static final Duration RETENTION = Duration.ofHours(24);

  /** Whether it counts at this time (epoch milliseconds) as if it had never been. */
  public boolean isExpired(long nowMillis) {
    return nowMillis - acceptedMillis >= RETENTION.toMillis();
  }

  /** The same answer, now that the command that waited has its run. */
  LedgerEntry startedBy(RunId run) {
    return new LedgerEntry(answer.startedBy(run), acceptedMillis);
  }
}
