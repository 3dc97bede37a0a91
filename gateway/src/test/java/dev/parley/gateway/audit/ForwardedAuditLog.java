package dev.parley.gateway.audit;

import dev.parley.gateway.log.AuditLog;
import dev.parley.gateway.log.AuditPage;
import dev.parley.gateway.protocol.UserId;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Another audit log, of which a test changes how it stores records. */
public abstract class ForwardedAuditLog implements AuditLog {

  private final AuditLog log;

  protected ForwardedAuditLog(AuditLog log) {
    this.log = log;
  }

  @Override
  public CompletionStage<AuditPage> read(
      UserId reader, @Nullable String tenant, long before, int limit) {
    return log.read(reader, tenant, before, limit);
  }

  @Override
  public CompletionStage<Long> newest() {
    return log.newest();
  }

  @Override
  public CompletionStage<Void> trim(long before, int max) {
    return log.trim(before, max);
  }
}
