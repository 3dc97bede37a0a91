package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CommandId;
import org.jspecify.annotations.Nullable;

/**
 * The types of the newest commands of a connection by id, to tell which type was refused. An older
 * one is forgotten. Used on one loop.
 */
final class CommandNames {

  private static final int KEPT = 8;

  private final @Nullable CommandId[] ids = new CommandId[KEPT];
  private final String[] types = new String[KEPT];
  private int next;

  void add(@Nullable CommandId id, String type) {
    ids[next] = id;
    types[next] = type;
    next = (next + 1) % ids.length;
  }

  /** The type of the newest command of this id; null if it is not known any more. */
  @Nullable String of(CommandId id) {
    for (int back = 1; back <= ids.length; back++) {
      int at = Math.floorMod(next - back, ids.length);
      if (id.equals(ids[at])) {
        return types[at];
      }
    }
    return null;
  }
}
