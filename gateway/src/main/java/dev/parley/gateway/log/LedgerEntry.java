package dev.parley.gateway.log;

import dev.parley.gateway.protocol.RunId;
import java.time.Duration;

/**
 * An accepted command in the ledger, with its answer and the time of acceptance (epoch
 * milliseconds). It expires after {@link #RETENTION}, even if the store has not removed it yet.
 */
public record LedgerEntry(CommandReceipt answer, long acceptedMillis) {

  /** How long a command id identifies the same command. */
  public static final Duration RETENTION = Duration.ofHours(24);

  /** Whether the entry is expired at this time (epoch milliseconds). */
  public boolean isExpired(long nowMillis) {
    return nowMillis - acceptedMillis >= RETENTION.toMillis();
  }

  /** The same answer when the queued command has got its run. */
  LedgerEntry startedBy(RunId run) {
    return new LedgerEntry(answer.startedBy(run), acceptedMillis);
  }
}
