package dev.parley.gateway.log;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.util.Optional;

/**
 * The state of a store at the moment of a decision, with the effects of all earlier decisions.
 * Called on the store's committer thread. Fails only with a {@link LogException}.
 */
public interface LogState {

  /** The thread's head. Never absent: a thread without events has a head too. */
  ThreadHead head(ThreadKey thread);

  /** The ledger's entry for this id, expired or not. */
  Optional<LedgerEntry> ledgerEntry(UserId user, CommandId command);

  Optional<RunRecord> run(UserId user, RunId run);

  /** How much is stored of the user's threads. */
  Usage usage(UserId user);

  /** Whether one more {@link RunHook} of the user may wait. */
  boolean hasRoomForHook(UserId user);

  /** The retention settings, which also set the size of segments. */
  Retention retention();
}
