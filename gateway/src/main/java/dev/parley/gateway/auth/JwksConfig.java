package dev.parley.gateway.auth;

import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Settings;
import java.time.Duration;

/**
 * How key sets are fetched.
 *
 * @param refresh from one fetch to the next
 * @param maxAge how long keys count while no fetch succeeds
 * @param timeout of a fetch, to the end of the body
 */
public record JwksConfig(Duration refresh, Duration maxAge, Duration timeout) {

  static JwksConfig read(Settings settings) {
    return new JwksConfig(
        settings.get(
            "auth.jwks.refresh",
            "5m",
            Quantities.duration("10s", "24h"),
            "Time from one fetch of a key set to the next. An unknown kid fetches sooner, but at"
                + " most every 10s."),
        settings.get(
            "auth.jwks.max_age",
            "24h",
            Quantities.duration("1m", "720h"),
            "Time that keys count while their URL fails; then tokens get 503."),
        settings.get(
            "auth.jwks.timeout",
            "5s",
            Quantities.duration("100ms", "1m"),
            "Time for a whole fetch of a key set."));
  }
}
