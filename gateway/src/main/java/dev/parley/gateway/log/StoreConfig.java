package dev.parley.gateway.log;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Settings;
import java.nio.file.Path;

/**
 * Where threads are stored.
 *
 * @param path the store's folder on this machine
 * @param memory the maximum of bytes for the store's caches and buffers
 * @param minFree the free bytes of the disk below which only commits that end a run are accepted
 */
public record StoreConfig(Type type, Path path, long memory, long minFree) {

  /** The kinds of store. */
  public enum Type {
    EMBEDDED,
    MEMORY
  }

  /** The default of {@code store.memory}. */
  public static final long DEFAULT_MEMORY = Settings.defaults(StoreConfig::read).memory();

  public StoreConfig {
    requireNonNull(type, "type");
    requireNonNull(path, "path");
  }

  public static StoreConfig read(Settings settings) {
    return new StoreConfig(
        settings.get(
            "store.type",
            "embedded",
            Parsers.oneOf(Type.class),
            "Where threads are stored: on the disk of this machine, or in memory until the gateway"
                + " ends."),
        settings.get("store.path", "./data", Parsers.path(), "Folder of the store on disk."),
        settings.get(
            "store.memory",
            "192MiB",
            Quantities.size("32MiB", "2047MiB"),
            "Maximum memory outside the heap for all caches and buffers of the store."),
        settings.get(
            "store.min_free",
            "1GiB",
            Quantities.size("0", "2047MiB"),
            "Free space on the disk of store.path. Below it commands get overloaded, and only ends"
                + " of runs are stored. At least 2 % of the disk is kept free."));
  }
}
