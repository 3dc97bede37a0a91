package dev.parley.gateway.http;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;

/** Settings of development mode. */
public record DevConfig(boolean admin) {

  /** Public because it is refused outside development mode. */
  public static final Setting<Boolean> ADMIN =
      Setting.of(
          "dev.admin",
          "false",
          Parsers.bool(),
          "Whether the tokens of development mode have the scopes admin and operator.");

  public static DevConfig read(Settings settings) {
    return new DevConfig(settings.get(ADMIN));
  }
}
