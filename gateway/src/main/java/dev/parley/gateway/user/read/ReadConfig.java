package dev.parley.gateway.user.read;

import dev.parley.gateway.config.Key;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.util.List;

/**
 * How much memory reading may take.
 *
 * @param pageBytes of pages of the log that are in memory at once, over all users
 * @param recentBytes of new events that are kept for readers a little behind, over all users
 */
public record ReadConfig(int pageBytes, int recentBytes) {

  private static final Key<Integer> PAGES =
      Key.of(
          "limits.page_memory",
          "64MiB",
          Quantities.size("1MiB", "1GiB"),
          "Bytes of stored events that may be read at once, for connections and over HTTP; readers that"
              + " replay wait for room.");

  private static final Key<Integer> RECENT =
      Key.of(
          "limits.recent_memory",
          "32MiB",
          Quantities.size("1MiB", "1GiB"),
          "Bytes of new events that may be kept for readers a little behind; beyond that, these"
              + " readers read the store.");

  public static final List<Setting> KEYS = List.of(PAGES, RECENT);

  public static ReadConfig read(Settings settings, Problems problems) {
    return new ReadConfig(settings.get(PAGES, problems), settings.get(RECENT, problems));
  }
}
