package dev.parley.gateway.auth;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Settings;
import java.time.Duration;

/**
 * How many revocations of tokens there may be, and for how long.
 *
 * @param max of all tenants together; whole tenants are counted apart
 * @param keep how long one is kept that names no end
 */
public record RevocationConfig(int max, Duration keep) {

  /** The setting of {@link #max}. */
  static final String MAX = "auth.revocations.max";

  public static RevocationConfig read(Settings settings) {
    return new RevocationConfig(
        settings.get(
            MAX,
            "100000",
            Parsers.integer(1, 10_000_000),
            "Maximum of revocations in force of users and token ids, of all tenants together, and"
                + " again of whole tenants. One tenant holds half of it at most, and no more than"
                + " are left for all others."),
        settings.get(
            "auth.revocations.keep",
            "8760h",
            Quantities.duration("1h", "87600h"),
            "How long a revocation is kept that names no end. Must be longer than tokens live and"
                + " twice auth.jwt.leeway: a revoked token that lives longer is valid again then."));
  }
}
