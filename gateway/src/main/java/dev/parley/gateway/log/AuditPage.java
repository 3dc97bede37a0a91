package dev.parley.gateway.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some records of the audit log, the newest first.
 *
 * @param next the number before which the next page begins; absent when there are no more
 */
public record AuditPage(List<AuditEntry> entries, @Nullable Long next) {

  public AuditPage {
    entries = List.copyOf(entries);
  }
}
