package dev.parley.gateway.hook;

import dev.parley.gateway.config.Reloadable;
import dev.parley.gateway.config.Secret;
import java.util.List;

/**
 * The keys that sign the hooks of one receiver now; a reload replaces them. Callable from any
 * thread.
 */
public final class HookKeys {

  private volatile List<Secret> now;

  /** Begins with these: the key that signs, and the last one while the receiver changes. */
  public HookKeys(List<Secret> keys) {
    now = List.copyOf(keys);
  }

  List<Secret> now() {
    return now;
  }

  /** The part of a reload that puts the keys of these in the place of the present ones. */
  public Reloadable with(String section, HookKeys next) {
    List<Secret> keys = next.now();
    return Reloadable.of(section, !keys.equals(now), () -> now = keys);
  }
}
