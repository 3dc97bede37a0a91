package dev.parley.gateway.log;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The records of what operators did. A part of the {@link EventLog}, with the same threads and
 * failures. A call that changes something is durable when its stage completes.
 */
public interface AuditLog {

  /** How many records one page looks at. */
  int MAX_LOOKS = 10_000;

  /** Stores the record, in the place of the one with its number if there is one. */
  CompletionStage<Void> put(AuditEntry entry);

  /**
   * Records that are about this tenant, the newest first: at most {@code limit}, and fewer where
   * many others lie between them.
   *
   * @param tenant absent for all tenants
   * @param before only records with a lower number
   */
  CompletionStage<AuditPage> read(@Nullable String tenant, long before, int limit);

  /** Removes the records with a lower number, and of the others all but the newest {@code max}. */
  CompletionStage<Void> trim(long before, int max);
}
