package dev.parley.gateway.user.home;

import dev.parley.gateway.protocol.UserId;
import java.util.List;

/** All homes of the gateway. A user has the same one as long as the process lives. */
public record Homes(List<Home> all) {

  /** Checks that there is one. */
  public Homes {
    all = List.copyOf(all);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("homes: none (expected: at least one)");
    }
  }

  public Home of(UserId user) {
    return all.get(Math.floorMod(user.hashCode(), all.size()));
  }
}
