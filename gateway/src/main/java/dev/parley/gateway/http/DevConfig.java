package dev.parley.gateway.http;

import dev.parley.gateway.config.Key;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.util.List;

/**
 * Settings of development mode.
 *
 * @param admin whether its tokens have the scope {@code admin}
 */
public record DevConfig(boolean admin) {

  /** Public so that its use outside development mode can be reported. */
  public static final Key<Boolean> ADMIN =
      Key.of(
          "dev.admin",
          "false",
          Parsers.bool(),
          "Whether the tokens of development mode have the scope admin.");

  public static final List<Setting> KEYS = List.of(ADMIN);

  public static DevConfig read(Settings settings, Problems problems) {
    return new DevConfig(settings.get(ADMIN, problems));
  }
}
