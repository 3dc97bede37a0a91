package dev.parley.gateway.auth;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Key;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Problems;
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
 * @param issuer what {@code iss} must be, if anything
 * @param audience what {@code aud} must contain, if anything
 * @param leeway by which clocks may differ
 */
public record JwtConfig(
    Optional<Secret> secret, Optional<String> issuer, Optional<String> audience, Duration leeway) {

  /** Public so that a missing secret can be told of. */
  public static final Key<Optional<Secret>> SECRET =
      Key.optional(
          "auth.jwt.secret",
          Secrets.text(32),
          "Secret that signs tokens with HS256; without any key of auth.jwt: development mode.");

  // RFC 7518, section 3.2: a key as long as the hash at least
  private static final Key<Optional<Secret>> SECRET_FILE =
      Key.optional(
          "auth.jwt.secret_file",
          Secrets.file(32),
          "File with the secret, in place of auth.jwt.secret.");
  private static final Key<Optional<String>> ISSUER =
      Key.optional("auth.jwt.issuer", Parsers.text(), "Required value of iss.");
  private static final Key<Optional<String>> AUDIENCE =
      Key.optional("auth.jwt.audience", Parsers.text(), "Value that aud must contain.");
  private static final Key<Duration> LEEWAY =
      Key.of(
          "auth.jwt.leeway",
          "5s",
          Quantities.duration("0s", "5m"),
          "Maximum difference to the clock of the issuer.");

  public static final List<Setting> KEYS = List.of(SECRET, SECRET_FILE, ISSUER, AUDIENCE, LEEWAY);

  public JwtConfig {
    requireNonNull(secret, "secret");
    requireNonNull(issuer, "issuer");
    requireNonNull(audience, "audience");
    requireNonNull(leeway, "leeway");
  }

  public static JwtConfig read(Settings settings, Problems problems) {
    Optional<Secret> secret = settings.get(SECRET, problems);
    Optional<Secret> fromFile = settings.get(SECRET_FILE, problems);
    if (settings.isSet(SECRET) && settings.isSet(SECRET_FILE)) {
      settings.refuse(SECRET_FILE, "auth.jwt.secret or auth.jwt.secret_file, not both", problems);
    }
    for (Key<?> key : List.of(ISSUER, AUDIENCE, LEEWAY)) {
      if (settings.isSet(key) && !isSecretSet(settings)) {
        settings.refuse(
            key, "auth.jwt.secret or auth.jwt.secret_file beside it, to verify tokens", problems);
      }
    }
    return new JwtConfig(
        secret.or(() -> fromFile),
        settings.get(ISSUER, problems),
        settings.get(AUDIENCE, problems),
        settings.get(LEEWAY, problems));
  }

  /** Whether any key of auth.jwt is set, be it well or badly. */
  public static boolean isSet(Settings settings) {
    return KEYS.stream().anyMatch(settings::isSet);
  }

  private static boolean isSecretSet(Settings settings) {
    return settings.isSet(SECRET) || settings.isSet(SECRET_FILE);
  }
}
