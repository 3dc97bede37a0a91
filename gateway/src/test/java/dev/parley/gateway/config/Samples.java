package dev.parley.gateway.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A few settings, one of each kind. */
final class Samples {

  static final Setting<Integer> PORT =
      Setting.of("server.port", "8080", Parsers.integer(0, 65535), "Port to listen on.");
  static final Setting<Integer> FRAME =
      Setting.of("server.max_frame", "64KiB", Quantities.size("1KiB", "1MiB"), "Largest message.");
  static final Setting<Optional<Secret>> SECRET =
      Setting.optional("auth.secret", Secrets.text(8), "Signs tokens.");
  static final Setting<List<String>> NAMES =
      Setting.of("names.allowed", "", Parsers.list(Parsers.text()), "Names that may enter.");
  static final Setting<Boolean> ADMIN =
      Setting.of("dev.admin", "false", Parsers.bool(), "More rights.");
  static final SettingFamily<Integer> OPEN_RUNS =
      new SettingFamily<>(
          "tiers", "open_runs", Map.of("early", 2), Parsers.integer(1, 99), "Open runs.");

  static final Catalogue CATALOGUE =
      new Catalogue(List.of(PORT, FRAME, SECRET, NAMES, ADMIN, OPEN_RUNS));

  private Samples() {}

  static Settings fromArguments(Problems problems, String... args) {
    return from(List.of(args), Map.of(), Path.of("no-such-folder"), problems);
  }

  static Settings fromEnvironment(Problems problems, Map<String, String> environment) {
    return from(List.of(), environment, Path.of("no-such-folder"), problems);
  }

  static Settings from(
      List<String> args, Map<String, String> environment, Path folder, Problems problems) {
    return Settings.read(CATALOGUE, new Settings.Sources(args, environment, folder), problems);
  }
}
