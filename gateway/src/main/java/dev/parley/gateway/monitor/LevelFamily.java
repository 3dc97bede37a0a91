package dev.parley.gateway.monitor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Numbers of things that there are now, by one label. Its values come from the settings, so they
 * are few. Callable from any thread.
 */
final class LevelFamily {

  private final BiConsumer<String, LongSupplier> expose;
  private final Map<String, AtomicLong> byValue = new ConcurrentHashMap<>();

  /** Exposes each level with this action, when its value is first named. */
  LevelFamily(BiConsumer<String, LongSupplier> expose) {
    this.expose = expose;
  }

  void add(String value, int change) {
    byValue.computeIfAbsent(value, this::exposed).addAndGet(change);
  }

  private AtomicLong exposed(String value) {
    AtomicLong level = new AtomicLong();
    expose.accept(value, level::get);
    return level;
  }

  long sum() {
    return byValue.values().stream().mapToLong(AtomicLong::get).sum();
  }
}
