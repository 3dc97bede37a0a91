package dev.parley.gateway.log;

import dev.parley.gateway.protocol.UserId;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The records of what operators did. A part of the {@link EventLog}, with the same threads and
 * failures. A call that changes something is durable when its stage completes.
 */
public interface AuditLog {

  /** How many records one page looks at. */
  int MAX_LOOKS = 1_000;

  /** Stores the record, in the place of the one with its number if there is one. */
  CompletionStage<Void> put(AuditEntry entry);

  /**
   * Records that are about this tenant, the newest first: at most {@code limit}, and fewer where
   * many others lie between them.
   *
   * @param reader who reads: the reads of one user are made one after the other
   * @param tenant absent for all tenants
   * @param before only records with a lower number
   */
  CompletionStage<AuditPage> read(UserId reader, @Nullable String tenant, long before, int limit);

  /** The number of the newest record, readable or not; 0 if there is none. */
  CompletionStage<Long> newest();

  /**
   * Removes the records with a lower number. If there are more than {@code max} others, it removes
   * the oldest of those tenants whose users have made the most, so that no tenant pushes out what
   * users of another have done: see {@link AuditRules#share}.
   */
  CompletionStage<Void> trim(long before, int max);
}
