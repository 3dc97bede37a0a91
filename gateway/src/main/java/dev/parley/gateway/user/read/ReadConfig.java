package dev.parley.gateway.user.read;

import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Settings;

/** How much memory reading may take, over all users. */
public record ReadConfig(int pageBytes, int recentBytes) {

  public static ReadConfig read(Settings settings) {
    return new ReadConfig(
        settings.get(
            "limits.page_memory",
            "64MiB",
            Quantities.size("1MiB", "1GiB"),
            "Maximum bytes of stored events that are read at once, for connections and over HTTP."
                + " Beyond it, readers wait."),
        settings.get(
            "limits.recent_memory",
            "32MiB",
            Quantities.size("1MiB", "1GiB"),
            "Maximum bytes of new events that are cached for readers a little behind. Beyond it,"
                + " these readers read the store."));
  }
}
