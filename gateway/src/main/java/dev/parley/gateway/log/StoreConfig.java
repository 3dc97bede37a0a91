package dev.parley.gateway.log;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Key;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.nio.file.Path;
import java.util.List;

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

  private static final Key<Type> TYPE =
      Key.of(
          "store.type",
          "embedded",
          Parsers.oneOf(Type.class),
          "Where threads are stored: on this machine's disk, or in memory until the gateway ends.");
  private static final Key<Path> PATH =
      Key.of("store.path", "./data", Parsers.path(), "Folder of the store on disk.");

  private static final Key<Integer> MEMORY =
      Key.of(
          "store.memory",
          "192MiB",
          Quantities.size("32MiB", "2047MiB"),
          "Maximum memory outside the heap for all caches and buffers of the store.");

  private static final Key<Integer> MIN_FREE =
      Key.of(
          "store.min_free",
          "1GiB",
          Quantities.size("0", "2047MiB"),
          "Free space on the disk of store.path below which commands get overloaded, and only ends"
              + " of runs are still stored; at least 2 % of the disk is kept free.");

  public static final List<Setting> KEYS = List.of(TYPE, PATH, MEMORY, MIN_FREE);

  /** The default of {@code memory}. */
  public static final long DEFAULT_MEMORY = MEMORY.fallback();

  public StoreConfig {
    requireNonNull(type, "type");
    requireNonNull(path, "path");
  }

  public static StoreConfig read(Settings settings, Problems problems) {
    return new StoreConfig(
        settings.get(TYPE, problems),
        settings.get(PATH, problems),
        settings.get(MEMORY, problems),
        settings.get(MIN_FREE, problems));
  }
}
