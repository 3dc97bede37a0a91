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
 * Where threads are kept.
 *
 * @param path the folder of what is kept on this machine
 * @param memory the bytes that the store's caches and buffers may take
 * @param minFree the free bytes of its disk below which only ends of runs are taken
 */
public record StoreConfig(Type type, Path path, long memory, long minFree) {

  /** The stores there are. */
  public enum Type {
    EMBEDDED,
    MEMORY
  }

  private static final Key<Type> TYPE =
      Key.of(
          "store.type",
          "embedded",
          Parsers.oneOf(Type.class),
          "Where threads are kept: on this machine's disk, or in memory until the gateway ends.");
  private static final Key<Path> PATH =
      Key.of("store.path", "./data", Parsers.path(), "Folder of the store on disk.");

  private static final Key<Integer> MEMORY =
      Key.of(
          "store.memory",
          "192MiB",
          Quantities.size("32MiB", "2047MiB"),
          "Memory outside the heap for the store's caches and buffers, all in all.");

  private static final Key<Integer> MIN_FREE =
      Key.of(
          "store.min_free",
          "1GiB",
          Quantities.size("0", "2047MiB"),
          "Free room on the disk of store.path below which commands get overloaded, and only ends"
              + " of runs are still kept; 2 % of the disk is kept free in any case.");

  public static final List<Setting> KEYS = List.of(TYPE, PATH, MEMORY, MIN_FREE);

  /** What {@code memory} is when nothing is configured. */
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
