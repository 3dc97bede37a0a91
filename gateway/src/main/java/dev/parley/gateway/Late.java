package dev.parley.gateway;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A part that is made behind those that need it: the listener is bound before there is a store.
 * Nobody asks for it before the gateway is ready. Callable from any thread.
 */
final class Late<T> implements Supplier<T> {

  private final String name;
  private volatile @Nullable T part;

  Late(String name) {
    this.name = name;
  }

  void set(T known) {
    part = known;
  }

  @Override
  public T get() {
    T known = part;
    if (known == null) {
      throw new IllegalStateException(name + ": asked for too early (expected: when ready)");
    }
    return known;
  }
}
