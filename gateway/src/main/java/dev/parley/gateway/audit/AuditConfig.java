package dev.parley.gateway.audit;

import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Settings;
import java.time.Duration;

/**
 * How long the records of what operators do are kept.
 *
 * @param age their maximum age
 */
public record AuditConfig(Duration age) {

  public static AuditConfig read(Settings settings) {
    return new AuditConfig(
        settings.get(
            "audit.age",
            "2160h",
            Quantities.duration("1h", "87600h"),
            "Maximum age of the records of what operators did. At most 1,000,000 are kept."));
  }
}
