package dev.parley.gateway;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the settings again for a reload, which takes keys alone: any other setting must be as it
 * was at the start. Used on the threads of reloads.
 */
final class ReloadedSettings {

  private static final List<String> HOOK_KEYS =
      List.of("secret", "secret_file", "last_secret", "last_secret_file");

  private static final List<String> TOKEN_KEYS =
      Stream.concat(
              HOOK_KEYS.stream(), Stream.of("last_secret_until", "public_key", "public_key_file"))
          .toList();

  /** The settings that a reload takes; {@code <name>} is any name. */
  static final List<String> KEYS =
      Stream.of(
              names("auth.jwt", TOKEN_KEYS),
              names("issuers.<name>", TOKEN_KEYS),
              names("alerts", HOOK_KEYS),
              names("notify", HOOK_KEYS))
          .flatMap(each -> each)
          .toList();

  private static final Pattern RELOADED =
      Pattern.compile(
          KEYS.stream()
              .map(key -> Pattern.quote(key).replace("<name>", "\\E[a-z0-9-]+\\Q"))
              .collect(Collectors.joining("|")));

  private ReloadedSettings() {}

  private static Stream<String> names(String section, List<String> suffixes) {
    return suffixes.stream().map(suffix -> section + "." + suffix);
  }

  /** The settings as they are now; empty, with problems, if a reload cannot take them. */
  static Optional<GatewayConfig> read(GatewayConfig start, Problems problems) {
    Settings settings = start.settings().again(problems);
    GatewayConfig now = GatewayConfig.read(settings);
    for (String name : settings.changedSince(start.settings())) {
      if (!RELOADED.matcher(name).matches()) {
        problems.add(
            name,
            settings.origin(name).map(origin -> "changed, " + origin).orElse("no longer set"),
            "as at the start: a reload takes keys alone, this one needs a restart");
      }
    }
    if (problems.isEmpty() && now.developmentMode() != start.developmentMode()) {
      problems.add(
          "auth.jwt",
          now.developmentMode() ? "no key" : "a key",
          "as at the start: to begin or end development mode needs a restart");
    }
    return Optional.of(now).filter(read -> problems.isEmpty());
  }
}
