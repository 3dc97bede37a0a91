package dev.parley.gateway.log;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.util.Optional;

/**
 * What a store knows at the moment of a decision, with the effects of every commit decided before.
 * Called on the store's committer thread; fails only with a {@link LogException}.
 */
public interface LogState {

  /** Where the thread stands; never absent, a thread may be unborn. */
  ThreadHead head(ThreadKey thread);

  /** What the ledger holds under the id, forgotten or not. */
  Optional<LedgerEntry> ledgerEntry(UserId user, CommandId command);

  Optional<RunRecord> run(UserId user, RunId run);

  /** How much is kept of the user's threads. */
  Usage usage(UserId user);

  /** How much is kept: how large segments are goes by it. */
  Retention retention();
}
