package dev.parley.gateway.log;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The revocations of tokens. A part of the {@link EventLog}, with the same threads and failures. A
 * call that changes something is durable when its stage completes.
 */
public interface RevocationLog {

  /**
   * What is stored.
   *
   * @param damaged the keys of those of which the record cannot be read
   */
  record StoredRevocations(List<Revocation> readable, List<RevocationKey> damaged) {}

  /**
   * Stores the revocation, in the place of the one with its key if there is one.
   *
   * @param record stored in the same write; absent for none
   */
  CompletionStage<Void> put(Revocation revocation, @Nullable AuditEntry record);

  /**
   * Removes those with these keys, as far as there are any.
   *
   * @param record stored in the same write; absent for none
   */
  CompletionStage<Void> remove(List<RevocationKey> keys, @Nullable AuditEntry record);

  /** All revocations. */
  CompletionStage<StoredRevocations> all();
}
