package dev.parley.gateway.audit;

import dev.parley.gateway.user.home.Home;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the records that are too old or too many, now and every hour. Works at one home. */
public final class AuditRetention {

  private static final Logger LOG = LoggerFactory.getLogger(AuditRetention.class);
  private static final Duration PERIOD = Duration.ofHours(1);

  private final Audit audit;
  private final Home home;
  private final Duration age;

  private AuditRetention(Audit audit, Home home, Duration age) {
    this.audit = audit;
    this.home = home;
    this.age = age;
  }

  /** Begins; it ends with the home. */
  public static void start(Audit audit, Home home, AuditConfig config) {
    AuditRetention retention = new AuditRetention(audit, home, config.age());
    home.execute(retention::trim);
  }

  private void trim() {
    home.whenComplete(
        audit.trim(age),
        done -> again(),
        failure -> {
          LOG.warn("audit: old records are not removed yet: {}", failure.toString());
          again();
        });
  }

  private void again() {
    var ignored = home.schedule(PERIOD, this::trim);
  }
}
