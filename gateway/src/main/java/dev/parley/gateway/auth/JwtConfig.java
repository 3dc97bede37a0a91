package dev.parley.gateway.auth;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Secrets;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How tokens are verified.
 *
 * @param secret the key of HS256; empty only in development mode
 */
public record JwtConfig(
    Optional<Secret> secret, Optional<String> issuer, Optional<String> audience, Duration leeway) {

  /** Public because the start reports a missing secret. */
  public static final Setting<Optional<Secret>> SECRET =
      Setting.optional(
          "auth.jwt.secret",
          Secrets.text(SharedSecret.MIN_BYTES),
          "Secret that signs tokens with HS256. Without any setting of auth.jwt the gateway is in development mode.");

  private static final Setting<Optional<Secret>> SECRET_FILE =
      Setting.optional(
          "auth.jwt.secret_file",
          Secrets.file(SharedSecret.MIN_BYTES),
          "File with the secret, in place of auth.jwt.secret.");
  private static final Setting<Optional<String>> ISSUER =
      Setting.optional("auth.jwt.issuer", Parsers.text(), "Required value of `iss`.");
  private static final Setting<Optional<String>> AUDIENCE =
      Setting.optional("auth.jwt.audience", Parsers.text(), "Value that `aud` must contain.");
  private static final Setting<Duration> LEEWAY =
      Setting.of(
          "auth.jwt.leeway",
          "5s",
          Quantities.duration("0s", "5m"),
          "Maximum difference between the clocks of issuer and gateway.");

  public JwtConfig {
    requireNonNull(secret, "secret");
    requireNonNull(issuer, "issuer");
    requireNonNull(audience, "audience");
    requireNonNull(leeway, "leeway");
  }

  public static JwtConfig read(Settings settings) {
    Optional<Secret> secret = settings.either(SECRET, SECRET_FILE);
    for (Setting<?> each : List.of(ISSUER, AUDIENCE, LEEWAY)) {
      if (settings.isSet(each) && !isSecretSet(settings)) {
        settings.refuse(
            each, "auth.jwt.secret or auth.jwt.secret_file beside it, to verify tokens");
      }
    }
    return new JwtConfig(
        secret, settings.get(ISSUER), settings.get(AUDIENCE), settings.get(LEEWAY));
  }

  /** Whether any setting of auth.jwt is set, even to a value that is refused. */
  public static boolean isSet(Settings settings) {
    return settings.isSectionSet("auth.jwt");
  }

  private static boolean isSecretSet(Settings settings) {
    return settings.isSet(SECRET) || settings.isSet(SECRET_FILE);
  }
}
